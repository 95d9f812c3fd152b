"""Whole numbers added up by place, and the one fact of each listing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.rowgroups import arrays
from fairshelf.audits.rowgroups.arrays import Owners, Sums
from fairshelf.audits.rowgroups.layout import UnlikeError

rows = st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), max_size=30), max_size=6)


@pytest.mark.parametrize("together", [1, 8, 2**22])
@given(drawn=rows)
def test_sums_are_those_of_the_rows(together: int, drawn: list[list[tuple[int, int]]]) -> None:
    """However many rows wait to be counted together, each is counted once."""
    counted, added = Sums(lambda _: True), Sums(lambda _: True)
    expected, weighed = Counter[int](), Counter[int]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(arrays, "_TOGETHER", together)
        for block in drawn:
            place = np.array([p for p, _ in block], dtype=np.int64)
            counted.add(place)
            added.add(place, np.array([n for _, n in block], dtype=np.int64))
            expected.update(p for p, _ in block)
            for p, n in block:
                weighed[p] += n
    assert counted.total(21).tolist() == [expected[p] for p in range(21)]
    assert added.total(21).tolist() == [weighed[p] for p in range(21)]


def test_a_number_below_0_is_refused() -> None:
    """Counts have none; the engine says what is wrong."""
    with pytest.raises(UnlikeError):
        Sums(lambda _: True).add(np.array([0, 1]), np.array([-1, 0]))


def test_numbers_whose_sum_a_float_may_not_hold_are_refused() -> None:
    """Three of 2**52 might not add up exactly; one of them does."""
    large = Sums(lambda _: True)
    large.add(np.zeros(3, np.int64), np.array([2**52, 0, 0]))
    assert large.total(1).tolist() == [2**52]
    for _ in range(2):
        large.add(np.array([0]), np.array([2**52]))
    with pytest.raises(UnlikeError):
        large.total(1)


def test_more_places_than_fit_are_refused() -> None:
    """The highest place tells how many there must be."""
    few = Sums(lambda places: places <= 4)
    few.add(np.array([3]))
    with pytest.raises(UnlikeError):
        few.add(np.array([4]))


def test_a_listing_has_one_fact() -> None:
    """The same fact again is nothing new, a missing one (-1) is a fact, another is refused."""
    owners = Owners()
    owners.add(np.array([0, 2, 2]), np.array([7, -1, -1], np.int32))
    owners.add(np.array([2, 5]), np.array([-1, 8], np.int32))
    assert owners.held[[0, 2, 5]].tolist() == [7, -1, 8]
    with pytest.raises(UnlikeError):
        owners.add(np.array([5]), np.array([7], np.int32))


def test_two_facts_of_a_new_listing_in_one_block_are_refused() -> None:
    """Also where nothing was known of the listing before."""
    with pytest.raises(UnlikeError):
        Owners().add(np.array([1, 1]), np.array([3, 4], np.int32))
