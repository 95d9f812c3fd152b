"""Position bias from clicks, with an effect for every item."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from fairshelf.audits.browsing import parse, position_bias

TRUE = np.array([1.0, 0.6, 0.4, 0.3, 0.2])


def _log(rng: np.random.Generator, *, moving: bool) -> tuple[np.ndarray, ...]:
    """Make counts of 60 items at five positions; better items stand higher more often."""
    appeal = rng.uniform(0.02, 0.5, 60)
    item, position = np.meshgrid(np.arange(60), np.arange(1, 6), indexing="ij")
    tilt = np.exp(-np.abs(position - (1 + 4 * (1 - appeal[item] / appeal.max()))))
    shown = np.ceil(400 * tilt)
    if not moving:
        shown = np.where(position == item % 5 + 1, 400.0, 0.0)
    clicks = rng.poisson(shown * appeal[item] * TRUE[position - 1]).astype(float)
    kept = shown > 0
    return item[kept], position[kept], shown[kept], clicks[kept]


def test_planted_bias_is_recovered_where_rank_follows_merit() -> None:
    """The curve is found although clicks per impression by rank confound it with appeal."""
    item, position, shown, clicks = _log(np.random.default_rng(1), moving=True)
    found = position_bias(item, position, shown, clicks)
    assert found.trouble is None
    assert found.weights == pytest.approx(TRUE, rel=0.15)
    naive = np.bincount(position, clicks)[1:] / np.bincount(position, shown)[1:]
    assert np.abs(naive / naive[0] - TRUE).max() > 2 * np.abs(found.weights - TRUE).max()


def test_equals_poisson_regression_with_item_effects() -> None:
    """The weights are those of a Poisson regression with dummies for items and positions."""
    import statsmodels.api as sm

    item, position, shown, clicks = _log(np.random.default_rng(2), moving=True)
    found = position_bias(item, position, shown, clicks)
    clicked = np.bincount(item, clicks)[item] > 0
    item, position, shown, clicks = (part[clicked] for part in (item, position, shown, clicks))
    columns = [(position == place).astype(float) for place in range(2, 6)]
    columns += [(item == one).astype(float) for one in np.unique(item)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.GLM(
            clicks, np.column_stack(columns), family=sm.families.Poisson(), offset=np.log(shown)
        ).fit()
    assert found.weights[1:] == pytest.approx(np.exp(fit.params[:4]), rel=1e-6)


def test_a_log_in_which_nothing_moves_cannot_tell() -> None:
    """Where every item stays at its position, position and appeal cannot be told apart."""
    found = position_bias(*_log(np.random.default_rng(3), moving=False))
    assert found.trouble == "no_item_moves"


def test_few_clicks_are_too_few() -> None:
    """A handful of clicks supports no curve."""
    item, position = np.repeat(np.arange(4), 2), np.tile([1, 2], 4)
    found = position_bias(item, position, np.full(8, 100.0), np.ones(8))
    assert (found.trouble, found.clicks, found.items) == ("too_few_clicks", 8, 4)


def test_sets_of_positions_without_a_shared_item_are_told() -> None:
    """Items that move only within 1-2 or only within 3-4 leave the two sets incomparable."""
    item = np.array([0, 0, 1, 1])
    position = np.array([1, 2, 3, 4])
    found = position_bias(item, position, np.full(4, 1000.0), np.full(4, 100.0))
    assert found.trouble == "not_connected"


def test_deep_positions_are_pooled() -> None:
    """Neighbouring positions with few clicks share one weight, and the model knows every rank."""
    item = np.tile(np.arange(50), 10)
    position = np.repeat(np.arange(1, 11), 50)
    clicks = np.where(position <= 2, 4.0, 0.4)
    found = position_bias(item, position, np.full(500, 100.0), clicks)
    assert found.starts.tolist() == [1, 2, 3, 6]
    weight = found.model(parse("empirical")).weight
    assert weight is not None
    assert weight(np.array([1, 2, 3, 5, 6, 40])) == pytest.approx([1, 1, 0.1, 0.1, 0.1, 0.1])
