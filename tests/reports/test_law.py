"""Law is cited only where it was asked for, checked and measured; the report says the rest."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.results import Estimate, Message
from fairshelf.reports.articles import article
from fairshelf.reports.checklist import (
    ITEMS,
    advice,
    checklist,
    limits_table,
    plan_sentences,
    reply_table,
)
from fairshelf.reports.html import render
from fairshelf.reports.law import _since, _tables, citations, known, law_table, measured, named
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from fairshelf.audits.results import Results

EVERYTHING = tuple(_tables()[1].keys() - {"names", "cautions"})


def test_nothing_is_cited_unasked(results: Results) -> None:
    """Without a jurisdiction no rule is cited, and the page says why."""
    assert law_table(results, Words("en", strict=True)) is None
    assert "no rule is cited" in render(results, "en", strict=True)


def test_articles_for_others_are_never_cited() -> None:
    """The algorithm provisions' articles 14, 15 and 21 protect no seller."""
    idents = {one.ident for one in citations(EVERYTHING, known(), unverified=True)}
    assert not idents & {"CN-ARP-14", "CN-ARP-15", "CN-ARP-21"}


def test_only_checked_texts_are_cited_by_default() -> None:
    """What was seen in secondary sources only needs a flag and is marked."""
    assert all(one.verified for one in citations(EVERYTHING, known()))
    more = citations(EVERYTHING, known(), unverified=True)
    assert {one.ident for one in more if not one.verified} >= {"CN-SAMR-2024-96"}


def test_jurisdictions_are_kept_apart() -> None:
    """Asked for the EU, nothing Chinese or American is cited."""
    assert {one.jurisdiction for one in citations(EVERYTHING, ("EU",))} == {"EU"}


def test_what_was_not_measured_is_not_cited(results: Results) -> None:
    """A change of rules is cited only where a change was estimated, advertising where ads stand."""
    assert not {"change", "advertising", "adjusted"} & set(measured(results))
    changed = replace(
        results,
        estimates=(*results.estimates, Estimate("k", "exposure_ratio", period="change:2026-01-01")),
    )
    assert "change" in measured(changed)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_citation_has_name_duty_and_date_of_check(results: Results, lang: str) -> None:
    """The table has a row for each, with caution, mirrors and the date of the last check."""
    asked = replace(results, settings={**results.settings, "jurisdiction": ["CN", "EU", "US"]})
    words = Words(lang, strict=True)
    view = law_table(asked, words)
    assert view is not None
    assert len(view.rows) == len(citations(measured(asked), ("CN", "EU", "US")))
    assert all(row[0].text and row[1].text for row in view.rows)
    assert words.date("2026-11-22") in view.note
    flat = " ".join(cell.text + cell.sub for row in view.rows for cell in row)
    assert "from memory" not in flat
    assert "同上" not in flat
    assert "file id" not in flat
    if lang == "zh":
        bare = re.sub(r"[A-Z]{2,}[A-Z0-9 .()]*|SHA-256", "", flat)
        assert not re.findall(r"[a-z]{4,}", bare)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_limit_has_its_direction(results: Results, lang: str) -> None:
    """What is not seen makes a gap look smaller; what is approximate can go either way."""
    words = Words(lang, strict=True)
    told = replace(results, limits=(Message("limit_shown_only"), Message("limit_competition")))
    view = limits_table(told, ("a", "b"), words)
    assert [row[1].text for row in view.rows] == [
        words.text("bias.smaller"),
        words.text("bias.either"),
    ]


def test_the_reply_is_told_or_told_to_be_missing(results: Results) -> None:
    """Not asked: not reported; asked and no answer: no reply; answered: its text."""
    words = Words("en", strict=True)
    assert reply_table(results, words).rows[2][1].text == words.text("not_reported")
    asked = replace(results, case={"platform_asked": "2026-03-01"})
    assert reply_table(asked, words).rows[2][1].text == "no reply"
    answered = replace(results, case={**asked.case, "platform_reply": "We differ."})
    assert reply_table(answered, words).rows[2][1].text == "We differ."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_checklist_leaves_nothing_out(results: Results, lang: str) -> None:
    """Every item stands there; what was not given is not reported, what was is."""
    words = Words(lang, strict=True)
    rows = checklist(results, words).rows
    assert len(rows) == len(ITEMS)
    missing = [row for row in rows if row[1].text == words.text("not_reported")]
    assert len(missing) > 5
    given = replace(results, case={"funding": "a foundation", "evidence_type": "crawl"})
    told = {row[0].text: row[1].text for row in checklist(given, words).rows}
    assert told[words.text("check.funding")] == "a foundation"
    assert told[words.text("check.design")] == words.text("evidence.crawl")


def test_departures_from_a_plan_are_told_one_by_one(results: Results) -> None:
    """No plan, a plan that was followed, and each setting that differs."""
    words = Words("en", strict=True)
    assert plan_sentences(results, words) == (words.text("plan.none"),)
    followed = replace(results, plan={"sha256": "ab" * 32, "followed": True, "differences": []})
    assert "follows" in plan_sentences(followed, words)[0]
    other = {"setting": "bounds", "planned": "[0.8, 1.25]", "used": "[0.5, 2]"}
    departed = replace(
        results, plan={"sha256": "ab" * 32, "followed": False, "differences": [other]}
    )
    assert "[0.5, 2]" in plan_sentences(departed, words)[1]


def test_advice_follows_what_was_found(results: Results) -> None:
    """Inconclusive findings ask for more data, gaps for an explanation; nothing is always said."""
    words = Words("en", strict=True)
    open_ = replace(
        results, findings=tuple(replace(f, outcome="inconclusive") for f in results.findings)
    )
    assert words.text("advice.more") in advice(open_, words)
    assert words.text("advice.explain") not in advice(open_, words)
    gap = replace(
        results, findings=tuple(replace(f, outcome="material_disparity") for f in results.findings)
    )
    assert words.text("advice.explain") in advice(gap, words)


def test_several_articles_are_named_as_several() -> None:
    """English counts articles; Chinese joins them with its own comma."""
    one = next(c for c in citations(EVERYTHING, ("CN",)) if ", " in c.article)
    told = [named(one, Words(lang)) for lang in ("en", "zh")]
    first = one.article.split(", ")[:2]
    assert f"articles {first[0]}, {first[1]}" in told[0]
    assert article(", ".join(first)) in told[1]


def test_chinese_law_is_cited_as_chinese_writes_it(results: Results) -> None:
    """Names stand in 《》, articles in Chinese numerals; a date from memory says 待核."""
    asked = replace(results, settings={**results.settings, "jurisdiction": ["CN"]})
    view = law_table(asked, Words("zh", strict=True))
    assert view is not None
    for row in view.rows:
        assert re.match("《.+》(（.+）)?第[一二三四五六七八九十百零]+条", row[0].text), row[0].text
    rural = next(c for c in citations(EVERYTHING, ("CN",)) if c.ident == "CN-RRL-21")
    words = Words("zh", strict=True)
    assert named(rural, words) == "《乡村振兴促进法》第十九条、第二十一条第三款"
    assert _since(rural, words) == "2021年6月1日起施行（待核）"
    assert "to be verified" in _since(rural, Words("en", strict=True))
    sure = next(c for c in citations(EVERYTHING, ("CN",)) if c.ident == "CN-ECL-40")
    assert _since(sure, words) == "2019年1月1日起施行"
