"""How ranks are written: ``第3名``, ``TOP 4``, ``No.5``, ``#6``, ``第十二位``.

A cell of ranks is a number (:mod:`.numbers`) or one number with such words about it. Two numbers in
a cell (``第1页第3位``) are no rank: the second may start again on each page. As there, the grammar
is a regular expression that means the same in Python's ``re`` and in the engines', so that
:mod:`fairshelf.audits.checks.engine` reads the same ranks inside the engine.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from fairshelf.audits.columns.numbers import NARROW, WIDE, parse_number
from fairshelf.audits.columns.protected import unwrapped

TEN: Final = "十"
"""The one Chinese numeral that is no digit: ``二十三`` is 23, ``十`` 10."""

RANK_WIDE: Final = WIDE + "＃ＴｔＯｏＰｐＮｎ①②③④⑤⑥⑦⑧⑨"
RANK_NARROW: Final = NARROW + "#TtOoPpNn123456789"
"""``RANK_WIDE[i]`` is read as ``RANK_NARROW[i]``: full-width letters, digits in rings."""

NUMERALS: Final = "一二三四五六七八九"
DIGITS: Final = "123456789"
"""``NUMERALS[i]`` is the digit ``DIGITS[i]``."""

_NUMBER = rf"[0-9]{{1,9}}|[{NUMERALS}]?{TEN}[{NUMERALS}]?|[{NUMERALS}]"
_BEFORE = "第|[tT][oO][pP]|[nN][oO][.]?|№|#"
_BEHIND = "名|位|个|家|、"


@cache
def rank_grammar() -> str:
    """Give the regular expression of a rank in words; group 1 is its number."""
    return f"^ *(?:{_BEFORE})? *({_NUMBER}) *(?:{_BEHIND})? *$"


_TO_NARROW = str.maketrans(RANK_WIDE, RANK_NARROW)
_TO_DIGITS = str.maketrans(NUMERALS, DIGITS)
_COMPILED = re.compile(rank_grammar())


def parse_rank(text: str | None, decimal: str = ".") -> float | None:
    """Read a rank, as a number or in words.

    Parameters
    ----------
    text
        The cell.
    decimal
        The decimal mark of the file: ``.`` or ``,``.

    Returns
    -------
    float or None
        The rank; None where the cell is empty, holds none or holds two numbers.

    Examples
    --------
    >>> parse_rank("第3名"), parse_rank("TOP 4"), parse_rank("第二十位"), parse_rank("第1页第3位")
    (3.0, 4.0, 20.0, None)
    """
    plain = parse_number(text, decimal)
    if plain is not None or text is None:
        return plain
    found = _COMPILED.match(unwrapped(text.translate(_TO_NARROW)))
    if found is None:
        return None
    digits = found[1].translate(_TO_DIGITS)
    digits = "1" + digits if digits.startswith(TEN) else digits
    digits = digits[:-1] + "0" if digits.endswith(TEN) else digits
    return float(digits.replace(TEN, ""))
