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

from math import ceil, log2
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

STEPS = 16
"""Trial ratios on each side of the estimate before the edge is narrowed down."""

WIDE, WIDE_STEPS = 0.5, 40
"""From this standard error on, among few or heavy-tailed sellers, what is not rejected may have
gaps: as many trial ratios see them, all but the narrowest."""

NARROW = 1e-7
"""How closely ln rho of an edge is known: its place has six digits."""

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

    def slack(log_rho: float) -> float:
        return _slack(log_rho - shift, (log_ratio, error), moved, needed(plan, 1 - level))

    if error == 0 and abs(log_ratio) < SAME:  # every seller has the same: nothing to move about
        same = {rho: 1.0 if rho == 1 else p_value(float(np.log(rho))) for rho in hypotheses}
        return RatioInterval(1.0, 1.0, 1.0, 1.0, same, 0.0, plan.permutations)
    centre = float(np.log(value))
    reach = max(FARTHEST, 32 * error)
    first = max(error / 8, 1e-9)
    steps = np.geomspace(first, reach, STEPS if error < WIDE else WIDE_STEPS)
    left = max(slack(centre), 0.0)
    low = _edge(slack, centre, -1, steps, left)
    high = _edge(slack, centre, 1, steps, left)
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
    here, tie, statistics = _statistics(log_rho, observed, moved)
    nowhere = np.isnan(statistics)
    above = int(np.count_nonzero((statistics >= here - tie) | nowhere))
    below = int(np.count_nonzero((statistics <= here + tie) | nowhere))
    fewer = min(above, below)
    if not plan.exact:
        return min(1.0, 2 * (fewer + 1) / (plan.permutations + 1))
    return min(1.0, 2 * fewer / plan.permutations)


def needed(plan: PermutationPlan, alpha: float) -> int:
    """Count the labellings that must be as far out on the thinner side for p not below alpha."""
    if plan.exact:
        return ceil(alpha / 2 * plan.permutations - ROUNDING)
    return ceil(alpha / 2 * (plan.permutations + 1) - 1 - ROUNDING)


def _slack(log_rho: float, observed: tuple[float, float], moved: RatioSums, count: int) -> float:
    """Say how far inside the ``count``-th farthest labelling of either side the statistic lies.

    It is not below zero exactly where ``p_value`` is not below alpha, and it is continuous in rho:
    what a search for the edge can follow.
    """
    here, tie, statistics = _statistics(log_rho, observed, moved)
    nowhere = np.isnan(statistics)
    if nowhere.any():  # as extreme as can be, on both sides
        statistics = statistics[~nowhere]
        count -= int(np.count_nonzero(nowhere))
    if count <= 0:
        return float("inf")
    size = statistics.size
    if count > size:
        return float("-inf")
    places = np.sort(statistics)  # faster than a partition at two places
    low, high = float(places[count - 1]), float(places[size - count])
    if low > here + tie or high < here - tie:
        return min(high - (here - tie), (here + tie) - low)
    margin = min(high - (here - tie), (here + tie) - low)
    return margin if np.isfinite(margin) else float("inf")


def _statistics(
    log_rho: float, observed: tuple[float, float], moved: RatioSums
) -> tuple[float, float, Floats]:
    """Give the statistic of the real labels, what counts as a tie with it, and the others."""
    log_ratio, error = observed
    here = float(_studentised(np.array([log_ratio - log_rho]), np.array([error]))[0])
    tie = SAME * abs(here) if np.isfinite(here) else 0.0
    return here, tie, _studentised(*moved.log_ratio(log_rho))


def _studentised(log_ratios: Floats, errors: Floats) -> Floats:
    """Divide by the error; nan where a labelling leaves a group without exposure."""
    small = np.abs(log_ratios) < ROUNDING
    if small.any():
        log_ratios = np.where(small, 0.0, log_ratios)
    if errors.min() > 0 and np.isfinite(log_ratios).all():
        return np.asarray(log_ratios / errors)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.where((log_ratios == 0) & (errors == 0), 0.0, log_ratios / errors)
    return np.where(np.isfinite(log_ratios), statistics, np.nan)


def _edge(
    slack: Callable[[float], float], centre: float, side: int, steps: Floats, left: float
) -> float | None:
    """Give the outermost ln rho on one side that is not rejected; None where there is no end.

    ``left`` is the slack at the centre, which both sides share.
    """
    inside = 0.0
    outside, over = float(steps[-1]), 0.0
    for step in steps[::-1]:
        found = slack(centre + side * float(step))
        if found >= 0:
            inside, left = float(step), found
            break
        outside, over = float(step), found
    if inside == steps[-1]:
        return None
    return float(
        centre
        + side
        * _crossing(lambda step: slack(centre + side * step), (inside, left), (outside, over))
    )


def _crossing(
    value: Callable[[float], float], inside: tuple[float, float], outside: tuple[float, float]
) -> float:
    """Find where a function falls below zero, by interpolation that bisection keeps in bounds.

    The ITP method (Oliveira & Takahashi, ACM Trans. Math. Softw. 2021) with k1 = 0.2 / (b - a),
    k2 = 2 and n0 = 1: never more than one step worse than bisection, and far fewer where the
    function is smooth.

    Parameters
    ----------
    value
        The function.
    inside, outside
        Argument and value where it is not below zero, and where it is.

    Returns
    -------
    float
        An argument within ``NARROW`` of the crossing at which the function is not below zero.
    """
    (a, kept), (b, lost) = inside, outside
    most = ceil(log2(max(abs(b - a) / NARROW, 1.0))) + 1
    pull = 0.2 / max(abs(b - a), NARROW)
    for step in range(most):
        width = b - a
        if abs(width) <= NARROW:
            break
        middle = a + width / 2
        guess = (lost * a - kept * b) / (lost - kept) if np.isfinite(kept - lost) else middle
        sign = 1.0 if middle >= guess else -1.0
        truncated = guess + sign * min(pull * width * width, abs(middle - guess))
        radius = max(NARROW / 2 * 2.0 ** (most - step) - abs(width) / 2, 0.0)
        place = truncated if abs(truncated - middle) <= radius else middle - sign * radius
        found = value(place)
        if found >= 0:
            a, kept = place, found
        else:
            b, lost = place, found
    return a


def _rounded(log_bound: float) -> float:
    return float(f"{np.exp(log_bound):.{DIGITS}g}")
