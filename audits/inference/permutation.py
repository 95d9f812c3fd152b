"""Intervals for a ratio of two groups: the studentised label-permutation test, inverted.

The sellers' labels are what a claim about groups rests on, so the test moves the labels. Under the
hypothesis that the ratio is rho, dividing the protected sellers' exposure by rho makes the two
groups exchangeable; the interval holds every rho that permuting the labels does not reject. The
statistic is ``(ln R - ln rho) / SE``, studentised so that groups of different size and spread
compare (Janssen 1997; Chung & Romano 2013). Two-sided p-values are twice the smaller tail: among
heavy-tailed sellers the statistic is skewed, and the test on its absolute value, no narrower,
would call the smaller group worse off two to nine times as often as better off.

Per permutation only sums are kept, split by the group a seller really has: of E, E^2, E*N, N and
N^2. Every rho is arithmetic on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.labellings import PermutationPlan, draw, permutations_for
from fairshelf.audits.inference.records import RatioInterval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.inference.records import RatioNote

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

__all__ = [
    "PermutationPlan",
    "draw",
    "group_ratio",
    "permutation_ratio",
    "permutation_ratios",
    "permutations_for",
    "sums_note",
]

SAME = 1e-9
"""Statistics this close (relatively) are ties, and a tie counts as extreme."""

ROUNDING = 1e-12
"""What remains of a sum after cancellation below this share of it is nothing."""

FARTHEST = float(np.log(1e6))
"""A bound further than a million times the ratio away is no bound."""

STEPS = 48
"""Trial ratios on each side of the estimate before the edge is narrowed down."""

HALVINGS = 34
"""Bisections of the edge: its place is known to ten digits."""

DIGITS = 9
"""Significant digits of a bound: what bisection finds, and the same on every machine."""

POWERS = np.array([1.0, 2.0, 1.0, 0.0, 0.0])[:, None]
"""The power of a seller's scale in E, E^2, E*N, N, N^2."""


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
    set of rho that is not rejected has gaps, the interval spans them.

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
    sums = iter(_permuted_sums(usable, plan))
    return [
        _invert(next(sums), plan, group_ratio(*pair, plan.protected), level, hypotheses)
        if note is None
        else RatioInterval(None, None, None, None, note=note)
        for pair, note in zip(pairs, notes, strict=True)
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


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums of E, E^2, E*N, N, N^2 over the sellers of one labelling per column, shape (5, B).

    ``first_second`` is the sum over sellers labelled ``first`` who really are ``second``.
    """

    protected_protected: Floats
    protected_reference: Floats
    reference_protected: Floats
    reference_reference: Floats
    sellers: tuple[int, int]

    def ratio(self, log_rho: float) -> tuple[Floats, Floats]:
        """Give ln R and its standard error with the protected sellers' exposure divided by rho."""
        scale = np.exp(-log_rho * POWERS)
        ours = scale * self.protected_protected + self.protected_reference
        theirs = scale * self.reference_protected + self.reference_reference
        with np.errstate(divide="ignore", invalid="ignore"):
            mean_ours, variance_ours = _log_mean(ours, self.sellers[0])
            mean_theirs, variance_theirs = _log_mean(theirs, self.sellers[1])
            return mean_ours - mean_theirs, np.sqrt(variance_ours + variance_theirs)


def _log_mean(sums: Floats, sellers: int) -> tuple[Floats, Floats]:
    """Give ln(sum E / sum N) and its linearised variance over sellers."""
    exposure, squared, crossed, denominator, denominator_squared = sums
    mean = exposure / denominator
    size = squared + mean**2 * denominator_squared
    spread = size - 2 * mean * crossed
    spread = np.where(spread > ROUNDING * size, spread, 0.0)
    return np.log(mean), spread / exposure**2 * (sellers / max(sellers - 1, 1))


def _columns(pairs: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Lay the five columns of every pair side by side, each scaled to mean 1, shape (S, 5K)."""
    columns: list[Floats] = []
    for exposure, denominator in pairs:
        scaled = np.asarray(exposure, dtype=float) / np.mean(exposure)
        base = np.asarray(denominator, dtype=float) / np.mean(denominator)
        columns += [scaled, scaled**2, scaled * base, base, base**2]
    return np.column_stack(columns)


def _permuted_sums(
    pairs: Sequence[tuple[Floats, Floats]], plan: PermutationPlan
) -> list[tuple[_Sums, _Sums]]:
    """Give, for each pair, the sums under the real labels and under the plan's."""
    if not pairs:
        return []
    columns = _columns(pairs)
    # sellers that really are of the other group count as nothing, so that labels need no sorting
    really = (columns * plan.protected[:, None], columns * ~plan.protected[:, None])
    totals = [part.sum(axis=0) for part in really]
    gathered = [(labels @ really[0], labels @ really[1]) for labels in plan.chunks()]
    parts = [np.concatenate(chunks) for chunks in zip(*gathered, strict=True)]
    rests = [_nothing_left(total - part, total) for total, part in zip(totals, parts, strict=True)]
    sellers = (int(plan.protected.sum()), int((~plan.protected).sum()))
    none = np.zeros((5, 1))
    told = []
    for start in range(0, columns.shape[1], 5):
        block = slice(start, start + 5)
        real = _Sums(totals[0][block, None], none, none, totals[1][block, None], sellers)
        ours, theirs, our_rest, their_rest = (part[:, block].T for part in (*parts, *rests))
        moved = _Sums(ours, theirs, our_rest, their_rest, sellers)
        told.append((real, moved))
    return told


def _nothing_left(rest: Floats, total: Floats) -> Floats:
    """Put what rounding left of an empty group to zero."""
    return np.where(rest > ROUNDING * total, rest, 0.0)


def _invert(
    sums: tuple[_Sums, _Sums],
    plan: PermutationPlan,
    value: float,
    level: float,
    hypotheses: tuple[float, ...],
) -> RatioInterval:
    """Find the ratios the permutation test does not reject."""
    real, moved = sums
    log_ratio, error = (float(part[0]) for part in real.ratio(0.0))
    # the columns are scaled to mean 1: the estimate in their units, the bounds in the data's
    shift = float(np.log(value)) - log_ratio

    def p_value(log_rho: float) -> float:
        return _p_value(log_rho - shift, (log_ratio, error), moved, plan)

    centre = float(np.log(value))
    reach = max(FARTHEST, 32 * error)
    first = max(error / 8, 1e-9)
    low = _edge(p_value, centre, -1, (first, reach), 1 - level)
    high = _edge(p_value, centre, 1, (first, reach), 1 - level)
    return RatioInterval(
        value=value,
        low=None if low is None else min(value, _rounded(low)),
        high=None if high is None else max(value, _rounded(high)),
        p_value=p_value(0.0),
        p_at={rho: p_value(float(np.log(rho))) for rho in hypotheses},
        se=error,
        permutations=plan.permutations + (0 if plan.exact else 1),
        method="permutation",
        note="unbounded" if low is None or high is None else None,
    )


def _p_value(
    log_rho: float, observed: tuple[float, float], moved: _Sums, plan: PermutationPlan
) -> float:
    """Give twice the smaller share of labellings at least as far out on one side."""
    log_ratio, error = observed
    here = float(_studentised(np.array([log_ratio - log_rho]), np.array([error]))[0])
    statistics = _studentised(*moved.ratio(log_rho))
    slack = SAME * abs(here) if np.isfinite(here) else 0.0
    nowhere = np.isnan(statistics)
    above = int(np.count_nonzero((statistics >= here - slack) | nowhere))
    below = int(np.count_nonzero((statistics <= here + slack) | nowhere))
    fewer = min(above, below)
    if not plan.exact:
        return min(1.0, 2 * (fewer + 1) / (plan.permutations + 1))
    return min(1.0, 2 * fewer / plan.permutations)


def _studentised(log_ratios: Floats, errors: Floats) -> Floats:
    """Divide by the error; nan where a labelling leaves a group without exposure."""
    log_ratios = np.where(np.abs(log_ratios) < ROUNDING, 0.0, log_ratios)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.where((log_ratios == 0) & (errors == 0), 0.0, log_ratios / errors)
    return np.where(np.isfinite(log_ratios), statistics, np.nan)


def _edge(
    p_value: Callable[[float], float],
    centre: float,
    side: int,
    reach: tuple[float, float],
    alpha: float,
) -> float | None:
    """Give the outermost ln rho on one side that is not rejected; None where there is no end."""
    steps = np.geomspace(*reach, STEPS)
    kept = [p_value(centre + side * step) >= alpha - ROUNDING for step in steps]
    if kept[-1]:
        return None
    outermost = max((place for place, fine in enumerate(kept) if fine), default=-1)
    inside, outside = (steps[outermost] if outermost >= 0 else 0.0), steps[outermost + 1]
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if p_value(centre + side * middle) >= alpha - ROUNDING:
            inside = middle
        else:
            outside = middle
    return float(centre + side * (outside if inside else inside))


def _rounded(log_bound: float) -> float:
    return float(f"{np.exp(log_bound):.{DIGITS}g}")
