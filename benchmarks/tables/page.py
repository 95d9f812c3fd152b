"""The page of results, from the record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.records import LOGS
from benchmarks.tables.cells import kind, peak, seconds, size, table
from benchmarks.tables.growth import growth_table
from benchmarks.tables.peers import peers_table
from benchmarks.tables.scale import scale_table
from benchmarks.tables.startup import startup_table

if TYPE_CHECKING:
    from benchmarks.records import Record

TABLES = (
    (scale_table, ("scale",)),
    (startup_table, ("startup",)),
    (peers_table, ("peers",)),
    (growth_table, ("growth", "scale")),
)
"""What stands on the page, and the sections of which one at least must have been measured."""

SAID = (
    "raw numbers in [results.json](results.json), how to read and remake them in "
    "[docs/benchmarks.md](../docs/benchmarks.md). Medians, with the fastest and slowest run in "
    "brackets; processor time is user and system time of the process and its children."
)
BARE = ("processor", "memory", "system")
"""What of the machine needs no name before it."""

SHOWN_ABOVE = 1_000_000
"""Rows above which the making of a log is worth a line."""


def page(record: Record) -> str:
    """Give the page as Markdown."""
    made = sorted({command for command in record.made_by.values() if command})
    machine = (
        value if name in BARE else f"{name} {value}" for name, value in record.machine.items()
    )
    by = f"Made by {', '.join(f'`{command}`' for command in made)}; {SAID}"
    lines = ["# Benchmarks", "", by, "", f"{', '.join(machine)}.", ""]
    for written, sections in TABLES:
        if any(record.of(section) for section in sections):
            lines += written(record)
    return "\n".join([*lines, *_logs(record)]).rstrip() + "\n"


def _logs(record: Record) -> list[str]:
    """Give the making of the large logs."""
    rows = [
        [size(one.size), kind(one.log), seconds(one, "cpu"), seconds(one, "wall"), peak(one)]
        for one in sorted(record.of(LOGS), key=lambda one: one.size)
        if one.log.startswith("log-") and one.size > SHOWN_ABOVE
    ]
    heads = ("rows", "file", "processor s", "wall s", "peak MB")
    if not rows:
        return []
    return ["## Making the logs above a million rows", "", *table(heads, rows)]
