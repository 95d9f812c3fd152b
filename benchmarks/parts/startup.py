"""What is paid whatever the size of a log: a small audit, the demonstration, a command's help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.commands import BIN, audit, child, shown
from benchmarks.measuring import alternate
from benchmarks.records import Series
from benchmarks.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.commands import Shelf

SECTION = "startup"
SMALL = 10_000
"""Rows of a log whose scan is next to nothing."""


def startup(shelf: Shelf, runs: int) -> Iterator[Series]:
    """Run the small audit in turn with its scan, the help with a bare help, and the rest."""
    log = shelf.log(Shape(SMALL))
    demo = ("demo", "--out", str(shelf.folder / "demo"), "--force", "--quiet")
    commands = {
        "scan": child("bare_scan", log),
        "audit": audit(log, shelf.out),
        "stages": child("stages", log, shelf.out),
        "fairlearn": child("fairlearn_by_group", log),
        "demo": [str(BIN / "audit"), *demo],
        "imports": child("imports", *demo),
        "bare_help": child("bare_typer", "--help"),
        "help": [str(BIN / "audit"), "--help"],
    }
    of_log = ("scan", "audit", "stages", "fairlearn")
    for what, spent in alternate(commands, runs, warm="scan").items():
        name, rows = (log.name, SMALL) if what in of_log else ("", 0)
        yield Series(SECTION, what, name, rows, shown(commands[what]), spent)
