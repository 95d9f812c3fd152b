"""Rows become orders: every entry once, repeats and ties told."""

from __future__ import annotations

import numpy as np

from fairshelf.audits.rankers.fitting.lists import blocks, ordered, pooled

RNG = np.random.default_rng(0)


def test_rows_are_put_in_order_and_lone_requests_left_out() -> None:
    """Request 1 shows one listing only and tells of no order; the others stand by position."""
    request, position = np.array([2, 0, 0, 1, 2]), np.array([1, 2, 1, 1, 2])
    listing = np.array([7, 8, 9, 7, 8])
    lists = ordered(request, position, listing, listing, RNG)
    assert lists.rows.tolist() == [2, 1, 0, 4]
    assert (lists.count, lists.alone, lists.tied, lists.repeated) == (2, 1, 0, 0)


def test_a_listing_shown_again_keeps_its_higher_place() -> None:
    """Of two places of listing 5 in one request the first counts, unless lists are put together."""
    request, position = np.zeros(3, dtype=int), np.array([1, 2, 3])
    listing = np.array([5, 6, 5])
    assert ordered(request, position, listing, listing, RNG).rows.tolist() == [0, 1]
    assert ordered(request, position, listing, listing, RNG).repeated == 1
    assert ordered(request, position, listing, listing, RNG, again=True).size == 3


def test_rows_of_one_place_are_counted() -> None:
    """Two rows at place 1 are tied; candidates that were not shown are not."""
    request, position = np.zeros(4, dtype=int), np.array([1, 1, 9, 9])
    shown = position < 9
    lists = ordered(request, position, np.arange(4), np.arange(4), RNG, shown=shown)
    assert lists.tied == 2
    assert lists.shown.tolist() == [True, True, False, False]


def test_blocks_hold_every_entry_once() -> None:
    """Lists of lengths 2 to 9 are padded into blocks, none lost and none twice."""
    request = np.repeat(np.arange(8), np.arange(2, 10))
    size = request.size
    lists = ordered(request, np.arange(size), np.arange(size), np.arange(size), RNG)
    held = np.concatenate([index[index >= 0] for index in blocks(lists, cells=20)])
    assert np.sort(held).tolist() == list(range(size))


def test_single_rows_are_put_together_one_for_each_place() -> None:
    """The first row at each of places 1 and 2, in the order of time, make the first list."""
    position = np.array([1, 1, 2, 2])
    assert pooled(position, np.array([1, 0, 3, 2])).tolist() == [1, 0, 1, 0]
