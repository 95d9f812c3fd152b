"""Why a row cannot be used: its first fault, by the column, the cell and a word for the reason.

The engine marks the rows that are not to be used (:mod:`fairshelf.audits.checks.stage`); only
those few come here, cell by cell as they stood in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.checks.engine import SCIENTIFIC, TOTALS
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.columns.numbers import NO_WORD, is_missing
from fairshelf.audits.columns.readings import number_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairshelf.audits.checks.stage import Source

_DAMAGED = re.compile(SCIENTIFIC)
_SPACES = " \t\n\r\v\f"
_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row; ``column`` is a heading, empty where it is the row as a whole."""

    column: str
    value: str
    reason: str


def fault_of(cells: Mapping[str, str | None], source: Source, needed: Sequence[str]) -> Fault:
    """Find the first fault of a row that the engine has marked.

    Parameters
    ----------
    cells
        Heading -> raw cell.
    source
        The file.
    needed
        Canonical columns whose value the row must have, in the order in which they are looked at.

    Returns
    -------
    Fault
        ``blank_row``, ``total_row``, ``missing``, ``not_a_number``, ``not_whole``,
        ``out_of_range``, ``damaged_id``; ``unusable`` where none of them fits.
    """
    if not any((cell or "").strip() for cell in cells.values()):
        return Fault("", "", "blank_row")
    total = _total(cells, source)
    if total is not None:
        return Fault("", total, "total_row")
    for name in needed:
        heading = source.headings[name]
        cell = cells[heading]
        reason = _reason(cell, name, source)
        if reason is not None:
            return Fault(heading, cell or "", reason)
    return Fault("", "", "unusable")


def _total(cells: Mapping[str, str | None], source: Source) -> str | None:
    sums = [cell.strip(_SPACES) for cell in cells.values() if cell]
    said = next((cell for cell in sums if cell in TOTALS), None)
    if said is None or source.key is None:
        return said
    key = (cells[source.headings[source.key]] or "").strip(_SPACES)
    return said if key in NO_WORD or key in TOTALS else None


def _reason(cell: str | None, name: str, source: Source) -> str | None:
    kind = BY_NAME[name].kind
    if kind in {"position", "count"}:
        lowest = source.lowest if name == "position" else 0
        return _of_number(cell, name, source, lowest)
    text = (cell or "").strip(_SPACES)
    if kind == "id" and is_damaged(text):
        return "damaged_id"
    return "missing" if text in NO_WORD and name in source.required else None


def _of_number(cell: str | None, name: str, source: Source, lowest: int) -> str | None:
    if is_missing(cell):
        return "missing"
    number = number_in(cell, name, source.headings[name], source.raw.decimal)
    if number is None:
        return "not_a_number"
    if number != int(number):
        return "not_whole"
    return "out_of_range" if number < lowest or abs(number) > _LARGEST else None


def is_damaged(text: str) -> bool:
    """Say whether an id like ``5.6E+11`` has fewer digits than its exponent needs."""
    match = _DAMAGED.match(text)
    return match is not None and len(match[2] or "") != int(match[3])
