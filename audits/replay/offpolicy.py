"""What another ranking would have earned, from a log that says how likely each showing was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.replay.clustered import ratio_of_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CLIP = 10.0
"""Weights above this are cut to it in the clipped estimate, unless another limit is asked for."""


@dataclass(frozen=True, slots=True)
class Estimated:
    """One estimate of the reward per showing: value and interval; None where there is none."""

    value: float
    low: float | None
    high: float | None
    se: float | None


@dataclass(frozen=True, slots=True)
class OffPolicy:
    """What a log says of another policy.

    ``logged`` is the reward per showing under the policy that was logged. ``weight_mean`` is near 1
    where the logged policy showed everything that the other would show; far from it, or with an
    ``effective`` sample of a small part of the ``rows``, the estimates say little.
    """

    logged: Estimated
    ips: Estimated
    self_normalised: Estimated
    clipped: Estimated
    rows: int
    clusters: int
    effective: float
    weight_mean: float
    weight_largest: float
    clip: float


def off_policy(
    reward: Floats,
    propensity: Floats,
    target: Floats,
    cluster: NDArray[np.integer],
    *,
    clip: float = CLIP,
    level: float = 0.95,
) -> OffPolicy:
    """Estimate the reward per showing of another policy by inverse propensity weighting.

    ``w = target / propensity``; IPS is the mean of ``w * reward`` (Horvitz and Thompson, JASA 47
    (1952), 663-685), the self-normalised estimate divides by the mean of w (Swaminathan and
    Joachims, NeurIPS 2015), the clipped one cuts w off, which brings bias and takes variance. The
    effective sample size is (sum w)^2 / sum w^2 (Kish 1965). Intervals leave a request out at a
    time, with as many degrees of freedom as the weights tell
    (:func:`fairshelf.audits.replay.clustered.clustered`); none with fewer than five requests.

    Parameters
    ----------
    reward
        Clicks or orders of each showing, shape (n,).
    propensity
        Probability with which the logged policy showed this listing there, in (0, 1], shape (n,).
    target
        Probability with which the other policy would, in [0, 1], shape (n,).
    cluster
        Code of the request each showing belongs to, shape (n,).
    clip
        The largest weight of the clipped estimate.
    level
        Coverage.

    Raises
    ------
    ValueError
        A propensity that is not in (0, 1], a target that is not in [0, 1], or no rows.
    """
    if reward.size == 0 or not ((propensity > 0) & (propensity <= 1)).all():
        message = "propensities must lie in (0, 1], and there must be some"
        raise ValueError(message)
    if not ((target >= 0) & (target <= 1)).all():
        message = "target probabilities must lie in [0, 1]"
        raise ValueError(message)
    weight = target / propensity
    cut = np.minimum(weight, clip)
    one = np.ones_like(weight)
    return OffPolicy(
        logged=_ratio(reward, one, cluster, level),
        ips=_ratio(weight * reward, one, cluster, level),
        self_normalised=_ratio(weight * reward, weight, cluster, level),
        clipped=_ratio(cut * reward, one, cluster, level),
        rows=int(reward.size),
        clusters=int(np.unique(cluster).size),
        effective=float(weight.sum() ** 2 / np.square(weight).sum()) if weight.any() else 0.0,
        weight_mean=float(weight.mean()),
        weight_largest=float(weight.max()),
        clip=clip,
    )


def _ratio(top: Floats, bottom: Floats, cluster: NDArray[np.integer], level: float) -> Estimated:
    """Give sum(top) / sum(bottom) with an interval that leaves a request out at a time."""
    told = ratio_of_sums(top, bottom, [np.asarray(cluster, dtype=np.int64)], level)
    return Estimated(told.value, told.low, told.high, told.se)
