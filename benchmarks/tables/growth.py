"""The table of how time and memory grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measuring import FEWEST_POINTS, slope, spread, values
from benchmarks.tables.cells import MEGABYTE, NOTHING, PARQUET, kind, number, size, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.records import Record, Series

COSTS = (("cpu", "whole"), ("core_cpu", "what touches rows"), ("peak", "peak MB"))
SAID = (
    "Processor seconds of a whole audit and of its reading, checking and counting, and peak "
    "memory. Slopes are least squares of logarithms: 1 grows in proportion, 0 not at all. Along "
    "rows, the Parquet logs above; along the others every log has as many rows."
)
AXES = ("requests", "sellers", "groups", "positions")


def growth_table(record: Record) -> list[str]:
    """Give the section on growth."""
    rows = _rows_axis(record)
    told = [*_lines("rows", rows)]
    for axis in AXES:
        told += _lines(axis, record.of("growth", log=axis))
    heads = ("along", "size", *(f"{name}{_unit(of)}" for of, name in COSTS))
    return ["## Growth", "", SAID, "", *table(heads, told)]


def _unit(of: str) -> str:
    return NOTHING if of == "peak" else ", s"


def _rows_axis(record: Record) -> list[Series]:
    """Give the Parquet logs of the section on scale whose ids are words."""
    found = record.of("scale", what="stages")
    return [one for one in found if kind(one.log) == PARQUET]


def _lines(axis: str, points: Sequence[Series]) -> list[list[str]]:
    """Give a line for each point, and the slopes where there are enough of them."""
    points = sorted(points, key=lambda one: one.size)
    costs = {of: [spread(values(one.runs, of)).median for one in points] for of, _ in COSTS}
    shown = {of: MEGABYTE if of == "peak" else 1.0 for of in costs}
    lines = [
        [axis, size(one.size), *(number(costs[of][n] / shown[of]) for of in costs)]
        for n, one in enumerate(points)
    ]
    sizes = [one.size for one in points]
    if len(set(sizes)) >= FEWEST_POINTS:
        slopes = [f"**{slope(sizes, costs[of]):.2f}**" for of in costs]
        lines.append([axis, "**slope**", *slopes])
    return lines
