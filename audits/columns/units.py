"""The unit a heading states: ``曝光量(万)``, ``销售额（万元）``, ``展示量/千``.

Cells under such a heading are multiplied by it, unless a cell bears a multiplier of its own
(``1.2万``). Only counts and sums of money are: a rating or a share has no such unit.
"""

from __future__ import annotations

import re
import unicodedata
from math import floor
from typing import Final

SCALED: Final = frozenset(
    (
        *("impressions", "clicks", "orders", "revenue", "price", "reviews", "employees"),
        *("annual_revenue", "assets", "balance_sheet", "investment"),
    )
)
"""Canonical columns whose heading may state a unit."""

OWN: Final = "[0-9０-９.．] *(?:[百千万萬亿億kKwWmMＫｋＷｗＭｍ])"
"""A cell that bears a multiplier of its own; the same in Python's ``re`` and in the engines'."""

_POWERS: Final = {
    "千": 3,
    "k": 3,
    "thousand": 3,
    "thousands": 3,
    "万": 4,
    "萬": 4,
    "w": 4,
    "百万": 6,
    "million": 6,
    "millions": 6,
    "千万": 7,
    "亿": 8,
    "億": 8,
}
_WORD = "|".join(sorted(_POWERS, key=len, reverse=True))
_OF = "元|圆|人民币|美元|人次|次|件|人|条|单|笔|个|rmb|cny|yuan|usd"
_MICRO = 1e6
_UNIT = re.compile(
    rf" *[(\[【〔「<{{] *(?:单位 *:? *|in +)?({_WORD}) *(?:{_OF})? *[)\]】〕」>}}] *$"
    rf"|(?<=\S) *[/_:·-] *({_WORD}) *(?:{_OF})? *$"
    rf"|(?<=[一-鿿])((?:百|千)?[万亿])元 *$",
    re.IGNORECASE,
)


def factor_of(canonical: str, heading: str) -> int:
    """Give what the cells under a heading are multiplied by.

    Parameters
    ----------
    canonical
        The canonical column that the heading was taken for.
    heading
        The heading as it stands in the file.

    Returns
    -------
    int
        A power of ten; 1 where the heading states none.

    Examples
    --------
    >>> factor_of("impressions", "曝光量(万)"), factor_of("price", "价格(元/千克)")
    (10000, 1)
    """
    found = _unit_in(_plain(heading)) if canonical in SCALED else None
    return 1 if found is None else int(10 ** _POWERS[_word(found)])


def without_unit(heading: str) -> str:
    """Give a heading without the unit at its end."""
    plain = _plain(heading)
    found = _unit_in(plain)
    return plain if found is None else plain[: found.start()]


def scaled(number: float | None, cell: str | None, factor: int, *, whole: bool) -> float | None:
    """Multiply a number by its heading's unit.

    Parameters
    ----------
    number
        What the cell was read as.
    cell
        The cell; one with a multiplier of its own is left alone.
    factor
        As :func:`factor_of` gives it.
    whole
        Whether it is a count: those are rounded to whole numbers, others to millionths.
    """
    if number is None or factor == 1:
        return number
    product = number * (1 if cell and re.search(OWN, cell) else factor)
    return float(floor(product + 0.5)) if whole else round(product * _MICRO) / _MICRO


def _unit_in(plain: str) -> re.Match[str] | None:
    """Find the unit of a heading. ``clicks_w`` is of a week: w is 万 beside Chinese only."""
    found = _UNIT.search(plain)
    weekly = found is not None and _word(found) == "w" and plain.isascii()
    return None if weekly else found


def _word(found: re.Match[str]) -> str:
    return (found[1] or found[2] or found[3]).casefold()


def _plain(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip()
