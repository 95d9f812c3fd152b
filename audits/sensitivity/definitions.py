"""Other ways to draw the line between two groups, from the labels that the audit has anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping

    Bools = NDArray[np.bool_]

SIZES = ("micro", "small", "medium", "large")
"""Size classes from the smallest up; a line can be drawn above each."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One way to tell the group from its reference: who is in each, bool, shape (sellers,)."""

    name: str
    group: Bools
    reference: Bools


def definitions(
    groupings: Sequence[Grouping], grouping: Grouping, level: str, reference: str
) -> list[Definition]:
    """Give the definitions of a contrast, the audit's own first.

    Other groupings of the same attribute (``locality`` and ``locality:rural_urban``) take part
    with the level that most of the group's sellers have there against the one that most of the
    reference's have. Where the levels are size classes, so does every line between a smaller and
    a larger side that leaves the group on the smaller one.
    """
    own = Definition(grouping.name, grouping.mask(level), grouping.mask(reference))
    told = [own]
    for other in groupings:
        if other.name != grouping.name and _base(other) == _base(grouping):
            names = [_most(other, mask) for mask in (own.group, own.reference)]
            if None not in names and names[0] != names[1]:
                masks = [other.mask(str(name)) for name in names]
                told.append(Definition(other.name, masks[0], masks[1]))
    return _different([*told, *_size_lines(grouping, level, reference)])


def _base(grouping: Grouping) -> str:
    return grouping.name.partition(":")[0]


def _most(grouping: Grouping, members: Bools) -> str | None:
    """Name the known level that most of some sellers have."""
    counts = np.bincount(grouping.code[members], minlength=len(grouping.levels))
    known = [place for place, name in enumerate(grouping.levels) if name != "unknown"]
    best = max(known, key=lambda place: int(counts[place]), default=None)
    return grouping.levels[best] if best is not None and counts[best] else None


def _size_lines(grouping: Grouping, level: str, reference: str) -> list[Definition]:
    present = [name for name in SIZES if name in grouping.levels]
    if (
        level not in present
        or reference not in present
        or SIZES.index(level) > SIZES.index(reference)
    ):
        return []
    told = []
    for cut in range(present.index(level) + 1, len(present)):
        smaller, larger = present[:cut], present[cut:]
        masks = [
            np.logical_or.reduce([grouping.mask(name) for name in side])
            for side in (smaller, larger)
        ]
        told.append(Definition(f"{'+'.join(smaller)}|{'+'.join(larger)}", masks[0], masks[1]))
    return told


def _different(told: list[Definition]) -> list[Definition]:
    """Leave out what draws the same line again, or leaves a side empty."""
    kept: list[Definition] = []
    for one in told:
        same = any(
            np.array_equal(one.group, other.group)
            and np.array_equal(one.reference, other.reference)
            for other in kept
        )
        if not same and one.group.any() and one.reference.any():
            kept.append(one)
    return kept
