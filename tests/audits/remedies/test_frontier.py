"""The front of remedies: by hand, by brute force, and how far the present is from it."""

from __future__ import annotations

from itertools import pairwise
from math import exp, inf, isnan, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.remedies.frontier import Distance, dominated, frontier
from fairshelf.audits.remedies.paired import Better
from fairshelf.audits.remedies.points import Point, Ranged, disparity


def _point(distance: float, utility: float, half: float | None = None) -> Point:
    """Make a point at a distance below parity, with half-widths on both scales."""
    if half is None:
        return Point("rule", 1.0, Ranged(exp(-distance)), Ranged(utility))
    return Point(
        "rule",
        1.0,
        Ranged(exp(-distance), exp(-distance - half), exp(-distance + half)),
        Ranged(utility, utility - half, utility + half),
    )


def test_distance_to_parity_by_hand() -> None:
    """0.5 and 2 are as far from parity; an interval that holds 1 begins at 0."""
    assert disparity(Ranged(0.5)).value == pytest.approx(log(2))
    told = disparity(Ranged(2.0, 0.5, 4.0))
    assert told.low == 0
    assert [told.value, told.high] == pytest.approx([log(2), log(4)])
    above = disparity(Ranged(2.0, 1.5, 3.0)).bounds
    assert above == pytest.approx((log(1.5), log(3)))
    assert disparity(Ranged(0.0)).value == inf
    assert isnan(disparity(Ranged(-1.0)).value)


def test_front_by_hand() -> None:
    """Of five points two are beaten; the present lacks 0.1 of utility, or half of its disparity."""
    points = [
        _point(0.0, 0.5),
        _point(0.2, 0.9),
        _point(0.4, 1.0),
        _point(0.2, 0.8),  # the same disparity, less utility
        _point(0.3, 0.85),  # the present order
    ]
    found = frontier(points, present=4)
    assert found.front == (0, 1, 2)
    assert [one.dominated for one in found.standings] == [False, False, False, True, True]
    assert found.present is not None
    # the front is at 0.95 above 0.3, and reaches 0.85 at 0.2 * 0.35 / 0.4 = 0.175
    assert found.present.utility_gain == pytest.approx(0.1)
    assert found.present.disparity_gain == pytest.approx(0.3 - 0.175)
    assert found.knee == 1


def test_on_the_front_there_is_nothing_to_gain() -> None:
    """A present that nothing beats is at no distance, however far its neighbours' chord is."""
    points = [_point(0.0, 0.0), _point(0.5, 0.1), _point(1.0, 1.0)]
    assert frontier(points, present=1).present == Distance(0.0, 0.0)


def test_beyond_the_ends_of_the_front() -> None:
    """Further from parity than all the front, the present could have the front's best utility."""
    points = [_point(0.1, 0.6), _point(0.2, 0.7), _point(0.9, 0.5)]
    found = frontier(points, present=2).present
    assert found is not None
    assert [found.utility_gain, found.disparity_gain] == pytest.approx([0.2, 0.8])


def test_points_that_coincide_stand_once() -> None:
    """A rule at strength 0 is the present order: neither beats the other."""
    found = frontier([_point(0.3, 1.0), _point(0.3, 1.0), _point(0.1, 0.9)], present=0)
    assert found.front == (2, 0)
    assert not any(one.dominated for one in found.standings)
    assert found.knee is None


def test_only_what_is_given_is_clearly_better() -> None:
    """Beaten by the estimates, intervals apart, is not beaten clearly without a paired one."""
    points = [_point(0.2, 0.9, 0.04), _point(0.3, 0.5, 0.04)]
    alone = frontier(points, present=1).standings[1]
    assert alone.dominated
    assert alone.clearly is None
    better = Better(0, Ranged(1.1, 1.0, 1.2), Ranged(0.4, 0.3, 0.5), 1)
    assert frontier(points, 1, (None, better)).standings[1].clearly is better


def test_a_straight_or_hollow_front_has_no_knee() -> None:
    """Where every step costs the same, or the first ones most, nothing stands out."""
    straight = [_point(step / 4, step / 4) for step in range(5)]
    assert frontier(straight, present=0).knee is None
    hollow = [_point(step / 4, (step / 4) ** 2) for step in range(5)]
    assert frontier(hollow, present=0).knee is None


def test_knee_of_a_known_curve() -> None:
    """On u = sqrt(d) the curve is furthest above its chord at d = 1/4."""
    points = [_point(step / 16, (step / 16) ** 0.5) for step in range(17)]
    assert frontier(points, present=0).knee == 4


def test_undefined_points_take_no_part() -> None:
    """A ratio of 0 or none dominates nothing and is not on the front."""
    none = Point("rule", 1.0, Ranged(float("nan")), Ranged(5.0))
    zero = Point("rule", 1.0, Ranged(0.0), Ranged(5.0))
    found = frontier([none, zero, _point(0.1, 1.0)], present=1)
    assert found.front == (2,)
    assert not found.standings[2].dominated
    assert found.present is None


GRID = st.integers(0, 6)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(GRID, GRID), min_size=1, max_size=20), st.integers(0, 19))
def test_front_against_brute_force(pairs: list[tuple[int, int]], at: int) -> None:
    """Dominance is that of the definition; along the front both coordinates rise."""
    distance, utility = np.array(pairs, dtype=float).T
    wanted = [
        any(b[1] >= a[1] and b[0] <= a[0] and (b[1] > a[1] or b[0] < a[0]) for b in pairs)
        for a in pairs
    ]
    assert dominated(utility, distance).tolist() == wanted
    present = at % len(pairs)
    found = frontier([_point(float(d), float(u)) for d, u in pairs], present)
    kept = [pairs[one] for one in found.front]
    assert set(kept) == {pair for pair, beaten in zip(pairs, wanted, strict=True) if not beaten}
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(kept))
    assert found.present is not None
    gains = (found.present.utility_gain, found.present.disparity_gain)
    assert (gains == (0.0, 0.0)) is (not wanted[present])
    if found.knee is not None:
        assert found.knee in found.front
