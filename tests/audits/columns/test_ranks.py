"""How ranks are written, and what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.columns.ranks import parse_rank

_DIGITS = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    """Write 1 to 99 as Chinese does."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return lead + (_DIGITS[ones] if ones else "")


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("第1名", 1.0),
        ("第 3 位", 3.0),
        ("第9", 9.0),
        ("第2个", 2.0),
        ("第12家", 12.0),
        ("3位", 3.0),
        ("10名", 10.0),
        ("TOP4", 4.0),
        ("top 4", 4.0),
        ("Top12", 12.0),
        ("No.5", 5.0),
        ("NO 5", 5.0),
        ("№7", 7.0),
        ("#6", 6.0),
        ("第１２名", 12.0),
        ("ＴＯＰ４", 4.0),
        ("Ｎｏ．５", 5.0),
        ("＃６", 6.0),
        ("第一位", 1.0),
        ("第十名", 10.0),
        ("第二十位", 20.0),
        ("十一", 11.0),
        ('="第2名"', 2.0),
        ("⑥", 6.0),
        ("7.0", 7.0),
        ("8", 8.0),
    ],
)
def test_a_rank_in_words_is_its_number(text: str, rank: float) -> None:
    """What people write about a rank does not change it."""
    assert parse_rank(text) == rank


@pytest.mark.parametrize(
    "text",
    [
        "第1页第3位",
        "第1页",
        "1-3",
        "1/48",
        "第",
        "名",
        "TOP",
        "第一二名",
        "第百名",
        "第3名店",
        "",
        "-",
        None,
    ],
)
def test_two_numbers_or_none_are_no_rank(text: str | None) -> None:
    """A rank within a page is not taken for the rank in the list."""
    assert parse_rank(text) is None


@given(st.integers(1, 99))
def test_chinese_numerals_to_99_are_read(number: int) -> None:
    """Every numeral from one to ninety-nine gives its number."""
    assert parse_rank(f"第{_chinese(number)}位") == number
