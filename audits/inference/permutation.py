"""Intervals for a ratio of two groups: the studentised label-permutation test, inverted.

The sellers' labels are what a claim about groups rests on, so the test moves the labels. Under the
hypothesis that the ratio is rho, dividing the protected sellers' exposure by rho makes the two
groups exchangeable; the interval holds every rho that permuting the labels does not reject. The
statistic is ``(ln R - ln rho) / SE``, studentised so that groups of different size and spread
compare (Janssen 1997; Chung & Romano 2013). Two-sided p-values are twice the smaller tail: among
heavy-tailed sellers the statistic is skewed, and the test on its absolute value, no narrower,
would call the smaller group worse off two to nine times as often as better off.

Per permutation only sums are kept (``sums.py``); every rho is arithmetic on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.edges import outermost
from fairshelf.audits.inference.labellings import PermutationPlan, draw, permutations_for
from fairshelf.audits.inference.records import RatioInterval
from fairshelf.audits.inference.statistic import SAME, Studentised, needed
from fairshelf.audits.inference.sums import labelled_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.inference.records import RatioNote
    from fairshelf.audits.inference.statistic import RatioSums

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]

__all__ = [
    "PermutationPlan",
    "draw",
    "group_ratio",
    "inverted",
    "permutation_ratio",
    "permutation_ratios",
    "permutations_for",
    "sums_note",
]

NEAREST = 1e-9
"""The first trial ratio is no nearer to the estimate than this."""

FARTHEST = float(np.log(1e6))
"""A bound further than a million times the ratio away is no bound."""

STEPS = 16
"""Trial ratios on each side of the estimate before the edge is narrowed down."""

WIDE, WIDE_STEPS = 0.5, 40
"""From this standard error on, among few or heavy-tailed sellers, what is not rejected may have
gaps: as many trial ratios see them, all but the narrowest."""

DIGITS = 6
"""Significant digits of a bound: what the search finds, and the same on every machine."""


def permutation_ratio(
    exposure: Floats,
    denominator: Floats,
    plan: PermutationPlan,
    *,
    level: float = 0.95,
    hypotheses: tuple[float, ...] = (),
) -> RatioInterval:
    """Give the interval of one ratio; see :func:`permutation_ratios`."""
    return permutation_ratios([(exposure, denominator)], plan, level=level, hypotheses=hypotheses)[
        0
    ]


def permutation_ratios(
    pairs: Sequence[tuple[Floats, Floats]],
    plan: PermutationPlan,
    *,
    level: float = 0.95,
    hypotheses: tuple[float, ...] = (),
) -> list[RatioInterval]:
    """Give the interval of (sum E_p / sum N_p) / (sum E_r / sum N_r) for several pairs E, N.

    A labelling that leaves a group without any exposure counts as extreme on both sides. Where the
    set of rho that is not rejected has gaps, the interval spans them; a part beyond a gap that lies
    between two trial ratios (``WIDE_STEPS``) may be missed.

    Parameters
    ----------
    pairs
        Exposure E and denominator N (listings, 1 per seller, impressions, merit) of each seller,
        both non-negative, shape (S,), in the order of ``plan.protected``.
    plan
        The labellings; both groups' sums of E and N must be above zero for an interval.
    level
        Coverage, 0.95 for 95%.
    hypotheses
        Further ratios to test, such as the materiality bounds.

    Returns
    -------
    list of RatioInterval
        In the order of ``pairs``.
    """
    notes = [sums_note(exposure, denominator, plan.protected) for exposure, denominator in pairs]
    usable = [pair for pair, note in zip(pairs, notes, strict=True) if note is None]
    values = np.array([group_ratio(*pair, plan.protected) for pair in usable])
    found: list[RatioInterval] = []
    for sums in labelled_sums(usable, plan):
        block = values[len(found) : len(found) + sums[0].pairs]
        found += inverted(sums, plan, block, level, hypotheses)
    told = iter(found)
    return [
        next(told) if note is None else RatioInterval(None, None, None, None, note=note)
        for note in notes
    ]


def group_ratio(exposure: Floats, denominator: Floats, protected: Bools) -> float:
    """Give (sum E_p / sum N_p) / (sum E_r / sum N_r); every sum but E_p above zero."""
    ours = exposure[protected].sum() / denominator[protected].sum()
    theirs = exposure[~protected].sum() / denominator[~protected].sum()
    return float(ours / theirs)


def sums_note(exposure: Floats, denominator: Floats, protected: Bools) -> RatioNote | None:
    """Say why a pair of columns has no permutation interval, or None where it has one."""
    groups = (protected, ~protected)
    if not all(group.any() for group in groups):
        return "no_sellers"
    if not all(denominator[group].sum() > 0 for group in groups):
        return "no_denominator"
    held = [bool(exposure[group].sum() > 0) for group in groups]
    notes: dict[tuple[bool, bool], RatioNote | None] = {
        (True, True): None,
        (False, True): "protected_zero",
        (True, False): "reference_zero",
        (False, False): "both_zero",
    }
    return notes[held[0], held[1]]


def inverted(
    sums: tuple[RatioSums, RatioSums],
    plan: PermutationPlan,
    values: Floats,
    level: float,
    hypotheses: tuple[float, ...],
) -> list[RatioInterval]:
    """Find the ratios the permutation test does not reject, of K pairs in step.

    Parameters
    ----------
    sums
        Under the real labels (one labelling) and under the plan's, of the same K pairs.
    plan, values
        The labellings, and the ratios in the data's units, shape (K,).
    level, hypotheses
        As in :func:`permutation_ratios`.

    Returns
    -------
    list of RatioInterval
        In the order of the pairs.
    """
    real, moved = sums
    log_ratio, error = (part[:, 0] for part in real.log_ratio(np.zeros(values.size), slice(None)))
    studentised = Studentised(log_ratio, error, np.log(values), moved, plan)
    pairs = np.arange(values.size)
    p_at = {
        rho: studentised.p_values(np.full(values.size, np.log(rho)), pairs)
        for rho in (1.0, *hypotheses)
    }
    count = needed(plan, 1 - level)
    step = studentised.at_once  # whose sums stay near while they are searched
    ends = [
        _edges(studentised, pairs[start : start + step], count)
        for start in range(0, values.size, step)
    ]
    low, high = np.concatenate(ends, axis=1)
    told = []
    for pair in pairs:
        at = {rho: float(p_at[rho][pair]) for rho in hypotheses}
        if error[pair] == 0 and abs(log_ratio[pair]) < SAME:
            told.append(_all_the_same(at, plan))
            continue
        value = float(values[pair])
        bounds = [None if np.isnan(end) else _rounded(end) for end in (low[pair], high[pair])]
        told.append(
            RatioInterval(
                value=value,
                low=None if bounds[0] is None else min(value, bounds[0]),
                high=None if bounds[1] is None else max(value, bounds[1]),
                p_value=float(p_at[1.0][pair]),
                p_at=at,
                se=float(error[pair]),
                permutations=_labellings(plan),
                method="permutation",
                note="unbounded" if None in bounds else None,
            )
        )
    return told


def _all_the_same(at: dict[float, float], plan: PermutationPlan) -> RatioInterval:
    """Give the ratio where every seller has the same per unit: parity, which nothing can move."""
    at = {rho: 1.0 if rho == 1 else p_value for rho, p_value in at.items()}
    return RatioInterval(1.0, 1.0, 1.0, 1.0, at, 0.0, _labellings(plan))


def _labellings(plan: PermutationPlan) -> int:
    """Count the labellings of the test, the real one among them."""
    return plan.permutations + (0 if plan.exact else 1)


def _edges(studentised: Studentised, pairs: Integers, count: int) -> Floats:
    """Give the outermost ln rho below and above that are not rejected, nan without end, (2, K)."""
    ladders = [_steps(error) for error in studentised.error[pairs].tolist()]
    centre = studentised.centre[pairs]
    left = np.maximum(studentised.slacks(centre, pairs, count), 0.0)
    pair, start, side = np.tile(pairs, 2), np.tile(centre, 2), np.repeat([-1.0, 1.0], pairs.size)
    reach = outermost(
        lambda steps, lanes: studentised.slacks(
            start[lanes] + side[lanes] * steps, pair[lanes], count
        ),
        ladders * 2,
        np.tile(left, 2),
    )
    return np.asarray((start + side * reach).reshape(2, -1))


def _steps(error: float) -> Floats:
    """Give the trial steps of ln rho away from an estimate, shape (n,)."""
    count = STEPS if error < WIDE else WIDE_STEPS
    return np.geomspace(max(error / 8, NEAREST), max(FARTHEST, 32 * error), count)


def _rounded(log_bound: float) -> float:
    return float(f"{np.exp(log_bound):.{DIGITS}g}")
