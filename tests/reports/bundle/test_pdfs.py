"""A PDF in a bundle is set again and compared: a replaced one is refused, an unread one is told."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.cli import output
from fairshelf.reports import exports, pdf
from fairshelf.reports.bundle import Sources, make, pdfs, verify
from fairshelf.reports.html import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.reports.bundle.conftest import Reseal

NAME = "report.community.en.pdf"


@pytest.fixture(scope="module")
def with_pdf(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundle the audit with the one-page PDF; the bag."""
    folder = tmp_path_factory.mktemp("printed")
    out = Path(shutil.copytree(made / "out", folder / "out"))
    results = exports.load_results((out / "results.json").read_bytes())
    files = output.pages(results, ("en",), output.Form("community", pdf=True))
    (out / NAME).write_bytes(files[NAME])
    (out / "report.old.pdf").write_bytes(b"of something else")
    return make(Sources(out), folder / "evidence", []).bag


@pytest.fixture
def printed(with_pdf: Path, tmp_path: Path) -> Path:
    """Give a copy of the bag with a PDF."""
    return Path(shutil.copytree(with_pdf, tmp_path / "evidence"))


def _codes(bag: Path) -> tuple[set[str], set[str]]:
    found = verify(bag)
    return {one.code for one in found.problems}, {one.code for one in found.unchecked}


def _replaced(bag: Path, reseal: Reseal, content: bytes) -> tuple[set[str], set[str]]:
    (bag / "data" / NAME).write_bytes(content)
    reseal(bag)
    return _codes(bag)


def _rewritten(content: bytes, change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _inside(bag: Path) -> dict[str, bytes]:
    names = ("results.public.json", "estimates.public.csv")
    return {name: (bag / "data" / name).read_bytes() for name in names}


def test_the_same_pdf_verifies(printed: Path) -> None:
    """Set again from the results it is the same bytes; a PDF of no report is left out."""
    assert _codes(printed) == (set(), set())
    assert (printed / "data" / NAME).is_file()
    assert not (printed / "data" / "report.old.pdf").exists()


def test_a_replaced_pdf_is_refused(printed: Path, reseal: Reseal) -> None:
    """A PDF that says something else, with the right files attached, does not pass."""
    page = "<!doctype html><html lang=en><title>x</title><main><p>Nothing to see.</p></main>"
    assert _replaced(printed, reseal, pdf.render_pdf(page, _inside(printed), "en")) == (
        {"pdf_differs"},
        set(),
    )


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF\n", b"<html></html>", b"\0" * 9999])
def test_a_pdf_that_is_none_is_refused(printed: Path, reseal: Reseal, content: bytes) -> None:
    """Whatever the reader makes of it, the reason is told."""
    assert _replaced(printed, reseal, content)[0] == {"pdf_broken"}


@pytest.mark.parametrize("at", range(5))
def test_a_damaged_pdf_never_stops_the_command(printed: Path, reseal: Reseal, at: int) -> None:
    """Cut short, it is refused or told."""
    whole = (printed / "data" / NAME).read_bytes()
    wrong, told = _replaced(printed, reseal, whole[: len(whole) * at // 5])
    assert wrong or told


def test_other_files_attached_are_refused(printed: Path, reseal: Reseal) -> None:
    """The text is the report's, the results inside are not."""
    inside = _inside(printed)
    inside["results.public.json"] = inside["results.public.json"].replace(b"0.6", b"0.9")
    whole = (printed / "data" / NAME).read_bytes()

    def change(writer: pypdf.PdfWriter) -> None:
        for one in list(writer.attachment_list):
            one.content = inside[one.name]

    assert _replaced(printed, reseal, _rewritten(whole, change)) == ({"pdf_files"}, set())


def test_a_file_more_is_refused(printed: Path, reseal: Reseal) -> None:
    """Nothing may ride along in a PDF."""
    whole = (printed / "data" / NAME).read_bytes()
    more = _rewritten(whole, lambda writer: writer.add_attachment("more.exe", b"MZ"))
    assert _replaced(printed, reseal, more) == ({"pdf_files"}, set())


def test_other_bytes_of_the_same_words_are_told(printed: Path, reseal: Reseal) -> None:
    """Written by another program with the same text and files: what it looks like is unchecked."""
    whole = (printed / "data" / NAME).read_bytes()
    again = _rewritten(whole, lambda writer: writer.add_metadata({"/Producer": "another"}))
    assert _replaced(printed, reseal, again) == (set(), {"pdf_look"})


def test_other_fonts_are_no_forgery(printed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the font of the machine differs, bytes and line breaks do: told, and not refused."""
    for style in ("font-family: monospace; font-size: 8pt", "font-family: serif; font-size: 7pt"):
        monkeypatch.setattr(pdf, "PAGE", f"body {{ {style} }}")
        wrong, told = _codes(printed)
        assert not wrong
        assert told <= {"pdf_look", "pdf_text"}
        assert told


def test_the_long_report_in_other_fonts(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other breaks of pages and lines, hyphens and repeated headings are no forgery either."""
    data = made / "evidence" / "data"
    results = exports.load_results((data / "results.public.json").read_bytes())
    inside = _inside(made / "evidence")
    name = "report.en.pdf"
    files = {name: pdf.render_pdf(render(results, "en"), inside, "en"), **inside}
    monkeypatch.setattr(pdf, "PAGE", "body { font-family: serif; font-size: 8.3pt }")
    found = pdfs.check(results, name, files)
    assert not found.wrong
    assert [one.code for one in found.unchecked] == ["pdf_text"]


def test_another_conclusion_is_refused(printed: Path, reseal: Reseal) -> None:
    """The report with another outcome or number in it, set by the same program, is refused."""
    results = exports.load_results((printed / "data" / "results.public.json").read_bytes())
    page = render(results, "en", audience="community")
    number = next(one for one in re.findall(r"\d\.\d+", page.split("<main")[1]))
    for old, new in ((number, "9.87"), ("</main>", "<p>Material disparity</p></main>")):
        assert old in page
        forged = pdf.render_pdf(page.replace(old, new), _inside(printed), "en")
        assert _replaced(printed, reseal, forged) == ({"pdf_differs"}, set())


def _cannot(lang: str) -> None:
    raise UsageError("missing_extra", extra="pdf", package="weasyprint", lang=lang)


def test_without_the_extra_it_is_told(
    printed: Path, reseal: Reseal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no PDF can be set, the attached files are checked if they can be, the rest is told."""
    monkeypatch.setattr(pdf, "require_pdf", _cannot)
    assert _codes(printed) == (set(), {"pdf"})
    whole = (printed / "data" / NAME).read_bytes()
    more = _rewritten(whole, lambda writer: writer.add_attachment("more.exe", b"MZ"))
    assert _replaced(printed, reseal, more) == ({"pdf_files"}, set())


def test_without_a_reader_it_is_told(
    printed: Path, reseal: Reseal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other bytes that nothing here can read are not called verified."""

    def missing(content: bytes) -> None:
        raise ImportError(str(len(content)))

    whole = (printed / "data" / NAME).read_bytes()
    monkeypatch.setattr(pdfs, "_read", missing)
    assert _replaced(printed, reseal, whole + b"\n") == (set(), {"pdf_bytes"})
    monkeypatch.setattr(pdf, "require_pdf", _cannot)
    assert _codes(printed) == (set(), {"pdf"})
