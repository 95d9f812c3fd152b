"""The exposure floor: the least change that gives the group its share of attention."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.errors import UsageError
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.boost import boost, boost_for
from fairshelf.audits.remedies.rules.exposure_floor import exposure_floor

from .conftest import DCG, every_rank, few, listed, orders

if TYPE_CHECKING:
    from fairshelf.audits.remedies.lists import Lists

SHARES = st.sampled_from([0.0, 0.5, 0.8, 1.0, 1.2, 3.0])
STEPS = np.array([4.0, 3.0, 2.0, 1.0])


@pytest.mark.parametrize(
    ("share", "order"),
    [
        (0.6, [1, 2, 3, 4]),  # 3 of 10 is there already
        (0.8, [1, 3, 2, 4]),  # 4 of 10: the pair that differs by 1 is swapped
        (1.0, [3, 1, 2, 4]),  # 5 of 10: then the pair that differs by 2
        (1.2, [3, 1, 4, 2]),  # 6 of 10: then the one that differs by 6
        (1.4, [3, 4, 1, 2]),  # 7 of 10: all
        (9.0, [3, 4, 1, 2]),  # out of reach: as near as can be
    ],
)
def test_by_hand(share: float, order: list[int]) -> None:
    """Two and two, scores 10, 9 | 8, 3, attention 4 3 2 1: the swaps come by score lost."""
    lists = listed("RRPP", score=[10, 9, 8, 3])
    assert orders(lists, exposure_floor(lists, STEPS, share)) == [order]


@pytest.mark.parametrize(
    ("share", "order"),
    [(1.0, [2, 1, 3, 4]), (1.2, [2, 1, 4, 3]), (1.4, [2, 4, 1, 3])],
)
def test_equal_scores_swap_the_nearest_then_the_highest(share: float, order: list[int]) -> None:
    """With all scores equal, pairs of neighbours go first, the topmost before the others."""
    lists = listed("RPRP", score=[1, 1, 1, 1])
    assert orders(lists, exposure_floor(lists, STEPS, share)) == [order]


def test_requests_of_other_lengths_beside() -> None:
    """Lists of different lengths are each ranked by their own places."""
    lists = listed("RP RRP P RR RP")
    assert orders(lists, exposure_floor(lists, DCG, 0.8)) == [
        [2, 1],
        [1, 3, 2],
        [1],
        [1, 2],
        [2, 1],
    ]


@given(few(longest=7), SHARES)
def test_the_floor_is_held(lists: Lists, share: float) -> None:
    """Wherever some order reaches the floor, the list does; ranks are permutations."""
    rank = exposure_floor(lists, DCG, share)
    held = verify.exposure(lists, rank, DCG, share)
    assert held.broken == 0
    assert verify.permutation(lists, rank).broken == 0


@given(few(longest=5, requests=2), SHARES)
def test_no_order_with_as_much_attention_has_more_score(lists: Lists, share: float) -> None:
    """Of all orders that give the group at least as much, none has more score by attention."""
    rank = exposure_floor(lists, DCG, share)
    for begin, end in pairwise(lists.start.tolist()):
        ours, score = lists.protected[begin:end], lists.score[begin:end]
        got = DCG[rank[begin:end] - 1]
        for other in every_rank(end - begin):
            weight = DCG[other - 1]
            if weight @ ours >= got @ ours - 1e-12:
                assert weight @ score <= got @ score + 1e-9


@given(few(longest=7), SHARES)
def test_one_swap_less_falls_short(lists: Lists, share: float) -> None:
    """In a changed list, some swap of neighbours taken back goes below the floor."""
    rank = exposure_floor(lists, DCG, share)
    for begin, end in pairwise(lists.start.tolist()):
        order = np.argsort(rank[begin:end])
        ours = lists.protected[begin:end][order]
        weight = DCG[: end - begin]
        floor = share * weight.sum() * ours.mean() if ours.size else 0.0
        turned = [
            place
            for place in range(end - begin - 1)
            if ours[place] and not ours[place + 1] and order[place] > order[place + 1]
        ]
        changed = bool((order != np.arange(order.size)).any())
        assert changed == bool(turned)
        if turned:
            least = min(weight @ ours - weight[at] + weight[at + 1] for at in turned)
            assert least < floor


@given(few(longest=7), SHARES, SHARES)
def test_more_share_more_attention(lists: Lists, one: float, other: float) -> None:
    """A higher floor never lowers a protected candidate."""
    low, high = sorted((one, other))
    before, after = exposure_floor(lists, DCG, low), exposure_floor(lists, DCG, high)
    assert (after <= before)[lists.protected].all()
    assert (before <= lists.rank)[lists.protected].all()


def test_the_floor_of_one_request_is_its_smallest_boost() -> None:
    """With no equal differences, the floor's list is that of the least boost that suffices."""
    rng = np.random.default_rng(5)
    for _ in range(20):
        score = np.sort(rng.normal(size=9))[::-1]
        word = "".join(rng.choice(["R", "P"], 9, p=[0.6, 0.4]))
        if "P" not in word or "R" not in word:
            continue
        lists = listed(word, score=score.tolist())
        found = boost_for(lists, DCG, 1.0)
        expected = boost(lists, found.strength) if found.reached else None
        if expected is not None:
            assert (exposure_floor(lists, DCG, 1.0) == expected).all()


def test_small_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many requests are in memory at once does not matter."""
    lists = listed(" ".join(["RRPRP", "RRRPP", "RP"] * 5))
    whole = exposure_floor(lists, DCG, 1.0)
    monkeypatch.setattr("fairshelf.audits.remedies.rules.exposure_floor.CELLS", 30)
    assert (exposure_floor(lists, DCG, 1.0) == whole).all()


def test_attention_that_rises_is_refused() -> None:
    """A place with more attention than the one above it has no greedy floor."""
    with pytest.raises(UsageError) as caught:
        exposure_floor(listed("RRP"), np.array([1.0, 0.4, 0.5]), 1.0)
    assert caught.value.code == "remedy_attention_rises"
    assert caught.value.facts == {"place": 3}


def test_a_share_below_nothing_is_refused() -> None:
    """A negative share is refused."""
    with pytest.raises(UsageError) as caught:
        exposure_floor(listed("RRP"), DCG, -0.5)
    assert caught.value.code == "remedy_too_low"
