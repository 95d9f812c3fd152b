"""The page for shop owners: plain, short, every number from the results."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.results import Finding, Message
from fairshelf.reports.audiences import AUDIENCES, PARTS
from fairshelf.reports.community import community
from fairshelf.reports.document import build
from fairshelf.reports.html import render
from fairshelf.reports.wording import LANGUAGES, Words

from .conftest import estimate

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Results

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


BASELINES = ("sellers", "catalogue", "shown", "merit")


def _reasons_of_the_engine() -> list[str]:
    """Find every reason for a lower certainty that stands in the engine's code."""
    folder = Path(str(files("fairshelf.audits")))
    text = "".join(file.read_text("utf-8") for file in folder.rglob("*.py"))
    found = sorted(set(re.findall(r'"certainty_([a-z_]+)"', text)))
    assert len(found) > 10
    return found


def _one(
    results: Results,
    outcome: str,
    certainty: str,
    value: float,
    browsing: str,
    baseline: str = "sellers",
    **more: Any,  # noqa: ANN401 - fields of an estimate
) -> Results:
    lead = estimate(
        "exposure_ratio",
        *("locality", "县域"),
        reference="中心城区",
        browsing=browsing,
        baseline=baseline,
        value=value,
        **{"low": value * 0.8, "high": value * 1.2, "level": 0.95, "sellers": 400, **more},
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
@pytest.mark.parametrize("certainty", ["moderate", "low"])
@pytest.mark.parametrize("value", [0.61, 1.9])
def test_what_is_not_sure_is_not_put_more_simply_than_it_is(
    results: Results, certainty: str, value: float, lang: str
) -> None:
    """The plain sentence that follows the number is as guarded as the number."""
    words = Words(lang, strict=True)
    hedge = words.text(f"community.hedge.{certainty}").strip()
    for baseline in BASELINES:
        told = _one(results, "material_disparity", certainty, value, "dcg", baseline)
        (point,) = community(told, words).points
        (simply,) = (one for one in point.more if re.match("Put simply|简单说", one))
        assert hedge in simply
        sure = community(
            _one(results, "material_disparity", "high", value, "dcg", baseline), words
        ).points[0]
        assert simply.replace(hedge, "").replace("  ", " ") in sure.more


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


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("browsing", ["dcg", "top:10"])
@pytest.mark.parametrize("value", [0.6, 1.7])
@pytest.mark.parametrize("outcome", ["material_disparity", "no_material_disparity"])
def test_it_says_what_is_compared_with_what(
    results: Results, outcome: str, value: float, browsing: str, baseline: str, lang: str
) -> None:
    """As many goods are only spoken of where all goods are known; impressions as impressions."""
    told = _one(results, outcome, "high", value, browsing, baseline)
    (point,) = community(told, Words(lang, strict=True)).points
    said = " ".join((point.lead, *point.more))
    as_many_goods = re.compile("as many goods|同样多的“?县域”?商品|上架同样多")
    if outcome == "material_disparity":
        assert bool(as_many_goods.search(said)) == (baseline == "catalogue")
    else:
        assert not as_many_goods.search(said)
    not_compared = {"en": "Who is shown more often is not compared", "zh": "没有比较谁被展示得多"}
    assert (not_compared[lang] in said) == (baseline == "shown")
    assert bool(re.search("[Ss]hops? (of|for)|店铺|每家店", said)) or baseline != "sellers"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", [f"certainty_{one}" for one in _reasons_of_the_engine()])
def test_every_reason_for_low_certainty_has_plain_words(
    results: Results, code: str, lang: str
) -> None:
    """What is said to be very uncertain is said why, for each reason the engine gives."""
    told = _one(results, "material_disparity", "very_low", 0.6, "dcg")
    for name in (code, f"{code}_withheld"):
        finding = replace(told.findings[0], reasons=(Message(name),))
        words = Words(lang, strict=True)
        (point,) = community(replace(told, findings=(finding,)), words).points
        assert words.text(f"community.because.{code.removeprefix('certainty_')}") in point.lead
        assert not JARGON.search(point.lead)
        assert not re.search("too thin|数据太少", point.lead)


@pytest.mark.parametrize(
    ("value", "low", "high", "told"),
    [
        (0.6, 0.45, 0.8, ("6", "4", "8")),
        (0.555, 0.546, 0.564, ("5.55", "5.46", "5.64")),
        (0.5, 0.499, 0.501, ("5", "4.99", "5.01")),
        (0.9, 0.85, 0.98, ("9", "8.5", "9.8")),
        (0.03, 0.02, 0.07, ("0.3", "0.2", "0.7")),
        (2.5, 1.6, 4.0, ("25", "16", "40")),
        (1.2, 1.02, 1.6, ("12", "10.2", "16")),
    ],
)
def test_a_range_never_closes_and_never_touches_equality(
    results: Results, value: float, low: float, high: float, told: tuple[str, ...]
) -> None:
    """Different numbers are told apart, and none is rounded onto ten or onto nothing."""
    one = _one(results, "material_disparity", "high", value, "dcg", low=low, high=high)
    words = Words("en", strict=True)
    (point,) = community(one, words).points
    count, least, most = told
    assert f"about {count}" in point.lead
    assert point.more[0] == words.text("community.range", low=least, high=most)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_baseline_that_says_the_opposite_is_told(results: Results, lang: str) -> None:
    """Lower per impression and higher per seller: both pages say both, in numbers."""
    told = _one(results, "material_disparity", "very_low", 0.49, "dcg", "shown")
    (lead,) = told.estimates
    beside = replace(lead, key="beside", baseline="sellers", value=1.97, low=1.82, high=2.12)
    words = Words(lang, strict=True)

    def said(other: Estimate) -> tuple[str, str]:
        both = replace(told, estimates=(lead, other))
        (point,) = community(both, words).points
        return " ".join(point.more), " ".join(build(both, words).limits)

    opposite = {"en": "the result is the opposite", "zh": "换一种比法结果相反"}[lang]
    for page in said(beside):
        assert opposite in page
        assert "1.97" in page
    assert "1.82" in said(beside)[1]
    for other in (
        replace(beside, low=0.9),
        replace(beside, value=0.7, low=0.6, high=0.8),
        replace(beside, period="2026-03"),
        replace(beside, browsing="reciprocal"),
        replace(beside, adjusted=True),
        replace(beside, group="外地"),
    ):
        assert not any(opposite in page for page in said(other))
