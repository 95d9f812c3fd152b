"""Exact intervals against scipy's distributions and against going through every labelling."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats.contingency import odds_ratio

from fairshelf.audits.inference.exact import exact_ratio, selection_ratio

TABLES = [((0, 20), (9, 80)), ((3, 20), (9, 80)), ((7, 12), (40, 300)), ((1, 400), (30, 900))]


def as_ratio(odds: float, table: tuple[tuple[int, int], tuple[int, int]]) -> float:
    """Tell an odds ratio as the ratio of expected shares, by scipy's noncentral distribution."""
    (ours, our_sellers), (theirs, their_sellers) = table
    selected, sellers = ours + theirs, our_sellers + their_sellers
    if odds == 0:
        expected = float(max(0, selected - their_sellers))
    else:
        expected = stats.nchypergeom_fisher.mean(sellers, our_sellers, selected, odds)
    return float(expected / our_sellers / ((selected - expected) / their_sellers))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_bounds_are_the_conditional_odds_ratio_limits(
    table: tuple[tuple[int, int], tuple[int, int]], level: float
) -> None:
    """The bounds are scipy's exact limits of the odds ratio, told as ratios of shares."""
    (ours, our_sellers), (theirs, their_sellers) = table
    counts = [[ours, theirs], [our_sellers - ours, their_sellers - theirs]]
    limits = odds_ratio(counts).confidence_interval(level)
    result = exact_ratio(*table, level=level)
    assert result.low == pytest.approx(as_ratio(limits.low, table), rel=1e-6)
    assert result.high == pytest.approx(as_ratio(limits.high, table), rel=1e-6)
    assert result.value == pytest.approx(ours / our_sellers / (theirs / their_sellers))


@pytest.mark.parametrize("table", TABLES)
def test_parity_is_twice_the_smaller_tail_of_fishers_test(
    table: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    """At ratio 1 the p-value is twice the smaller one-sided Fisher p-value, at most 1."""
    (ours, our_sellers), (theirs, their_sellers) = table
    counts = [[ours, theirs], [our_sellers - ours, their_sellers - theirs]]
    tails = [stats.fisher_exact(counts, alternative=side).pvalue for side in ("less", "greater")]
    assert exact_ratio(*table).p_value == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-9)


def test_nothing_in_the_protected_group_is_the_hypergeometric_chance() -> None:
    """With 9 of 100 sellers on the page the chance that none of 20 is among them decides."""
    chance = stats.hypergeom.pmf(0, 100, 20, 9)
    result = exact_ratio((0, 20), (9, 80))
    assert result.p_value == pytest.approx(2 * chance)
    assert (result.value, result.low, result.note) == (0.0, 0.0, "protected_zero")
    assert result.high is not None
    assert result.high > 1


def test_labels_moved_over_sellers_with_many_listings_are_hypergeometric() -> None:
    """However many places a seller holds, moving labels counts selected sellers exactly."""
    places = np.array([5.0, 0, 0, 1, 0, 0, 2, 0, 0, 1])
    protected = np.array([False, True, True, False, False, True, False, True, False, False])
    selected = places > 0
    fewest = sum(
        selected[list(chosen)].sum() == 0
        for chosen in combinations(range(10), int(protected.sum()))
    )
    labellings = sum(1 for _ in combinations(range(10), int(protected.sum())))
    result = selection_ratio(places, protected)
    assert result.p_value == pytest.approx(2 * fewest / labellings)


def test_nothing_in_the_reference_group_has_a_lower_bound_only() -> None:
    """A reference group without anything gives no ratio, the mirrored bound and a note."""
    mirrored = exact_ratio((0, 80), (9, 20))
    result = exact_ratio((9, 20), (0, 80))
    assert (result.value, result.high, result.note) == (None, None, "reference_zero")
    assert mirrored.high is not None
    assert result.low == pytest.approx(1 / mirrored.high)


@pytest.mark.parametrize(
    ("protected", "reference", "note"),
    [((0, 5), (0, 9), "both_zero"), ((0, 0), (3, 9), "no_sellers"), ((3, 9), (0, 0), "no_sellers")],
)
def test_what_cannot_be_compared_says_why(
    protected: tuple[int, int], reference: tuple[int, int], note: str
) -> None:
    """Nobody selected, or a group without sellers, has no interval and no p-value."""
    result = exact_ratio(protected, reference, hypotheses=(0.8,))
    assert (result.value, result.low, result.high, result.p_value) == (None, None, None, None)
    assert result.note == note


