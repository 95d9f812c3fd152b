"""Intervals over sellers: held against leaving sellers out, and against the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.rankers.fitting.luce import fit_luce
from fairshelf.audits.rankers.fitting.models import fit_linear
from fairshelf.audits.rankers.fitting.spread import spread_of
from fairshelf.audits.rankers.fitting.study import effects_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.rankers.fitting.design import Features
    from fairshelf.audits.rankers.fitting.lists import Lists

SEEDS = 50


@pytest.mark.parametrize(("planted", "appeal"), [(-0.4, 0.15), (0.0, 0.3)])
def test_intervals_hold_the_planted_effect(
    platform: Callable[..., tuple[Lists, Features]], planted: float, appeal: float
) -> None:
    """The 95% interval of the location effect holds the truth in at least 44 of 50 platforms."""
    held = 0
    for seed in range(SEEDS):
        lists, features = platform(seed, planted, appeal)
        effects = effects_of(
            fit_linear(lists, features.at(lists.rows)), lists, features, level=0.95
        )
        place = next(one for one in effects if one.factor == "place")
        assert place.low is not None
        assert place.high is not None
        held += place.low <= np.exp(planted) <= place.high
    assert 44 <= held <= SEEDS


def test_requests_alone_promise_too_much(platform: Callable[..., tuple[Lists, Features]]) -> None:
    """Where sellers differ, an error by requests is at most two thirds of that over sellers."""
    lists, features = platform(1, 0.0, appeal=0.5)
    x = np.asarray(features.words["place"] == "rural", dtype=float)[lists.rows, None]
    found = spread_of(lists, x, fit_luce(lists, x), np.array([19.0]))
    assert found.request[0] < 0.67 * found.se[0]
    assert found.model[0] < 0.67 * found.se[0]


def test_the_error_is_that_of_leaving_each_seller_out(
    platform: Callable[..., tuple[Lists, Features]],
) -> None:
    """Fitting again without each seller in turn gives the same standard error, within a tenth."""
    lists, features = platform(4, -0.4, appeal=0.6)
    x = np.stack((features.numbers["quality"], features.words["place"] == "rural"), axis=1)
    x = x[lists.rows].astype(float)
    whole = fit_luce(lists, x)
    found = spread_of(lists, x, whole, np.array([59.0, 19.0]))
    moved = []
    for seller in np.unique(lists.seller):
        kept = lists.seller != seller
        moved.append(fit_luce(lists.keep(kept), x[kept]).weights - whole.weights)
    count = len(moved)
    jackknife = np.sqrt((count - 1) / count * np.square(moved).sum(axis=0))
    assert found.se == pytest.approx(jackknife, rel=0.1)


def test_too_few_sellers_have_no_interval(platform: Callable[..., tuple[Lists, Features]]) -> None:
    """With no degree of freedom there is neither interval nor p-value."""
    lists, features = platform(1, 0.0)
    x = features.numbers["quality"][lists.rows, None]
    found = spread_of(lists, x, fit_luce(lists, x), np.array([0.0]))
    assert np.isnan([found.low[0], found.high[0], found.p[0]]).all()
