"""How well an order is told, against scipy, scikit-learn and all orders there are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from fairshelf.audits.rankers.fitting.lists import Lists, ordered
from fairshelf.audits.rankers.fitting.measures import by_chance, by_list, mean_of


def lists_of(*lengths: int) -> Lists:
    """Give lists of these lengths."""
    request = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(request.size)
    return ordered(request, place, place, place, np.random.default_rng(0))


def test_tau_and_ndcg_agree_with_their_libraries() -> None:
    """Kendall's tau-b is scipy's, NDCG scikit-learn's, ties in the scores included."""
    from scipy.stats import kendalltau
    from sklearn.metrics import ndcg_score

    rng = np.random.default_rng(2)
    lists = lists_of(9, 14, 6)
    score = np.round(rng.standard_normal(lists.size), 1)
    found = by_list(lists, score, 5)
    for n, (start, end) in enumerate(zip(lists.starts[:-1], lists.starts[1:], strict=True)):
        mine, place = score[start:end], np.arange(end - start)
        assert found["tau"][n] == pytest.approx(kendalltau(mine, -place).statistic)
        gain = np.maximum(5 - place, 0)
        assert found["ndcg"][n] == pytest.approx(ndcg_score([gain], [mine], k=5))


def test_pairs_by_hand() -> None:
    """Scores 3, 1, 2 of the first three places put two of three pairs right; ties count half."""
    lists = lists_of(3)
    assert by_list(lists, np.array([3.0, 1.0, 2.0]), 3)["pairs"][0] == pytest.approx(2 / 3)
    assert by_list(lists, np.array([1.0, 1.0, 1.0]), 3)["pairs"][0] == pytest.approx(1 / 2)


def test_chance_is_the_mean_over_all_orders() -> None:
    """The closed form for a random order is the mean over the 120 orders of five listings."""
    lists = lists_of(5)
    all_of_them = [
        by_list(lists, np.array(order, dtype=float), 3)
        for order in itertools.permutations(range(5))
    ]
    for measure, value in by_chance(lists, 3).items():
        assert value[0] == pytest.approx(np.mean([one[measure][0] for one in all_of_them]))


def test_what_was_not_shown_is_not_compared_with_itself() -> None:
    """Of two shown and two not, five of six pairs have a known order."""
    zero, place = np.zeros(4, dtype=int), np.arange(4)
    lists = ordered(zero, place, place, place, np.random.default_rng(0), shown=place < 2)
    found = by_list(lists, np.array([4.0, 3.0, 0.0, 5.0]), 2)
    assert found["pairs"][0] == pytest.approx(3 / 5)


def test_lists_of_one_query_are_one_unit() -> None:
    """Ten copies of each of four values have the interval of four values, not of forty."""
    values = np.array([0.1, 0.4, 0.5, 0.8])
    alone = mean_of(values, np.arange(4))
    copied = mean_of(np.repeat(values, 10), np.repeat(np.arange(4), 10))
    assert copied.units == 4
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))
