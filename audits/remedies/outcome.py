"""What another ranking would change: exposure by group and seller, NDCG, clicks to expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.metrics.ratios import exposure_ratio
from fairshelf.audits.remedies.rules.blocks import attention_of, blocks, discounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two rankings.

    Attributes
    ----------
    ratio
        Attention per candidate of the protected group over that of the others, over all requests;
        NaN where one group is empty or the others have no attention.
    protected, rest
        Attention of the two groups by request, shape (Q,).
    seller
        Attention by seller, shape (S,).
    ndcg
        NDCG by request, shape (Q,), NaN where nothing has worth; None where no worth is known.
    clicks
        Sum of worth times attention by request, shape (Q,): clicks to expect where worth is the
        chance of a click by who looks; None where no worth is known.
    """

    ratio: float
    protected: Floats
    rest: Floats
    seller: Floats
    ndcg: Floats | None
    clicks: Floats | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Two rankings of the same candidates beside each other.

    Attributes
    ----------
    before, after
        The present ranking and the other.
    protected, rest
        Candidates of the two groups by request, shape (Q,): what attention is divided by.
    """

    before: Side
    after: Side
    protected: Ints
    rest: Ints

    @property
    def ndcg(self) -> tuple[float, float]:
        """Mean NDCG before and after, over requests that have one; NaN where there is none."""
        return _mean(self.before.ndcg), _mean(self.after.ndcg)

    @property
    def ndcg_change(self) -> Floats | None:
        """NDCG after less before by request, shape (Q,); None where no worth is known."""
        if self.before.ndcg is None or self.after.ndcg is None:
            return None
        return self.after.ndcg - self.before.ndcg

    @property
    def clicks_change(self) -> float:
        """Clicks to expect after, over before, less 1; NaN where there are none."""
        if self.before.clicks is None or self.after.clicks is None:
            return float("nan")
        before = float(self.before.clicks.sum())
        return float(self.after.clicks.sum()) / before - 1.0 if before > 0 else float("nan")


def outcome(
    lists: Lists,
    rank: Ints,
    attention: Floats,
    worth: Floats | None = None,
    cutoff: int | None = None,
    sellers: int | None = None,
) -> Outcome:
    """Compare a new ranking with the present one.

    Nothing is assumed to react: who searches sees the same candidates and pays a place the same
    attention, whoever stands there.

    Parameters
    ----------
    lists
        The candidates.
    rank
        New ranks, shape (n,).
    attention
        Attention by place from the top, shape (m,); 0 beyond.
    worth
        Gains for NDCG and clicks, 0 or more, shape (n,); those of the lists where not given.
    cutoff
        Places that NDCG counts; all where not given.
    sellers
        Number of sellers S; one more than the highest code where not given.
    """
    gain = lists.worth if worth is None else worth
    request, count = lists.request, lists.start.size - 1
    size = int(lists.seller.max(initial=-1)) + 1 if sellers is None else sellers
    ours = np.bincount(request[lists.protected], minlength=count)
    rest = np.diff(lists.start) - ours

    def side(ranked: Ints) -> Side:
        got = attention_of(ranked, attention)
        mine = _sums(request, got * lists.protected, count)
        others = _sums(request, got * ~lists.protected, count)
        return Side(
            ratio=exposure_ratio(
                float(mine.sum()), int(ours.sum()), float(others.sum()), int(rest.sum())
            ),
            protected=mine,
            rest=others,
            seller=_sums(lists.seller, got, size),
            ndcg=None if gain is None else ndcg(lists, ranked, gain, cutoff),
            clicks=None if gain is None else _sums(request, got * gain, count),
        )

    return Outcome(side(lists.rank), side(rank), ours, rest)


def ndcg(lists: Lists, rank: Ints, worth: Floats, cutoff: int | None = None) -> Floats:
    """Give each request's NDCG, shape (Q,); NaN where nothing has worth.

    Linear gain and discount 1 / log2(1 + rank) (Järvelin and Kekäläinen, TOIS 2002).

    Parameters
    ----------
    lists, rank
        The candidates and their ranks.
    worth
        Gains, 0 or more, shape (n,).
    cutoff
        Places that count; all where not given.
    """
    told = np.full(lists.start.size - 1, np.nan)
    request = lists.request
    for rows in blocks(lists.start):
        discount = discounts(rows.shape[1], cutoff or rows.shape[1])
        got = (worth[rows] * discount[rank[rows] - 1]).sum(axis=1)
        best = -np.sort(-worth[rows], axis=1) @ discount
        blank = np.full(best.shape, np.nan)
        told[request[rows[:, 0]]] = np.divide(got, best, out=blank, where=best > 0)
    return told


def _mean(values: Floats | None) -> float:
    known = np.empty(0) if values is None else values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _sums(code: Ints, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(code, values, minlength=size), dtype=np.float64)
