"""Pooled storefronts: history by hand, exposure per household, and proceeds that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.remedies.cooperative import patronage, pooled_rating, pooled_sum, pooling

NAN = float("nan")


def test_rating_by_hand() -> None:
    """5 stars from 10 reviews and 4 from 30 make 4.25 for both; who is alone keeps its own."""
    told = pooled_rating(
        np.array([5.0, 4, 2, 3]), np.array([10.0, 30, 7, 0]), np.array([0, 0, -1, -1])
    )
    assert told == pytest.approx([4.25, 4.25, 2, 3])


def test_a_listing_without_a_rating_takes_the_storefronts() -> None:
    """Sales of a listing nobody rated do not count as a rating of nothing."""
    told = pooled_rating(np.array([5.0, NAN, NAN]), np.array([10.0, 90, 4]), np.array([3, 3, -1]))
    assert told[:2] == pytest.approx([5, 5])
    assert np.isnan(told[2])


def test_without_volume_the_plain_mean() -> None:
    """Ratings that rest on nothing known are averaged; a storefront nobody rated has none."""
    rating = np.array([5.0, 3, NAN, NAN, NAN])
    volume = np.array([0.0, NAN, 5, 5, 2])
    told = pooled_rating(rating, volume, np.array([0, 0, 0, 1, 1]))
    assert told[:3] == pytest.approx([4, 4, 4])
    assert np.isnan(told[3:]).all()


def test_sums_by_hand() -> None:
    """Reviews are summed within a storefront, missing ones being none."""
    told = pooled_sum(np.array([1.0, NAN, 5, 7]), np.array([2, 2, 2, -1]))
    assert told == pytest.approx([6, 6, 6, 7])


def test_pooling_by_hand() -> None:
    """Two members with three households, one outside that pays for it."""
    found = pooling(
        np.array([2.0, 2, 6]), np.array([4.0, 2, 4]), np.array([0, 0, -1]), np.array([1, 2, 1])
    )
    # per household 2, 1, 1 before, 4, 1, 1 after
    assert (found.before.households, found.after.households) == (3, 3)
    assert [found.before.mean, found.after.mean] == pytest.approx([4 / 3, 2])
    assert [found.before.gini, found.after.gini] == pytest.approx([2 * (2 - 1) / 12, 6 / 18])
    assert [found.after.p10, found.after.p90] == pytest.approx([1, 3.4])
    assert (found.inside.gain, found.inside.lose, found.inside.steady) == (1, 0, 1)
    assert (found.outside.gain, found.outside.lose) == (0, 1)
    assert found.outside.share_after == pytest.approx(0.4)
    [one] = found.storefronts
    assert (one.coop, one.sellers, one.households) == (0, 2, 3)
    assert [one.before, one.after] == pytest.approx([4, 6])


def test_without_members_or_exposure() -> None:
    """No co-operative is no error, nor is a log in which nobody holds anything."""
    found = pooling(np.ones(3), np.ones(3), np.full(3, -1))
    assert found.before.households == 0
    assert np.isnan(found.before.gini)
    assert found.storefronts == ()
    nothing = pooling(np.zeros(2), np.zeros(2), np.array([0, -1]))
    assert np.isnan(nothing.inside.share_after)


def test_no_seller_without_a_household() -> None:
    """Exposure per household of nobody is not defined."""
    with pytest.raises(ValueError, match="household"):
        pooling(np.ones(2), np.ones(2), np.array([0, 0]), np.array([1, 0]))


def test_patronage_by_hand() -> None:
    """Of 100, 60 go by volume (1 to 3) and 40 equally: 35 and 65; who is alone keeps 8."""
    held, coop = np.array([90.0, 10, 8]), np.array([5, 5, -1])
    volume = np.array([1.0, 3, 100])
    assert patronage(held, volume, coop, 0.6) == pytest.approx([35, 65, 8])
    accounts = np.array([3.0, 1, 0])
    assert patronage(held, volume, coop, 0.6, accounts) == pytest.approx([45, 55, 8])
    assert patronage(held, np.zeros(3), coop, 1.0) == pytest.approx([50, 50, 8])


@pytest.mark.parametrize("share", [-0.1, 1.5, NAN])
def test_patronage_is_a_share(share: float) -> None:
    """What goes by volume is a share of the proceeds."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        patronage(np.ones(2), np.ones(2), np.zeros(2, dtype=int), share)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1e8, allow_subnormal=False), st.floats(0, 1e4), st.integers(-1, 2)),
        min_size=1,
        max_size=25,
    ),
    st.floats(0, 1),
)
def test_patronage_makes_and_loses_nothing(
    rows: list[tuple[float, float, int]], share: float
) -> None:
    """Each storefront's members hold together what it held; nobody outside is touched."""
    held, volume, coop = (np.array(column) for column in zip(*rows, strict=True))
    told = patronage(held, volume, coop, share)
    assert (told >= 0).all()
    assert (told[coop == -1] == held[coop == -1]).all()
    for code in np.unique(coop):
        inside = coop == code
        assert told[inside].sum() == pytest.approx(held[inside].sum(), rel=1e-11)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(1, 5), st.integers(0, 500), st.integers(-1, 2)),
        min_size=1,
        max_size=25,
    )
)
def test_a_pooled_rating_lies_among_its_members(rows: list[tuple[float, int, int]]) -> None:
    """A storefront's rating is one for all its listings, between the lowest and the highest."""
    rating, volume, coop = (np.array(column) for column in zip(*rows, strict=True))
    told = pooled_rating(rating, volume.astype(float), coop)
    for code in np.unique(coop[coop >= 0]):
        inside = coop == code
        assert np.ptp(told[inside]) == 0
        assert rating[inside].min() - 1e-9 <= told[inside][0] <= rating[inside].max() + 1e-9
