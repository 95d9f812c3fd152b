"""Text that others wrote is shown, and does nothing."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.reports.exports import as_json_lines
from fairshelf.reports.hostile import LONGEST, inert_cell, no_command, visible
from fairshelf.reports.spoken import spoken

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@given(st.text())
def test_nothing_hidden_remains(text: str) -> None:
    """No control or format character but the joiners survives."""
    categories = {unicodedata.category(c) for c in visible(text, 0) if c not in "\u200c\u200d"}
    assert not categories & {"Cc", "Cf", "Cs", "Co"}


def test_direction_overrides_are_seen() -> None:
    """Every bidirectional control becomes a visible mark instead of turning text around."""
    assert visible(f"a{BIDI}b") == "a" + "\ufffd" * len(BIDI) + "b"


@given(st.text(min_size=0, max_size=2000))
def test_length_is_bounded(text: str) -> None:
    """However long the text, what is shown is short, and a cut is marked."""
    shown = visible(text)
    assert len(shown) <= LONGEST
    assert shown.endswith("…") or len(" ".join(text.split())) <= 4 * LONGEST


def test_names_stay_as_they_are() -> None:
    """Ordinary names in any script pass unchanged."""
    for name in ("县域", "Ländliche Märkte", "मंडी", "سوق", "O'Neill & Sons", "非遗手工艺 (A)"):
        assert name == visible(name)


@given(st.text())
def test_csv_cells_never_start_a_formula(text: str) -> None:
    """No text cell starts with a character that starts a formula."""
    assert not inert_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋"))


@pytest.mark.parametrize(
    ("told", "put"),
    [
        ("::error::x", r"\::error::x"),
        ("a\n  ::add-mask::0.9\r\n\t::b", "a\n  \\::add-mask::0.9\r\n\t\\::b"),
        ("x ##[error]y ##vso[task.complete]", r"x #\#[error]y #\#vso[task.complete]"),
        ("a::b, ## [c] ###d :: e", "a::b, ## [c] ###d :: e"),
    ],
)
def test_lines_are_no_commands_of_a_build_server(told: str, put: str) -> None:
    """A backslash stands before what GitHub's runner and Azure's would obey, and nowhere else."""
    assert no_command(told) == put


@given(st.text(alphabet=":# []\n\tvso", max_size=40))
def test_no_line_is_a_command(text: str) -> None:
    """Whatever is said, no line begins with two colons, and none holds a command within it."""
    told = no_command(text)
    assert not any(line.strip().startswith("::") for line in told.splitlines())
    assert "##[" not in told
    assert "##vso[" not in told


@given(st.text())
def test_markup_is_escaped(text: str) -> None:
    """Marking languages lets no markup of the text through, and loses none of its characters."""
    for lang in ("en", "zh"):
        marked = spoken(text, lang)
        bare = re.sub(r'</?(?:span(?: lang="[A-Za-z-]+")?|bdi)>', "", marked)
        assert "<" not in bare
        for escaped, raw in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
            bare = bare.replace(escaped, raw)
        assert text == bare.replace("&amp;", "&")


def test_chinese_is_marked_in_an_english_page() -> None:
    """Han characters carry lang in English, Latin words do in Chinese, numbers do not."""
    assert spoken("县域 keeps 0.87", "en") == '<span lang="zh-Hans">县域</span> keeps 0.87'
    assert spoken("县域 rural 0.87", "zh") == '县域 <span lang="en">rural</span> 0.87'


@given(st.text(alphabet="a" + BIDI))
def test_no_cell_of_a_table_turns_the_text_behind_it(text: str) -> None:
    """What turns the direction is written out in CSV, and names that differ by it stay apart."""
    assert not set(inert_cell(text)) & set(BIDI)
    assert inert_cell(text).encode().decode("unicode_escape") == text


@given(st.text())
def test_json_holds_no_turning_sign_and_loses_none(text: str) -> None:
    """Escaped in the file, the same text when it is read back."""
    written = as_json_lines({"seller": text})
    assert not set(written) & set(BIDI)
    assert json.loads(written) == {"seller": text}
