"""The Plackett-Luce fit against a case by hand, another program, and the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.rankers.fitting.lists import ordered
from fairshelf.audits.rankers.fitting.luce import fit_luce

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.rankers.fitting.design import Features
    from fairshelf.audits.rankers.fitting.lists import Lists


def test_pairs_give_the_log_odds_of_winning() -> None:
    """Where x = 1 stands above x = 0 in 30 of 40 lists of two, the weight is ln(30 / 10)."""
    request, position = np.repeat(np.arange(40), 2), np.tile([1, 2], 40)
    x = np.tile([1.0, 0.0], 40)
    x[60:] = np.tile([0.0, 1.0], 10)
    lists = ordered(request, position, np.arange(80), np.arange(80), np.random.default_rng(0))
    found = fit_luce(lists, x[lists.rows, None], ridge=0.0)
    assert found.weights[0] == pytest.approx(np.log(3))
    assert found.loglik == pytest.approx(30 * np.log(0.75) + 10 * np.log(0.25))


def test_it_is_the_stratified_cox_model(platform: Callable[..., tuple[Lists, Features]]) -> None:
    """Statsmodels' PHReg, stratified by request with places for times, gives the same weights."""
    from statsmodels.duration.hazard_regression import PHReg

    lists, features = platform(3, -0.4)
    x = np.stack((features.numbers["quality"], features.words["place"] == "rural"), axis=1)
    x = x[lists.rows].astype(float)
    place = np.arange(lists.size) - lists.starts[:-1][lists.number()] + 1
    peer = PHReg(place.astype(float), x, strata=lists.number(), ties="breslow").fit()
    ours = fit_luce(lists, x, ridge=0.0)
    assert ours.weights == pytest.approx(peer.params, abs=1e-7)
    assert np.diag(np.linalg.inv(ours.bread)) ** 0.5 == pytest.approx(peer.bse, rel=1e-6)
    assert ours.loglik == pytest.approx(peer.llf)


def test_what_was_not_shown_is_a_risk_and_never_a_choice() -> None:
    """One place filled out of three: the choice of one, with the odds of a conditional logit."""
    request = np.repeat(np.arange(200), 3)
    rng = np.random.default_rng(1)
    x = rng.standard_normal(600)
    chosen = (x.reshape(-1, 3) + rng.gumbel(size=(200, 3))).argmax(axis=1)
    position = np.full(600, 9)
    position[np.arange(200) * 3 + chosen] = 1
    lists = ordered(request, position, np.arange(600), np.arange(600), rng, shown=position < 9)
    ours = fit_luce(lists, x[lists.rows, None], ridge=0.0)

    def slope(weight: float) -> float:
        odds = np.exp(weight * x.reshape(-1, 3))
        mean = (odds * x.reshape(-1, 3)).sum(axis=1) / odds.sum(axis=1)
        return float((x.reshape(-1, 3)[np.arange(200), chosen] - mean).sum())

    assert slope(float(ours.weights[0])) == pytest.approx(0, abs=1e-6)


def test_a_feature_that_settles_the_order_keeps_an_end() -> None:
    """Where x always decides, the penalty keeps the weight finite and the steps come to rest."""
    request, position = np.repeat(np.arange(30), 2), np.tile([1, 2], 30)
    x = np.tile([1.0, 0.0], 30)[:, None]
    lists = ordered(request, position, np.arange(60), np.arange(60), np.random.default_rng(0))
    found = fit_luce(lists, x[lists.rows])
    assert found.settled
    assert 5 < found.weights[0] < 50
