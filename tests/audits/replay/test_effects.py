"""What one order changes against another: ratios, sellers, users."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from fairshelf.audits.replay.effects import Sets, effect, ndcg


def _weight(place: np.ndarray) -> np.ndarray:
    return np.asarray(1 / np.log2(1 + place))


def test_swapping_two_listings_is_worked_by_hand() -> None:
    """Two of a request change places: 1 against 1/log2(3), the ratio turns over."""
    sets = Sets(np.zeros(2, int), np.array([0, 1]), np.array([1, 1]), np.array([1.0, 0.0]))
    places = (np.array([1, 2]), np.array([2, 1]))
    sides = (np.array([False, True]), np.array([True, False]))
    shown = [("dcg", _weight(places[0]), _weight(places[1]))]
    found = effect(sets, shown, places, sides, 0.95)
    low = 1 / np.log2(3)
    change = found.changes[0][1]
    assert (change.before, change.after) == pytest.approx((low, 1 / low))
    assert change.interval is None
    assert found.moved.gain == 1
    assert found.others.lose == 1
    assert found.clicks is not None
    assert found.clicks.change.value == pytest.approx(low - 1)
    assert found.ndcg is not None
    assert (found.ndcg.before, found.ndcg.after) == pytest.approx((1, low))


def test_ndcg_equals_scikit_learns() -> None:
    """Request by request, with gains of 0 to 4, cut at 10."""
    rng = np.random.default_rng(1)
    request = np.repeat(np.arange(30), 15)
    worth = rng.integers(0, 5, 450).astype(float)
    place = np.concatenate([rng.permutation(15) + 1 for _ in range(30)])
    sets = Sets(request, np.zeros(450, int), np.array([450]), worth)
    told = ndcg(sets, place)
    for one in range(30):
        inside = request == one
        expected = ndcg_score([worth[inside]], [-place[inside].astype(float)], k=10)
        assert told[one] == pytest.approx(expected)


def test_requests_without_gains_have_no_ndcg() -> None:
    """Nothing to find is no number; without any gain there is no utility to speak of."""
    sets = Sets(np.array([0, 0, 1, 1]), np.arange(4), np.ones(4, int), np.array([0.0, 0, 1, 0]))
    place = np.array([1, 2, 1, 2])
    assert np.isnan(ndcg(sets, place)[0])
    bare = Sets(sets.request, sets.seller, sets.appearances, np.zeros(4))
    sides = (np.array([True, False, True, False]), np.array([False, True, False, True]))
    found = effect(bare, [("dcg", _weight(place), _weight(place))], (place, place), sides, 0.95)
    assert found.ndcg is None
    assert found.clicks is None


def test_the_same_order_changes_nothing() -> None:
    """With many sellers the factor is exactly 1 and its interval has no width."""
    rng = np.random.default_rng(2)
    request = np.repeat(np.arange(50), 10)
    seller = np.concatenate([rng.permutation(30)[:10] for _ in range(50)])
    place = np.tile(np.arange(1, 11), 50)
    sets = Sets(request, seller, np.ones(30, int), None)
    sides = (np.arange(30) < 12, np.arange(30) >= 12)
    found = effect(sets, [("dcg", _weight(place), _weight(place))], (place, place), sides, 0.95)
    interval = found.changes[0][1].interval
    assert interval is not None
    assert (interval.low, interval.value, interval.high) == (1, 1, 1)
