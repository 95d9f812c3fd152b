"""Sums over the sellers of each labelling: all that a studentised ratio needs, for any rho.

Per labelling the sums of E, E^2, E*N, N and N^2 are kept, split by the group a seller really has.
Dividing the protected sellers' exposure by rho is then arithmetic on sums, and the sums themselves
are one matrix product for all ratios of a contrast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.inference.labellings import PermutationPlan

    Floats = NDArray[np.float64]

PAIR_BYTES = 120_000_000
"""Memory for the columns of the pairs that are multiplied out together."""

ROUNDING = 1e-12
"""What remains of a sum after cancellation below this share of it is nothing."""


@dataclass(frozen=True, slots=True)
class GroupSums:
    """Sums over the sellers labelled as one group, a labelling per column.

    Attributes
    ----------
    protected, reference
        Sums of E, E^2 and E*N over those who really are protected and reference, shape (3, B).
    base
        Sums of N and N^2 over both, shape (2, B).
    sellers
        Sellers labelled as this group.
    """

    protected: Floats
    reference: Floats
    base: Floats
    sellers: int

    def log_mean(self, scale: float) -> tuple[Floats, Floats]:
        """Give ln(sum E / sum N) and its variance, protected sellers' E times ``scale``."""
        moved = self.protected * np.array([[scale], [scale**2], [scale]])
        moved += self.reference
        exposure, squared, crossed = moved
        mean = exposure / self.base[0]
        size = mean * mean
        size *= self.base[1]
        size += squared
        spread = 2 * mean
        spread *= crossed
        np.subtract(size, spread, out=spread)
        size *= ROUNDING
        spread[spread <= size] = 0.0
        spread *= self.sellers / max(self.sellers - 1, 1)
        exposure *= exposure
        spread /= exposure
        return np.log(mean, out=mean), spread


@dataclass(frozen=True, slots=True)
class LabelledSums:
    """The sums of the sellers labelled protected and of those labelled reference."""

    ours: GroupSums
    theirs: GroupSums

    def log_ratio(self, log_rho: float) -> tuple[Floats, Floats]:
        """Give ln R and its standard error per labelling, protected E divided by rho, shape (B,).

        A labelling that leaves a group without exposure has an infinite or undefined ln R.
        """
        scale = float(np.exp(-log_rho))
        with np.errstate(divide="ignore", invalid="ignore"):
            our_mean, our_variance = self.ours.log_mean(scale)
            their_mean, their_variance = self.theirs.log_mean(scale)
            return our_mean - their_mean, np.sqrt(our_variance + their_variance)


def labelled_sums(
    pairs: Sequence[tuple[Floats, Floats]], plan: PermutationPlan
) -> list[tuple[LabelledSums, LabelledSums]]:
    """Give the sums under the real labels and under the plan's, for each pair E, N.

    Each column is scaled to mean 1 over all sellers, so that units cannot matter.

    Parameters
    ----------
    pairs
        Exposure and denominator of each seller, shape (S,), both with a positive sum.
    plan
        The labellings.
    """
    step = max(1, PAIR_BYTES // (3 * 5 * 8 * max(1, plan.sellers)))
    return [
        sums
        for start in range(0, len(pairs), step)
        for sums in _block_sums(pairs[start : start + step], plan)
    ]


def _block_sums(
    pairs: Sequence[tuple[Floats, Floats]], plan: PermutationPlan
) -> list[tuple[LabelledSums, LabelledSums]]:
    """Give the sums of as many pairs as fit into memory side by side."""
    columns = _columns(pairs)
    # sellers that really are of the other group count as nothing, so that labels need no sorting
    really = (columns * plan.protected[:, None], columns * ~plan.protected[:, None])
    totals = [part.sum(axis=0) for part in really]
    together = np.concatenate(really, axis=1)
    summed = np.concatenate([labels @ together for labels in plan.chunks()])
    ours = np.split(summed, 2, axis=1)
    theirs = [_nothing_left(total - part, total) for total, part in zip(totals, ours, strict=True)]
    count = int(plan.protected.sum())
    counts = (count, plan.sellers - count)
    nothing = np.zeros_like(columns[:1])
    told = []
    for start in range(0, columns.shape[1], 5):
        block = slice(start, start + 5)
        real = LabelledSums(
            _group(totals[0][None, block], nothing[:, block], counts[0]),
            _group(nothing[:, block], totals[1][None, block], counts[1]),
        )
        moved = LabelledSums(
            _group(ours[0][:, block], ours[1][:, block], counts[0]),
            _group(theirs[0][:, block], theirs[1][:, block], counts[1]),
        )
        told.append((real, moved))
    return told


def _columns(pairs: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Lay E, E^2, E*N, N, N^2 of every pair side by side, each scaled to mean 1, shape (S, 5K)."""
    columns: list[Floats] = []
    for exposure, denominator in pairs:
        scaled = np.asarray(exposure, dtype=float) / np.mean(exposure)
        base = np.asarray(denominator, dtype=float) / np.mean(denominator)
        columns += [scaled, scaled**2, scaled * base, base, base**2]
    return np.column_stack(columns)


def _group(protected: Floats, reference: Floats, sellers: int) -> GroupSums:
    """Part the five sums, a labelling per row, into those that scale and those that do not."""
    return GroupSums(
        protected=np.ascontiguousarray(protected[:, :3].T),
        reference=np.ascontiguousarray(reference[:, :3].T),
        base=np.ascontiguousarray((protected + reference)[:, 3:].T),
        sellers=sellers,
    )


def _nothing_left(rest: Floats, total: Floats) -> Floats:
    """Put what rounding left of an empty group to zero."""
    return np.where(rest > ROUNDING * total, rest, 0.0)
