"""Listing quality: what lifting it would close of a gap, beside what the rule's own effect does.

Listings are lifted to a quantile of the reference and ranked again, by the rule as it is and by the
rule without the attribute's direct effect; four replays tell the parts of the gap apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import numpy as np

from fairshelf.audits.inference.influence import log_ratio_influence
from fairshelf.audits.inference.linear import Influences, LinearInterval, linear_interval
from fairshelf.audits.replay.paired import FEWEST, request_influence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Better = Literal["higher", "lower"]
Of = TypeVar("Of")


@dataclass(frozen=True, slots=True)
class Lifted:
    """One feature of all listings after a group's are lifted.

    Attributes
    ----------
    values
        Shape (n,); those of other listings, of listings at or past the target, and missing ones
        (NaN) as they were.
    target
        The quantile of the reference; NaN where no listing of the reference has a value.
    raised
        How many listings of the group are lifted.
    missing
        How many listings of the group have no value, and stay without.
    mean_lift
        Mean distance of the group's listings to the target, those that need none as 0.
    """

    values: Floats
    target: float
    raised: int
    missing: int
    mean_lift: float


def lifted(
    values: Floats, group: Bools, reference: Bools, quantile: float, better: Better = "higher"
) -> Lifted:
    """Lift a feature of a group's listings to a quantile of the reference; nothing is made worse.

    Parameters
    ----------
    values
        The feature of each listing, NaN where it has none, shape (n,).
    group, reference
        True for the listings of each, shape (n,).
    quantile
        Which quantile, counted from the worse end: 0.5 is the median, 0.9 what one in ten betters.
    better
        Whether higher values are better (rating, photos) or lower ones (days to deliver).

    Raises
    ------
    ValueError
        A quantile outside [0, 1].
    """
    if not 0 <= quantile <= 1:
        message = f"a quantile lies between 0 and 1, not {quantile}"
        raise ValueError(message)
    held = values[reference & np.isfinite(values)]
    known = group & np.isfinite(values)
    missing = int(group.sum() - known.sum())
    if not held.size:
        return Lifted(values.copy(), float("nan"), 0, missing, float("nan"))
    target = float(np.quantile(held, quantile if better == "higher" else 1 - quantile))
    short = known & (values < target if better == "higher" else values > target)
    after = np.where(short, target, values)
    lift = np.abs(after - values)[known]
    mean = float(lift.mean()) if lift.size else float("nan")
    return Lifted(after, target, int(short.sum()), missing, mean)


@dataclass(frozen=True, slots=True)
class Replays(Generic[Of]):
    """One thing under each of four replays.

    ``base``: listings and rule as they are; ``quality``: listings lifted; ``rule``: the rule
    without the attribute's direct effect; ``both``.
    """

    base: Of
    quality: Of
    rule: Of
    both: Of


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a gap on the log scale, with its interval (None with fewer than five sellers).

    ``share`` is the part of the gap this closes, NaN where there is no gap; it may lie outside
    0 to 1, and has no interval of its own.
    """

    value: float
    share: float
    interval: LinearInterval | None


@dataclass(frozen=True, slots=True)
class GapSplit:
    """What of a gap is closed by what; parts are differences of ln ratios, above 0 helping.

    ``gap = quality + rule + interaction + left`` and ``gap = quality_shapley + rule_shapley +
    left``.

    Attributes
    ----------
    gap
        -ln ratio now: what is missing to parity.
    quality, rule
        What each changes alone.
    interaction
        What both change together beyond the sum.
    quality_shapley, rule_shapley
        The mean of what each adds before and after the other: the interaction halved.
    left
        -ln ratio under both.
    """

    gap: Part
    quality: Part
    rule: Part
    interaction: Part
    quality_shapley: Part
    rule_shapley: Part
    left: Part


_COMBINED: dict[str, tuple[float, float, float, float]] = {
    "gap": (-1.0, 0.0, 0.0, 0.0),
    "quality": (-1.0, 1.0, 0.0, 0.0),
    "rule": (-1.0, 0.0, 1.0, 0.0),
    "interaction": (1.0, -1.0, -1.0, 1.0),
    "quality_shapley": (-0.5, 0.5, -0.5, 0.5),
    "rule_shapley": (-0.5, -0.5, 0.5, 0.5),
    "left": (0.0, 0.0, 0.0, -1.0),
}
"""Weights of ln ratio under base, quality, rule and both in each part."""


def gap_split(
    exposure: Replays[Floats],
    units: Floats,
    protected: Bools,
    level: float = 0.95,
    requests: Replays[tuple[Floats, Floats]] | None = None,
) -> GapSplit:
    """Split the gap of an exposure ratio into what quality and what the rule would close.

    Each part is a sum of ln ratios with weights, and a seller's influence on it that same sum of
    its influences: what a seller holds under all replays cancels. The two Shapley parts do not
    depend on an order (Shapley 1953; Shorrocks, J. Econ. Inequality 11 (2013), 99-126). Sellers'
    variance has the factor n / (n - 1) in each group; pairs of seller and request are not
    subtracted.

    Parameters
    ----------
    exposure
        Exposure of each seller of the two groups under the four replays, shape (S,) each.
    units
        Units of each seller (listings that could be shown), the same under all, shape (S,).
    protected
        True for the sellers of the group, shape (S,).
    level
        Coverage.
    requests
        Exposure of the group and of its reference in each request, shape (Q,) each; None where
        requests are held fixed.

    Returns
    -------
    NaN in the parts that rest on a replay under which a group holds nothing.
    """
    held = (exposure.base, exposure.quality, exposure.rule, exposure.both)
    logs = np.array([_log_ratio(one, units, protected) for one in held])
    sellers = np.array([_seller_influence(one, units, protected) for one in held])
    asked = None
    if requests is not None:
        given = (requests.base, requests.quality, requests.rule, requests.both)
        none = np.zeros(requests.base[0].shape)
        asked = np.array([request_influence((none, none), one) for one in given])
    smaller = int(min(protected.sum(), (~protected).sum()))
    parts = {
        name: _part(np.array(weights), logs, (sellers, asked), smaller, level)
        for name, weights in _COMBINED.items()
    }
    return GapSplit(**parts)


def _log_ratio(exposure: Floats, units: Floats, protected: Bools) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = exposure[protected].sum() / units[protected].sum()
        told = np.log(mean / (exposure[~protected].sum() / units[~protected].sum()))
    return float(told) if np.isfinite(told) else float("nan")


def _seller_influence(exposure: Floats, units: Floats, protected: Bools) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        told = log_ratio_influence(exposure, units, protected)
        for members in (protected, ~protected):
            told[members] *= (members.sum() / (members.sum() - 1)) ** 0.5
    return told


def _part(
    weights: Floats,
    logs: Floats,
    influences: tuple[Floats, Floats | None],
    smaller: int,
    level: float,
) -> Part:
    used = weights != 0
    value = float(weights[used] @ logs[used])
    share = value / -logs[0] if logs[0] != 0 else float("nan")
    if smaller < FEWEST or not np.isfinite(value):
        return Part(value, float(share), None)
    sellers, requests = influences
    summed = Influences(
        sellers=weights[used] @ sellers[used],
        requests=None if requests is None else weights[used] @ requests[used],
    )
    interval = linear_interval(value, summed, df=smaller - 1, level=level, null=0.0)
    return Part(value, float(share), interval)
