"""The same question put to other libraries, on the sizes they finish."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from benchmarks.commands import audit, child, shown
from benchmarks.measuring import alternate, run_child
from benchmarks.records import Series
from benchmarks.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.commands import Shelf

SECTION = "peers"
MOST_RUNS = 3
"""Runs of a peer, of which one can take minutes."""

MOST_FAIRLEARN = 10_000_000
"""Rows up to which fairlearn is tried: it holds a Python object for each value, 64 bytes a row."""

MOST_FAIRRANKTUNE = 1_000_000
"""Rows up to which FairRankTune is tried: it loops over all items in Python."""

REPLICATES = ((100_000, 20), (1_000_000, 5), (10_000_000, 2))
"""Rows up to which so many bootstrap replicates are run."""

INSTALL = "not installed: python -m pip install --no-deps fairranktune==0.0.7"


def peers(shelf: Shelf, sizes: Sequence[int], runs: int) -> Iterator[Series]:
    """Run the peers on Parquet logs of these sizes, in turn with the scan and whole audits."""
    for rows in sizes:
        log = shelf.log(Shape(rows))
        commands = {
            "scan": child("bare_scan", log),
            "audit": audit(log, shelf.out),
            "stages": child("stages", log, shelf.out),
        }
        if rows <= MOST_FAIRLEARN:
            commands["fairlearn"] = child("fairlearn_by_group", log)
        else:
            yield _skipped("fairlearn", log, rows, f"not tried above {MOST_FAIRLEARN:,} rows")
        for what, spent in alternate(commands, min(runs, MOST_RUNS), warm="scan").items():
            yield Series(SECTION, what, log.name, rows, shown(commands[what]), spent)
        yield _bootstrap(log, rows)
        yield _fairranktune(log, rows)


def _skipped(what: str, log: Path, rows: int, why: str) -> Series:
    return Series(SECTION, what, log.name, rows, skipped=why)


def _bootstrap(log: Path, rows: int) -> Series:
    """Run fairlearn once with as many replicates as a few minutes allow."""
    what = "fairlearn_bootstrap"
    replicates = next((count for most, count in REPLICATES if rows <= most), 0)
    if not replicates:
        return _skipped(what, log, rows, f"not tried above {REPLICATES[-1][0]:,} rows")
    command = child("fairlearn_by_group", log, replicates)
    spent = (run_child(command),)
    return Series(SECTION, what, log.name, rows, shown(command), spent, replicates=replicates)


def _fairranktune(log: Path, rows: int) -> Series:
    what = "fairranktune"
    if importlib.util.find_spec("FairRankTune") is None:
        return _skipped(what, log, rows, INSTALL)
    if rows > MOST_FAIRRANKTUNE:
        return _skipped(what, log, rows, f"not tried above {MOST_FAIRRANKTUNE:,} rows")
    command = child("fairranktune_exposure", log)
    return Series(SECTION, what, log.name, rows, shown(command), (run_child(command),))
