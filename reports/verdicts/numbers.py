"""The numbers of a verdict, never rounded onto the line they are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.gate.records import Verdict
    from fairshelf.reports.wording import Words

_DIGITS = (3, 4, 5, 6, 8)
_PERCENT = 0


def amount(value: float | None, line: float | None, words: Words) -> str:
    """Set a number with three significant digits, more where it would look like its line."""
    if value is None:
        return words.text("gate.open_end")
    if value < 0:
        return "-" + amount(-value, None if line is None else -line, words)
    shown = ""
    for digits in _DIGITS:
        shown = words.number(value, digits)
        if line is None or value == line or shown != words.number(line, digits):
            break
    return shown


def found_text(verdict: Verdict, words: Words) -> str:
    """Say an estimate with its interval, and on how many sellers or requests it stands."""
    found = verdict.found
    if found is None:
        return words.text("none")
    line = None if verdict.difference is not None else verdict.line
    value, low, high = (amount(one, line, words) for one in (found.value, found.low, found.high))
    level = words.percent(found.level, _PERCENT)
    told = words.text("gate.found", value=value, level=level, low=low, high=high)
    if found.sellers is not None:
        return words.text("gate.of_sellers", found=told, sellers=found.sellers)
    if found.requests is not None:
        return words.text("gate.of_requests", found=told, requests=found.requests)
    return told


def spread(values: Sequence[float], words: Words) -> tuple[str, str]:
    """Say the least and the greatest of several values."""
    return amount(min(values), None, words), amount(max(values), None, words)
