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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("There is no file shop two/log of may.csv. Check it.", "shop two/log of may.csv"),
        ("没有文件 县城数据/五月日志.csv。请检查路径。", "县城数据/五月日志.csv"),
        ("Type --map position=HEADING now", "--map position=HEADING"),
        ("Ask `audit run --show-settings LOG` for it.", "`audit run --show-settings LOG`"),
        ("no digest 0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"),
        ("two: a b.csv, a b c.csv.", "a b c.csv"),
    ],
)
@pytest.mark.parametrize("width", [8, 20])
def test_a_name_is_never_broken(text: str, name: str, width: int) -> None:
    """A path stands on one line, though it holds blanks or Chinese and is wider than the line."""
    lines = broken(text, width, ["a b.csv", name])
    assert sum(name in line for line in lines) == 1
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert len(lines) > 1


def test_a_name_does_not_break_a_longer_word() -> None:
    """``in the`` as a name leaves ``in theory`` alone."""
    assert broken("so in theory", 8, ["in the"]) == ["so in", "theory"]


@given(st.text(LETTERS, max_size=80), st.lists(st.text(LETTERS, max_size=9)), st.integers(8, 40))
def test_names_lose_nothing(text: str, names: list[str], width: int) -> None:
    """Whatever is kept whole, every character but blanks is there, in order."""
    lines = broken(text, width, names)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", "   ", "。"])
def test_little_text_is_one_line(text: str) -> None:
    """Nothing, blanks or a lone mark make one line."""
    assert broken(text, 10) == [text.strip()]
