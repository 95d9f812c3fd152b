"""``audit run --save-tally``, ``audit run --tally`` and ``audit merge`` as they are typed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_tally_stands_in_for_its_log(command: Callable[..., Any], small: Path) -> None:
    """The results of a saved tally are those of the run that saved it, once the log is gone."""
    plain = command("run", small, "-o", "plain", "--permutations", 99)
    saved = command("run", small, "-o", "saved", "--save-tally", "t", "--permutations", 99)
    assert saved.stdout == plain.stdout.replace("plain", "saved") + "Tally  t\n"
    results = (small.parent / "plain" / "results.json").read_bytes()
    small.unlink()
    again = command("run", "--tally", "t", "-o", "again", "--lang", "zh", "--permutations", 99)
    assert (plain.exit_code, saved.exit_code, again.exit_code) == (0, 0, 0), again.stderr
    for name in ("saved", "again"):
        assert (small.parent / name / "results.json").read_bytes() == results
    assert (small.parent / "again" / "report.zh.html").exists()


def test_days_are_merged(command: Callable[..., Any], small: Path) -> None:
    """Two days, merged, are read as one log of two files."""
    head, *rows = small.read_text().splitlines()
    for day, part in enumerate((rows[:200], rows[200:])):
        log = small.parent / f"day{day}.csv"
        log.write_text("\n".join([head, *part]) + "\n")
        told = command(
            "run", log, "-o", f"out{day}", "--save-tally", f"t{day}", "-q", "--permutations", 99
        )
        assert told.exit_code == 0, told.stderr
    merged = command("merge", "t0", "t1", "-o", "both")
    assert merged.exit_code == 0, merged.stderr
    assert "400 read = 400 used" in merged.stdout
    assert "requests: 40" in merged.stdout
    assert command("merge", "t0", "t1", "-o", "both").exit_code == 2
    assert command("run", "--tally", "both", "-o", "whole", "--permutations", 99).exit_code == 0
    results = json.loads((small.parent / "whole" / "results.json").read_text())
    assert [(one["name"], one["rows"]) for one in results["inputs"]] == [
        ("day0.csv", 200),
        ("day1.csv", 200),
    ]


@pytest.mark.parametrize("beside", [("log.csv",), ("--save-tally", "u"), ("--engine", "spark")])
def test_a_tally_excludes_a_log(
    command: Callable[..., Any], small: Path, beside: tuple[str, ...]
) -> None:
    """A tally stands in place of a log, of an engine and of another tally."""
    assert small.exists()
    told = command("run", "--tally", "t", *beside, "-o", "out")
    assert told.exit_code == 2
    assert "place of the log" in told.stderr
    assert not (small.parent / "out").exists()


@pytest.mark.parametrize("place", ["out", "out/t", "./out/../out"])
def test_a_tally_lies_in_no_report(command: Callable[..., Any], small: Path, place: str) -> None:
    """The report would replace it, or find its place taken when all is counted."""
    told = command("run", small, "--save-tally", place, "-o", "out", "--force")
    assert told.exit_code == 2
    assert "folder of the report" in " ".join(told.stderr.split())
    assert [path.name for path in small.parent.iterdir()] == [small.name]


@pytest.mark.parametrize("place", ["t/report", "./t/../t/report"])
@pytest.mark.parametrize(
    "words", [("run", "--tally", "t"), ("run", "log.csv", "--save-tally", "t"), ("merge", "t", "u")]
)
def test_nothing_is_written_into_a_tally(
    command: Callable[..., Any], small: Path, words: tuple[str, ...], place: str
) -> None:
    """A tally with more than its own files could not be replaced any more: refused at once."""
    (small.parent / "t").mkdir()
    told = command(*words, "-o", place, "--force")
    assert told.exit_code == 2
    assert "would lie in the saved tally" in " ".join(told.stderr.split())
    assert list((small.parent / "t").iterdir()) == []


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while a tally is counted ends in 130, and no folder of it is left."""
    log = tmp_path / "log.csv"
    with log.open("w") as file:
        file.write("request,position,listing,seller,locality\n")
        for request in range(60_000):
            file.writelines(
                f"q{request},{p},l{(request * 7 + p) % 5000},s{(request * 7 + p) % 500},"
                f"{'rural' if (request * 7 + p) % 500 % 3 else 'urban'}\n"
                for p in range(1, 11)
            )
    arguments = [sys.executable, "-m", "fairshelf", "run", "log.csv", "--save-tally", "t"]
    running = subprocess.Popen(
        [*arguments, "-o", "out", "--force"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    until = time.monotonic() + 60
    while not list(tmp_path.glob(".fairshelf-*")) and time.monotonic() < until:
        time.sleep(0.005)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, said) == (130, b"")
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]
