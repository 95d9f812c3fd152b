"""Exact intervals for a ratio of two shares of sellers, where scaling exposure means nothing.

A group with nothing in the top k cannot be scaled into having something, and a 0/1 outcome cannot
be divided by rho. There the question is how many sellers of each group are *selected* (hold
anything). With m of S sellers selected, permuting the sellers' labels makes the number of selected
protected sellers exactly hypergeometric, however many listings each of them holds. A gap is put in
as an odds ratio of being selected, which makes that number Fisher's noncentral hypergeometric.

The odds ratio is told as the ratio of the groups' selected shares expected at it with m fixed,

    RR = (E[X] / n_p) / ((m - E[X]) / n_r),

which grows with the odds ratio, is 1 exactly at odds 1, and at the conditional maximum-likelihood
odds is the observed ratio: the bounds of one are the bounds of the other. m is fixed because the
places of a page are: what one group gains there another loses.

Sources: Fisher 1935 (conditional test), Cornfield 1956 (limits); two-sided p-values are twice the
smaller tail, so that they agree with the limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

from fairshelf.audits.inference.records import RatioInterval

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fairshelf.audits.inference.records import RatioNote

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

FARTHEST_ODDS = 700.0
"""The log odds ratio beyond which a number leaves the range of floating point."""

HALVINGS = 100
"""Bisections of the log odds: to the last digit."""


@dataclass(frozen=True, slots=True)
class _Margin:
    """Sellers of both groups and how many are selected: what the conditional test holds fixed.

    ``support`` are the possible numbers of selected protected sellers, ``log_weights`` the logs of
    the numbers of ways to each.
    """

    protected: int
    reference: int
    selected: int
    support: Floats
    log_weights: Floats

    def probabilities(self, log_odds: float) -> Floats:
        """Give the chances of each number of the support."""
        weights = self.log_weights + self.support * log_odds
        chances = np.exp(weights - weights.max())
        return np.asarray(chances / chances.sum())

    def expected(self, log_odds: float) -> float:
        """Give the expected number of selected protected sellers."""
        return float(self.probabilities(log_odds) @ self.support)

    def tails(self, observed: int, log_odds: float) -> tuple[float, float]:
        """Give P(X <= observed) and P(X >= observed)."""
        chances = self.probabilities(log_odds)
        below = float(chances[self.support <= observed].sum())
        above = float(chances[self.support >= observed].sum())
        return min(1.0, below), min(1.0, above)

    def ratio(self, expected: float) -> float | None:
        """Tell an expected number of selected protected sellers as a ratio of shares."""
        theirs = (self.selected - expected) / self.reference
        return expected / self.protected / theirs if theirs > 0 else None


def selection_ratio(
    outcome: Floats,
    protected: Bools,
    *,
    level: float = 0.95,
    hypotheses: tuple[float, ...] = (),
) -> RatioInterval:
    """Compare the shares of sellers with any outcome at all; see :func:`exact_ratio`.

    Parameters
    ----------
    outcome
        What each seller holds, such as impressions in the top k; only whether it is above zero
        counts. Shape (S,).
    protected
        True for the protected group's sellers, shape (S,).
    level
        Coverage, 0.95 for 95%.
    hypotheses
        Further ratios to test.
    """
    selected = np.asarray(outcome) > 0
    ours = np.asarray(protected, dtype=bool)
    return exact_ratio(
        (int(selected[ours].sum()), int(ours.sum())),
        (int(selected[~ours].sum()), int((~ours).sum())),
        level=level,
        hypotheses=hypotheses,
    )


def exact_ratio(
    protected: tuple[int, int],
    reference: tuple[int, int],
    *,
    level: float = 0.95,
    hypotheses: tuple[float, ...] = (),
) -> RatioInterval:
    """Give the conditional interval of the ratio of two groups' selected shares.

    Nothing selected in the protected group: value 0, low 0 and an upper bound. Nothing in the
    reference group: no value, a lower bound, note ``reference_zero``. Nothing in either, or a group
    without sellers: no interval. A ratio that the margin makes impossible has p-value 0.

    Parameters
    ----------
    protected, reference
        Sellers selected, and sellers in all.
    level
        Coverage, 0.95 for 95%; at least that, as of every exact interval.
    hypotheses
        Further ratios to test.
    """
    (ours, our_sellers), (theirs, their_sellers) = protected, reference
    note = _note(ours, our_sellers, theirs, their_sellers)
    if note in {"no_sellers", "both_zero"}:
        return RatioInterval(None, None, None, None, method="exact", note=note)
    margin = _margin(our_sellers, their_sellers, ours + theirs)
    alpha = (1 - level) / 2
    low, high = _limits(margin, ours, alpha)
    return RatioInterval(
        value=margin.ratio(ours),
        low=margin.ratio(low),
        high=None if note == "reference_zero" else margin.ratio(high),
        p_value=_p_value(margin, ours, 1.0),
        p_at={rho: _p_value(margin, ours, rho) for rho in hypotheses},
        method="exact",
        note=note,
    )


def _note(ours: int, our_sellers: int, theirs: int, their_sellers: int) -> RatioNote | None:
    if not our_sellers or not their_sellers:
        return "no_sellers"
    if ours and theirs:
        return None
    if ours:
        return "reference_zero"
    return "protected_zero" if theirs else "both_zero"


def _margin(protected: int, reference: int, selected: int) -> _Margin:
    support = np.arange(max(0, selected - reference), min(selected, protected) + 1, dtype=float)
    ways = _log_choose(protected, support) + _log_choose(reference, selected - support)
    return _Margin(protected, reference, selected, support, ways)


def _log_choose(places: int, chosen: Floats) -> Floats:
    return np.asarray(gammaln(places + 1) - gammaln(chosen + 1) - gammaln(places - chosen + 1))


def _limits(margin: _Margin, observed: int, alpha: float) -> tuple[float, float]:
    """Give the expected numbers at which the observed one is just not too large or too small."""
    low, high = float(margin.support[0]), float(margin.support[-1])
    if observed > low:
        odds = _solve(lambda at: margin.tails(observed, at)[1], alpha)
        low = margin.expected(odds)
    if observed < high:
        odds = _solve(lambda at: -margin.tails(observed, at)[0], -alpha)
        high = margin.expected(odds)
    return low, high


def _p_value(margin: _Margin, observed: int, rho: float) -> float:
    """Give twice the smaller tail at the odds whose expected shares have the ratio rho."""
    expected = (
        margin.selected * rho * margin.protected / (margin.reference + rho * margin.protected)
    )
    smallest, largest = float(margin.support[0]), float(margin.support[-1])
    if not smallest < expected < largest:
        return 1.0 if observed == (smallest if expected <= smallest else largest) else 0.0
    odds = 0.0 if rho == 1 else _solve(margin.expected, expected)
    return min(1.0, 2 * min(margin.tails(observed, odds)))


def _solve(rising: Callable[[float], float], target: float) -> float:
    """Give the log odds at which a rising function reaches its target."""
    low, high = -FARTHEST_ODDS, FARTHEST_ODDS
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2
