"""Whether a ranking holds what its rule promises, told from the ranking alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.rules.blocks import blocks, discounts, placed
from fairshelf.audits.remedies.rules.fair_gap import units_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists
    from fairshelf.audits.remedies.rules.fair_gap import Constraint
    from fairshelf.audits.remedies.rules.lottery import Lottery
    from fairshelf.audits.remedies.rules.prefixes import Least

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Judge = Callable[[Ints, Ints], tuple[Bools, Bools, Floats]]
    """Rows and order of a block -> asked anything, possible, shortfall against the possible."""

ROUNDING = 1e-9
"""Shortfalls up to here are rounding."""

SOLVED = 1e-6
"""Shortfalls up to here are the tolerance of the solver of linear programmes."""


@dataclass(frozen=True, slots=True)
class Held:
    """In how many requests a promise is held.

    Attributes
    ----------
    requests
        All requests.
    checked
        Those of which the rule asks anything.
    held
        Of these, those in which it has all it asks.
    impossible
        Of these, those in which no order has all it asks, and this one has as much as there is.
    worst
        The largest shortfall against what is possible, in the unit of the check; 0 where every
        request is held or impossible.
    """

    requests: int
    checked: int
    held: int
    impossible: int
    worst: float

    @property
    def broken(self) -> int:
        """Requests in which the ranking falls short of what was possible."""
        return self.checked - self.held - self.impossible


def _counted(lists: Lists, rank: Ints, judge: Judge) -> Held:
    checked = held = impossible = 0
    worst = 0.0
    for rows in blocks(lists.start):
        order = np.argsort(rank[rows], axis=1, kind="stable")
        asked, possible, short = judge(rows, order)
        fine = short <= ROUNDING
        checked += int(asked.sum())
        held += int((asked & fine & possible).sum())
        impossible += int((asked & fine & ~possible).sum())
        bad = short[asked & ~fine]
        worst = max(worst, float(bad.max())) if bad.size else worst
    return Held(lists.start.size - 1, checked, held, impossible, worst)


def permutation(lists: Lists, rank: Ints) -> Held:
    """Check that every request has each rank 1..L once; ``worst`` in ranks missing."""

    def judge(rows: Ints, order: Ints) -> tuple[Bools, Bools, Floats]:
        ranked = np.take_along_axis(rank[rows], order, axis=1)
        wrong = (ranked != np.arange(1, rows.shape[1] + 1)).sum(axis=1)
        every = np.ones(rows.shape[0], dtype=np.bool_)
        return every, every, wrong.astype(np.float64)

    return _counted(lists, rank, judge)


def prefixes(lists: Lists, rank: Ints, least: Least, group: Bools | None = None) -> Held:
    """Check the least number of a group in every prefix; ``worst`` in candidates.

    Impossible is a request with fewer candidates of the group than some prefix asks; all of them
    must then stand within the prefixes that ask for them.

    Parameters
    ----------
    lists, rank
        The candidates and their new ranks.
    least
        Length -> minima of the prefixes.
    group
        The group, shape (n,); the protected one where not given.
    """
    ours = lists.protected if group is None else group

    def judge(rows: Ints, order: Ints) -> tuple[Bools, Bools, Floats]:
        floor = least(rows.shape[1])
        inside = np.take_along_axis(ours[rows], order, axis=1)
        have = inside.sum(axis=1)
        asked = np.full(have.shape, floor.max() > 0)
        due = np.minimum(floor, have[:, None])
        short = (due - np.cumsum(inside, axis=1)).max(axis=1)
        return asked, have >= floor.max(), np.maximum(short, 0).astype(np.float64)

    return _counted(lists, rank, judge)


def exposure(lists: Lists, rank: Ints, attention: Floats, share: float) -> Held:
    """Check the protected group's share of attention; ``worst`` in share of the list's attention.

    Asked of requests with protected candidates and others, and with any attention. Impossible is
    a request in which not even the whole group on top has the floor.

    Parameters
    ----------
    lists, rank
        The candidates and their new ranks.
    attention
        Attention by place, never rising, shape (m,).
    share
        Share of parity that was asked.
    """

    def judge(rows: Ints, order: Ints) -> tuple[Bools, Bools, Floats]:
        weight = placed(attention, rows.shape[1])
        weight = weight / weight.sum() if weight.sum() > 0 else weight
        inside = np.take_along_axis(lists.protected[rows], order, axis=1)
        have = inside.sum(axis=1)
        asked = (have > 0) & (have < rows.shape[1]) & (weight.sum() > 0)
        floor = share * inside.mean(axis=1)
        most = np.append(0.0, np.cumsum(weight))[have]
        short = np.minimum(floor, most) - inside @ weight
        return asked, most >= floor - ROUNDING, np.maximum(short, 0.0)

    return _counted(lists, rank, judge)


def sorted_by(lists: Lists, rank: Ints, score: Floats) -> Held:
    """Check that the ranking is by a score, highest first; ``worst`` in units of the score."""

    def judge(rows: Ints, order: Ints) -> tuple[Bools, Bools, Floats]:
        ranked = np.take_along_axis(score[rows], order, axis=1)
        rise = np.diff(ranked, axis=1, prepend=ranked[:, :1]).max(axis=1)
        every = np.ones(rows.shape[0], dtype=np.bool_)
        return every, every, np.maximum(rise, 0.0)

    return _counted(lists, rank, judge)


def quality(lists: Lists, rank: Ints, worth: Floats, theta: float, cutoff: int) -> Held:
    """Check that NDCG is at least ``theta``; ``worst`` in NDCG. Asked where anything has worth.

    Parameters
    ----------
    lists, rank
        The candidates and their new ranks.
    worth
        Gains, 0 or more, shape (n,).
    theta
        Least NDCG.
    cutoff
        Places that count.
    """

    def judge(rows: Ints, order: Ints) -> tuple[Bools, Bools, Floats]:
        discount = discounts(rows.shape[1], cutoff)
        got = np.take_along_axis(worth[rows], order, axis=1) @ discount
        best = -np.sort(-worth[rows], axis=1) @ discount
        short = np.divide(theta * best - got, best, out=np.zeros_like(best), where=best > 0)
        every = np.ones(rows.shape[0], dtype=np.bool_)
        return best > 0, every, np.maximum(short, 0.0)

    return _counted(lists, rank, judge)


def slots(lists: Lists, rank: Ints, places: Ints, eligible: Bools) -> Held:
    """Check that slots have eligible candidates as far as there are any; ``worst`` in slots.

    A slot is short where another candidate stands in it though an eligible one stands below. No
    more candidates than slots may stand higher than at present.
    Impossible is a request in which a slot of its length is empty for want of candidates.

    Parameters
    ----------
    lists, rank
        The candidates and their new ranks.
    places
        The slots, from 1, shape (s,).
    eligible
        Who may be put there, shape (n,).
    """

    def judge(rows: Ints, order: Ints) -> tuple[Bools, Bools, Floats]:
        at = places[places <= rows.shape[1]] - 1
        inside = np.take_along_axis(eligible[rows], order, axis=1)
        below = inside.sum(axis=1, keepdims=True) - np.cumsum(inside, axis=1)
        empty = ~inside[:, at]
        short = (empty & (below[:, at] > 0)).sum(axis=1)
        moved_up = (rank[rows] <= np.arange(rows.shape[1])).sum(axis=1)
        short = np.maximum(short, moved_up - at.size).astype(np.float64)
        asked = np.full(rows.shape[0], at.size > 0)
        return asked, ~(empty & (below[:, at] == 0)).any(axis=1), short

    return _counted(lists, rank, judge)


def ad_load(lists: Lists, rank: Ints, sponsored: Bools, most: int, organic: Floats | None) -> Held:
    """Check that few sponsored candidates stand above better ones; ``worst`` in candidates.

    Counted are sponsored candidates above an unsponsored one with a higher organic score, or above
    any unsponsored one where no organic score is given.

    Parameters
    ----------
    lists, rank
        The candidates and their new ranks.
    sponsored
        shape (n,).
    most
        Sponsored candidates that a list may have.
    organic
        Score of each candidate without the payment, shape (n,).
    """

    def judge(rows: Ints, order: Ints) -> tuple[Bools, Bools, Floats]:
        paid = np.take_along_axis(sponsored[rows], order, axis=1)
        merit = (
            np.where(paid, -np.inf, 0.0)
            if organic is None
            else np.take_along_axis(organic[rows], order, axis=1)
        )
        unpaid = np.where(paid, -np.inf, merit)[:, ::-1]
        best_below = np.maximum.accumulate(unpaid, axis=1)[:, ::-1]
        over = (paid & (best_below > merit)).sum(axis=1) - most
        every = np.ones(rows.shape[0], dtype=np.bool_)
        return np.asarray(paid.any(axis=1)), every, np.maximum(over, 0).astype(np.float64)

    return _counted(lists, rank, judge)


def lotteries(
    lists: Lists,
    drawn: Sequence[Lottery],
    attention: Floats,
    constraint: Constraint,
    tolerance: float,
) -> Held:
    """Check the gap of lotteries in expectation; ``worst`` in mean attention per unit.

    Asked of requests in which both groups have units. Impossible is a request whose smallest
    attainable gap is above the tolerance. A single list drawn of a lottery promises nothing.

    Parameters
    ----------
    lists
        The candidates; worth is merit, 1 each where there is none.
    drawn
        The lotteries of the requests that have candidates, in order.
    attention
        Attention by place, never rising, shape (m,).
    constraint, tolerance
        As asked for.
    """
    merit = np.ones(lists.seller.size) if lists.worth is None else lists.worth
    filled = [span for span in pairwise(lists.start.tolist()) if span[0] < span[1]]
    checked = held = impossible = 0
    worst = 0.0
    for (begin, end), one in zip(filled, drawn, strict=True):
        ours, weight = lists.protected[begin:end], placed(attention, end - begin)
        units = units_of(ours, merit[begin:end], constraint)
        if units is None or weight.sum() <= 0:
            continue
        got = one.chance @ weight[one.rank - 1]
        gap = abs(units.gap(float(got[ours].sum()), float(got[~ours].sum())))
        least = units.least(ours, weight)
        fine = gap <= max(tolerance, least) + SOLVED
        checked += 1
        held += fine and least <= tolerance
        impossible += fine and least > tolerance
        worst = worst if fine else max(worst, gap - max(tolerance, least))
    return Held(lists.start.size - 1, checked, held, impossible, worst)
