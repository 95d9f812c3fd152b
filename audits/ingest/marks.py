"""The decimal mark of a file, from the numbers that leave no doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Mark = Literal[".", ","]

_BARE = re.compile(r"[\s\u00a0\u202f%‰¥￥$€£元+\-()]|EUR|USD|CNY|RMB", re.IGNORECASE)
_COMMA = re.compile(r"(\d{1,3}(\.\d{3})+|0|\d{4,}),\d+|\d+,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3}){2,}")
_POINT = re.compile(r"(\d{1,3}(,\d{3})+|0|\d{4,})\.\d+|\d+\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3}){2,}")
_EITHER_COMMA = re.compile(r"[1-9]\d{0,2},\d{3}")
_EITHER_POINT = re.compile(r"[1-9]\d{0,2}\.\d{3}")


@dataclass(frozen=True, slots=True)
class Decimal:
    """The mark, and how it was found.

    ``doubt`` is None where numbers settle it; ``unclear`` where all could be read both ways;
    ``mixed`` where some numbers speak for each mark. ``example`` is a number in doubt.
    """

    mark: Mark
    doubt: Literal["unclear", "mixed"] | None = None
    example: str | None = None


def decide(cells: Iterable[str], *, delimiter: str | None = None) -> Decimal:
    """Decide between the point and the comma as the decimal mark.

    ``1.699,15`` and ``97,5 %`` speak for the comma, ``3,210.50`` and ``0.5`` for the point;
    ``12,345`` could be either. Where nothing speaks, the point stands, except that a file of
    cells parted by ``;`` was written where the comma is the decimal mark.

    Parameters
    ----------
    cells
        Cells as text.
    delimiter
        What parts the cells, if anything does.
    """
    comma: list[str] = []
    point: list[str] = []
    either: list[tuple[Mark, str]] = []
    for cell in cells:
        if not 2 < len(cell) <= 40 or not ("," in cell or "." in cell):  # noqa: PLR2004 - a number
            continue
        bare = _BARE.sub("", cell)
        if _COMMA.fullmatch(bare):
            comma.append(cell)
        elif _POINT.fullmatch(bare):
            point.append(cell)
        elif _EITHER_COMMA.fullmatch(bare):
            either.append((".", cell))
        elif _EITHER_POINT.fullmatch(bare):
            either.append((",", cell))
    return _weigh(comma, point, either, delimiter)


def _weigh(
    comma: list[str], point: list[str], either: list[tuple[Mark, str]], delimiter: str | None
) -> Decimal:
    if comma and point:
        mark: Mark = "," if len(comma) > len(point) else "."
        return Decimal(mark, "mixed", (point if mark == "," else comma)[0])
    if comma:
        return Decimal(",")
    if point:
        return Decimal(".")
    if delimiter == ";" and any(mark == "," for mark, _ in either):
        return Decimal(",", "unclear", next(cell for mark, cell in either if mark == ","))
    return Decimal(".", "unclear" if either else None, either[0][1] if either else None)
