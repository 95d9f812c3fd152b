"""Levels by the words people have for them."""

from __future__ import annotations

from itertools import product

import pytest

from fairshelf.audits.groups.spoken import level_named
from fairshelf.audits.groups.words import RURAL_LEVELS, SIZE_LEVELS
from fairshelf.reports.wording import Words

CROSSED = [f"{place} × {size}" for place, size in product(RURAL_LEVELS, SIZE_LEVELS)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", [*RURAL_LEVELS, *SIZE_LEVELS])
def test_what_a_page_calls_a_level_is_understood(lang: str, level: str) -> None:
    """Every name a page prints for rural, urban and the sizes leads back to its code."""
    said = Words(lang).text(f"level.{level}")
    assert level_named(said, [*RURAL_LEVELS, *SIZE_LEVELS]) == level


@pytest.mark.parametrize(
    "typed",
    [
        *("rural × micro", "rural*micro", "rural x micro", "Rural × Micro", "“rural × micro”"),
        *("农村 × 微型", "农村×微型", "乡村*微型", "“农村 × 微型”"),
    ],
)
def test_a_crossing_is_understood_however_it_is_written(typed: str) -> None:
    """Signs, cases, quotation marks and either language name the one group."""
    assert level_named(typed, CROSSED) == "rural × micro"


def test_an_exact_level_is_never_taken_for_another() -> None:
    """Where the data have both 乡村 and rural, each is itself; 农村 could be either, so neither."""
    levels = ["乡村", "rural", "urban"]
    assert [level_named(typed, levels) for typed in levels] == levels
    assert level_named("农村", levels) is None


def test_a_code_names_the_data_s_own_word() -> None:
    """``urban`` is 市区 where the data say 市区; a word of no class names nothing."""
    assert level_named("urban", ["市区", "乡村"]) == "市区"
    assert level_named("Rural", ["市区", "乡村"]) == "乡村"
    assert level_named("mountain", ["市区", "乡村"]) is None
    assert level_named("x", ["a x b", "c"]) is None
