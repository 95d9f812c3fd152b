"""Small candidate lists, written as words: P is protected, R is not, a blank ends the request."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from fairshelf.audits.remedies.lists import Lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

DCG = 1 / np.log2(np.arange(2, 12))


def listed(
    word: str,
    score: Sequence[float] | None = None,
    worth: Sequence[float] | None = None,
    seller: Sequence[int] | None = None,
) -> Lists:
    """Make lists of a word; scores are minus the position where none are given."""
    sizes = [len(part) for part in word.split()]
    place = np.concatenate([np.arange(size) for size in sizes])
    return Lists(
        start=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        score=-1.0 - place if score is None else np.array(score, dtype=np.float64),
        worth=None if worth is None else np.array(worth, dtype=np.float64),
        seller=np.arange(place.size) if seller is None else np.array(seller, dtype=np.int64),
        protected=np.array([letter == "P" for letter in word if letter != " "]),
    )


def orders(lists: Lists, rank: Ints) -> list[list[int]]:
    """Give who stands where: for each request the present places (from 1) in the new order."""
    return [
        (np.argsort(rank[begin:end]) + 1).tolist() for begin, end in pairwise(lists.start.tolist())
    ]


def every_rank(size: int) -> Iterator[Ints]:
    """Give all rankings of so many candidates."""
    for some in permutations(range(1, size + 1)):
        yield np.array(some, dtype=np.int64)


@st.composite
def few(draw: st.DrawFn, longest: int = 6, requests: int = 3) -> Lists:
    """Draw a few short lists, empty ones too, with equal scores among them."""
    sizes = draw(st.lists(st.integers(0, longest), min_size=1, max_size=requests))
    count = sum(sizes)
    whole = st.integers(0, 5)
    score = [
        value
        for size in sizes
        for value in sorted(draw(st.lists(whole, min_size=size, max_size=size)), reverse=True)
    ]
    return Lists(
        start=np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
        score=np.array(score, dtype=np.float64),
        worth=np.array(draw(st.lists(whole, min_size=count, max_size=count)), dtype=np.float64),
        seller=np.array(
            draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)), dtype=np.int64
        ),
        protected=np.array(
            draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=np.bool_
        ),
    )
