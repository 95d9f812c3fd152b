"""A ratio within strata: like is compared with like, and labels move only among those alike.

The ratio is Mantel and Haenszel's (1959) for rates: ``sum_s w_s m_ps / sum_s w_s m_rs``, ``m`` the
attention per unit of each group in stratum s and ``w_s = N_ps N_rs / (N_ps + N_rs)``, so that a
stratum counts as much as it can tell and one without either group not at all. With one stratum it
is the ratio of :mod:`fairshelf.audits.inference.permutation`, and so is its interval. The variance
is that of the two sums with the weights held fixed (Rothman, Greenland and Lash 2008, chapter 15,
with sellers as clusters).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.permutation import inverted, sums_note
from fairshelf.audits.inference.records import RatioInterval
from fairshelf.audits.inference.sums import labelled_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.inference.labellings import PermutationPlan
    from fairshelf.audits.inference.sums import LabelledSums, Rows

    Floats = NDArray[np.float64]
    Integers = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class _Stratum:
    """The sums of one stratum and the mean E that its columns were divided by.

    What N was divided by cancels: w grows with it as m falls.
    """

    sums: LabelledSums
    exposure: float

    def parts(
        self, scale: Floats, which: Rows
    ) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Give (w m, variance of w m) of the protected and of the reference, by labelling."""
        ours, theirs = self.sums.ours, self.sums.theirs
        our_units, their_units = ours.base[0, which], theirs.base[0, which]
        weight = self.exposure * our_units * their_units / (our_units + their_units)
        told = []
        for side in (ours, theirs):
            log_mean, variance = side.log_mean(scale, which)
            amount = np.where(weight > 0, weight * np.exp(log_mean), 0.0)
            told.append((amount, np.where(amount > 0, amount**2 * variance, 0.0)))
        return told[0], told[1]


@dataclass(frozen=True, slots=True)
class StratifiedSums:
    """The sums of all strata that hold both groups."""

    strata: tuple[_Stratum, ...]

    def log_ratio(self, log_rho: Floats, which: Rows) -> tuple[Floats, Floats]:
        """Give ln R and its standard error per labelling, protected E over rho, shape (L, B)."""
        scale = np.exp(-log_rho)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = [one.parts(scale, which) for one in self.strata]
            sums = [
                tuple(np.sum([part[side][kind] for part in parts], axis=0) for kind in (0, 1))
                for side in (0, 1)
            ]
            (ours, our_variance), (theirs, their_variance) = sums
            error = np.sqrt(our_variance / ours**2 + their_variance / theirs**2)
            return np.log(ours) - np.log(theirs), error


def stratified_ratio(
    pair: tuple[Floats, Floats],
    strata: Integers,
    plan: PermutationPlan,
    *,
    level: float = 0.95,
    hypotheses: tuple[float, ...] = (),
) -> RatioInterval:
    """Give the ratio within strata and its permutation interval.

    Parameters
    ----------
    pair
        Exposure E and denominator N of each seller, shape (S,), in the order of ``plan.protected``.
    strata
        The stratum of each seller, shape (S,).
    plan
        Labellings drawn within the same strata.
    level
        Coverage.
    hypotheses
        Further ratios to test.

    Returns
    -------
    RatioInterval
        Without value where no stratum holds both groups with units (``no_denominator``) or one
        group holds nothing in those that do (``protected_zero``, ``reference_zero``).
    """
    exposure, denominator = pair
    kept = np.zeros(exposure.size, dtype=bool)
    members = []
    for code in np.unique(strata):
        mine = np.flatnonzero(strata == code)
        sides = (mine[plan.protected[mine]], mine[~plan.protected[mine]])
        if all(denominator[side].sum() > 0 for side in sides) and exposure[mine].sum() > 0:
            kept[mine] = True
            members.append(mine)
    note = sums_note(exposure[kept], denominator[kept], plan.protected[kept])
    if note is not None:
        why = "no_denominator" if note == "no_sellers" else note
        return RatioInterval(0.0 if note == "protected_zero" else None, *(None,) * 3, note=why)
    found = [_sums(exposure, denominator, mine, plan) for mine in members]
    real, moved = (StratifiedSums(tuple(one[kind] for one in found)) for kind in (0, 1))
    value = np.exp(real.log_ratio(np.zeros(1), slice(None))[0][:, 0])
    return inverted((real, moved), plan, value, level, hypotheses)[0]


def _sums(
    exposure: Floats, denominator: Floats, mine: Integers, plan: PermutationPlan
) -> tuple[_Stratum, _Stratum]:
    """Sum one stratum under the real labels and under the plan's."""
    bits = np.unpackbits(plan.labels, axis=1, count=plan.sellers)[:, mine]
    own = replace(plan, protected=plan.protected[mine], labels=np.packbits(bits, axis=1))
    ((real, moved),) = labelled_sums([(exposure[mine], denominator[mine])], own)
    scale = float(np.mean(exposure[mine]))
    return _Stratum(real, scale), _Stratum(moved, scale)
