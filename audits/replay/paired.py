"""Two orders of the same listings: what changes for a group, paired by seller and by request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.influence import log_ratio_influence
from fairshelf.audits.inference.linear import Influences, LinearInterval, linear_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

STEADY = 0.05
"""A seller whose exposure changes by less than this share neither gains nor loses."""

FEWEST = 5
"""Sellers of a group below which no interval is given."""


@dataclass(frozen=True, slots=True)
class Change:
    """The change of an exposure ratio from one order to the other.

    ``before`` and ``after`` are the ratios, ``interval`` that of after / before (None where a
    group has fewer than five sellers, or holds nothing under one of the orders).
    """

    before: float
    after: float
    interval: LinearInterval | None


@dataclass(frozen=True, slots=True)
class Moved:
    """How many sellers of a group gain, lose and stay, and their median change of exposure."""

    sellers: int
    gain: int
    lose: int
    steady: int
    median: float
    share_before: float
    share_after: float


def change_of_ratio(
    before: tuple[Floats, Floats],
    after: tuple[Floats, Floats],
    protected: Bools,
    requests: Floats | None,
    level: float,
) -> Change:
    """Give the change of the exposure ratio of a group against its reference.

    The ratio of the two ratios, with a t interval on the logarithm. Each seller has one influence
    on it, the difference of its influences on the two ratios: what a seller has under both orders
    cancels, which is why a paired interval is narrower than the difference of two. Requests have
    theirs likewise; pairs of seller and request are not subtracted, so that the interval is, if
    anything, too wide (Cameron, Gelbach and Miller, JBES 29 (2011), 238-249). The sellers' part of
    the variance has the factor n / (n - 1) in each group.

    Parameters
    ----------
    before, after
        Exposure and units (listings that could be shown, or impressions) of each seller of the two
        groups, shape (S,) each.
    protected
        True for the sellers of the group, shape (S,).
    requests
        Influence of each request on the change, shape (Q,); None where the log is one list.
    level
        Coverage.
    """
    ratios = [_ratio(exposure, units, protected) for exposure, units in (before, after)]
    smaller = int(min(protected.sum(), (~protected).sum()))
    few = requests is not None and requests.size < 2  # noqa: PLR2004 - one has no spread
    if smaller < FEWEST or few or not all(0 < one < np.inf for one in ratios):
        return Change(ratios[0], ratios[1], None)
    influences = log_ratio_influence(*after, protected) - log_ratio_influence(*before, protected)
    for members in (protected, ~protected):
        influences[members] *= (members.sum() / (members.sum() - 1)) ** 0.5
    interval = linear_interval(
        ratios[1] / ratios[0],
        Influences(sellers=influences, requests=requests),
        df=(smaller if requests is None else min(smaller, requests.size)) - 1,
        level=level,
        scale="log",
        null=1.0,
    )
    return Change(ratios[0], ratios[1], interval)


def _ratio(exposure: Floats, units: Floats, protected: Bools) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = exposure[protected].sum() / units[protected].sum()
        return float(mean / (exposure[~protected].sum() / units[~protected].sum()))


def request_influence(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> Floats:
    """Give each request's influence on the change of the log ratio, shape (Q,).

    Parameters
    ----------
    before, after
        Exposure of the group and of its reference in each request, shape (Q,) each. Units are
        those of the catalogue: no request changes them.
    """
    told = np.zeros(before[0].shape)
    for (group, reference), sign in ((after, 1.0), (before, -1.0)):
        for held, side in ((group, sign), (reference, -sign)):
            total = held.sum()
            if total > 0:
                told += side * (held - held.mean()) / total
    return told


def moved(before: Floats, after: Floats, members: Bools) -> Moved:
    """Count who gains and who loses within a group.

    Parameters
    ----------
    before, after
        Exposure of every seller under the two orders, shape (S,).
    members
        True for the sellers of the group, shape (S,).
    """
    first, second = before[members], after[members]
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(first > 0, second / first - 1, np.where(second > 0, np.inf, 0.0))
    return Moved(
        sellers=int(members.sum()),
        gain=int((change > STEADY).sum()),
        lose=int((change < -STEADY).sum()),
        steady=int((np.abs(change) <= STEADY).sum()),
        median=float(np.median(change)) if change.size else float("nan"),
        share_before=float(first.sum() / before.sum()),
        share_after=float(second.sum() / after.sum()),
    )
