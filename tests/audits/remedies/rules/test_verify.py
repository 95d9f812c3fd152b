"""Checks of a ranking tell a broken promise from one that nobody could keep."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.blocks import attention_of, blocks, resorted
from fairshelf.audits.remedies.rules.prefixes import share_least
from fairshelf.audits.remedies.rules.verify import Held

from .conftest import listed

STEPS = np.array([4.0, 3.0, 2.0, 1.0])


def test_a_rank_given_twice() -> None:
    """1, 1, 3 has one rank wrong; 2, 1 is a permutation; an empty request asks nothing."""
    lists = listed("RRP RP")
    assert verify.permutation(lists, np.array([1, 1, 3, 2, 1])) == Held(2, 2, 1, 0, 1.0)


def test_prefixes_kept_broken_and_impossible() -> None:
    """At a half: PR and RP keep, RRPP breaks by one, RR has nobody, RRRP breaks what it could."""
    lists = listed("PR RP RRPP RR RRRP")
    told = verify.prefixes(lists, lists.rank, share_least(0.5))
    # RRRP has too few, and the one it has does not stand where it is due
    assert told == Held(requests=5, checked=5, held=2, impossible=1, worst=1.0)
    assert told.broken == 2
    assert verify.prefixes(lists, lists.rank, share_least(0.0)).checked == 0


def test_prefixes_of_another_group() -> None:
    """Minima can be asked of any group."""
    lists = listed("PPR")
    rest = verify.prefixes(lists, lists.rank, share_least(0.4), ~lists.protected)
    assert rest == Held(1, 1, 1, 0, 0.0)


def test_exposure_kept_broken_and_impossible() -> None:
    """RRPP has 3 of 10 where parity is 5; of attention alike everywhere nobody has two shares."""
    lists = listed("RRPP RRRR")
    assert verify.exposure(lists, lists.rank, STEPS, 0.6) == Held(2, 1, 1, 0, 0.0)
    told = verify.exposure(lists, lists.rank, STEPS, 1.0)
    assert (told.checked, told.held) == (1, 0)
    assert told.worst == pytest.approx(0.2)
    top = listed("PRR")
    assert verify.exposure(top, top.rank, np.ones(3), 2.0) == Held(1, 1, 0, 1, 0.0)
    assert verify.exposure(top, top.rank, np.zeros(3), 2.0).checked == 0


def test_a_score_that_rises() -> None:
    """Ranks 2, 1 for scores 3 and 1 rise by 2."""
    lists = listed("RP RP")
    score = np.array([3.0, 1.0, 1.0, 3.0])
    assert verify.sorted_by(lists, np.array([2, 1, 2, 1]), score) == Held(2, 2, 1, 0, 2.0)


def test_quality_short_of_what_was_asked() -> None:
    """Worth 0 above 1 has an NDCG of 1 / log2(3); nothing is asked where nothing has worth."""
    lists = listed("RP RP")
    told = verify.quality(lists, lists.rank, np.array([0.0, 1.0, 0.0, 0.0]), 0.7, 2)
    assert (told.checked, told.held) == (1, 0)
    assert told.worst == pytest.approx(0.7 - 1 / np.log2(3))


def test_slots_empty_for_want_or_by_neglect() -> None:
    """Slot 2: filled in RPR; neglected in RRP; nobody below in PRR."""
    lists = listed("RPR RRP PRR R")
    told = verify.slots(lists, lists.rank, np.array([2]), lists.protected)
    assert told == Held(requests=4, checked=3, held=1, impossible=1, worst=1.0)


def test_more_newcomers_than_slots() -> None:
    """One slot and two who moved up is one too many, wherever they stand."""
    lists = listed("RRPP")
    told = verify.slots(lists, np.array([3, 4, 1, 2]), np.array([1]), lists.protected)
    assert told == Held(requests=1, checked=1, held=0, impossible=0, worst=1.0)


def test_too_many_ads() -> None:
    """Two sponsored above an unsponsored one are one more than allowed; one at the end is none."""
    lists = listed("PPR PRP RR")
    assert verify.ad_load(lists, lists.rank, lists.protected, 1, None) == Held(3, 2, 1, 0, 1.0)
    organic = np.array([3.0, 1.0, 2.0, 1.0, 1.0, 1.0, 0.0, 0.0])
    assert verify.ad_load(lists, lists.rank, lists.protected, 0, organic).held == 1


def test_blocks_have_every_row_once() -> None:
    """Requests come by length, in parts of a limited size, empty ones not at all."""
    start = np.array([0, 2, 2, 5, 7, 9])
    told = [block.tolist() for block in blocks(start, cells=8)]
    assert told == [[[0, 1], [5, 6]], [[7, 8]], [[2, 3, 4]]]
    assert len(list(blocks(start))) == 2


def test_places_beyond_the_weights_have_no_attention() -> None:
    """The weights given are those of the first places."""
    assert attention_of(np.array([1, 2, 3, 9]), np.array([1.0, 0.5])).tolist() == [1, 0.5, 0, 0]


def test_equal_scores_keep_their_order() -> None:
    """Sorting again is stable."""
    lists = listed("RRR")
    assert resorted(lists, np.array([1.0, 2.0, 1.0])).tolist() == [2, 1, 3]
    long = listed("R" * 500)
    score = np.tile(np.array([0.0, 1.0]), 250)
    assert resorted(long, score)[1::2].tolist() == list(range(1, 251))
    assert (resorted(long, np.zeros(500)) == long.rank).all()
