"""Lines break where a reader of either language would break them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from fairshelf.reports.lines import broken

LETTERS = st.sampled_from("县域城镇ab 1.“”（），。:")


def test_chinese_breaks_between_characters() -> None:
    """A clause without blanks fills its line instead of jumping to the next one whole."""
    assert broken("· 局限：没有卖家列，每件商品当作一个卖家", 20) == [
        "· 局限：没有卖家列，",
        "每件商品当作一个卖家",
    ]


def test_english_breaks_between_words() -> None:
    """English words stay whole."""
    assert broken("the first ten places", 10) == ["the first", "ten places"]


def test_a_mark_stays_with_what_it_closes() -> None:
    """No line begins with a comma, a colon or a closing quotation mark."""
    assert broken("reaches group “no”: 0.9", 18) == ["reaches group", "“no”: 0.9"]
    assert broken("县城、乡镇", 6) == ["县城、", "乡镇"]


@given(st.text(LETTERS, max_size=80), st.integers(8, 40))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    """Lines hold every character but blanks, and none is wider than asked."""
    lines = broken(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("text", ["", "   ", "。"])
def test_little_text_is_one_line(text: str) -> None:
    """Nothing, blanks or a lone mark make one line."""
    assert broken(text, 10) == [text.strip()]
