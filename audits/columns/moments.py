"""What the cells of a time column tell: days, a spreadsheet's serial days, or no day at all."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from fairshelf.audits.columns.numbers import parse_number
from fairshelf.audits.columns.sample import HALF, cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.columns.raw import RawTable

Told = Literal["days", "serial", "mixed", "no_year", "no_day", "nothing"]

EPOCH: Final = date(1899, 12, 30)
"""The day that a spreadsheet counts from: 46082 is 2026-03-01."""

SERIAL: Final = (20_000, 80_000)
"""Serial days that are taken for such: 1954 to 2119."""

_DAY = re.compile(
    r"^\D*(?:19|20)\d{2}(?:[-/.年]\d{1,2}[-/.月]\d{1,2}|[01]\d[0-3]\d(?:\D|\d{4,6}$|$))"
)
_NO_YEAR = re.compile(r"^\s*\d{1,2}\s*(?:月\s*\d{1,2}|[-/.]\d{1,2}(?![-/.:\d]))")


def told_by(raw: RawTable, heading: str) -> Told:
    """Say what the first cells of a time column tell.

    Parameters
    ----------
    raw, heading
        The file, and the heading of the column.

    Returns
    -------
    str
        ``serial`` where most are numbers, all of these between :data:`SERIAL`, and fewer are
        dates (a word beneath a table, such as 合计, is none); ``days`` where any is a date with
        its year, and ``mixed`` where serial days stand among such dates; ``no_year`` where any
        is a month and a day; ``no_day`` for all else; ``nothing`` where all are empty.
    """
    found = cells(raw, heading)
    if not found:
        return "nothing"
    days, numbers, serial = _counts(raw, found)
    if serial and any(_DAY.match(cell) and cell[:1].isdigit() for cell in found):
        return "mixed"
    if serial == numbers > max(days, HALF * len(found)):
        return "serial"
    if days:
        return "days"
    return "no_year" if any(_NO_YEAR.match(cell) for cell in found) else "no_day"


def counts(raw: RawTable, heading: str) -> tuple[int, int]:
    """Count the dates and the serial days among the first cells of a time column."""
    days, _, serial = _counts(raw, cells(raw, heading))
    return days, serial


def _counts(raw: RawTable, found: Sequence[str]) -> tuple[int, int, int]:
    """Count dates, numbers (a date run together, such as 20260301, is none) and serial days."""
    days = [_DAY.match(cell) is not None for cell in found]
    rest = [cell for cell, day in zip(found, days, strict=True) if not day]
    told = (parse_number(cell, raw.decimal) for cell in rest)
    numbers = [number for number in told if number is not None]
    low, high = SERIAL
    return sum(days), len(numbers), sum(low <= number <= high for number in numbers)
