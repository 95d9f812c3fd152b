"""Articles of Chinese law as Chinese writes them: 第二十一条第三款 for ``21(3)``."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_MOST = 999
_ONE = re.compile(r"(\d+)((?:\(\d+\))*)")
_ITEM = re.compile(r"(\d+)\(item (\d+)\)")
_SPAN = re.compile(r"(\d+)-(\d+)")


def numeral(number: int) -> str:
    """Write a whole number in Chinese numerals: 21 is 二十一, 105 is 一百零五.

    Parameters
    ----------
    number
        From 1 to 999.

    Raises
    ------
    ValueError
        The number is outside that range.
    """
    if not 1 <= number <= _MOST:
        message = f"no numeral for {number}"
        raise ValueError(message)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += f"{'' if tens == 1 and not hundreds else _DIGITS[tens]}十"
    elif hundreds and ones:
        said += _DIGITS[0]
    return said + (_DIGITS[ones] if ones else "")


def article(written: str) -> str:
    """Name articles: numbers in brackets are the paragraph (款), then its items (项).

    Parameters
    ----------
    written
        Articles as the table has them, set apart by a comma: ``19, 21(3)``, ``13(1)(5)(6)``,
        ``24-26``, and ``4(item 5)`` for an article of one paragraph, which is not counted.

    Returns
    -------
    str
        ``第十九条、第二十一条第三款``; what is no number stays as it is, in brackets.
    """
    return "、".join(_named(part.strip()) for part in written.split(","))


def _named(part: str) -> str:
    if span := _SPAN.fullmatch(part):
        first, last = (numeral(int(one)) for one in span.groups())
        return f"第{first}条至第{last}条"
    if alone := _ITEM.fullmatch(part):
        number, item = (numeral(int(one)) for one in alone.groups())
        return f"第{number}条第{item}项"
    found = _ONE.fullmatch(part)
    if found is None:
        return f"（{part}）"
    paragraph, *items = re.findall(r"\d+", found[2]) or [""]
    said = f"第{numeral(int(found[1]))}条"
    if paragraph:
        said += f"第{numeral(int(paragraph))}款"
    return said + "、".join(f"第{numeral(int(item))}项" for item in items)
