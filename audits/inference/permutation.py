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

from typing import TYPE_CHECKING, Protocol

import numpy as np

from fairshelf.audits.inference.labellings import PermutationPlan, draw, permutations_for
from fairshelf.audits.inference.records import RatioInterval
from fairshelf.audits.inference.sums import ROUNDING, labelled_sums

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
    "inverted",
    "permutation_ratio",
    "permutation_ratios",
    "permutations_for",
    "sums_note",
]

SAME = 1e-9
"""Statistics this close (relatively) are ties, and a tie counts as extreme."""

FARTHEST = float(np.log(1e6))
"""A bound further than a million times the ratio away is no bound."""

STEPS = 24
"""Trial ratios on each side of the estimate before the edge is narrowed down."""

HALVINGS = 22
"""Bisections of the edge: its place is known to six digits."""

DIGITS = 6
"""Significant digits of a bound: what bisection finds, and the same on every machine."""


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
    sums = iter(labelled_sums(usable, plan))
    return [
        inverted(next(sums), plan, group_ratio(*pair, plan.protected), level, hypotheses)
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


class RatioSums(Protocol):
    """Sums per labelling from which a studentised ratio follows for any rho."""

    def log_ratio(self, log_rho: float) -> tuple[Floats, Floats]:
        """Give ln R and its standard error per labelling, protected E divided by rho."""


def inverted(
    sums: tuple[RatioSums, RatioSums],
    plan: PermutationPlan,
    value: float,
    level: float,
    hypotheses: tuple[float, ...],
) -> RatioInterval:
    """Find the ratios the permutation test does not reject.

    Parameters
    ----------
    sums
        Under the real labels (one labelling) and under the plan's.
    plan, value
        The labellings, and the ratio in the data's units.
    level, hypotheses
        As in :func:`permutation_ratios`.
    """
    real, moved = sums
    log_ratio, error = (float(part[0]) for part in real.log_ratio(0.0))
    # the columns are scaled to mean 1: the estimate in their units, the bounds in the data's
    shift = float(np.log(value)) - log_ratio

    def p_value(log_rho: float) -> float:
        return _p_value(log_rho - shift, (log_ratio, error), moved, plan)

    if error == 0 and abs(log_ratio) < SAME:  # every seller has the same: nothing to move about
        same = {rho: 1.0 if rho == 1 else p_value(float(np.log(rho))) for rho in hypotheses}
        return RatioInterval(1.0, 1.0, 1.0, 1.0, same, 0.0, plan.permutations)
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
    log_rho: float, observed: tuple[float, float], moved: RatioSums, plan: PermutationPlan
) -> float:
    """Give twice the smaller share of labellings at least as far out on one side."""
    log_ratio, error = observed
    here = float(_studentised(np.array([log_ratio - log_rho]), np.array([error]))[0])
    statistics = _studentised(*moved.log_ratio(log_rho))
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

    def kept(step: float) -> bool:
        return p_value(centre + side * step) >= alpha - ROUNDING

    steps = np.geomspace(*reach, STEPS)[::-1]
    inside, outside = 0.0, float(steps[0])
    for step in steps:
        if kept(step):
            inside = float(step)
            break
        outside = float(step)
    if inside == steps[0]:
        return None
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if kept(middle):
            inside = middle
        else:
            outside = middle
    return float(centre + side * inside)


def _rounded(log_bound: float) -> float:
    return float(f"{np.exp(log_bound):.{DIGITS}g}")
