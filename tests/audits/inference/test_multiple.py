"""Adjusted p-values against closed testing, scipy and their definitions."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from fairshelf.audits.inference.multiple import benjamini_hochberg, holm

FAMILY = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@given(FAMILY)
def test_holm_is_the_closed_bonferroni_test(p_values: list[float]) -> None:
    """A Holm p-value is the largest Bonferroni p-value of all subfamilies that hold the test."""
    tests = range(len(p_values))
    subfamilies = [
        chosen for size in range(1, len(p_values) + 1) for chosen in combinations(tests, size)
    ]
    closed = [
        max(
            min(1.0, len(family) * min(p_values[other] for other in family))
            for family in subfamilies
            if test in family
        )
        for test in tests
    ]
    assert holm(p_values) == pytest.approx(closed, abs=1e-12)


@given(FAMILY)
def test_benjamini_hochberg_agrees_with_scipy(p_values: list[float]) -> None:
    """The adjusted p-values are those of scipy's false discovery control."""
    expected = false_discovery_control(np.array(p_values), method="bh")
    assert benjamini_hochberg(p_values) == pytest.approx(expected, abs=1e-12)


def test_what_was_not_estimable_is_no_test() -> None:
    """A nan stays a nan and the others are adjusted for their own number."""
    adjusted = holm([0.01, np.nan, 0.04])
    assert np.isnan(adjusted[1])
    assert adjusted[[0, 2]] == pytest.approx([0.02, 0.04])
    assert benjamini_hochberg([]).size == 0


@pytest.mark.parametrize("wrong", [-0.1, 1.2])
def test_a_number_that_is_no_p_value_is_refused(wrong: float) -> None:
    """A p-value outside 0 to 1 is an error, not an adjusted number."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, wrong])
