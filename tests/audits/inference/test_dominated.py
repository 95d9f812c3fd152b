"""The spread of a figure that one seller dominates, held against a whole jackknife."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.inference.dominated import jackknifed
from fairshelf.audits.inference.influence import gini_influence, hhi_influence, theil_influence
from fairshelf.audits.metrics import gini, hhi, theil


@pytest.mark.parametrize("times", [5, 30, 300])
@pytest.mark.parametrize(
    ("figure", "influence"),
    [(gini, gini_influence), (hhi, hhi_influence), (theil, theil_influence)],
)
def test_leaving_out_the_largest_is_as_good_as_leaving_out_all(
    times: int, figure: object, influence: object
) -> None:
    """With a seller of 8 to 84% of all the error is within 3% of the delete-one jackknife's."""
    assert callable(figure)
    assert callable(influence)
    x = np.exp(np.random.default_rng(1).normal(0, 0.5, 60))
    x[0] = times * x.mean()
    value = figure(x)
    part = 59 / 60 if figure is hhi else 1.0  # its influences hold the number of units
    each = np.array([part * figure(np.delete(x, one)) for one in range(60)])
    whole = (59 / 60 * np.square(each - each.mean()).sum()) ** 0.5
    found = jackknifed(influence(x), x, np.ones(60, bool), lambda one: each[one] - value, 0.05)
    assert found is not None
    assert np.square(found).sum() ** 0.5 == pytest.approx(whole, rel=0.03)
    closed = (60 / 59 * np.square(influence(x)).sum()) ** 0.5
    assert times == 5 or closed < 0.8 * whole


def test_without_the_one_there_is_no_figure() -> None:
    """A change that is no number leaves nothing to make an interval from."""
    held = np.array([9.0, 1.0, 1.0])
    assert jackknifed(np.ones(3), held, np.ones(3, bool), lambda _: np.nan, 0.5) is None


def test_sellers_it_is_not_over_have_no_part() -> None:
    """Their influence is 0 and stays 0, and they do not count."""
    influence, held = np.array([0.4, -0.1, -0.3, 0.0]), np.array([1.0, 2.0, 3.0, 0.0])
    counted = np.array([True, True, True, False])
    found = jackknifed(influence, held, counted, lambda _: 0.0, 0.9)
    assert found is not None
    assert found[3] == 0
    assert np.square(found).sum() == pytest.approx(1.5 * np.square(influence).sum())
