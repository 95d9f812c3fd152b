"""A ratio of two groups after some date over that before it, by the inverted permutation test.

A seller is one unit with a before and an after, and labels move with both. Under the hypothesis
that the ratio changed by the factor rho, the groups are exchangeable once the protected sellers'
exposure is divided by the ratio before, and that after by rho as well. The statistic is
``(ln R_after - ln R_before - ln rho) / SE``, the error that of the sellers' influences; the search
for the rho that are not rejected is that of :mod:`fairshelf.audits.inference.permutation`.

Student's t with the smaller group's sellers less one covers 78 to 93% where sellers are
heavy-tailed, this 94 to 97% where the groups' tails are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.permutation import group_ratio, inverted, sums_note
from fairshelf.audits.inference.records import RatioInterval
from fairshelf.audits.inference.sums import ROUNDING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.inference.labellings import PermutationPlan
    from fairshelf.audits.inference.sums import Rows

    Floats = NDArray[np.float64]

SIGNS = np.array([1.0, -1.0, -1.0, 1.0])
"""How exposure after and before, and units after and before, enter ln R_after - ln R_before."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Sums of the four amounts, shape (B, 4), and of their products, shape (B, 4, 4)."""

    amounts: Floats
    products: Floats


@dataclass(frozen=True, slots=True)
class _Side:
    """Sums over the sellers labelled as one group, by what they really are."""

    protected: _Part
    reference: _Part
    sellers: int

    def log_change(self, scale: Floats) -> tuple[Floats, Floats]:
        """Give ln of (after / before) per unit and its variance, shape (B,) each."""
        amounts = self.protected.amounts * scale + self.reference.amounts
        products = self.protected.products * np.outer(scale, scale) + self.reference.products
        weights = SIGNS / amounts
        variance = np.einsum("bi,bij,bj->b", weights, products, weights)
        size = np.einsum("bi,bii->b", np.square(weights), products)
        variance[variance <= ROUNDING * size] = 0.0
        logs = np.asarray((SIGNS * np.log(amounts)).sum(axis=1))
        return logs, variance * (self.sellers / max(self.sellers - 1, 1))


@dataclass(frozen=True, slots=True)
class ChangeSums:
    """The sums of both sides under some labellings, and the ratio before under the real labels."""

    ours: _Side
    theirs: _Side
    before: float

    def log_ratio(self, log_rho: Floats, which: Rows) -> tuple[Floats, Floats]:
        """Give ln of the change and its standard error per labelling, shape (L, B) each.

        There is one pair, so that ``which`` says nothing.
        """
        del which
        logs, errors = [], []
        with np.errstate(divide="ignore", invalid="ignore"):
            for rho in np.exp(log_rho):
                scale = np.array([1 / (self.before * rho), 1 / self.before, 1.0, 1.0])
                ours, theirs = self.ours.log_change(scale), self.theirs.log_change(scale)
                logs.append(ours[0] - theirs[0])
                errors.append(np.sqrt(ours[1] + theirs[1]))
        return np.stack(logs), np.stack(errors)


def changed_ratio(
    before: tuple[Floats, Floats],
    after: tuple[Floats, Floats],
    plan: PermutationPlan,
    *,
    level: float = 0.95,
) -> RatioInterval:
    """Give the ratio after over the ratio before with its permutation interval.

    Parameters
    ----------
    before, after
        Exposure and denominator of each seller, shape (S,) each, in the order of
        ``plan.protected``.
    plan
        The labellings of this contrast.
    level
        Coverage.

    Returns
    -------
    RatioInterval
        Without a value where a group has no exposure or no denominator before or after; the note
        is that of the side where it has none.
    """
    for pair in (before, after):
        note = sums_note(*pair, plan.protected)
        if note is not None:
            return RatioInterval(None, None, None, None, note=note)
    scaled = [one / one.mean() for one in (after[0], before[0], after[1], before[1])]
    columns = np.stack(scaled, axis=1)
    start = group_ratio(scaled[1], scaled[3], plan.protected)
    value = group_ratio(*after, plan.protected) / group_ratio(*before, plan.protected)
    sums = _sums(columns, plan, start)
    return inverted(sums, plan, np.array([value]), level, ())[0]


def _sums(columns: Floats, plan: PermutationPlan, before: float) -> tuple[ChangeSums, ChangeSums]:
    """Sum amounts and products under the real labels and under the plan's."""
    size = columns.shape[1]
    products = (columns[:, :, None] * columns[:, None, :]).reshape(-1, size * size)
    wide = np.concatenate([columns, products], axis=1)
    really = (wide * plan.protected[:, None], wide * ~plan.protected[:, None])
    totals = [part.sum(axis=0)[None] for part in really]
    summed = np.concatenate([labels @ np.concatenate(really, axis=1) for labels in plan.chunks()])
    ours = np.split(summed, 2, axis=1)
    theirs = [_left(total, part) for total, part in zip(totals, ours, strict=True)]
    count = int(plan.protected.sum())
    counts = (count, plan.sellers - count)
    nothing = np.zeros_like(totals[0])
    real = (_side(totals[0], nothing, counts[0]), _side(nothing, totals[1], counts[1]))
    moved = (_side(ours[0], ours[1], counts[0]), _side(theirs[0], theirs[1], counts[1]))
    return ChangeSums(*real, before), ChangeSums(*moved, before)


def _side(protected: Floats, reference: Floats, sellers: int) -> _Side:
    """Part the sums of those who are really of either group, shape (B, 4 + 16), into a side."""
    first, second = (
        _Part(wide[:, : SIGNS.size], wide[:, SIGNS.size :].reshape(-1, SIGNS.size, SIGNS.size))
        for wide in (protected, reference)
    )
    return _Side(first, second, sellers)


def _left(total: Floats, part: Floats) -> Floats:
    """Take a part away, and put what rounding left of nothing to zero."""
    rest = total - part
    return np.asarray(np.where(rest <= ROUNDING * total, 0.0, rest))
