"""How time and memory grow along one size of a log while its rows stay as many."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.commands import child, shown
from benchmarks.measuring import alternate
from benchmarks.records import Series
from benchmarks.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.commands import Shelf

SECTION = "growth"
MOST_RUNS = 3
SHOWN, LONG = 20, 100

AXES: tuple[tuple[str, tuple[tuple[int, dict[str, int]], ...]], ...] = (
    (
        "requests",
        tuple((shown, {"positions": LONG, "shown": shown}) for shown in (100, 20, 5)),
    ),
    ("sellers", tuple((sellers, {"sellers": sellers}) for sellers in (500, 5_000, 50_000))),
    ("groups", tuple((groups, {"groups": groups}) for groups in (2, 4, 8, 16))),
    (
        "positions",
        tuple((places, {"positions": places, "shown": SHOWN}) for places in (20, 100, 500)),
    ),
)
"""What changes along each axis. Requests: pages of 100, 20, 5 places out of lists of 100, so that
neither rows nor positions change. Positions: pages of 20 out of ever longer lists."""


def growth(shelf: Shelf, rows: int, runs: int) -> Iterator[Series]:
    """Audit logs of so many rows along each axis, the sizes of an axis in turn."""
    for axis, points in AXES:
        shapes = [replace(Shape(rows), **changed) for _, changed in points]
        sizes = [
            rows // shape.page if axis == "requests" else size
            for (size, _), shape in zip(points, shapes, strict=True)
        ]
        commands = {
            str(size): child("stages", shelf.log(shape), shelf.out)
            for size, shape in zip(sizes, shapes, strict=True)
        }
        for size, spent in alternate(commands, min(runs, MOST_RUNS)).items():
            yield Series(SECTION, "stages", axis, int(size), shown(commands[size]), spent)
