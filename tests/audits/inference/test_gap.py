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
    exposure = (np.arange(40) % 2).astype(float)
    plan = draw(PROTECTED, None, 99, np.random.default_rng(0))
    (result,) = ratio_intervals([(exposure, 1.0 + np.arange(40) % 3)], plan)
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


def test_a_group_that_is_absent_is_told_apart_from_a_small_one() -> None:
    """No seller at all is ``no_sellers``."""
    plan = draw(np.zeros(12, dtype=bool), None, 99, np.random.default_rng(0))
    (result,) = ratio_intervals([(np.ones(12), np.ones(12))], plan)
    assert (result.value, result.note) == (None, "no_sellers")
