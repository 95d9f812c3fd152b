"""A place told in several columns (县, 乡镇, 行政村): which there are, and in what order."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fairshelf.audits.columns.candidates import WEAK_RANK
from fairshelf.audits.columns.headings import forms, lookup

if TYPE_CHECKING:
    from collections.abc import Sequence

TOWNSHIP = 4
"""The level from which on columns say more than where a parcel is sent from."""

_USUAL = 1
"""Rank of the headings under which the whole address of a shop stands."""

_OF_GOODS = ("发货", "产地")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Place:
    """The columns that make a place together.

    Attributes
    ----------
    parts
        Their headings, the largest unit first.
    whole
        The heading of an address that stands behind them where it does not hold them already.
    """

    parts: tuple[str, ...]
    whole: str | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """All of them, in the order in which they are joined."""
        return self.parts if self.whole is None else (*self.parts, self.whole)

    @property
    def heading(self) -> str:
        """What the column made of them is called."""
        return "+".join(self.headings)


def place_in(headings: Sequence[str]) -> Place | None:
    """Find the columns of a file that make a place together.

    Where one column is the address of the shop (住所, 详细地址), the units that other columns tell
    come before it. Where parcels are sent from is no part of it; it goes before provinces and
    cities, and not before townships and villages.

    Parameters
    ----------
    headings
        Headings of a file.

    Returns
    -------
    Place or None
        None where fewer than two columns tell of one, or one tells it all.
    """
    levels: dict[int, str] = {}
    for heading in headings:
        level = _level(heading)
        if level is not None:
            levels.setdefault(level, heading)
    parts = tuple(levels[level] for level in sorted(levels))
    rank, whole = _address(headings, parts)
    if rank > _USUAL and parts and max(levels) < TOWNSHIP and whole is not None:
        return None
    if whole is not None and any(word in whole for word in _OF_GOODS):
        whole = None
    found = Place(parts, whole)
    return found if parts and len(found.headings) >= _FEWEST else None


def _level(heading: str) -> int | None:
    table = _levels()
    return next((table[form] for form in forms(heading) if form in table), None)


def _address(headings: Sequence[str], parts: Sequence[str]) -> tuple[int, str | None]:
    """Give the best address among the other headings, with its rank."""
    told = [
        (entry.rank, place, heading)
        for place, heading in enumerate(headings)
        if heading not in parts
        for entry in lookup(heading)
        if entry.canonical == "address" and entry.language == "zh" and entry.rank < WEAK_RANK
    ]
    if not told:
        return 0, None
    rank, _, heading = min(told)
    return rank, heading


@cache
def _levels() -> dict[str, int]:
    path = files("fairshelf.audits") / "standards" / "place_levels.csv"
    with path.open(encoding="utf-8") as lines:
        return {forms(row["heading"])[0]: int(row["level"]) for row in csv.DictReader(lines)}
