"""Labellings: the sellers' labels moved about, once, for every figure of one contrast.

A plan is drawn from a seeded generator and kept as bits, so that a second and a third ratio of the
same sellers cost a matrix product and no new random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Integers = NDArray[np.integer]

CHUNK_BYTES = 64_000_000
"""Memory for the labels of one chunk of permutations while they are multiplied out."""

CELLS = 500_000
"""Labels that are moved about together: few enough to stay in the processor's cache."""

SMALL = 1_000
"""Up to as many sellers a step of the draw is taken in many labellings at once."""

WORK = 20_000_000
"""Labels that can be drawn in half a second: what the number of permutations is chosen by."""


@dataclass(frozen=True, slots=True)
class PermutationPlan:
    """A fixed set of labellings, shared by every pair of columns of one contrast.

    Attributes
    ----------
    protected
        The real labels, bool, shape (S,).
    labels
        The permuted labels as bits, uint8, shape (permutations, ceil(S / 8)).
    permutations
        How many labellings stand in ``labels``.
    exact
        True where ``labels`` holds every possible labelling (the real one among them); else they
        are random and the real one is counted beside them.
    """

    protected: Bools
    labels: NDArray[np.uint8]
    permutations: int
    exact: bool

    @property
    def sellers(self) -> int:
        """Sellers in both groups."""
        return int(self.protected.size)

    def chunks(self) -> Iterator[Floats]:
        """Give the labels as 0 and 1, a chunk of permutations at a time, shape (b, S)."""
        step = max(1, CHUNK_BYTES // (8 * max(1, self.sellers)))
        for start in range(0, self.permutations, step):
            bits = np.unpackbits(self.labels[start : start + step], axis=1, count=self.sellers)
            yield bits.astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Move:
    """Where labels of one stratum move, and how many of the smaller group's, which ``label`` is."""

    places: Integers
    count: int
    label: bool


def permutations_for(sellers: int) -> int:
    """Choose the number of permutations: 9,999 where that is quick, never fewer than 999."""
    return 9_999 if sellers * 9_999 <= WORK else 1_999 if sellers * 1_999 <= WORK else 999


def draw(
    protected: Bools,
    strata: Integers | None,
    permutations: int,
    rng: np.random.Generator,
) -> PermutationPlan:
    """Draw labellings that keep the number of protected sellers (in each stratum).

    Where there are no more possible labellings than were asked for, all of them are taken instead
    and nothing is random. Give the sellers in a fixed order (sorted by name): the same order and
    the same ``rng`` give the same plan. Exchanging the two groups gives the complement of the plan.

    Parameters
    ----------
    protected
        True for the protected group's sellers, False for the reference group's, shape (S,).
    strata
        Labels move only within a stratum; shape (S,), or None for one stratum.
    permutations
        How many labellings to draw.
    rng
        Source of randomness.
    """
    labels = np.asarray(protected, dtype=bool)
    members = _members(labels, strata)
    sizes = [(len(places), int(labels[places].sum())) for places in members]
    if prod(min(comb(n, k), permutations + 2) for n, k in sizes) <= permutations + 1:
        packed = _every_labelling(labels, members)
        return PermutationPlan(labels, packed, len(packed), exact=True)
    packed = np.empty((permutations, (labels.size + 7) // 8), dtype=np.uint8)
    moves = [_move(labels, places) for places in members]
    step = max(1, CELLS // labels.size)
    for start in range(0, permutations, step):
        block = packed[start : start + step]
        block[:] = np.packbits(_shuffled(labels, moves, len(block), rng), axis=1)
    return PermutationPlan(labels, packed, permutations, exact=False)


def _members(labels: Bools, strata: Integers | None) -> list[Integers]:
    """Give the places of each stratum in which labels can move."""
    if strata is None:
        return [np.arange(labels.size)]
    order = np.argsort(strata, kind="stable")
    starts = np.flatnonzero(np.diff(np.asarray(strata)[order])) + 1
    return [
        places
        for places in np.split(order, starts)
        if len(places) and 0 < labels[places].sum() < len(places)
    ]


def _move(labels: Bools, places: Integers) -> _Move:
    """Choose places for the smaller group: the same ones whichever of the two is protected."""
    count = int(labels[places].sum())
    fewer = 2 * count <= len(places)
    return _Move(places, count if fewer else len(places) - count, fewer)


def _shuffled(labels: Bools, moves: list[_Move], rows: int, rng: np.random.Generator) -> Bools:
    """Permute labels within strata, shape (rows, S)."""
    mixed = np.repeat(labels[None], rows, axis=0)
    for move in moves:
        mixed[:, move.places] = not move.label
    if labels.size <= SMALL:
        _choose_by_step(mixed, moves, rng)
    else:
        _choose_by_row(mixed, moves, rng)
    return mixed


def _choose_by_row(mixed: Bools, moves: list[_Move], rng: np.random.Generator) -> None:
    """Set the labels of one labelling after the other."""
    for row in mixed:
        for move in moves:
            size = len(move.places)
            chosen = rng.choice(size, move.count, replace=False, shuffle=False)
            row[move.places[chosen]] = move.label


def _choose_by_step(mixed: Bools, moves: list[_Move], rng: np.random.Generator) -> None:
    """Set the labels of all labellings a step at a time, from the same numbers in the same order.

    Floyd's sampling (Bentley & Floyd, CACM 1987), which ``rng.choice`` takes too: of n places k are
    chosen by drawing one of 0 .. j for j = n - k, ..., n - 1, and j itself where that one is taken.
    """
    rows, sellers = mixed.shape
    cells, starts = mixed.reshape(-1), sellers * np.arange(rows)
    last = np.concatenate([np.arange(-move.count, 0) + len(move.places) for move in moves])
    drawn = rng.integers(0, last, size=(rows, last.size), endpoint=True)
    column = iter(np.ascontiguousarray(drawn.T))
    for move in moves:
        for most in move.places[-move.count :].tolist() if move.count else ():
            chosen = starts + move.places[next(column)]
            taken = cells[chosen] == move.label
            chosen = np.where(taken, starts + most, chosen)
            cells[chosen] = move.label


def _every_labelling(labels: Bools, members: list[Integers]) -> NDArray[np.uint8]:
    """Enumerate all labellings that keep the number of protected sellers in each stratum."""
    choices = [combinations(places.tolist(), int(labels[places].sum())) for places in members]
    rows = []
    for chosen in product(*choices):
        mixed = labels.copy()
        for places, picked in zip(members, chosen, strict=True):
            mixed[places] = False
            mixed[list(picked)] = True
        rows.append(np.packbits(mixed))
    return np.stack(rows)
