"""Other ways to draw the line between two groups."""

from __future__ import annotations

import numpy as np

from fairshelf.audits.estimates.arrays import Grouping
from fairshelf.audits.sensitivity.definitions import definitions


def _grouping(name: str, levels: tuple[str, ...], code: list[int]) -> Grouping:
    codes = np.array(code)
    return Grouping(name, levels, codes, codes, levels[-1], declared=True)


def test_another_standard_takes_part_with_the_level_most_sellers_have() -> None:
    """县域 sellers are mostly rural there: rural against urban is the second definition."""
    own = _grouping("locality", ("县域", "中心城区"), [0, 0, 0, 1, 1, 1])
    other = _grouping("locality:rural_urban", ("rural", "unknown", "urban"), [0, 0, 2, 2, 1, 2])
    size = _grouping("size", ("small", "large"), [0, 1, 0, 1, 0, 1])
    found = definitions([own, other, size], own, "县域", "中心城区")
    assert [one.name for one in found] == ["locality", "locality:rural_urban"]
    assert found[1].group.tolist() == [True, True, False, False, False, False]
    assert found[1].reference.tolist() == [False, False, True, True, False, True]


def test_every_line_between_size_classes_is_drawn_once() -> None:
    """Micro against large: also micro against the rest, and micro and small against the rest."""
    own = _grouping("size", ("micro", "small", "large"), [0, 0, 1, 1, 2, 2])
    found = definitions([own], own, "micro", "large")
    assert [one.name for one in found] == ["size", "micro|small+large", "micro+small|large"]


def test_the_same_line_is_not_drawn_twice() -> None:
    """Two size classes have one line only, which is the audit's own."""
    own = _grouping("size", ("small", "large"), [0, 1, 0, 1])
    assert len(definitions([own], own, "small", "large")) == 1
