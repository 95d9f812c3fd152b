"""``audit report``: the report again from the results alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import audit_the_sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Audit the sample quickly, for all tests of this file."""
    folder = tmp_path_factory.mktemp("audited")
    audit_the_sample(folder)
    return folder / "out"


@pytest.fixture
def audited(once: Path, tmp_path: Path) -> Path:
    """Give a copy of what the audit wrote."""
    return Path(shutil.copytree(once, tmp_path / "out"))


def test_it_is_the_report_of_the_audit(
    command: Callable[..., Result], audited: Path, tmp_path: Path
) -> None:
    """From results.json and from results.public.json: the bytes that audit run wrote."""
    for name in ("results.json", "results.public.json"):
        again = tmp_path / name.replace(".", "-")
        assert command("report", audited / name, "-o", again, "-q").exit_code == 0
        for lang in ("en", "zh"):
            file = f"report.{lang}.html"
            assert (again / file).read_bytes() == (audited / file).read_bytes()


def test_other_readers_have_files_of_their_own(
    command: Callable[..., Result], audited: Path
) -> None:
    """Community and platform reports stand beside the regulator's."""
    before = (audited / "report.zh.html").read_bytes()
    for audience in ("community", "platform"):
        ended = command("report", audited / "results.json", "--for", audience, "--lang", "zh")
        assert ended.exit_code == 0, ended.stderr
        assert (audited / f"report.{audience}.zh.html").is_file()
    assert (audited / "report.zh.html").read_bytes() == before


def test_nothing_is_overwritten_unasked(command: Callable[..., Result], audited: Path) -> None:
    """A file of that name is an error without --force; nothing is half written."""
    assert command("report", audited / "results.json").exit_code == 2
    assert command("report", audited / "results.json", "--force").exit_code == 0
    assert not list(audited.glob(".fairshelf-*"))


@pytest.mark.parametrize(
    ("content", "status"),
    [(None, 2), (b"", 3), (b"{}", 3), (b"[" * 5000, 3), (b'{"schema_version": "9.0"}', 3)],
)
def test_what_is_no_results_is_one_error(
    command: Callable[..., Result], tmp_path: Path, content: bytes | None, status: int
) -> None:
    """Missing, empty, foreign, endless or newer: a sentence, a status, no folder."""
    file = tmp_path / "results.json"
    if content is not None:
        file.write_bytes(content)
    ended = command("report", file, "-o", tmp_path / "again", "--lang", "en")
    assert ended.exit_code == status, ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "again").exists()


def test_an_unknown_reader_is_told(command: Callable[..., Result], audited: Path) -> None:
    """--for takes three words."""
    ended = command("report", audited / "results.json", "--for", "king", "--lang", "en")
    assert ended.exit_code == 2
    assert "community" in ended.stderr


def test_a_pdf_stands_beside_the_page(command: Callable[..., Result], audited: Path) -> None:
    """With --pdf the community page is written as PDF too."""
    ended = command(
        "report", audited / "results.json", "--for", "community", "--pdf", "--lang", "zh"
    )
    assert ended.exit_code == 0, ended.stderr
    assert (audited / "report.community.zh.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_where_it_was_written_is_one_line_in_a_pipe(
    command: Callable[..., Result], audited: Path, tmp_path: Path
) -> None:
    """A path longer than a terminal's line can be copied as it stands."""
    place = tmp_path / ("一个很长的文件夹名" * 6)
    asked = ("--for", "community", "--lang", "zh", "-o", place)
    ended = command("report", audited / "results.json", *asked)
    assert str(place / "report.community.zh.html") in ended.stdout
