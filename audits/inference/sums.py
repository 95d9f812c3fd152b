"""Sums over the sellers of each labelling: all that a studentised ratio needs, for any rho.

Per labelling the sums of E, E^2, E*N, N and N^2 are kept, split by the group a seller really has.
Dividing the protected sellers' exposure by rho is then arithmetic on sums, and the sums themselves
are one matrix product for all ratios of a contrast. They stay side by side, pair by pair, so that
many pairs are tried at once, each at a ratio of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.inference.labellings import PermutationPlan

    Floats = NDArray[np.float64]
    Rows = slice | NDArray[np.int64]

PAIR_BYTES = 120_000_000
"""Memory for the columns, or for the sums, of the pairs that are multiplied out together."""

KINDS = 5
"""Sums of each pair and group: of E, E^2, E*N, N and N^2."""

ROUNDING = 1e-12
"""What remains of a sum after cancellation below this share of it is nothing."""


@dataclass(frozen=True, slots=True)
class GroupSums:
    """Sums over the sellers labelled as one group, of K pairs under B labellings.

    Attributes
    ----------
    protected, reference
        Sums of E, E^2 and E*N over those who really are protected and reference, shape (3, K, B).
    base
        Sums of N and N^2 over both, shape (2, K, B).
    sellers
        Sellers labelled as this group.
    """

    protected: Floats
    reference: Floats
    base: Floats
    sellers: int

    def log_mean(self, scale: Floats, which: Rows) -> tuple[Floats, Floats]:
        """Give ln(sum E / sum N) and its variance, protected sellers' E times ``scale``, (L, B).

        ``which`` are the L pairs, ``scale`` has one number for each of them.
        """
        moved = self.protected[:, which] * np.array([scale, scale * scale, scale])[:, :, None]
        moved += self.reference[:, which]
        exposure, squared, crossed = moved
        units, units_squared = self.base[:, which]
        mean = exposure / units
        size = mean * mean
        size *= units_squared
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

    @property
    def pairs(self) -> int:
        """How many pairs these are the sums of."""
        return int(self.ours.base.shape[1])

    def log_ratio(self, log_rho: Floats, which: Rows) -> tuple[Floats, Floats]:
        """Give ln R and its standard error per labelling, protected E divided by rho.

        A labelling that leaves a group without exposure has an infinite or undefined ln R.

        Parameters
        ----------
        log_rho
            A ratio for each pair asked for, shape (L,).
        which
            Those pairs; one may be asked for several times.

        Returns
        -------
        tuple of ndarray
            Shape (L, B) each.
        """
        scale = np.exp(-log_rho)
        with np.errstate(divide="ignore", invalid="ignore"):
            our_mean, our_variance = self.ours.log_mean(scale, which)
            their_mean, their_variance = self.theirs.log_mean(scale, which)
            our_mean -= their_mean
            our_variance += their_variance
            return our_mean, np.sqrt(our_variance, out=our_variance)


def labelled_sums(
    pairs: Sequence[tuple[Floats, Floats]], plan: PermutationPlan
) -> Iterator[tuple[LabelledSums, LabelledSums]]:
    """Give the sums under the real labels and under the plan's, block by block of the pairs.

    Each column is scaled to mean 1 over all sellers, so that units cannot matter.

    Parameters
    ----------
    pairs
        Exposure and denominator of each seller, shape (S,), both with a positive sum.
    plan
        The labellings.

    Yields
    ------
    tuple of LabelledSums
        Of the next pairs, as many as fit into memory; the real labels are one labelling.
    """
    columns = 3 * KINDS * plan.sellers
    sums = 6 * KINDS * plan.permutations
    step = max(1, PAIR_BYTES // (8 * max(1, columns, sums)))
    for start in range(0, len(pairs), step):
        yield _block_sums(pairs[start : start + step], plan)


def _block_sums(
    pairs: Sequence[tuple[Floats, Floats]], plan: PermutationPlan
) -> tuple[LabelledSums, LabelledSums]:
    columns = _columns(pairs)
    # sellers that really are of the other group count as nothing, so that labels need no sorting
    really = (columns * plan.protected[:, None], columns * ~plan.protected[:, None])
    totals = [part.sum(axis=0) for part in really]
    together = np.concatenate(really, axis=1)
    summed = np.concatenate([labels @ together for labels in plan.chunks()])
    ours = np.split(np.ascontiguousarray(summed.T), 2)
    theirs = [_left(total[:, None], part) for total, part in zip(totals, ours, strict=True)]
    count = int(plan.protected.sum())
    counts = (count, plan.sellers - count)
    one = [total[:, None] for total in totals]
    nothing = np.zeros_like(one[0])
    real = LabelledSums(_group(one[0], nothing, counts[0]), _group(nothing, one[1], counts[1]))
    moved = LabelledSums(
        _group(ours[0], ours[1], counts[0]), _group(theirs[0], theirs[1], counts[1])
    )
    return real, moved


def _columns(pairs: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Lay E, E^2, E*N, N, N^2 of every pair side by side, each scaled to mean 1, shape (S, 5K)."""
    columns: list[Floats] = []
    for exposure, denominator in pairs:
        scaled = np.asarray(exposure, dtype=float) / np.mean(exposure)
        base = np.asarray(denominator, dtype=float) / np.mean(denominator)
        columns += [scaled, scaled**2, scaled * base, base, base**2]
    return np.column_stack(columns)


def _group(protected: Floats, reference: Floats, sellers: int) -> GroupSums:
    """Part the sums, pair after pair, shape (5K, B), by what scales."""
    ours, theirs = (
        part.reshape(-1, KINDS, part.shape[1]).swapaxes(0, 1) for part in (protected, reference)
    )
    return GroupSums(ours[:3], theirs[:3], ours[3:] + theirs[3:], sellers)


def _left(total: Floats, part: Floats) -> Floats:
    """Take a part away, and put what rounding left of an empty group to zero."""
    rest = total - part
    rest[rest <= ROUNDING * total] = 0.0
    return np.asarray(rest)
