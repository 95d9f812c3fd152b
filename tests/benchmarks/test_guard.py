"""A whole audit may not come to cost much more than it is meant to.

Loose on purpose, twice what is aimed at, and in processor time, which other work on the machine
changes little: a failure here means that something was made several times slower, or that rows
are held in memory.
"""

from __future__ import annotations

import statistics
import sys
from typing import TYPE_CHECKING

import pytest
from benchmarks.commands import BIN, audit, child
from benchmarks.measuring import run_child
from benchmarks.tables.peers import shares

if TYPE_CHECKING:
    from pathlib import Path

ROWS, FEW = 1_000_000, 20_000
SCANS, FIXED = 12, 4.0
"""The aim: processor time of twelve bare scans, and four seconds whatever the size of the log."""

YARDSTICK = 4.0
"""Processor seconds of pandas and fairlearn for one sum of few rows, where the aim was set."""

SLOWEST = 2.0
"""No more than this is put down to the machine."""

HELP = 1.5
"""The aim: processor time of the help of a typer application with one empty command."""

SLACK = 2
MOST_MEMORY = 4_000_000_000
SCAN_RUNS = 3
TRIES = 3


def made(folder: Path, rows: int, name: str = "log") -> Path:
    """Make a log."""
    place = folder / f"{name}.parquet"
    run_child([sys.executable, "-m", "benchmarks.log_generator", str(place), "--rows", str(rows)])
    return place


def allowed(log: Path, few: Path) -> float:
    """Give twice the aim, as the machine is just now.

    Where pandas and fairlearn take longer than they did where the aim was set, so may the audit.
    """
    scans = [run_child(child("bare_scan", log)).cpu for _ in range(SCAN_RUNS)]
    slowness = min(max(1.0, run_child(child("fairlearn_by_group", few)).cpu / YARDSTICK), SLOWEST)
    return SLACK * slowness * (SCANS * statistics.median(scans) + FIXED)


def test_a_whole_audit_is_some_scans(tmp_path: Path) -> None:
    """A million rows cost at most twice (12 scans + 4 s) of processor time, and below 4 GB.

    One of three tries must keep to it, each held against the machine as it was beside that try.
    """
    log, few = made(tmp_path, ROWS), made(tmp_path, FEW, "few")
    beyond = []
    for _ in range(TRIES):
        most = allowed(log, few)
        spent = run_child(audit(log, tmp_path / "report"))
        assert spent.peak <= MOST_MEMORY
        assert (tmp_path / "report" / "report.zh.html").exists()
        beyond.append(spent.cpu / most)
        if spent.cpu <= most:
            break
    assert min(beyond) <= 1


def test_the_help_costs_what_typers_own_does() -> None:
    """`audit --help` takes at most twice 1.5 times the processor time of an empty command's."""
    ours, bare = (
        statistics.median(run_child(command).cpu for _ in range(SCAN_RUNS))
        for command in ([str(BIN / "audit"), "--help"], child("bare_typer", "--help"))
    )
    assert ours <= SLACK * HELP * bare


def test_the_scan_answers_what_the_audit_answers(tmp_path: Path) -> None:
    """Scan, least queries and audit find the same shares of exposure on the same rows."""
    log = made(tmp_path, FEW)
    want = shares(run_child(child("bare_scan", log)).told)
    least = shares(run_child(child("least_queries", log)).told)
    assert least == pytest.approx(want, abs=1e-9)
    told = run_child(child("stages", log, tmp_path / "report")).told
    assert set(want) == {"rural", "urban"}
    assert shares(told) == pytest.approx(want, abs=1e-6)
    parts = sum(told[f"{stage}_cpu"] for stage in ("read", "check", "label", "tally"))
    assert told["core_cpu"] == pytest.approx(parts)
