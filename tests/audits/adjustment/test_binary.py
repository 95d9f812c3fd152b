"""Odds ratios of a yes-or-no outcome against arithmetic by hand and planted effects."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.adjustment.binary import OddsRatio, Rate, binary_gap


def _table(
    yes: int, no: int, reference_yes: int, reference_no: int
) -> tuple[np.ndarray, np.ndarray]:
    outcome = np.repeat([True, False, True, False], [yes, no, reference_yes, reference_no])
    group = np.repeat(np.array(["g", "r"], dtype=object), [yes + no, reference_yes + reference_no])
    return outcome, group


def _ends(one: OddsRatio | Rate) -> tuple[float, float]:
    assert one.low is not None
    assert one.high is not None
    return one.low, one.high


def test_a_fourfold_table_by_hand() -> None:
    """30 of 100 against 10 of 100: odds ratio (30/70)/(10/90) = 27/7, error by Woolf's formula."""
    outcome, group = _table(30, 70, 10, 90)
    found = binary_gap(outcome, group, "r", ({}, {}))
    assert found.alone[0].value == pytest.approx(27 / 7, rel=1e-9)
    assert found.alone[0].se == pytest.approx((1 / 30 + 1 / 70 + 1 / 10 + 1 / 90) ** 0.5, rel=1e-6)
    assert [rate.value for rate in found.rates] == [0.1, 0.3]
    wilson = ((0.3 + 1.96**2 / 200) / (1 + 1.96**2 / 100), 2)
    low, high = found.rates[1].low, found.rates[1].high
    assert low is not None
    assert high is not None
    assert (low + high) / wilson[1] == pytest.approx(wilson[0], rel=1e-4)


def test_a_confounder_held_equal_leaves_the_planted_odds() -> None:
    """Age drives group and outcome: alone the odds ratio is off, adjusted it covers the truth."""
    rng = np.random.default_rng(0)
    age = rng.normal(0, 1, 20_000)
    ours = rng.random(age.size) < 1 / (1 + np.exp(-age))
    chance = 1 / (1 + np.exp(1 - age - 0.4 * ours))
    group = np.where(ours, "g", "r").astype(object)
    found = binary_gap(rng.random(age.size) < chance, group, "r", ({"age": age}, {}))
    assert _ends(found.alone[0])[0] > np.exp(0.4)
    low, high = _ends(found.adjusted[0])
    assert low < np.exp(0.4) < high


def test_alike_rows_widen_clustered_errors() -> None:
    """Every row ten times over, clustered: the errors of the rows told once."""
    rng = np.random.default_rng(1)
    outcome = rng.random(300) < 0.4
    group = np.where(np.arange(300) < 120, "g", "r").astype(object)
    once = binary_gap(outcome, group, "r", ({}, {}))
    ten = binary_gap(
        np.repeat(outcome, 10), np.repeat(group, 10), "r", ({}, {}), np.repeat(np.arange(300), 10)
    )
    assert ten.alone[0].se == pytest.approx(once.alone[0].se, rel=0.01)


def test_an_outcome_that_is_told_wholly_has_no_odds() -> None:
    """A group that never says yes: rates stand, odds do not, and it is said."""
    outcome, group = _table(0, 20, 10, 10)
    found = binary_gap(outcome, group, "r", ({}, {}))
    assert found.trouble == "separation"
    assert not found.alone
    assert found.rates[1].value == 0


def test_a_row_without_a_covariate_counts_in_the_raw_figures_only() -> None:
    """Rates and the odds alone are over all rows, the adjusted ones over the complete ones."""
    outcome, group = _table(30, 70, 10, 90)
    price = np.arange(200.0) % 7
    price[:4] = np.nan
    kind = np.where(np.arange(200) % 3 == 0, "a", "b").astype(object)
    kind[199] = ""
    found = binary_gap(outcome, group, "r", ({"price": price}, {"kind": kind}))
    assert found.alone[0].rows == 200
    assert found.adjusted[0].rows == 195


def test_a_group_without_any_yes_leaves_the_others_their_odds() -> None:
    """Of three groups one never says yes: the odds of the other two are (73/79)/(110/99)."""
    outcome = np.repeat([True, False, True, False, False], [73, 79, 110, 99, 37])
    group = np.repeat(np.array(["b", "r", "z"], dtype=object), [152, 209, 37])
    price = {"price": np.random.default_rng(3).normal(size=outcome.size)}
    found = binary_gap(outcome, group, "r", (price, {}))
    without = binary_gap(outcome[:361], group[:361], "r", ({"price": price["price"][:361]}, {}))
    assert [one.group for one in found.alone] == ["b"]
    assert found.alone[0].value == pytest.approx(73 / 79 / (110 / 99), rel=1e-9)
    assert found.adjusted[0].value == pytest.approx(without.adjusted[0].value, rel=1e-9)
    assert (found.trouble, without.trouble) == ("one_sided", None)
    assert binary_gap(outcome, group, "z", ({}, {})).trouble == "separation"
