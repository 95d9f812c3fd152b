"""Slots for new sellers, fewer sponsored results, and the own brand without its boost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.errors import UsageError
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.adload import ad_load, unboosted
from fairshelf.audits.remedies.rules.explore import eligible, explore

from .conftest import few, listed, orders

if TYPE_CHECKING:
    from fairshelf.audits.remedies.lists import Lists

SEEDS = st.integers(0, 1_000)
QUANTILES = st.sampled_from([0.0, 0.3, 0.5, 1.0])


def test_the_only_newcomer_takes_the_slot() -> None:
    """One newcomer at place 5 comes to slot 2; those between sink by one."""
    lists = listed("RRRRP")
    rank = explore(lists, lists.protected, np.array([2]), 0.0, np.random.default_rng(0))
    assert orders(lists, rank) == [[1, 5, 2, 3, 4]]


def test_nobody_is_moved_down_into_a_slot() -> None:
    """A newcomer above the slot stays there, and the slot as it is."""
    lists = listed("PRRRR")
    rank = explore(lists, lists.protected, np.array([3]), 0.0, np.random.default_rng(0))
    assert (rank == lists.rank).all()


def test_the_gate_by_hand() -> None:
    """Of worth 1, 2, 3, 4 the median value is 2: who has 1 does not pass."""
    lists = listed("RPPP", worth=[4, 1, 2, 3])
    assert eligible(lists, lists.protected, 0.5).tolist() == [False, False, True, True]
    assert eligible(lists, lists.protected, 1.0).tolist() == [False] * 4
    unknown = listed("RPPP")
    assert eligible(unknown, unknown.protected, 0.5).tolist() == [False, True, True, False]


def test_every_newcomer_has_the_same_chance() -> None:
    """Of three newcomers each takes the slot in a third of 3,000 requests, to four errors."""
    lists = listed(" ".join(["RRPPP"] * 3_000))
    rank = explore(lists, lists.protected, np.array([1]), 0.0, np.random.default_rng(4))
    shares = (rank.reshape(-1, 5) == 1).mean(axis=0)
    assert shares[:2].tolist() == [0.0, 0.0]
    assert shares[2:] == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / 9 / 3_000))


@given(few(), st.lists(st.integers(1, 6), max_size=3), QUANTILES, SEEDS)
def test_slots_are_honoured_and_no_more(
    lists: Lists, places: list[int], quantile: float, seed: int
) -> None:
    """Slots are filled as far as there are newcomers; at most one a slot moves up; others wait."""
    slots = np.array(places, dtype=np.int64)
    rank = explore(lists, lists.protected, slots, quantile, np.random.default_rng(seed))
    able = eligible(lists, lists.protected, quantile)
    assert verify.permutation(lists, rank).broken == 0
    assert verify.slots(lists, rank, slots, able).broken == 0
    up = rank < lists.rank
    assert not up[~able].any()
    moved = np.bincount(lists.request, up, minlength=lists.start.size - 1)
    assert (moved <= np.unique(slots).size).all()
    for begin, end in zip(lists.start[:-1], lists.start[1:], strict=True):
        waiting = rank[begin:end][~able[begin:end]]
        assert (np.diff(waiting) > 0).all()
    if not slots.size:
        assert (rank == lists.rank).all()


def test_slots_count_from_one() -> None:
    """A slot 0 is refused, and so is a quantile above 1."""
    lists = listed("RP")
    with pytest.raises(UsageError):
        explore(lists, lists.protected, np.array([0]), 0.0, np.random.default_rng(0))
    with pytest.raises(UsageError):
        explore(lists, lists.protected, np.array([1]), 1.5, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("most", "organic", "order"),
    [
        (3, [2, 5, 2, 3, 0.5, 1], [1, 2, 3, 4, 5, 6]),
        (1, [2, 5, 2, 3, 0.5, 1], [1, 2, 4, 3, 6, 5]),  # 2 goes below 3, 0.5 below 1
        (0, [2, 5, 2, 3, 0.5, 1], [2, 4, 1, 3, 6, 5]),  # two of 2: in present order
        (1, [2, 5, 9, 3, 7, 1], [1, 2, 3, 4, 5, 6]),  # good enough to stay, not to rise
        (1, None, [1, 2, 4, 6, 3, 5]),
        (0, None, [2, 4, 6, 1, 3, 5]),
    ],
)
def test_ad_load_by_hand(most: int, organic: list[float] | None, order: list[int]) -> None:
    """Places 1, 3 and 5 are sponsored (P); those over the limit fall to their organic place."""
    lists = listed("PRPRPR")
    scores = None if organic is None else np.array(organic, dtype=np.float64)
    assert orders(lists, ad_load(lists, lists.protected, most, scores)) == [order]


def test_below_every_better_one() -> None:
    """Where unsponsored ones are not in organic order, it is the last better one that counts."""
    lists = listed("PRRR")
    organic = np.array([5.0, 9.0, 4.0, 6.0])
    assert orders(lists, ad_load(lists, lists.protected, 0, organic)) == [[2, 3, 4, 1]]


@given(few(), st.integers(0, 3), st.booleans())
def test_the_limit_is_held(lists: Lists, most: int, known: bool) -> None:  # noqa: FBT001 - drawn
    """No more than the limit stand above better ones; no unsponsored or kept one stands lower."""
    organic = lists.worth if known else None
    rank = ad_load(lists, lists.protected, most, organic)
    assert verify.permutation(lists, rank).broken == 0
    assert verify.ad_load(lists, rank, lists.protected, most, organic).broken == 0
    assert (rank <= lists.rank)[~lists.protected].all()
    assert (ad_load(lists, lists.protected, 6, organic) == lists.rank).all()


def test_the_own_brand_without_its_boost() -> None:
    """3 less a boost of 1.5 stands between 2 and 1; a boost of 1 only draws level."""
    lists = listed("PRR", score=[3, 2, 1])
    assert orders(lists, unboosted(lists, lists.protected, 1.5)) == [[2, 1, 3]]
    assert orders(lists, unboosted(lists, lists.protected, 1.0)) == [[1, 2, 3]]
    assert orders(lists, unboosted(lists, lists.protected, 0.0)) == [[1, 2, 3]]
    with pytest.raises(UsageError):
        unboosted(lists, lists.protected, -1.0)
    with pytest.raises(UsageError):
        ad_load(lists, lists.protected, -1)
