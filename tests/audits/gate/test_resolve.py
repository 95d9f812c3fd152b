"""A rule speaks of one estimate: that of its keys, those left out being the primary ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.gate import typed_rules, widened
from fairshelf.audits.gate.grammar import parse
from fairshelf.audits.gate.resolve import alike, resolve
from fairshelf.audits.results import AttributeRecord, Estimate, Finding, Message

if TYPE_CHECKING:
    from fairshelf.audits.results import Results


def estimate(metric: str, key: str, **more: object) -> Estimate:
    """Give an estimate by a key of its own."""
    return Estimate(key=key, metric=metric, low=0.1, high=0.2, value=0.15, **more)  # type: ignore[arg-type]  # fields


def ratio(key: str, **more: object) -> Estimate:
    """Give an exposure ratio under the primary settings, but for what is said."""
    told: dict[str, object] = {
        "attribute": "locality",
        "group": "rural",
        "reference": "urban",
        "browsing": "dcg",
        "baseline": "catalogue",
        "method": "permutation",
        **more,
    }
    return estimate("exposure_ratio", key, **told)


def record(name: str, reference: str, *, declared: bool = True) -> AttributeRecord:
    """Give the account of an attribute."""
    return AttributeRecord(
        name, None, None, None, None, None, declared=declared, reference=reference
    )


@pytest.fixture
def results(bare: Results) -> Results:
    """Give results with two attributes, one of them declared, and many settings."""
    estimates = (
        ratio("uniform", browsing="uniform"),
        ratio("sellers", baseline="sellers"),
        ratio("two_way", method="two_way"),
        ratio("primary"),
        ratio("adjusted", adjusted=True, method="poisson_crv3"),
        ratio("march", period="2026-03"),
        ratio("unpaid", ads="organic"),
        ratio("remote", group="remote"),
        ratio("to-county", reference="county"),
        ratio("derived", attribute="locality:rural_urban"),
        estimate("gini", "listings", scope="listings", browsing="dcg"),
        estimate("gini", "sellers-gini", scope="sellers", browsing="dcg"),
        estimate("gini", "group-gini", attribute="locality", group="rural", scope="sellers"),
        estimate("topk_share", "top10", attribute="locality", group="rural", cutoff="10"),
        estimate("topk_share", "top20", attribute="locality", group="rural", cutoff="20"),
    )
    return replace(
        bare,
        estimates=estimates,
        groups=(
            record("locality", "urban"),
            record("locality:rural_urban", "urban", declared=False),
        ),
        provenance={
            "primary_browsing": "dcg",
            "primary_baseline": "catalogue",
            "primary_cutoff": 10,
            "question": "sellers",
        },
    )


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("exposure_ratio[group=rural]", "primary"),
        ("exposure_ratio[group=rural, browsing=uniform]", "uniform"),
        ("exposure_ratio[group=rural, baseline=sellers]", "sellers"),
        ("exposure_ratio[group=rural, method=two_way]", "two_way"),
        ("exposure_ratio[group=rural, adjusted=true]", "adjusted"),
        ('exposure_ratio[group=rural, period="2026-03"]', "march"),
        ("exposure_ratio[group=rural, ads=organic]", "unpaid"),
        ("exposure_ratio[group=rural, reference=county]", "to-county"),
        ("exposure_ratio[group=remote]", "remote"),
        ('exposure_ratio[attribute="locality:rural_urban"]', "derived"),
        ("gini[scope=sellers]", "sellers-gini"),
        ("gini[attribute=locality]", "group-gini"),
        ("topk_share[group=rural]", "top10"),
        ("topk_share[group=rural, cutoff=20]", "top20"),
    ],
)
def test_the_primary_estimate(results: Results, rule: str, key: str) -> None:
    """Each key narrows; what is left out is what the results lead with, or the whole platform."""
    found = resolve(parse(f"{rule} >= 0"), results)
    assert isinstance(found, Estimate)
    assert found.key == key


@pytest.mark.parametrize(
    ("rule", "key", "values"),
    [
        ("exposure_ratio", "group", ["rural", "remote"]),
        ("gini", "scope", ["listings", "sellers"]),
    ],
)
def test_nothing_is_guessed(results: Results, rule: str, key: str, values: list[str]) -> None:
    """Where several fit, the key to name and its values are told."""
    found = resolve(parse(f"{rule} >= 0"), results)
    assert found == Message("gate_ambiguous", {"key": key, "values": values})


def test_an_attribute_is_never_guessed_from_another(results: Results) -> None:
    """Two declared attributes with different references are two comparisons, not one."""
    both = replace(
        results,
        estimates=(*results.estimates, ratio("size", attribute="size", reference="large")),
        groups=(*results.groups, record("size", "large")),
    )
    found = resolve(parse("exposure_ratio[group=rural] >= 0"), both)
    assert isinstance(found, Message)
    assert found.facts["key"] == "attribute"


def test_what_is_like_none_has_no_neighbour(results: Results) -> None:
    """What there is is listed, and nothing of it is called near."""
    found = resolve(parse("exposure_ratio[group=xyz] >= 0"), results)
    assert isinstance(found, Message)
    assert found.code == "gate_none_like"
    assert "rural" in str(found.facts["known"])
    assert "suggestions" not in found.facts


@pytest.mark.parametrize(
    ("rule", "key", "suggestion"),
    [
        ("exposure_ratio[group=rurall]", "group", "rural"),
        ("exposure_ratio[attribute=localty]", "attribute", "locality"),
        ("exposure_ratio[group=rural, browsing=unifrom]", "browsing", "uniform"),
    ],
)
def test_a_name_that_fits_none_has_a_neighbour(
    results: Results, rule: str, key: str, suggestion: str
) -> None:
    """An attribute, group or model that is not there comes with the nearest that is."""
    found = resolve(parse(f"{rule} >= 0"), results)
    assert isinstance(found, Message)
    assert (found.code, found.facts["key"]) == ("gate_no_match", key)
    suggestions = found.facts["suggestions"]
    assert isinstance(suggestions, list)
    assert suggestions[0] == suggestion


def test_what_findings_rest_on_goes_first(results: Results) -> None:
    """Of several methods the one a finding rests on is taken."""
    graded = Finding(
        "X", "locality", "rural", "urban", "disparity", "lower", "small", "low", ("two_way",)
    )
    found = resolve(parse("exposure_ratio[group=rural] >= 0"), replace(results, findings=(graded,)))
    assert isinstance(found, Estimate)
    assert found.key == "two_way"


def test_all_values_of_a_comparison(results: Results) -> None:
    """All values are those of the same contrast and time under any setting, and no others."""
    found = resolve(parse("exposure_ratio[group=rural] >= 0"), results)
    assert isinstance(found, Estimate)
    assert [one.key for one in alike(found, results)] == [
        *("uniform", "sellers", "two_way", "primary", "adjusted", "unpaid")
    ]


def test_an_audit_estimates_what_rules_name() -> None:
    """Annex metrics, browsing models and depths of the rules are added behind the settings'."""
    rules = typed_rules(
        [
            "hhi[scope=sellers] <= 1",
            "exposure_ratio[browsing=reciprocal] >= 0.8",
            'exposure_ratio[browsing="geom:0.2"] >= 0.8',
            "ndcg[cutoff=5] >= 0.1",
            'top_share[cutoff="20%"] <= 0.5',
        ]
    )
    told = widened(Settings(cutoffs=(10,)), rules)
    assert told.metrics == ("hhi",)
    assert told.browsing == ("dcg", "rbp:0.85", "reciprocal", "uniform", "geom:0.2")
    assert told.cutoffs == (10, 5)
    assert told.top_share == ("5", "10%", "20%")
