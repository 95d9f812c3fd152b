"""The same candidates in two orders: exposure of a contrast, sellers who gain, worth to users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.replay.clustered import Mean, ratio_of_sums
from fairshelf.audits.replay.paired import (
    Change,
    Moved,
    change_of_ratio,
    moved,
    request_influence,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

NDCG_DEPTH = 10

FEWEST_REQUESTS = 5
"""Requests below which what differs from one to the next cannot be told, and no interval is."""

FEWEST_ANSWERS = 10
"""Requests with any worth below which utility has no interval."""


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """Candidate sets, whatever order they are put in.

    Attributes
    ----------
    request
        Code of each row's request, 0..Q-1, never falling, shape (n,).
    seller
        Code of each row's seller, 0..S-1, shape (n,).
    appearances
        How many candidates each seller has, a listing in two requests counting twice, shape (S,).
    worth
        How good each candidate is for who searches, 0 or more, shape (n,); None where nothing
        says so.
    """

    request: Ints
    seller: Ints
    appearances: Ints
    worth: Floats | None

    @property
    def requests(self) -> int:
        """How many requests there are."""
        return int(self.request[-1]) + 1


@dataclass(frozen=True, slots=True)
class Utility:
    """What users get: the mean before and after, and the change with its interval.

    ``change`` is of the mean for NDCG, relative (-0.006 is 0.6% less) for ``clicks``: the worth
    of candidates times the attention their places get.
    """

    before: float
    after: float
    change: Mean


@dataclass(frozen=True, slots=True)
class Effect:
    """What one order changes against another for one contrast.

    ``changes`` has a pair (name of the browsing model, change of the exposure ratio) for each.
    ``moved`` are the sellers of the group, ``others`` those it is held against.
    """

    changes: tuple[tuple[str, Change], ...]
    moved: Moved
    others: Moved
    ndcg: Utility | None
    clicks: Utility | None


def exposure_by_seller(sets: Sets, attention: Floats) -> Floats:
    """Sum attention over each seller's rows, per request, shape (S,)."""
    sums = np.bincount(sets.seller, weights=attention, minlength=sets.appearances.size)
    return np.asarray(sums / sets.requests, dtype=np.float64)


def effect(
    sets: Sets,
    attentions: Sequence[tuple[str, Floats, Floats]],
    places: tuple[Ints, Ints],
    sides: tuple[Bools, Bools],
    level: float,
    depth: int = NDCG_DEPTH,
) -> Effect:
    """Measure what one order changes against another for a group and its reference.

    Parameters
    ----------
    sets
        The candidates.
    attentions
        Browsing models: name, and attention of each row before and after (0 where not shown),
        shape (n,) each. The first says who gains and what clicks are worth.
    places
        Place of each row before and after, from 1, shape (n,) each.
    sides
        Sellers of the group and of the reference, shape (S,) each.
    level
        Coverage.
    depth
        Places that NDCG counts.
    """
    group, reference = sides
    kept = group | reference
    told: list[tuple[str, Change]] = []
    for name, before, after in attentions:
        both = [exposure_by_seller(sets, one) for one in (before, after)]
        of_requests = request_influence(
            _by_request(sets, before, sides), _by_request(sets, after, sides)
        )
        units = sets.appearances.astype(np.float64)
        told.append(
            (
                name,
                change_of_ratio(
                    (both[0][kept], units[kept]),
                    (both[1][kept], units[kept]),
                    group[kept],
                    of_requests * (sets.requests / max(sets.requests - 1, 1)) ** 0.5,
                    level,
                ),
            )
        )
    if sets.requests < FEWEST_REQUESTS:
        told = [(name, Change(one.before, one.after, None)) for name, one in told]
    first, second = (exposure_by_seller(sets, one) for one in attentions[0][1:])
    ndcg = clicks = None
    if sets.worth is not None and sets.worth.any():
        ndcg = _ndcg_change(sets, places, level, depth)
        clicks = _clicks_change(sets, attentions[0][1:], level)
    return Effect(
        tuple(told), moved(first, second, group), moved(first, second, reference), ndcg, clicks
    )


def _by_request(sets: Sets, attention: Floats, sides: tuple[Bools, Bools]) -> tuple[Floats, Floats]:
    told = [
        np.bincount(sets.request, weights=attention * side[sets.seller], minlength=sets.requests)
        for side in sides
    ]
    return told[0] / sets.requests, told[1] / sets.requests


def ndcg(sets: Sets, place: Ints, depth: int = NDCG_DEPTH) -> Floats:
    """Give each request's NDCG, NaN where no candidate is worth anything, shape (Q,).

    Linear gain, discount 1/log2(1 + place): as
    :func:`fairshelf.audits.replay.quality.ndcg_by_request`.

    Raises
    ------
    ValueError
        Nothing says what the candidates are worth.
    """
    if sets.worth is None:
        message = "candidates without a worth have no NDCG"
        raise ValueError(message)
    order = np.lexsort((-sets.worth, sets.request))
    starts = np.searchsorted(sets.request, np.arange(sets.requests))
    ideal = np.empty_like(place)
    ideal[order] = np.arange(order.size) - starts[sets.request[order]] + 1
    got, best = (
        np.bincount(
            sets.request,
            weights=np.where(rank <= depth, sets.worth / np.log2(1.0 + rank), 0.0),
            minlength=sets.requests,
        )
        for rank in (place, ideal)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(best > 0, got / best, np.nan), dtype=np.float64)


def _ndcg_change(sets: Sets, places: tuple[Ints, Ints], level: float, depth: int) -> Utility | None:
    before, after = (ndcg(sets, place, depth) for place in places)
    known = np.isfinite(before)
    if not known.any():
        return None
    change = (after - before)[known]
    one = ratio_of_sums(change, np.ones(change.size), (np.arange(change.size),), level)
    return Utility(float(before[known].mean()), float(after[known].mean()), one)


def _clicks_change(sets: Sets, attention: tuple[Floats, Floats], level: float) -> Utility | None:
    worth = sets.worth
    if worth is None:
        return None
    sums: list[Floats] = [
        np.bincount(sets.request, weights=worth * one, minlength=sets.requests).astype(np.float64)
        for one in attention
    ]
    if sums[0].sum() <= 0:
        return None
    change = ratio_of_sums(sums[1] - sums[0], sums[0], (np.arange(sets.requests),), level)
    if (sums[0] > 0).sum() < FEWEST_ANSWERS:
        change = Mean(change.value, None, None, None, change.clusters)
    return Utility(float(sums[0].mean()), float(sums[1].mean()), change)
