"""Two orders of the same candidates, paired: which is better beyond doubt in both respects.

Every order is measured on the same requests and the same sellers. What a seller or a request has
under both cancels in the difference, so that a difference can be certain where the intervals of the
two orders, each by itself, overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.influence import log_ratio_influence
from fairshelf.audits.inference.linear import Influences, linear_interval
from fairshelf.audits.remedies.points import Ranged
from fairshelf.audits.replay.clustered import ratio_of_sums
from fairshelf.audits.replay.effects import FEWEST_ANSWERS, FEWEST_REQUESTS
from fairshelf.audits.replay.paired import FEWEST, request_influence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.inference.linear import LinearInterval

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What sellers and requests add to the two figures of an order.

    Attributes
    ----------
    ratio
        Exposure ratio of the group against its reference.
    influences
        Those of sellers, shape (S,), and of requests, shape (Q,), on the logarithm of the ratio.
    utility
        What each request is worth to who searches, shape (R,), in the unit of the base.
    df
        Degrees of freedom of the ratio's interval.
    """

    ratio: float
    influences: Influences
    utility: Floats
    df: int


@dataclass(frozen=True, slots=True)
class Better:
    """An order that is better than another in both respects, beyond doubt.

    Attributes
    ----------
    order
        Its index.
    factor
        Its exposure ratio as a multiple of the other's, with the paired interval.
    utility
        Its utility less the other's, as a share of the base, with the paired interval.
    orders
        How many orders the other was compared with: the intervals hold for all of them at once.
    """

    order: int
    factor: Ranged
    utility: Ranged
    orders: int


def ratio_influences(
    exposure: Floats, units: Floats, protected: Bools, requests: tuple[Floats, Floats]
) -> Influences | None:
    """Give the influences of sellers and requests on the logarithm of the exposure ratio.

    Sellers' have the factor n / (n - 1) in each group, requests' that of all.

    Parameters
    ----------
    exposure, units
        Exposure of each seller of the two groups, and what it is divided by, shape (S,) each.
    protected
        True for the sellers of the group, shape (S,).
    requests
        Exposure of the group and of its reference in each request, shape (Q,) each.

    Returns
    -------
    Influences
        None with fewer than five sellers in a group, fewer than five requests, or where a group
        has no exposure.
    """
    count = requests[0].size
    groups = (protected, ~protected)
    if count < FEWEST_REQUESTS or min(int(one.sum()) for one in groups) < FEWEST:
        return None
    if any(exposure[one].sum() <= 0 for one in groups):
        return None
    sellers = log_ratio_influence(exposure, units, protected)
    for members in groups:
        sellers[members] *= (members.sum() / (members.sum() - 1)) ** 0.5
    none = np.zeros(count)
    return Influences(
        sellers=sellers,
        requests=request_influence((none, none), requests) * (count / (count - 1)) ** 0.5,
    )


def clearly_better(
    traces: Sequence[Trace | None], base: Floats, level: float
) -> tuple[Better | None, ...]:
    """Find for each order another that is better in both respects beyond doubt.

    An order is better where its exposure ratio is nearer to parity, ``|ln a| < |ln b|``, and its
    utility is larger. Both must be certain from paired intervals: of ``ln a - ln b`` and of
    ``ln a + ln b`` over sellers and requests, which must lie on opposite sides of 0 (the product is
    ``ln^2 a - ln^2 b``; no side of parity is presumed), and of the difference of utility over
    requests, which must lie above 0. As all must hold at once, each is held to the whole level
    (the intersection-union test; Berger, Technometrics 24 (1982), 295-300): that an order which is
    not better in one of the respects is called so has a chance of at most 1 - level. As the best of
    many orders is looked for, the level is Bonferroni's over the other orders, ``1 - (1 - level) /
    (n - 1)``.

    Parameters
    ----------
    traces
        One for each order, on the same sellers and requests; None where it has none, as it then
        neither is better nor is bettered.
    base
        What utility is a share of, for each request, shape (R,): the present order's.
    level
        Coverage.

    Returns
    -------
    tuple[Better | None, ...]
        For each order the better one of the largest utility; None where none is.
    """
    others = max(len(traces) - 1, 1)
    each = 1 - (1 - level) / others
    found: list[Better | None] = []
    for one in traces:
        beaters = (
            _better(n, other, one, base, each, others)
            for n, other in enumerate(traces)
            if one is not None and other is not None and _may_be(other, one)
        )
        clear = [better for better in beaters if better is not None]
        found.append(max(clear, key=lambda better: better.utility.value) if clear else None)
    return tuple(found)


def _may_be(order: Trace, other: Trace) -> bool:
    """Say whether an order is better by the estimates, so that the intervals are worth asking."""
    nearer = abs(np.log(order.ratio)) < abs(np.log(other.ratio))
    return bool(nearer and order.utility.sum() > other.utility.sum())


def _better(
    n: int, order: Trace, other: Trace, base: Floats, level: float, orders: int
) -> Better | None:
    if (base > 0).sum() < FEWEST_ANSWERS:
        return None
    apart, along = _interval(order, other, -1, level), _interval(order, other, 1, level)
    rises = apart.low > 1 and along.high < 1
    falls = apart.high < 1 and along.low > 1
    gain = ratio_of_sums(order.utility - other.utility, base, (np.arange(base.size),), level)
    if not (rises or falls) or gain.low is None or gain.high is None or gain.low <= 0:
        return None
    return Better(
        order=n,
        factor=Ranged(apart.value, apart.low, apart.high),
        utility=Ranged(gain.value, gain.low, gain.high),
        orders=orders,
    )


def _interval(order: Trace, other: Trace, sign: int, level: float) -> LinearInterval:
    """Give the interval of ratio * other ratio ** sign."""
    parts = [
        np.zeros(1) if first is None or second is None else first + sign * second
        for first, second in (
            (order.influences.sellers, other.influences.sellers),
            (order.influences.requests, other.influences.requests),
        )
    ]
    return linear_interval(
        order.ratio * other.ratio**sign,
        Influences(sellers=parts[0], requests=parts[1]),
        df=min(order.df, other.df),
        level=level,
        scale="log",
    )
