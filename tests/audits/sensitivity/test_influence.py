"""On how many sellers a ratio rests."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from fairshelf.audits.sensitivity.influence import (
    influence,
    leave_one_category_out,
    leave_one_seller_out,
)
from fairshelf.audits.tally import Counts, Margin


def _ratio(exposure: np.ndarray, units: np.ndarray, ours: np.ndarray) -> float:
    mean = exposure[ours].sum() / units[ours].sum()
    return float(mean / (exposure[~ours].sum() / units[~ours].sum()))


def test_leaving_one_out_is_counting_again() -> None:
    """The ratio without each seller equals the ratio of the others, counted from scratch."""
    rng = np.random.default_rng(0)
    exposure, units = rng.lognormal(0, 1, 15), rng.integers(1, 4, 15).astype(float)
    ours = np.arange(15) < 6
    found = leave_one_seller_out(exposure, units, ours)
    for place in range(15):
        others = np.arange(15) != place
        wanted = _ratio(exposure[others], units[others], ours[others])
        assert found[place] == pytest.approx(wanted)


def test_one_great_shop_can_carry_a_gap() -> None:
    """1, 1, 1, 97 against a group of 2s: without the great one the ratio is 2, not .08."""
    exposure = np.array([2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 97.0])
    found = influence(exposure, np.ones(7), np.arange(7) < 3)
    assert found is not None
    assert found.value == pytest.approx(0.08)
    assert found.highest == pytest.approx(2.0)
    assert found.to_parity == 1


@pytest.mark.parametrize("seed", range(10))
def test_no_smaller_set_turns_the_ratio(seed: int) -> None:
    """Among ten sellers the greedy number is the least that any set needs, or one above it."""
    rng = np.random.default_rng(seed)
    exposure = rng.lognormal(0, 1, 10)
    ours = np.arange(10) < 5
    found = influence(exposure, np.ones(10), ours)
    assert found is not None
    below = found.value < 1
    least = None
    for count in range(1, 6):
        for chosen in combinations(range(10), count):
            left = np.ones(10, bool)
            left[list(chosen)] = False
            if not ours[left].any() or ours[left].all():
                continue
            if (_ratio(exposure[left], np.ones(10)[left], ours[left]) < 1) != below:
                least = count
        if least:
            break
    assert (found.to_parity is None) == (least is None)
    if least is not None and found.to_parity is not None:
        assert least <= found.to_parity <= least + 1


def test_a_category_leaves_with_its_units() -> None:
    """Tea 4 of 2 against 2 of 1 and rice 1 of 1 against 9 of 1: all .30; rice alone 1/9, tea 1."""
    keys = np.arange(4)
    counts = Counts(keys, np.ones(4, int), np.ones(4, int))
    margin = Margin(
        "category", ("rice", "tea"), counts, np.array([0, 0, 1, 1]), np.array([0, 1] * 2)
    )
    attention = np.array([1.0, 4.0, 9.0, 2.0])
    units = np.array([[1.0, 1.0], [2.0, 1.0]])
    ours = np.array([True, False])
    found = leave_one_category_out(margin, attention, units, ours, ~ours)
    assert found is not None
    assert found.value == pytest.approx((5 / 3) / (11 / 2))
    assert (found.lowest, found.highest) == pytest.approx((1 / 9, 1.0))
