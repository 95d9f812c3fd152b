"""FairCo: what a group is owed is added to its scores, request after request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.errors import UsageError
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.fairco import LEAST_MERIT, disparities, fairco

from .conftest import DCG, few, listed, orders

if TYPE_CHECKING:
    from fairshelf.audits.remedies.lists import Lists

HALF = np.array([1.0, 0.5])


def test_four_requests_by_hand() -> None:
    """Scores 1 and .5, attention 1 and .5, gain 1.2: .6 is owed each second time, more than .5."""
    lists = listed("RP RP RP RP", score=[1.0, 0.5] * 4)
    rank = fairco(lists, HALF, 1.2)
    assert orders(lists, rank) == [[1, 2], [2, 1], [1, 2], [2, 1]]
    assert disparities(lists, rank, HALF) == pytest.approx([-0.5, 0.0, -0.5 / 3, 0.0])


def test_too_weak_a_gain_waits() -> None:
    """At a gain of .8 it takes two requests, .8 owed, until the lead of .5 is made up."""
    lists = listed("RP RP RP RP", score=[1.0, 0.5] * 4)
    assert orders(lists, fairco(lists, HALF, 0.8)) == [[1, 2], [1, 2], [2, 1], [1, 2]]


def test_the_other_group_may_be_behind() -> None:
    """Whichever group is behind is helped: here those who are not protected."""
    lists = listed("PR PR", score=[1.0, 0.5] * 2)
    assert orders(lists, fairco(lists, HALF, 1.2)) == [[1, 2], [2, 1]]


def test_attention_is_owed_by_merit() -> None:
    """Merit 1 and .5 is what attention 1 and .5 suits: nothing is owed, the order stays."""
    lists = listed("RP RP RP", score=[1.0, 0.9] * 3, worth=[1.0, 0.5] * 3)
    rank = fairco(lists, HALF, 100.0)
    assert (rank == lists.rank).all()
    assert disparities(lists, rank, HALF) == pytest.approx(0.0)


def test_merit_has_a_floor() -> None:
    """A group without merit has its attention divided by 1e-4, as in the authors' code."""
    lists = listed("RP", worth=[1.0, 0.0])
    assert disparities(lists, lists.rank, HALF) == pytest.approx([0.5 / LEAST_MERIT - 1.0])


def test_one_group_has_nothing_to_compare() -> None:
    """Until both groups have been seen there is no disparity."""
    lists = listed("RR RP")
    assert disparities(lists, lists.rank, HALF).tolist()[0] == 0.0
    assert disparities(lists, lists.rank, HALF).tolist()[1] != 0.0


@given(st.integers(0, 1_000), st.sampled_from([0.3, 1.0, 10.0]))
@settings(max_examples=25)
def test_the_error_falls_as_one_over_t(seed: int, gain: float) -> None:
    """T * abs(D) stays within spread / gain plus the attention one request can add, for all t.

    Above spread / gain the whole group behind stands on top, and the error turns.
    """
    rng = np.random.default_rng(seed)
    score = np.sort(rng.random((150, 5)), axis=1)[:, ::-1].ravel()
    lists = listed(" ".join(["RRRPP"] * 150), score=score.tolist())
    path = np.abs(disparities(lists, fairco(lists, DCG, gain), DCG))
    assert (np.arange(1, 151) * path <= 1.0 / gain + 1.0 + 1e-9).all()
    untouched = np.abs(disparities(lists, lists.rank, DCG))
    assert untouched == pytest.approx(untouched[0])


@given(few())
def test_no_gain_no_change(lists: Lists) -> None:
    """A gain of 0 leaves every list as it is; any gain gives permutations."""
    assert (fairco(lists, DCG, 0.0) == lists.rank).all()
    assert verify.permutation(lists, fairco(lists, DCG, 3.0)).broken == 0


def test_a_negative_gain_is_refused() -> None:
    """A gain below 0 would drive the groups apart."""
    with pytest.raises(UsageError) as caught:
        fairco(listed("RP"), HALF, -1.0)
    assert caught.value.code == "remedy_too_low"
