"""The rule's own example, and what is left out of it."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.metrics.benchmarks import impact_ratios, scoring_rates

EXAMPLE = {  # the worked example of 6 RCNY 5-301: members, scoring rate in per cent, impact ratio
    "sex": {"male": (92, 54.3, 1.00), "female": (76, 44.7, 0.82)},
    "ethnicity": {
        "Hispanic": (28, 64.2, 1.00),
        "White": (40, 37.5, 0.58),
        "Black": (32, 50.0, 0.78),
        "NHPI": (8, 62.5, 0.97),
        "Asian": (24, 41.7, 0.65),
    },
}


@pytest.mark.parametrize("name", EXAMPLE)
def test_the_example_of_the_rule(name: str) -> None:
    """The printed impact ratios, to their two digits, and who is below four fifths."""
    table = EXAMPLE[name]
    told = impact_ratios(
        {one: row[0] for one, row in table.items()},
        {one: row[1] / 100 for one, row in table.items()},
    )
    for found in told:
        assert found.ratio is not None
        assert round(found.ratio, 2) == table[found.category][2]
        assert found.below is (table[found.category][2] < 0.8)
        assert not found.left_out


def test_a_category_under_two_per_cent_is_left_out_of_the_comparison() -> None:
    """Its rate and number stay, its ratio does not, and it cannot be the best."""
    told = impact_ratios({"a": 99, "b": 100, "c": 3}, {"a": 0.5, "b": 0.4, "c": 1.0})
    by_name = {one.category: one for one in told}
    assert by_name["c"].left_out
    assert by_name["c"].ratio is None
    assert by_name["c"].rate == 1.0
    assert by_name["a"].ratio == 1.0
    assert by_name["b"].ratio == pytest.approx(0.8)
    assert not by_name["b"].below


def test_without_a_rate_there_is_no_ratio() -> None:
    """Nobody selected: no best rate, no ratio; a category without members is not there."""
    told = impact_ratios({"a": 10, "b": 10, "c": 0}, {"a": 0.0, "b": 0.0, "c": 0.5})
    assert [one.ratio for one in told] == [None, None]


def test_scoring_rates_are_shares_above_the_median() -> None:
    """Ties with the median are not above it."""
    scores = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert scoring_rates(scores, ["a", "a", "b", "b", "b"]) == {"a": 0.0, "b": pytest.approx(2 / 3)}
