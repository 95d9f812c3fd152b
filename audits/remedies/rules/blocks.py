"""Requests of one length side by side, so that a rule loops over places and not over requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Block = Callable[[Ints], Ints]


def blocks(start: Ints, cells: int | None = None) -> Iterator[Ints]:
    """Give the rows of the requests of each length, one request a line.

    Parameters
    ----------
    start
        Offsets of the requests, shape (Q + 1,).
    cells
        Square cells, requests times length squared, that one block may have; any number where
        not given.

    Yields
    ------
    NDArray
        Numbers of rows, shape (requests of this length, length); requests without rows are left
        out.
    """
    lengths = np.diff(start)
    for length in np.unique(lengths[lengths > 0]):
        first = start[:-1][lengths == length]
        step = first.size if cells is None else max(1, cells // int(length) ** 2)
        for begin in range(0, first.size, step):
            yield first[begin : begin + step, None] + np.arange(length)


def by_block(lists: Lists, rule: Block, cells: int | None = None) -> Ints:
    """Rank again block by block.

    Parameters
    ----------
    lists
        The candidates.
    rule
        Rows of a block, shape (b, L) -> their new ranks from 1, same shape.
    cells
        As in :func:`blocks`.

    Returns
    -------
    shape (n,).
    """
    rank = np.empty(lists.seller.size, dtype=np.int64)
    for rows in blocks(lists.start, cells):
        rank[rows] = rule(rows)
    return rank


def ranks(order: Ints) -> Ints:
    """Turn orders, shape (b, L), into ranks: ``order[q, k]`` is who stands at place k, from 0."""
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(1, order.shape[1] + 1)[None, :], axis=1)
    return rank


def resorted(lists: Lists, score: Floats) -> Ints:
    """Rank by another score, highest first; equal scores keep their present order.

    Parameters
    ----------
    lists
        The candidates.
    score
        The other score, shape (n,).

    Returns
    -------
    shape (n,).
    """
    return by_block(lists, lambda rows: ranks(np.argsort(-score[rows], axis=1, kind="stable")))


def placed(attention: Floats, length: int) -> Floats:
    """Give the attention of places 1..length; places that the weights do not reach get none.

    Raises
    ------
    UsageError
        ``remedy_attention_rises``: a place gets more attention than the one above it, so that
        moving up could be a loss.
    """
    weight = np.zeros(length)
    known = min(length, attention.size)
    weight[:known] = attention[:known]
    rises = np.flatnonzero(np.diff(weight) > 0)
    if rises.size:
        raise UsageError("remedy_attention_rises", place=int(rises[0]) + 2)
    return weight


def attention_of(rank: Ints, attention: Floats) -> Floats:
    """Give the attention of each row at its rank, shape (n,); beyond the weights there is none."""
    known = np.append(attention, 0.0)
    return np.asarray(known[np.minimum(rank, attention.size + 1) - 1], dtype=np.float64)


def discounts(length: int, cutoff: int) -> Floats:
    """Give NDCG's discount 1 / log2(1 + place) of places 1..length, 0 beyond the cut-off."""
    place = np.arange(1, length + 1)
    return np.where(place <= cutoff, 1.0 / np.log2(place + 1.0), 0.0)


def within(rule: str, setting: str, value: float, low: float, high: float) -> None:
    """Hold a setting against its range, both ends allowed.

    Raises
    ------
    UsageError
        ``remedy_bad_value``, or ``remedy_too_low`` where there is no upper end.
    """
    if low <= value <= high:
        return
    if high == float("inf"):
        raise UsageError("remedy_too_low", rule=rule, setting=setting, value=value, low=low)
    raise UsageError(
        "remedy_bad_value", rule=rule, setting=setting, value=value, low=low, high=high
    )
