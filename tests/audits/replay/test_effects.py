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


def test_two_requests_of_three_sellers_are_worked_by_hand() -> None:
    """Places 1, 2 and 1, 2, 3 count 1, 1/2, 0; seller 0 is the reference, 1 and 2 the group.

    Two listings of the reference share 2, three of the group 1: a ratio of 1/3. After the swaps
    each side has 1.5: 2/3. With the better one of the first request on top NDCG is 1, and clicks to
    expect go from .2 + .2 to .4 + .1; nothing of the second is worth anything.
    """
    sets = Sets(
        request=np.array([0, 0, 1, 1, 1]),
        seller=np.array([0, 1, 0, 1, 2]),
        appearances=np.array([2, 2, 1]),
        worth=np.array([0.2, 0.4, 0.0, 0.0, 0.0]),
    )
    weight = np.array([1.0, 0.5, 0.0])
    places = (np.array([1, 2, 1, 2, 3]), np.array([2, 1, 1, 3, 2]))
    sides = (np.array([False, True, True]), np.array([True, False, False]))
    shown = [("half", weight[places[0] - 1], weight[places[1] - 1])]
    found = effect(sets, shown, places, sides, 0.95)
    change = found.changes[0][1]
    assert (change.before, change.after) == pytest.approx(
        ((1 / 3) / (2 / 2), (1.5 / 3) / (1.5 / 2))
    )
    assert (found.moved.gain, found.moved.lose, found.moved.steady) == (1, 0, 1)
    assert (found.others.gain, found.others.lose) == (0, 1)
    before = (0.2 + 0.4 / np.log2(3)) / (0.4 + 0.2 / np.log2(3))
    assert found.ndcg is not None
    assert (found.ndcg.before, found.ndcg.after) == pytest.approx((before, 1.0))
    assert found.clicks is not None
    assert (found.clicks.before, found.clicks.after) == pytest.approx((0.4 / 2, 0.5 / 2))
    assert found.clicks.change.value == pytest.approx(0.25)
    first = ndcg(sets, places[0], 1)
    assert first[0] == pytest.approx(0.5), "at one place the worse one has half the better's gain"
    same = [("half", shown[0][1], shown[0][1])]
    still = effect(sets, same, (places[0], places[0]), sides, 0.95)
    assert still.clicks is not None
    assert still.clicks.change.value == 0.0
    assert still.changes[0][1].before == still.changes[0][1].after


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
