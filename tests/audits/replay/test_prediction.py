"""A score as a forecast of clicks, group by group."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from fairshelf.audits.replay.prediction import predictions


def _world(rng: np.random.Generator, factor: float) -> tuple[np.ndarray, ...]:
    group = np.array(["rural", "urban"], dtype=object)[rng.integers(0, 2, 4000)]
    score = rng.uniform(0.02, 0.4, 4000)
    chance = np.where(group == "rural", factor, 1.0) * score
    return score, (rng.random(4000) < chance).astype(float), group, rng.integers(0, 90, 4000)


def test_points_equal_scikit_learns() -> None:
    """AUC and Brier score of each group are scikit-learn's."""
    score, clicks, group, seller = _world(np.random.default_rng(0), 1.0)
    found = predictions((score, clicks), group, (seller, np.arange(4000) // 20), 0.95)
    told = {(one.metric, one.group): one.mean.value for one in found}
    for name in ("rural", "urban"):
        part = group == name
        auc = roc_auc_score(clicks[part], score[part])
        assert told["answer_auc", name] == pytest.approx(auc)
        assert told["brier", name] == pytest.approx(brier_score_loss(clicks[part], score[part]))


def test_a_score_that_sells_a_group_short_is_found() -> None:
    """Where rural listings earn 1.5 times what the score foretells, the interval says so."""
    score, clicks, group, seller = _world(np.random.default_rng(1), 1.5)
    found = predictions((score, clicks), group, (seller, np.arange(4000) // 20), 0.95)
    told = {(one.metric, one.group): one.mean for one in found}
    rural, urban = told["calibration", "rural"], told["calibration", "urban"]
    assert rural.low is not None
    assert urban.low is not None
    assert urban.high is not None
    assert rural.low > 1.2
    assert urban.low < 1 < urban.high


def test_scores_that_are_no_probabilities_have_only_an_area() -> None:
    """A score above 1 cannot be calibrated; candidates of no known group are left out."""
    score, clicks, group, seller = _world(np.random.default_rng(2), 1.0)
    group[:100] = None
    found = predictions((score * 10, clicks), group, (seller, np.arange(4000)), 0.95)
    assert {one.metric for one in found} == {"answer_auc"}
    assert predictions((score, clicks * 0), group, (seller, np.arange(4000)), 0.95) == ()


def test_the_area_s_interval_covers() -> None:
    """The interval of the AUC covers the true value (0.5, no skill) in 88 to 100% of 100."""
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(100):
        seller = np.repeat(np.arange(40), 10)
        group = np.full(400, "rural", dtype=object)
        clicks = (rng.random(400) < 0.3).astype(float)
        told = predictions((rng.normal(size=400), clicks), group, (seller, np.arange(400)), 0.95)
        mean = told[0].mean
        assert mean.low is not None
        assert mean.high is not None
        hits += mean.low <= 0.5 <= mean.high
    assert hits >= 88
