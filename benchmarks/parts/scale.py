"""Whole audits, and what of them touches rows, against a bare scan of the same file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.commands import audit, child, shown
from benchmarks.measuring import alternate
from benchmarks.records import Series
from benchmarks.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.commands import Shelf

SECTION = "scale"
FORMS = (("parquet", 0), ("parquet", 1), ("csv", 0))
"""What files are written as, and whether their ids are numbers."""

MOST_CSV = 10_000_000
"""Rows up to which the log is also measured as CSV."""

LARGE, RUNS_OF_LARGE = 100_000_000, 3
"""Rows from which fewer runs are made."""


def scale(shelf: Shelf, sizes: Sequence[int], runs: int) -> Iterator[Series]:
    """Run everything on logs of these sizes, each in turn with the scan."""
    for rows in sizes:
        for suffix, numbers in FORMS:
            if suffix == "csv" and rows > MOST_CSV:
                continue
            log = shelf.log(Shape(rows, numbers=numbers), suffix)
            commands = {
                "scan": child("bare_scan", log),
                "least": child("least_queries", log),
                "stages": child("stages", log, shelf.out),
                "stages_annex": child("stages", log, shelf.out, "--annex"),
                "audit": audit(log, shelf.out),
                "annex": audit(log, shelf.out, "--annex"),
            }
            turns = min(runs, RUNS_OF_LARGE) if rows >= LARGE else runs
            for what, spent in alternate(commands, turns, warm="scan").items():
                yield Series(SECTION, what, log.name, rows, shown(commands[what]), spent)
