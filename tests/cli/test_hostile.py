"""Crafted files, odd places and interruptions end in one message, and delete or leave nothing."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tomllib
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.cli import terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended


def _clear(ended: Ended, status: int, said: str = "") -> None:
    assert ended.exit_code == status, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "fault of ours" not in ended.stderr
    assert said in " ".join(ended.stderr.split())


def test_force_deletes_nothing_but_a_report(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """A report with a stranger's file in it, or a namesake of its results, is not replaced."""
    _clear(command("run", small, "-o", "out", "-q"), 0)
    (tmp_path / "out" / "thesis.doc").write_text("years of work")
    _clear(command("run", small, "-o", "out", "--force"), 2, "thesis.doc")
    assert (tmp_path / "out" / "thesis.doc").read_text() == "years of work"
    (tmp_path / "out" / "thesis.doc").unlink()
    _clear(command("run", small, "-o", "out", "--force", "-q"), 0)
    (tmp_path / "out" / "results.json").write_text('{"tool": {"name": "another"}}')
    _clear(command("run", small, "-o", "out", "--force"), 2, "not the folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "out"]


def test_a_failed_move_brings_the_earlier_report_back(
    command: Callable[..., Ended], tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the new folder cannot be put in place, the old one stands as it was."""
    from pathlib import Path as AnyPath

    _clear(command("run", small, "-o", "out", "-q"), 0)
    before = (tmp_path / "out" / "results.json").read_bytes()
    move = AnyPath.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return move(self, target)

    monkeypatch.setattr(AnyPath, "rename", refuse)
    _clear(command("run", small, "-o", "out", "--force"), 2, "No space left")
    assert (tmp_path / "out" / "results.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "out"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_is_refused_and_not_waited_for(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """A pipe as a log or as settings would be waited for without end."""
    os.mkfifo(tmp_path / "pipe")
    _clear(command("run", "pipe", "-o", "out"), 2, "pipe")
    _clear(command("run", small, "-c", "pipe", "-o", "out"), 2, "pipe")


def test_names_that_are_too_long(command: Callable[..., Ended], small: Path) -> None:
    """A name no file system takes is a usage error, for what is read and what is written."""
    _clear(command("run", "x" * 5_000, "-o", "out"), 2)
    _clear(command("run", small, "-o", "x" * 5_000), 2)


@pytest.mark.parametrize(
    "toml",
    [
        "tool = 5",
        "audit = 5",
        "[[audit]]\nseed = 1",
        "[tool]\nfairshelf = 3",
        "a = " + "[" * 5_000 + "]" * 5_000,
        "[audit]\nbrowsing = []",
        "[audit]\ncutoffs = [0]",
        "[audit]\nseed = -1",
        "[audit]\npermutations = -1",
        "[audit]\npage_size = 0",
        "[audit]\nbounds = [0.5, inf]",
        '[audit]\ntop_share = ["x"]',
        '[audit]\ntop_share = ["0%"]',
        '[audit.attributes]\n"" = "locality"',
        '[audit.attributes]\n_row = "locality"',
        '[audit]\n"\\u001b[31mred" = 1',
    ],
)
def test_settings_that_make_no_sense(
    command: Callable[..., Ended], tmp_path: Path, small: Path, toml: str
) -> None:
    """Each is a usage error that names the setting; no control character reaches the terminal."""
    (tmp_path / "audit.toml").write_text(toml)
    ended = command("run", small, "-c", "audit.toml", "-o", "out")
    _clear(ended, 2, "audit.toml")
    assert "\x1b[31m" not in ended.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("encoding", ["idna", "rot13", "undefined", "utf-16"])
def test_encodings_that_do_not_fit(
    command: Callable[..., Ended], small: Path, encoding: str
) -> None:
    """Codecs of Python that decode no files, and UTF-16 said of a file that is not."""
    ended = command("run", small, "--encoding", encoding, "-o", "out")
    assert ended.exit_code in (2, 3)
    _clear(ended, ended.exit_code, encoding)


def test_names_cannot_speak_to_a_build_server(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """Groups and files whose names are commands of GitHub's runner are no commands in its log."""
    rows = [
        f"{request},{place},l{place},s{place},{'::error::x' if place % 2 else '##[add-mask]9'}"
        for request in range(30)
        for place in range(1, 21)
    ]
    head = "request,position,listing,seller,locality"
    (tmp_path / "::error::log.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    done = command("run", "::error::log.csv", "--attribute", "locality", "-o", "out")
    assert done.exit_code == 0
    assert r"\::error::x" in done.stdout
    (tmp_path / "::error::log.csv").write_text("position\n1\n", encoding="utf-8")
    refused = command("run", "::error::log.csv", "-o", "other")
    assert refused.exit_code == 3
    for told in (done.stdout, done.stderr, refused.stdout, refused.stderr):
        assert "##[" not in told
        assert not any(line.strip().startswith("::") for line in told.splitlines())


def test_headings_cannot_speak_to_the_terminal(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """Escape sequences, reversed reading and endless headings are made harmless in errors."""
    name = "\x1b]0;owned\x07\u202e" + "x" * 10_000
    (tmp_path / "log.csv").write_text(f"request,listing,{name}\nq,l,1\nq,m,2\n")
    ended = command("run", "log.csv", "--map", f"position={name}y", "-o", "out")
    assert ended.exit_code in (2, 3)
    assert not {"\x1b", "\x07", "\u202e"} & set(ended.stderr)
    assert len(ended.stderr) < 5_000


def test_the_settings_of_a_hostile_file_can_be_read_back(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """Whatever the headings are, `audit init` writes TOML; and no half file, and none on a link."""
    head = 'request,position,listing,"a\n[x]","""]\'#","\x1b[0m"'
    (tmp_path / "log\n[audit]\x1b.csv").write_text(f"{head}\nq,1,l,1,2,3\nq,2,m,1,2,3\n")
    _clear(command("init", "log\n[audit]\x1b.csv"), 0)
    tomllib.loads((tmp_path / "audit.toml").read_text())
    (tmp_path / "link").symlink_to("elsewhere")
    _clear(command("init", "log\n[audit]\x1b.csv", "-o", "link"), 2)
    assert not (tmp_path / "elsewhere").exists()


def test_what_the_system_refuses_is_no_fault_of_ours() -> None:
    """No room, no memory and interruptions inside the engine have their own endings."""
    kind = type("OutOfMemoryException", (Exception,), {})
    for error in (OSError(28, "No space left on device"), MemoryError(), kind("no room")):
        said = terminal._by_the_system(error)
        assert said is not None
        assert said.exit_status == 2
    assert terminal._by_the_system(OSError(9, "bad descriptor")) is None
    assert terminal._is_interruption(RuntimeError("Query interrupted"))


def test_ctrl_c_leaves_nothing(tmp_path: Path, small: Path) -> None:
    """SIGINT in the middle of an audit ends in 130, without a word of ours and without a file."""
    code = (
        "import os, signal, fairshelf.audits.pipeline as p\n"
        "def stop(*a, **k): os.kill(os.getpid(), signal.SIGINT)\n"
        "p.audit = stop\n"
        "from fairshelf.cli.app import main\n"
        f"import sys; sys.argv = ['audit', 'run', {str(small)!r}, '-o', 'out']; main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 128 + signal.SIGINT
    assert not ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]


def test_a_nameless_member_of_an_archive(command: Callable[..., Ended], tmp_path: Path) -> None:
    """A member without a name is passed over."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), "a,b\n1,2\n")
    (tmp_path / "log.zip").write_bytes(held.getvalue())
    _clear(command("inspect", "log.zip"), 3)


@pytest.mark.parametrize(
    "page",
    [
        "<table>" + "<?" * 1_000_000,
        "<table>" + "</" * 1_000_000,
        '<table><a href="' + "x<" * 1_000_000,
        "<table><![" * 10_000,
        "<table>" + "<tr>" + "<td colspan=1000>x" * 200_000,
    ],
    ids=["instructions", "ends", "quote", "declarations", "spans"],
)
def test_pages_made_to_keep_the_parser_busy(
    command: Callable[..., Ended], tmp_path: Path, page: str
) -> None:
    """Tags that never end and cells that claim to be wide are refused in seconds."""
    (tmp_path / "log.xls").write_text(page)
    _clear(command("inspect", "log.xls"), 3)


@pytest.mark.parametrize("line", ['"listing": "a\\ud800"', '"listing": "b", "listing": "c"'])
def test_json_that_the_engine_does_not_take(
    command: Callable[..., Ended], tmp_path: Path, line: str
) -> None:
    """Halves of characters and keys said twice are read by the slower reader."""
    rows = [f'{{"request": "q", "position": {n}, {line}, "s": "s{n}"}}' for n in range(1, 9)]
    (tmp_path / "log.jsonl").write_text("\n".join(rows))
    _clear(command("inspect", "log.jsonl"), 0)


def test_too_many_columns(command: Callable[..., Ended], tmp_path: Path) -> None:
    """A hundred thousand columns are refused at once."""
    heads = ",".join(["request", "position", "listing", *map("c{}".format, range(100_000))])
    (tmp_path / "log.csv").write_text(f"{heads}\n" + f"q,1,l{',1' * 100_000}\n" * 3)
    _clear(command("inspect", "log.csv"), 3, "100,003")


@pytest.mark.parametrize("name", ["log.csv", "log.parquet", "log.jsonl"])
def test_more_columns_than_are_read_are_refused_in_every_format(
    command: Callable[..., Ended], tmp_path: Path, name: str
) -> None:
    """2,001 of them, which would take most of a minute before the first word, say so."""
    heads = ["request", "position", "listing", *map("c{}".format, range(1_998))]
    rows = [dict.fromkeys(heads, str(n)) for n in range(1, 4)]
    if name == "log.csv":
        lines = [",".join(heads), *(",".join(row.values()) for row in rows)]
        (tmp_path / name).write_text("\n".join(lines))
    elif name == "log.jsonl":
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)))
    else:
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / name)
    _clear(command("inspect", name), 3, "2,001 columns; at most 2,000")


def test_a_sheet_that_spans_the_world(command: Callable[..., Ended], tmp_path: Path) -> None:
    """Two cells in opposite corners would make the reader ask for half a terabyte."""
    sheet = '<worksheet><sheetData><row r="1"><c r="A1"/></row><row><c r="XFD1048576"/></row>'
    with zipfile.ZipFile(tmp_path / "log.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", sheet + "</sheetData></worksheet>")
    _clear(command("inspect", "log.xlsx"), 3, "17,179,869,184")
