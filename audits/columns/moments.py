"""What the cells of a time column tell: days, a spreadsheet's serial days, or no day at all."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from fairshelf.audits.columns.numbers import parse_number
from fairshelf.audits.columns.sample import cells

if TYPE_CHECKING:
    from fairshelf.audits.columns.raw import RawTable

Told = Literal["days", "serial", "no_year", "no_day", "nothing"]

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
        ``days`` where any is a date with its year; ``serial`` where all are numbers between
        :data:`SERIAL`; ``no_year`` where any is a month and a day; ``no_day`` for all else;
        ``nothing`` where all are empty.
    """
    found = cells(raw, heading)
    if not found:
        return "nothing"
    if any(_DAY.match(cell) for cell in found):
        return "days"
    numbers = [parse_number(cell, raw.decimal) for cell in found]
    low, high = SERIAL
    if all(number is not None and low <= number <= high for number in numbers):
        return "serial"
    return "no_year" if any(_NO_YEAR.match(cell) for cell in found) else "no_day"
