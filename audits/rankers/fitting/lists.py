"""Observed orders as arrays: who stood where in which request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Bools = NDArray[np.bool_]

CELLS = 100_000
"""Cells of a padded block of lists: what is worked on at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Lists in their observed order, one behind the other, the first place first.

    Attributes
    ----------
    rows
        Index of each entry in the table it came from, shape (n,).
    request, listing, seller
        Numbers of the entry's request (ascending), listing and seller, shape (n,).
    starts
        Where each list begins, and the end of the last, shape (lists + 1,).
    shown
        Whether each entry has a place, shape (n,). Candidates that were not shown stand at the end
        of their list, in no order: all that is known is that the others were put above them.
    repeated
        Entries left out since their listing stood higher in the same request.
    tied
        Entries that share their place with another one; such are put in a random order.
    alone
        Requests left out since they show one listing only.
    """

    rows: Integers
    request: Integers
    listing: Integers
    seller: Integers
    starts: Integers
    shown: Bools
    repeated: int = 0
    tied: int = 0
    alone: int = 0

    @property
    def count(self) -> int:
        """Number of lists."""
        return int(self.starts.size) - 1

    @property
    def size(self) -> int:
        """Number of entries."""
        return int(self.rows.size)

    def lengths(self) -> Integers:
        """Give the length of each list, shape (lists,)."""
        return np.diff(self.starts)

    def number(self) -> Integers:
        """Give the number of each entry's list, from 0, shape (n,)."""
        return np.repeat(np.arange(self.count), self.lengths())

    def keep(self, kept: Bools) -> Lists:
        """Give the lists with some of their entries, in the same order; lone ones fall away.

        Parameters
        ----------
        kept
            Shape (n,).
        """
        return _made(self, np.flatnonzero(kept), self.number()[kept])

    def divided(self, part: Integers) -> Lists:
        """Divide lists further: entries of one list with the same ``part`` make a list.

        Parameters
        ----------
        part
            Shape (n,), numbers from 0.
        """
        key = self.number() * (int(part.max(initial=0)) + 1) + part
        order = np.argsort(key, kind="stable")
        return _made(self, order, key[order])


def ordered(
    request: Integers,
    position: Integers,
    listing: Integers,
    seller: Integers,
    rng: np.random.Generator,
    *,
    again: bool = False,
    shown: Bools | None = None,
) -> Lists:
    """Put rows of a log into their observed orders.

    A listing that stands in a request twice keeps its higher place: it can be chosen once only.

    Parameters
    ----------
    request, position, listing, seller
        Shape (rows,).
    rng
        Puts rows of one request and position in order.
    again
        Whether a listing may stand in a list again: one that is made of several requests.
    shown
        Whether each row has a place, shape (rows,); None where all have.
    """
    size = request.size
    placed = np.ones(size, dtype=bool) if shown is None else shown
    order = np.lexsort((rng.permutation(size), position, ~placed, request))
    pair = request[order] * (int(listing.max(initial=0)) + 1) + listing[order]
    first = np.full(size, again)
    first[np.unique(pair, return_index=True)[1]] = True
    rows = order[first]
    place = np.stack((request[rows], position[rows]), axis=1)
    _, code, counts = np.unique(place, axis=0, return_inverse=True, return_counts=True)
    none = np.zeros(1, dtype=np.int64)
    all_of_them = Lists(rows, request[rows], listing[rows], seller[rows], none, placed[rows])
    made = _made(all_of_them, np.arange(rows.size), request[rows])
    return replace(
        made,
        repeated=size - rows.size,
        tied=int(((counts[code.ravel()] > 1) & placed[rows]).sum()),
        alone=int(np.unique(request).size) - made.count,
    )


def pooled(position: Integers, order: Integers) -> Integers:
    """Put rows that stand alone together: one for each position, next to each other in time.

    The first row (in ``order``) at each position makes the first list, the second ones the next.

    Parameters
    ----------
    position
        Shape (rows,).
    order
        The rows in the order of time, indices, shape (rows,).

    Returns
    -------
    The number of each row's list, shape (rows,).
    """
    told = np.zeros(position.size, dtype=np.int64)
    for place in np.unique(position):
        here = order[position[order] == place]
        told[here] = np.arange(here.size)
    return told


def _made(lists: Lists, entries: Integers, key: Integers) -> Lists:
    """Make lists of some entries, which stand in the order of their key; lone ones are left out."""
    _, code, counts = np.unique(key, return_inverse=True, return_counts=True)
    many = (counts > 1)[code.ravel()]
    chosen, lengths = entries[many], counts[counts > 1]
    return Lists(
        rows=lists.rows[chosen],
        request=lists.request[chosen],
        listing=lists.listing[chosen],
        seller=lists.seller[chosen],
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        shown=lists.shown[chosen],
    )


def blocks(lists: Lists, cells: int = CELLS) -> Iterator[Integers]:
    """Give the lists as blocks of equal width, shorter ones filled with -1 at their end.

    Yields
    ------
    Indices into the lists' arrays, shape (lists of the block, longest of them). Every list stands
    in one block, lists of like length together.
    """
    lengths = lists.lengths()
    order = np.argsort(lengths, kind="stable")
    begin = 0
    while begin < order.size:
        end = begin + 1
        while end < order.size and (end + 1 - begin) * lengths[order[end]] <= cells:
            end += 1
        chosen = order[begin:end]
        place = np.arange(int(lengths[chosen[-1]]))
        index = lists.starts[chosen][:, None] + place[None, :]
        yield np.where(place[None, :] < lengths[chosen][:, None], index, -1)
        begin = end
