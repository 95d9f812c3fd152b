"""The page for shop owners: plain, short, every number from the results."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.results import Finding
from fairshelf.reports.audiences import AUDIENCES, PARTS
from fairshelf.reports.community import community
from fairshelf.reports.html import render
from fairshelf.reports.wording import LANGUAGES, Words

from .conftest import estimate

if TYPE_CHECKING:
    from fairshelf.audits.results import Results

JARGON = re.compile(
    r"p-value|interval|ratio|baseline|dcg|permut|catalogue|exposure|disparit|区间|比值|置换|基准|曝光|关注度"
)
CASES = [
    (outcome, certainty, value, browsing)
    for outcome in ("material_disparity", "disparity", "no_material_disparity", "inconclusive")
    for certainty in ("high", "moderate", "low", "very_low")
    for value in (0.0, 0.13, 0.61, 1.9, 25.0)
    for browsing in ("dcg", "top:10")
]


def _one(results: Results, outcome: str, certainty: str, value: float, browsing: str) -> Results:
    lead = estimate(
        "exposure_ratio",
        *("locality", "县域"),
        reference="中心城区",
        browsing=browsing,
        baseline="sellers",
        value=value,
        low=value * 0.8,
        high=value * 1.2,
        level=0.95,
        sellers=400,
    )
    finding = Finding(
        *("exposure", "locality", "县域", "中心城区", outcome, "lower", "moderate", certainty),  # type: ignore[arg-type]
        keys=(lead.key,),
    )
    return replace(results, estimates=(lead,), findings=(finding,))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)))
def test_every_kind_of_finding_has_its_plain_sentence(
    results: Results, case: tuple[str, str, float, str], lang: str
) -> None:
    """No name of a sentence is left, no term of art, and the count is the ratio times ten."""
    told = _one(results, *case)
    words = Words(lang, strict=True)
    (point,) = community(told, words).points
    said = " ".join((point.lead, *point.more))
    assert not JARGON.search(said)
    outcome, certainty, value, _ = case
    if certainty == "very_low":
        assert not re.search("Put simply|简单说", said)
    if outcome in ("material_disparity", "disparity") and value:
        count = f"{round(10 * value):,}" if value >= 0.2 else f"{10 * value:.0f}"
        assert count in point.lead


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole(results: Results, lang: str) -> None:
    """Question, findings, what it does not say, what to do; in the language, without jargon."""
    page = render(results, lang, audience="community", strict=True)
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    words = Words(lang, strict=True)
    for name in ("asked", "found", "not", "do"):
        assert words.text(f"community.{name}") in text
    assert "Content-Security-Policy" in page
    assert len(page) < 20_000
    assert not JARGON.search(text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_platform_reads_methods_first(results: Results, lang: str) -> None:
    """The same sections, the technical ones before the results."""
    long, first = (
        re.findall(r'<section id="([a-z0-9-]+)"', render(results, lang, audience=one, strict=True))
        for one in ("regulator", "platform")
    )
    assert sorted(long) == sorted(first)
    assert first.index("methods") < first.index("results-0") < first.index("advice")
    assert long.index("results-0") < long.index("methods")


def test_each_audience_has_its_parts() -> None:
    """The two long reports hold the same parts; the community has a page of its own."""
    assert set(AUDIENCES) == {*PARTS, "community"}
    assert sorted(PARTS["regulator"]) == sorted(PARTS["platform"])
