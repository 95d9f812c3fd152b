"""Columns, rules, groups and places are named as a reader of the language would name them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.browsing import KNOWN
from fairshelf.audits.errors import DataError
from fairshelf.audits.results import LevelRule, Message
from fairshelf.reports.account import group_sections
from fairshelf.reports.explain import facts
from fairshelf.reports.forest import forest
from fairshelf.reports.names import RATIOS, Names
from fairshelf.reports.sentences import say
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Results

ANY_RATIO = ("[0, inf)", "1")
"""Range and value at equality of a ratio, as ``audits/standards/metrics.toml`` writes them."""


def test_a_chinese_reader_is_told_the_column_and_its_name() -> None:
    """A canonical column is named in Chinese, with the name to type behind it."""
    words = Words("zh", strict=True)
    said = words.message(Message("request_is_query", {"columns": ["query"]}))
    assert "搜索词（query）相同" in said
    assert words.column("request") == "请求（request）"
    assert Words("en", strict=True).column("query") == "query"


def test_what_is_left_to_fill_in_is_said_in_the_language() -> None:
    """An option with an open end says 表头 or HEADING, never dots."""
    error = DataError("no_listing_key", file="a.csv", headings=["甲"], option="--map listing=...")
    assert "--map listing=表头" in Words("zh", strict=True).error(error)[2]
    assert "--map listing=HEADING" in Words("en", strict=True).error(error)[2]
    options = {"options": ["--attribute NAME=COLUMN"], "columns": []}
    told = Words("zh", strict=True).error(DataError("no_attribute", **options))
    assert "--attribute 名称=表头" in told[2]
    assert "–" in told[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_place_is_not_the_first_one_places(results: Results, lang: str) -> None:
    """A cutoff of 1 is told as the place ranked first."""
    key = results.findings[0].keys[0]
    changed = tuple(
        replace(e, cutoff="1") if e.key == key and e.cutoff else e for e in results.estimates
    )
    told = replace(results, estimates=changed)
    lead = say(results.findings[0], told, Names(told, Words(lang, strict=True))).lead
    assert ("the places ranked first" if lang == "en" else "第 1 位") in lead


def test_the_source_of_a_group_is_the_heading_in_the_file(results: Results) -> None:
    """The column is named as in the file; values that were read as levels are not as they stand."""
    names = Names(results, Words("zh", strict=True))
    record = replace(results.groups[0], column="locality", mapping=())
    plain = group_sections(replace(results, groups=(record,)), names)
    assert plain[0].sources[0] == "取自“地区类型”一列，未作改动。"
    rule = LevelRule("县域", "rural", "words:county_scope", 258)
    read = group_sections(replace(results, groups=(replace(record, mapping=(rule,)),)), names)
    assert "换算" in read[0].sources[0]
    assert read[0].mapping is not None
    assert read[0].mapping.rows[0][2].text == "县及县以下（县域口径）"


def test_the_caption_explains_the_arrows_that_are_drawn(results: Results) -> None:
    """An interval that runs off the plot is explained, whether or not an estimate is 0."""
    names = Names(results, Words("en", strict=True))
    for low, explained in ((0.003, True), (0.5, False)):
        changed = tuple(replace(e, value=0.6, low=low, high=0.9) for e in results.estimates)
        drawn = forest(replace(results, estimates=changed), names)
        assert drawn is not None
        arrows = any('<path class="dot"' in row.svg for row in drawn.rows)
        assert ("An arrow" in drawn.caption, arrows) == (explained, explained)


def test_every_ratio_of_the_catalogue_is_set_as_one() -> None:
    """What can be any number from 0 on and is 1 at equality is never rounded onto 1 or a bound."""
    ratios = {
        name for name, told in facts().items() if (told["range"], told.get("equal")) == ANY_RATIO
    }
    assert ratios == RATIOS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_yes_and_no_of_a_kind_go_by_the_heading(results: Results, lang: str) -> None:
    """是 under 是否本地 is no kind of area: the heading is the question, and it is printed."""
    match = replace(results.inputs[0].columns[0], heading="是否本地", canonical="locality")
    file = replace(results.inputs[0], columns=(match, *results.inputs[0].columns))
    words = Words(lang, strict=True)
    names = Names(replace(results, inputs=(file, *results.inputs[1:])), words)
    for level in ("是", "不是"):
        assert names.group("locality", level) == words.text(
            "group.flag", attribute="是否本地", level=level
        )
    assert names.group("locality", "县域") == "县域"
    assert "是否本地" not in names.group("cooperative", "是")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_scope_of_an_estimate_has_a_name(lang: str, root: Path) -> None:
    """What a figure is taken over is told in words: no ``per_list`` stands in a table."""
    words = Words(lang, strict=True)
    code = "".join(path.read_text("utf-8") for path in (root / "audits/estimates").rglob("*.py"))
    scopes = set(re.findall(r'''scope"?(?:=|: )"(\w+)"''', code))
    assert {"listings", "sellers", "per_list", "pooled", "per_query"} <= scopes
    assert {scope for scope in scopes if not words.has(f"scope.{scope}")} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_browsing_model_has_its_words(lang: str, root: Path) -> None:
    """A model of attention has a name and an explanation, and stands on the page of metrics."""
    words = Words(lang, strict=True)
    page = root / "docs" / ("metrics.md" if lang == "en" else "metrics.zh.md")
    told = page.read_text(encoding="utf-8")
    for name in KNOWN:
        family = name.partition(":")[0]
        assert words.has(f"browsing.{family}"), family
        assert words.has(f"browsing.{family}.explain"), family
        assert re.search(rf"`{family}[:`]", told), family
