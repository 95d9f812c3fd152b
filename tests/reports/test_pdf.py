"""The PDF: archival, tagged, Chinese set, the public results inside, the same bytes again."""

from __future__ import annotations

import ctypes.util
import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from fairshelf.audits.errors import UsageError
from fairshelf.reports import exports, pdf
from fairshelf.reports.disclosure import public
from fairshelf.reports.html import render
from fairshelf.reports.wording import LANGUAGES

if TYPE_CHECKING:
    from fairshelf.audits.results import Results

A4 = (595.3, 841.9)


def _set(results: Results, lang: str, audience: str = "regulator") -> bytes:
    shown = public(results)
    inside = {
        "results.public.json": exports.results_json(shown),
        "estimates.public.csv": exports.estimates_csv(shown),
    }
    return pdf.render_pdf(render(shown, lang, audience=audience, strict=True), inside, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_archival_and_holds_the_public_results(results: Results, lang: str) -> None:
    """PDF/A-3a in its metadata, tagged, with its language, A4, attachments byte for byte."""
    made = _set(results, lang)
    reader = pypdf.PdfReader(io.BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == {"en": "en", "zh": "zh-Hans"}[lang]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in metadata or "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "pdfaid:conformance" in metadata
    box = reader.pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx(A4, abs=0.5)
    shown = public(results)
    assert reader.attachments["results.public.json"] == [exports.results_json(shown)]
    assert reader.attachments["estimates.public.csv"] == [exports.estimates_csv(shown)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_text_is_text(results: Results, lang: str) -> None:
    """The first sentence of the page can be copied out of the PDF."""
    reader = pypdf.PdfReader(io.BytesIO(_set(results, lang)))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages[:2])
    wanted = {"en": "none", "zh": "县域"}[lang]
    assert wanted in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_community_page_is_one_page(results: Results, lang: str) -> None:
    """For shop owners: one sheet of A4."""
    reader = pypdf.PdfReader(io.BytesIO(_set(results, lang, "community")))
    assert len(reader.pages) == 1


def test_the_same_page_gives_the_same_bytes(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No clock, no chance and no setting of the machine in the file."""
    made = _set(results, "zh", "community")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert _set(results, "zh", "community") == made


def test_nothing_is_fetched(results: Results) -> None:
    """A page that asks for a picture or a style from elsewhere gets none."""
    page = render(results, "en", audience="community").replace(
        "<main>", '<main><img src="http://127.0.0.1:9/x.png"><img src="file:///etc/hostname">'
    )
    made = pdf.render_pdf(page, {}, "en")
    assert b"/Subtype /Image" not in made
    hostname = Path("/etc/hostname")
    if hostname.exists():
        text = pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()
        assert hostname.read_text(encoding="utf-8").strip() not in text


def test_without_a_chinese_font_it_stops_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An empty font configuration: one error that says what to install, for Chinese only."""
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><fontconfig></fontconfig>', encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    with pytest.raises(UsageError, match="missing_font"):
        pdf.require_pdf("zh")
    pdf.require_pdf("en")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint missing, or its system library: each its own error."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match="missing_extra"):
        pdf.require_pdf("en")
    monkeypatch.undo()
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)
    monkeypatch.setattr(pdf, "_loads_pango", lambda: False)
    with pytest.raises(UsageError, match="missing_pango"):
        pdf.require_pdf("en")


def test_hostile_names_do_nothing(results: Results) -> None:
    """Markup, schemes and overrides in a group's and a platform's name stay text in the PDF."""
    name = (
        "<script>app.alert(1)</script><a href='javascript:x'>\u202e\x00=HYPERLINK(\"http://a.b\")"
    )
    told = replace(
        results,
        case={"platform": name, "question": name},
        estimates=tuple(replace(e, group=name) for e in results.estimates),
        findings=tuple(replace(f, group=name) for f in results.findings),
    )
    reader = pypdf.PdfReader(io.BytesIO(_set(told, "en")))
    root: Any = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert "/JavaScript" not in root.get("/Names", {})
    links = [
        note.get_object()
        for page in reader.pages
        for note in page.get("/Annots", ())
        if note.get_object()["/Subtype"] == "/Link"
    ]
    assert {link["/A"]["/S"] for link in links if "/A" in link} <= {"/GoTo"}
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    assert "app.alert(1)" in text
    assert "\u202e" not in text
