"""How numbers are written in exports: one grammar, read by Python and by the engine alike.

Thousands and decimal marks of either convention, currency signs, Chinese and English multipliers
(``1.2万``, ``20万+``, ``3千``, ``1.5w``, ``12k``), percentages and full-width digits. The
grammar is a regular expression that means the same in Python's ``re`` and in RE2, so that
:mod:`fairshelf.audits.checks.engine` can give exactly the same values inside the engine.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Final

from fairshelf.audits.columns.protected import unwrapped

WIDE: Final = "０１２３４５６７８９．，％＋－−￥　\u00a0\u2007\u2009\u202f\t\n\r\v\f’＇"
NARROW: Final = "0123456789.,%+--¥          ''"
"""``WIDE[i]`` is read as ``NARROW[i]``: full-width forms, minus signs and every kind of space."""

MISSING: Final = frozenset(
    {
        *(
            "",
            '=""',
            "-",
            "--",
            "---",
            "—",
            "——",
            "–",
            "/",
            "\\n",
            "\\N",
            "n/a",
            "N/A",
            "#N/A",
            "na",
        ),
        *(
            "NA",
            "null",
            "NULL",
            "Null",
            "none",
            "None",
            "NONE",
            "nan",
            "NaN",
            "NAN",
            "<NA>",
            "n.a.",
        ),
        *("暂无", "无", "无数据", "暂无数据", "未知", "空", "缺失", "k. A.", "k.A."),
    }
)
"""What stands in a cell of numbers that holds none."""

NO_WORD: Final = frozenset(
    {
        *("", '=""', "-", "--", "---", "—", "——", "–", "\\N", "N/A", "n/a", "#N/A", "null", "NULL"),
        *("Null", "none", "None", "nan", "NaN", "<NA>", "暂无", "暂无数据", "无数据"),
    }
)
"""What stands in a cell of words or ids that holds none; shorter, since 无 or NA may be a word."""

POWERS: Final = {
    "百": "2",
    "千": "3",
    "k": "3",
    "K": "3",
    "万": "4",
    "萬": "4",
    "w": "4",
    "W": "4",
    "百万": "6",
    "m": "6",
    "M": "6",
    "千万": "7",
    "亿": "8",
    "億": "8",
}
"""The power of ten that a multiplier stands for."""


def _any_case(word: str) -> str:
    """Spell a word so that it matches in either case, in every regular expression engine."""
    return "".join(f"[{letter.lower()}{letter.upper()}]" for letter in word)


_CODES = "|".join(_any_case(code) for code in ("rmb", "cny", "usd", "eur", "gbp", "inr", "jpy"))
_CURRENCY = rf"(?:¥|[$]|€|£|₹|元|人民币|美元|欧元|{_CODES})"
_UNIT = r"(?:人付款|人收货|人评价|件|条|次|人|个|名|笔|分|Stk[.]?)"
_WORD = r"(?:大?约|已售|已拼|月销|月售|销量|券后价?|到手价?|现价|售价)"
"""What shops write before a number without making it another."""
_WHOLE = {
    ".": r"[0-9]{1,3}(?:[, '][0-9]{3})+|[0-9]{1,3}(?:,[0-9]{2})+,[0-9]{3}|[0-9]+",
    ",": r"[0-9]{1,3}(?:[. '][0-9]{3})+|[0-9]+",
}


@cache
def grammar(decimal: str) -> str:
    """Give the regular expression of a number.

    Parameters
    ----------
    decimal
        The decimal mark: ``.`` or ``,``.

    Returns
    -------
    str
        Groups: 1 sign, 2 whole part with its grouping marks, 3 decimal mark and fraction,
        4 exponent with its ``e``, 5 multiplier, 6 percent sign.
    """
    return (
        rf"^ *(?:{_WORD}[:：]?)? *{_CURRENCY}? *([+-]?) *{_CURRENCY}?"
        rf" *({_WHOLE[decimal]})?([{decimal}][0-9]*)?"
        r"([eE][+-]?[0-9]{1,4})? *(百万|千万|百|千|万|萬|亿|億|[kKwWmM])? *(?:[+]|以上|多)? *(%)?"
        rf" *(?:{_CURRENCY}|{_UNIT})? *起? *$"
    )


@cache
def _compiled(decimal: str) -> re.Pattern[str]:
    return re.compile(grammar(decimal))


_TO_NARROW = str.maketrans(WIDE, NARROW)


def parse_number(text: str | None, decimal: str = ".") -> float | None:
    """Read a number as people and exports write it.

    Parameters
    ----------
    text
        The cell.
    decimal
        The decimal mark of the file: ``.`` or ``,``.

    Returns
    -------
    float or None
        The number (a percentage as a share: ``97.5%`` is 0.975); None where the cell is empty,
        says that nothing is known (``-``, ``暂无``) or is no number.

    Examples
    --------
    >>> parse_number("1.2万"), parse_number("1.699,15 €", ","), parse_number("97.5%")
    (12000.0, 1699.15, 0.975)
    """
    if text is None or is_missing(text):
        return None
    match = _compiled(decimal).match(unwrapped(text.translate(_TO_NARROW)))
    if match is None:
        return None
    sign, whole, fraction, exponent, multiplier, percent = (part or "" for part in match.groups())
    powers = [exponent[1:], POWERS.get(multiplier, ""), "-2" if percent else ""]
    given = [power for power in powers if power]
    if len(given) > 1:
        return None
    digits = "".join(mark for mark in whole if mark.isdigit()) + fraction.replace(",", ".")
    if not any(mark.isdigit() for mark in digits):
        return None
    number = float(f"{sign}{digits}e{given[0] if given else '0'}")
    return number if math.isfinite(number) else None


def is_missing(text: str | None) -> bool:
    """Say whether a cell of numbers states that there is none."""
    return text is None or text.translate(_TO_NARROW).strip() in MISSING
