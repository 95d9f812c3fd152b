"""Each pair of columns gets the interval that fits it."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.inference.exact import exact_ratio
from fairshelf.audits.inference.gap import ratio_intervals
from fairshelf.audits.inference.permutation import draw, permutation_ratio

PROTECTED = np.arange(40) < 10
ONES = np.ones(40)


def test_the_method_follows_the_data() -> None:
    """Scaling where both groups have exposure, exact counts for 0/1 outcomes and empty groups."""
    rng = np.random.default_rng(0)
    exposure = rng.lognormal(0, 1, 40)
    in_top = (np.arange(40) % 3 == 0).astype(float)
    plan = draw(PROTECTED, None, 199, rng)
    pairs = [
        (in_top, ONES),
        (exposure, ONES),
        (exposure * ~PROTECTED, ONES),
        (exposure * PROTECTED, ONES),
        (exposure * 0, ONES),
        (exposure, ONES * 0),
    ]
    results = ratio_intervals(pairs, plan, hypotheses=(0.8,))
    assert results[0] == exact_ratio((4, 10), (10, 30), hypotheses=(0.8,))
    assert results[1] == permutation_ratio(exposure, ONES, plan, hypotheses=(0.8,))
    assert results[2] == exact_ratio((0, 10), (30, 30), hypotheses=(0.8,))
    notes = [result.note for result in results[2:]]
    assert notes == ["protected_zero", "reference_zero", "both_zero", "no_denominator"]


def test_an_outcome_per_listing_is_no_zero_one_outcome() -> None:
    """Equal exposure over unequal numbers of listings is scaled, not counted."""
    exposure = (np.arange(40) % 2).astype(np.float64)
    plan = draw(PROTECTED, None, 99, np.random.default_rng(0))
    (result,) = ratio_intervals([(exposure, (1 + np.arange(40) % 3).astype(np.float64))], plan)
    assert result.method == "permutation"


@pytest.mark.parametrize(("exposed", "value"), [(True, 2.0), (False, 0.0)])
def test_fewer_than_five_sellers_get_no_interval(*, exposed: bool, value: float) -> None:
    """A group of four has its ratio, no bounds and no p-value."""
    protected = np.arange(30) < 4
    exposure = np.where(protected, 2.0 * exposed, 1.0)
    plan = draw(protected, None, 99, np.random.default_rng(0))
    (result,) = ratio_intervals([(exposure, np.ones(30))], plan)
    assert (result.value, result.low, result.high, result.p_value, result.note) == (
        value,
        None,
        None,
        None,
        "few_sellers",
    )


def test_sellers_the_ratio_is_not_over_do_not_count() -> None:
    """Ten sellers of whom four were shown are four where attention is per impression."""
    shown = np.where(PROTECTED, np.arange(40) < 4, True).astype(np.float64)  # noqa: FBT003 - values
    plan = draw(PROTECTED, None, 99, np.random.default_rng(0))
    exposure = shown * (1 + np.arange(40) % 5)
    few, enough = ratio_intervals([(exposure, shown), (exposure, ONES)], plan)
    assert (few.note, few.low) == ("few_sellers", None)
    assert enough.note is None


def test_a_group_that_is_absent_is_told_apart_from_a_small_one() -> None:
    """No seller at all is ``no_sellers``."""
    plan = draw(np.zeros(12, dtype=bool), None, 99, np.random.default_rng(0))
    (result,) = ratio_intervals([(np.ones(12), np.ones(12))], plan)
    assert (result.value, result.note) == (None, "no_sellers")


def test_an_empty_group_of_small_sellers_is_not_accused_of_being_small() -> None:
    """Twenty sellers of one listing, none on a page that thirty sellers of twenty fill.

    Per seller the page excludes them (0 of 20 against 29 of 30); per listing less than one place
    of 29 was to be expected, so parity per listing is not rejected.
    """
    protected = np.arange(50) < 20
    exposure = np.where(protected, 0.0, 1.0 + np.arange(50) % 4)
    exposure[-1] = 0
    plan = draw(protected, None, 99, np.random.default_rng(0))
    per_seller, per_listing = ratio_intervals(
        [(exposure, np.ones(50)), (exposure, np.where(protected, 1.0, 20.0))],
        plan,
        hypotheses=(0.8,),
    )
    assert per_seller.p_value is not None
    assert per_seller.p_value < 1e-6
    assert per_seller.high is not None
    assert per_seller.high < 0.8
    assert per_listing.p_value is not None
    assert per_listing.p_value > 0.5
    assert per_listing.high == pytest.approx(20 * per_seller.high)
    assert per_listing.p_at[0.8] >= per_seller.p_at[0.8]


def test_many_listings_do_not_make_few_sellers_many() -> None:
    """Ten sellers with a thousand listings each are ten sellers: the bound per seller stays."""
    exposure = np.where(PROTECTED, 0.0, 1.0 * (np.arange(40) % 2))
    plan = draw(PROTECTED, None, 99, np.random.default_rng(0))
    plain, crowded = ratio_intervals(
        [(exposure, ONES), (exposure, np.where(PROTECTED, 1000.0, 1.0))], plan
    )
    assert crowded.high == plain.high
    assert crowded.p_value == plain.p_value


def test_an_empty_reference_keeps_the_lower_of_both_bounds() -> None:
    """With nothing in the reference the cautious bound is the smaller one."""
    exposure = np.where(PROTECTED, 1.0, 0.0)
    plan = draw(PROTECTED, None, 99, np.random.default_rng(0))
    for size, factor in ((4.0, 0.25), (0.25, 1.0)):
        plain, told = ratio_intervals(
            [(exposure, ONES), (exposure, np.where(PROTECTED, size, 1.0))], plan
        )
        assert plain.low is not None
        assert told.low == pytest.approx(plain.low * factor)
        assert (told.value, told.high, told.note) == (None, None, "reference_zero")
