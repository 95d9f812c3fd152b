"""Equity of attention: each request's programme against all of its rankings."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.merit import merit

from .conftest import DCG, every_rank, listed, orders

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

GAP = 1e-4  # HiGHS stops within this of the optimum


def drawn(seed: int, requests: int, length: int, sellers: int, *, once: bool) -> Lists:
    """Draw lists in order of worth."""
    rng = np.random.default_rng(seed)
    who = [
        rng.permutation(sellers)[:length] if once else rng.integers(0, sellers, length)
        for _ in range(requests)
    ]
    worth = -np.sort(-rng.uniform(0.1, 1, (requests, length)), axis=1).ravel()
    word = " ".join(["RP" * (length // 2) + "R" * (length % 2)] * requests)
    seller = [int(code) for part in who for code in part]
    return listed(word, score=worth.tolist(), worth=worth.tolist(), seller=seller)


def inequities(lists: Lists, rank: Ints, cutoff: int, theta: float) -> list[tuple[float, float]]:
    """Give, request by request, the inequity that was reached and the least of all rankings."""
    assert lists.worth is not None
    owed = np.zeros(int(lists.seller.max()) + 1)
    told = []
    for begin, end in pairwise(lists.start.tolist()):
        size = end - begin
        weight = np.where(np.arange(size) < cutoff, DCG[:size], 0.0)
        worth, seller = lists.worth[begin:end], lists.seller[begin:end]
        best = np.sort(worth)[::-1] @ weight  # DCG is attention and discount alike
        np.add.at(owed, seller, worth / worth.sum())

        def left(other: Ints, owed: Floats = owed, seller: Ints = seller) -> Floats:
            got = weight[other - 1] / weight.sum()  # noqa: B023 - called in this turn only
            after = owed.copy()
            np.subtract.at(after, seller, got)
            return after

        least = min(
            float(np.abs(left(other)).sum())
            for other in every_rank(size)
            if weight[other - 1] @ worth >= (theta - 1e-9) * best
        )
        owed = left(rank[begin:end])
        told.append((float(np.abs(owed).sum()), least))
    return told


@pytest.mark.parametrize("theta", [0.0, 0.9, 0.97, 1.0])
@pytest.mark.parametrize(
    ("once", "sellers", "cutoff"),
    [(True, 6, 5), (True, 6, 3), (False, 3, 5), (False, 3, 2), (False, 5, 5), (False, 5, 3)],
)
def test_the_least_inequity_of_all_rankings(
    theta: float, sellers: int, cutoff: int, *, once: bool
) -> None:
    """Each request leaves the least inequity that its quality allows, after those before it."""
    lists = drawn(7, 6, 5, sellers, once=once)
    rank = merit(lists, DCG, theta, cutoff)
    for reached, least in inequities(lists, rank, cutoff, theta):
        assert reached == pytest.approx(least, rel=GAP, abs=GAP)
    assert lists.worth is not None
    assert verify.quality(lists, rank, lists.worth, theta, cutoff).broken == 0
    assert verify.permutation(lists, rank).broken == 0


def test_two_equal_sellers_take_turns_by_hand() -> None:
    """Equal worth, attention 1 and 0: whoever had none is first next time."""
    lists = listed("RP RP RP RP", worth=[1.0] * 8, seller=[0, 1] * 4)
    told = orders(lists, merit(lists, np.array([1.0]), 0.9, 1))
    assert {tuple(told[0]), tuple(told[1])} == {(1, 2), (2, 1)}
    assert {tuple(told[2]), tuple(told[3])} == {(1, 2), (2, 1)}


def test_quality_of_one_keeps_the_ideal_order() -> None:
    """With distinct worth and theta 1, every list is in the order of worth."""
    lists = listed("RPR RPR", worth=[1.0, 3.0, 2.0] * 2, seller=[0, 1, 2] * 2)
    assert orders(lists, merit(lists, DCG, 1.0, 3)) == [[2, 3, 1]] * 2


def test_inequity_falls_by_request_as_more_is_allowed() -> None:
    """Over 25 requests a lower theta leaves sellers nearer their due than the ideal order does."""
    lists = drawn(3, 25, 6, 6, once=True)
    assert lists.worth is not None

    def unfair(theta: float) -> float:
        rank = merit(lists, DCG, theta, 6)
        got = np.bincount(lists.seller, DCG[rank - 1] / DCG[:6].sum())
        assert lists.worth is not None
        whole = np.repeat(np.add.reduceat(lists.worth, lists.start[:-1]), 6)
        return float(np.abs(got - np.bincount(lists.seller, lists.worth / whole)).sum())

    assert unfair(0.0) <= unfair(0.9) + 1e-9 < unfair(1.0)
    assert unfair(0.0) < 0.5 * unfair(1.0)


def test_a_request_without_worth_stays() -> None:
    """Where nothing has worth nothing is moved or entered."""
    lists = listed("RP RP", worth=[0.0, 0.0, 1.0, 1.0], seller=[0, 1, 0, 1])
    alone = listed("RP", worth=[1.0, 1.0], seller=[0, 1])
    told = orders(lists, merit(lists, DCG, 0.5, 2))
    assert told[0] == [1, 2]
    assert told[1:] == orders(alone, merit(alone, DCG, 0.5, 2))


def test_a_small_pool_still_has_the_ideal_top() -> None:
    """With a pool of the cut-off's size only the ideal top changes places."""
    lists = drawn(5, 6, 6, 6, once=True)
    rank = merit(lists, DCG, 0.0, 3, pool=3)
    assert all(sorted(order[:3]) == [1, 2, 3] for order in orders(lists, rank))
    assert all(order[3:] == [4, 5, 6] for order in orders(lists, rank))


def test_no_time_gives_the_ideal_order() -> None:
    """Where the programme has no time for a solution, quality comes first."""
    lists = drawn(7, 3, 6, 3, once=False)
    rank = merit(lists, DCG, 0.99, 6, seconds=0.0)
    assert lists.worth is not None
    assert verify.quality(lists, rank, lists.worth, 0.99, 6).broken == 0


def test_what_is_refused() -> None:
    """Worth has to be known, theta lies in [0, 1], and at least one place is filled."""
    with pytest.raises(DataError) as caught:
        merit(listed("RP"), DCG, 0.5, 2)
    assert caught.value.code == "remedy_needs_worth"
    with pytest.raises(UsageError):
        merit(listed("RP", worth=[1, 1]), DCG, 1.5, 2)
    with pytest.raises(UsageError):
        merit(listed("RP", worth=[1, 1]), DCG, 0.5, 0)
