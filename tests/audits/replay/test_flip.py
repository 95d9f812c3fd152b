"""One listing shown otherwise: the place it would have among the others as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.replay.clustered import ratio_of_sums
from fairshelf.audits.replay.flip import flip, places_alone

RECIPROCAL = 1 / np.arange(1, 201)


def _mean(told: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return np.asarray((told[0] + told[1]) / 2)


def test_a_listing_takes_the_place_its_other_score_earns() -> None:
    """Scores 9, 7, 5, 3: the last with 8 stands second, the second with 1 stands last."""
    request = np.zeros(4, dtype=np.int64)
    score = np.array([9.0, 7, 5, 3])
    other = np.array([9.0, 1, 5, 8])
    rows = np.array([False, True, False, True])
    assert _mean(places_alone(request, score, other, rows)).tolist() == [4, 2]


def test_equal_scores_share_their_places() -> None:
    """Two candidates with 5 share places 2 and 3; a third that comes to 5 makes it 2 to 4."""
    request = np.zeros(4, dtype=np.int64)
    score = np.array([9.0, 5, 5, 1])
    told = _mean(places_alone(request, score, score, np.ones(4, bool)))
    assert told.tolist() == [1, 2.5, 2.5, 4]
    other = np.array([9.0, 5, 5, 5])
    told = _mean(places_alone(request, score, other, np.array([False] * 3 + [True])))
    assert told.tolist() == [3]


def test_a_row_without_a_score_stands_last() -> None:
    """A score that is not there is below all others; given one, the listing rises."""
    request = np.array([0, 0, 0])
    score = np.array([2.0, 1.0, np.nan])
    rows = np.array([False, False, True])
    assert _mean(places_alone(request, score, score, rows)).tolist() == [3]
    assert _mean(places_alone(request, score, np.array([2.0, 1.0, 1.5]), rows)).tolist() == [2]


def test_the_mean_change_is_worked_by_hand() -> None:
    """Two requests: from 2 to 1 and from 3 to 1; mean -1.5, exposure 1/2 + 1/3 becomes 2."""
    request = np.array([0, 0, 1, 1, 1])
    seller = np.array([0, 1, 0, 2, 1])
    score = np.array([2.0, 1, 3, 2, 1])
    rows = seller == 1
    found = flip(request, seller, (score, score + 9 * rows), rows, RECIPROCAL, 0.95)
    assert found.places.value == pytest.approx(-1.5)
    assert found.exposure.value == pytest.approx(2 / (1 / 2 + 1 / 3) - 1)
    assert (found.rows, found.up, found.down) == (2, 1.0, 0.0)
    assert found.places.low is None, "one seller tells nothing of others"


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
def test_nothing_changes_where_nothing_is_flipped(scores: list[int], seed: int) -> None:
    """With the same scores the change of place and of exposure is exactly 0."""
    rng = np.random.default_rng(seed)
    score = np.array(scores, dtype=float)
    request = np.sort(rng.integers(0, 4, score.size))
    request = np.unique(request, return_inverse=True)[1]
    rows = np.ones(score.size, dtype=bool)
    found = flip(request, rng.integers(0, 3, score.size), (score, score), rows, RECIPROCAL, 0.9)
    assert found.places.value == 0
    assert found.exposure.value == 0


def test_places_agree_with_sorting_each_request_anew() -> None:
    """Without ties the place is the one that sorting the request with the other score gives."""
    rng = np.random.default_rng(4)
    request = np.sort(rng.integers(0, 20, 200))
    request = np.unique(request, return_inverse=True)[1]
    score, other = rng.normal(size=200), rng.normal(size=200)
    told = _mean(places_alone(request, score, other, np.ones(200, bool)))
    for row in range(200):
        mine = score.copy()
        mine[row] = other[row]
        inside = np.flatnonzero(request == request[row])
        assert told[row] == 1 + (mine[inside] > other[row]).sum()


def test_tied_rows_have_the_mean_attention_of_their_places() -> None:
    """Thirty equal scores under 1/place: one flipped to the top gains 30/H(30) - 1, not 1450%."""
    request, seller = np.zeros(30, int), np.arange(30)
    score, rows = np.zeros(30), seller < 10
    found = flip(request, seller, (score, score + rows), rows, RECIPROCAL, 0.95)
    harmonic = (1 / np.arange(1, 31)).sum()
    assert found.exposure.value == pytest.approx(30 / harmonic - 1)


def test_few_sellers_have_no_interval_and_unequal_ones_a_wider_one() -> None:
    """Four sellers have none; one that holds most of the rows costs degrees of freedom."""
    rng = np.random.default_rng(9)
    request = np.repeat(np.arange(40), 12)
    score = rng.normal(size=480)
    even, lopsided = np.tile(np.arange(12), 40), np.tile([0] * 7 + [1, 2, 3, 4, 5], 40)
    rows = np.ones(480, bool)
    other = score + rng.normal(size=480)
    few = flip(request, even % 4, (score, other), rows, RECIPROCAL, 0.95)
    assert few.places.low is None
    ratios = []
    for seller in (even, lopsided):
        mean = flip(request, seller, (score, other), rows, RECIPROCAL, 0.95).places
        assert mean.high is not None
        assert mean.se is not None
        ratios.append((mean.high - mean.value) / mean.se)
    assert ratios[1] > ratios[0]


def test_the_error_of_a_ratio_is_that_of_leaving_clusters_out() -> None:
    """Very unequal clusters: the jackknife by hand; with all the weight in one, no interval."""
    rng = np.random.default_rng(3)
    code = np.repeat(np.arange(8), [40, 9, 5, 3, 2, 1, 1, 1])
    top, bottom = rng.normal(1, 1, 62), rng.exponential(1, 62)
    found = ratio_of_sums(top, bottom, (code,), 0.95)
    without = [top[code != one].sum() / bottom[code != one].sum() for one in range(8)]
    assert found.se == pytest.approx(
        np.sqrt(7 / 8 * np.square(np.array(without) - found.value).sum())
    )
    alone = ratio_of_sums(top, np.where(code == 2, bottom, 0.0), (code,), 0.95)
    assert alone.low is None
