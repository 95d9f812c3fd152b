"""What a gate that could not decide says would decide it."""

from __future__ import annotations

import pytest

from fairshelf.audits.gate import typed_rules
from fairshelf.audits.gate.records import Difference, Verdict
from fairshelf.audits.results import Estimate
from fairshelf.reports.verdicts.view import item_of
from fairshelf.reports.wording import Words

SELLERS = {"en": "more sellers", "zh": "更多的卖家，而不是更多的请求"}
REQUESTS = {"en": "More requests would", "zh": "更多的请求会使区间变窄"}


def _detail(method: str, lang: str, difference: Difference | None = None) -> str:
    (rule,) = typed_rules(["exposure_ratio >= 0.8"])
    found = Estimate(
        *("k", "exposure_ratio"), value=0.8, low=0.7, high=0.9, level=0.95, method=method
    )
    verdict = Verdict(rule, "inconclusive", line=0.8, found=found, difference=difference)
    return " ".join(item_of(verdict, Words(lang, strict=True), {}).detail)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_way_out_is_of_what_the_interval_is_over(lang: str) -> None:
    """An interval over sellers is narrowed by sellers, one over requests by requests."""
    for method in ("permutation", "two_way", "seller"):
        told = _detail(method, lang)
        assert SELLERS[lang] in told
        assert REQUESTS[lang] not in told
    told = _detail("request", lang)
    assert REQUESTS[lang] in told
    assert SELLERS[lang] not in told


@pytest.mark.parametrize(("lang", "sellers"), [("en", "sellers"), ("zh", "卖家")])
def test_a_difference_is_settled_by_the_same(lang: str, sellers: str) -> None:
    """Held against a baseline, sellers settle a difference over sellers and no other."""
    gap = Difference(0.01, -0.05, 0.07)
    assert sellers in _detail("permutation", lang, gap)
    assert sellers not in _detail("request", lang, gap)


@pytest.mark.parametrize(
    ("demand", "en", "zh"),
    [
        (">= baseline - 0.005", "at least the baseline less 0.005", "不低于基线值减去 0.005"),
        ("<= baseline * 0.95", "at most 0.95 times the baseline", "不高于基线值的 0.95 倍"),
        ("> baseline + 0.1", "more than the baseline plus 0.1", "高于基线值加上 0.1"),
        ("< baseline", "less than the baseline", "低于基线值"),
        ("no_worse_than_baseline", "no worse than the baseline", "不劣于基线值"),
    ],
)
def test_a_demand_on_a_baseline_that_there_is_none_of_is_said_in_words(
    demand: str, en: str, zh: str
) -> None:
    """What a rule expects is a sentence's part, never the grammar of rules."""
    (rule,) = typed_rules([f"gini {demand}"])
    for lang, said in (("en", en), ("zh", zh)):
        assert item_of(Verdict(rule, "missing"), Words(lang, strict=True), {}).expected == said


@pytest.mark.parametrize(("lang", "said"), [("en", "less often than"), ("zh", "低于名义值")])
def test_an_interval_that_covers_too_little_is_told_with_its_verdict(lang: str, said: str) -> None:
    """A rule on concentration is decided by its interval, and what that is worth is said."""
    (rule,) = typed_rules(["gini <= 0.9"])
    for note, told in ((None, False), ("unequal_sellers", True)):
        found = Estimate("k", "gini", value=0.6, low=0.5, high=0.7, level=0.95, note=note)
        verdict = Verdict(rule, "pass", line=0.9, found=found)
        detail = " ".join(item_of(verdict, Words(lang, strict=True), {}).detail)
        assert (said in detail) == told
