"""Edges are found where they are, and no lane's search depends on another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.inference.edges import NARROW, Brackets, crossings, outermost

if TYPE_CHECKING:
    from fairshelf.audits.inference.edges import Values

LADDER = np.geomspace(0.01, 14.0, 16)
EDGES = st.lists(st.tuples(st.floats(0.02, 13.0), st.floats(0.2, 5.0)), min_size=1, max_size=6).map(
    np.array
)


def falling(edges: np.ndarray, tried: list[int]) -> Values:
    """Give functions that fall below zero at an edge each, and note which lanes are asked."""

    def values(places: np.ndarray, lanes: np.ndarray) -> np.ndarray:
        tried.extend(lanes.tolist())
        return np.array(
            [
                edges[lane, 0] ** edges[lane, 1] - place ** edges[lane, 1]
                for place, lane in zip(places.tolist(), lanes.tolist(), strict=True)
            ]
        )

    return values


@given(EDGES)
def test_a_crossing_is_found_in_one_step_more_than_bisection_takes(edges: np.ndarray) -> None:
    """At most so many, and every place right to the seventh decimal, on the side that is kept."""
    tried: list[int] = []
    values = falling(edges, tried)
    lanes = np.arange(len(edges))
    ends = np.zeros(len(edges)), np.full(len(edges), 14.0)
    brackets = Brackets(ends[0], values(ends[0], lanes), ends[1], values(ends[1], lanes))
    tried.clear()
    found = crossings(values, brackets)
    assert np.bincount(tried).max() <= np.ceil(np.log2(14 / NARROW)) + 1
    assert (edges[:, 0] - NARROW <= found).all()
    assert (found <= edges[:, 0] * (1 + 1e-12)).all()
    assert (values(found, lanes) >= 0).all()


def test_a_smooth_crossing_is_found_in_far_fewer_steps() -> None:
    """Bisection takes 28 steps from 0 to 14, a cubic's crossing at 3 less than half as many."""
    tried: list[int] = []
    values = falling(np.array([[3.0, 3.0]]), tried)
    start, end, lanes = np.zeros(1), np.full(1, 14.0), np.zeros(1, dtype=np.int64)
    brackets = Brackets(start, values(start, lanes), end, values(end, lanes))
    tried.clear()
    crossings(values, brackets)
    assert np.ceil(np.log2(14 / NARROW)) == 28
    assert len(tried) < 14


@given(EDGES)
def test_a_lane_tries_the_same_places_in_any_company(edges: np.ndarray) -> None:
    """Place and number of trials of each lane are those of the lane alone."""
    tried: list[int] = []
    ladders = [LADDER[lane % 3 :] for lane in range(len(edges))]
    together = outermost(falling(edges, tried), ladders, np.full(len(edges), 1.0))
    for lane in range(len(edges)):
        alone: list[int] = []
        one = outermost(falling(edges[[lane]], alone), [ladders[lane]], np.ones(1))
        assert one[0] == together[lane]
        assert len(alone) == tried.count(lane)


def test_what_is_kept_at_the_last_step_has_no_edge() -> None:
    """A lane that never falls gets nan, one beside it that falls between two steps its place."""
    edges = np.array([[20.0, 1.0], [3.0, 1.0], [0.001, 1.0]])
    found = outermost(falling(edges, []), [LADDER] * 3, np.full(3, 0.001))
    assert np.isnan(found[0])
    assert 3 - NARROW <= found[1] <= 3
    assert 0.001 - NARROW <= found[2] <= 0.001


def test_of_several_places_that_are_kept_the_outermost_counts() -> None:
    """Kept to 1 and again from 4 to 5: the edge is 5."""
    found = outermost(
        lambda places, _: np.where(places < 3, 1 - places, (places - 4) * (5 - places)),
        [np.arange(0.5, 14.0, 0.5)],
        np.ones(1),
    )
    assert 5 - NARROW <= found[0] <= 5
