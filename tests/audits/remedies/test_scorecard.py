"""A seller's card by hand, tenths among peers, and the order of a training list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.remedies.lists import Lists
from fairshelf.audits.remedies.scorecard import (
    Feature,
    decile,
    scorecard,
    seller_funnel,
    training_priorities,
)

LISTS = Lists(
    start=np.array([0, 4, 9]),
    score=np.array([4.0, 3, 2, 1, 5, 4, 3, 2, 1]),
    worth=None,
    seller=np.array([0, 1, 0, 2, 1, 1, 2, 0, 0]),
    protected=np.array([True, False, True, False, False, False, False, True, True]),
)
"""Seller 0 stands at 1 and 3 of the first list, at 4 and 5 of the second."""
ATTENTION = np.array([1.0, 0.5, 0.25, 0.125])


def test_funnel_by_hand() -> None:
    """Four candidates, three of them shown, two on a page of three, attention 1 + 1/4 + 1/8."""
    clicks = np.arange(9.0)
    found = seller_funnel(LISTS, ATTENTION, page=3, shown=4, outcomes=(clicks, None))
    assert found.candidates.tolist() == [4, 3, 2]
    assert found.shown.tolist() == [3, 3, 2]
    assert found.first_page.tolist() == [2, 3, 1]
    assert found.top.tolist() == [2, 3, 1]
    assert found.attention.tolist() == [1.375, 2.0, 0.375]
    assert found.clicks is not None
    assert found.clicks.tolist() == [0 + 2 + 7 + 8, 1 + 4 + 5, 3 + 6]
    assert found.orders is None


def test_what_is_not_shown_has_no_attention() -> None:
    """Places below what is shown count neither as first page nor as attention."""
    found = seller_funnel(LISTS, ATTENTION, page=10, shown=2)
    assert found.first_page.tolist() == found.shown.tolist() == [1, 3, 0]
    assert found.attention.tolist() == [1.0, 2.0, 0.0]
    every = seller_funnel(LISTS, ATTENTION, page=10)
    assert every.shown.tolist() == every.candidates.tolist()


def test_card_by_hand() -> None:
    """The card holds the seller's amounts, its mean beside the reference's median, its gain."""
    funnel = seller_funnel(LISTS, ATTENTION, page=3, shown=4)
    owner = np.array([0, 0, 1, 1, 2])
    reference = np.array([False, False, True, True, True])
    rating = np.array([3.0, 4.0, 3.0, 3.5, 5.0])
    photos = np.array([np.nan, np.nan, 1, 2, 3])
    card = scorecard(
        0,
        funnel,
        np.array([True, False, False]),
        (owner, reference),
        [Feature("rating", rating, np.array([0.7, 0, 0])), Feature("photos", photos)],
    )
    assert [(step.name, step.amount) for step in card.steps] == [
        ("candidates", 4),
        ("shown", 3),
        ("first_page", 2),
        ("top", 2),
        ("attention", 1.375),
    ]
    assert {step.decile for step in card.steps} == {None}
    assert card.peers == 1
    stars, pictures = card.features
    assert (stars.mean, stars.reference_median, stars.gain) == (3.5, 3.5, 0.7)
    assert stars.quantile == pytest.approx(1.5 / 3)
    assert np.isnan([pictures.mean, pictures.quantile]).all()
    assert (pictures.reference_median, pictures.gain) == (2, None)


def test_tenths_by_hand() -> None:
    """Of ten different amounts each has its own tenth; equals share the middle one."""
    among = np.arange(10.0)
    assert [decile(one, among) for one in among] == list(range(1, 11))
    assert decile(0.0, np.zeros(10)) == 5
    assert decile(0.0, np.r_[np.zeros(8), 1, 2]) == 4
    assert decile(1.0, np.arange(9.0)) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=10, max_size=60))
def test_tenths_follow_the_order(amounts: list[int]) -> None:
    """Who holds more is never in a lower tenth, and tenths run from 1 to 10."""
    among = np.array(sorted(amounts), dtype=float)
    told = [decile(float(one), among) for one in among]
    kept = [one for one in told if one is not None]
    assert len(kept) == len(told)
    assert kept == sorted(kept)
    assert {min(kept), max(kept)} <= set(range(1, 11))


def test_priorities_by_hand() -> None:
    """Seller 2 gains 3 for a unit, seller 0 gains 2; who has nothing to lift is not there."""
    members = np.array([True, False, True, True, True])
    gains = np.array([[1.0, 3.0], [9, 9], [1.5, 0.0], [0, 0], [-0.1, 0.0]])
    lifts = np.array([[1.0, 1.0], [1, 1], [0.5, 0.0], [0, 0], [1.0, 1.0]])
    gain = np.array([4.0, 9, 1.5, 0, -0.1])
    first, second = training_priorities(members, gain, gains, lifts, ("rating", "photos"))
    assert (first.seller, first.per_unit, first.features) == (2, 3.0, ("rating",))
    assert (second.seller, second.per_unit, second.lift) == (0, 2.0, 2.0)
    assert second.features == ("photos", "rating")


def test_what_would_cost_exposure_holds_nobody_back() -> None:
    """A feature whose lift alone loses exposure is not named."""
    [told] = training_priorities(
        np.array([True]), np.array([2.0]), np.array([[3.0, -1.0]]), np.ones((1, 2)), ("a", "b")
    )
    assert told.features == ("a",)


def test_equal_priorities_stand_by_code() -> None:
    """Ties are broken by the seller's code, not by chance."""
    ones = np.ones((3, 1))
    told = training_priorities(np.ones(3, dtype=bool), np.ones(3), ones, ones, ("rating",))
    assert [one.seller for one in told] == [0, 1, 2]
    assert training_priorities(np.zeros(3, dtype=bool), np.ones(3), ones, ones, ("a",)) == ()