def test_everybody_selected_says_nothing() -> None:
    """Where all sellers are selected the ratio is 1 and no labelling differs."""
    result = exact_ratio((20, 20), (80, 80), hypotheses=(1.0,))
    assert (result.value, result.low, result.high, result.p_value) == (1.0, 1.0, 1.0, 1.0)


def test_a_ratio_the_margin_rules_out_has_no_chance() -> None:
    """With 29 places for 20 protected sellers no ratio above the one of all 20 is possible."""
    largest = exact_ratio((20, 20), (9, 80))
    assert largest.value == pytest.approx(largest.high)
    assert exact_ratio((20, 20), (9, 80), hypotheses=(20.0,)).p_at[20.0] == 1.0
    assert exact_ratio((15, 20), (14, 80), hypotheses=(20.0,)).p_at[20.0] == 0.0


@settings(max_examples=60, deadline=None)
@given(
    ours=st.integers(0, 12),
    more=st.integers(0, 20),
    theirs=st.integers(1, 12),
    rest=st.integers(1, 60),
)
def test_the_interval_and_the_p_values_agree(ours: int, more: int, theirs: int, rest: int) -> None:
    """The estimate lies in its interval, and a ratio outside it has a p-value below 5%."""
    table = ((ours, ours + more + 1), (theirs, theirs + rest))
    result = exact_ratio(*table, hypotheses=(0.3, 0.8, 1.25, 3.0))
    assert result.value is not None
    assert result.low is not None
    assert result.high is not None
    assert result.low <= result.value * (1 + 1e-9)
    assert result.value <= result.high * (1 + 1e-9)
    for rho, p_value in result.p_at.items():
        outside = rho < result.low * (1 - 1e-6) or rho > result.high * (1 + 1e-6)
        inside = result.low * (1 + 1e-6) < rho < result.high * (1 - 1e-6)
        assert not outside or p_value < 0.05
        assert not inside or p_value >= 0.05 - 1e-9


@settings(max_examples=30, deadline=None)
@given(ours=st.integers(1, 9), theirs=st.integers(1, 9))
def test_exchanging_the_groups_inverts_the_interval(ours: int, theirs: int) -> None:
    """Reference over protected is one over protected over reference."""
    one = exact_ratio((ours, 15), (theirs, 40), hypotheses=(0.8,))
    other = exact_ratio((theirs, 40), (ours, 15), hypotheses=(1.25,))
    assert one.low is not None
    assert one.high is not None
    assert (other.low, other.high) == pytest.approx((1 / one.high, 1 / one.low), rel=1e-9)
    assert other.p_at[1.25] == pytest.approx(one.p_at[0.8], rel=1e-9)


@pytest.mark.parametrize("odds", [0.1, 0.5, 0.9, 1.0, 2.0, 8.0])
@pytest.mark.parametrize(("ours", "theirs", "selected"), [(10, 40, 12), (20, 60, 20), (5, 100, 49)])
def test_coverage_is_never_below_its_level(
    odds: float, ours: int, theirs: int, selected: int
) -> None:
    """Summed over every outcome, the intervals hold the planted ratio at least 95% of the time."""
    possible = np.arange(max(0, selected - theirs), min(ours, selected) + 1)
    law = stats.nchypergeom_fisher(ours + theirs, ours, selected, odds)
    expected = law.mean()
    truth = expected / ours / ((selected - expected) / theirs)
    covered = 0.0
    for count in possible:
        result = exact_ratio((int(count), ours), (int(selected - count), theirs))
        low = result.low if result.low is not None else 0.0
        high = result.high if result.high is not None else np.inf
        covered += law.pmf(count) * (low * (1 - 1e-9) <= truth <= high * (1 + 1e-9))
    assert covered >= 0.95 - 1e-9


def test_large_groups_stay_finite() -> None:
    """A hundred thousand sellers overflow nothing and agree with the normal approximation."""
    result = exact_ratio((900, 30_000), (3_000, 70_000))
    error = np.sqrt(1 / 900 + 1 / 3_000)
    assert result.value == pytest.approx(0.7)
    assert result.low == pytest.approx(0.7 * np.exp(-1.96 * error), rel=0.01)
    assert result.high == pytest.approx(0.7 * np.exp(1.96 * error), rel=0.01)
