"""A warning where the intervals between groups of sellers cannot be trusted.

The permutation interval is right where the two groups' exposures differ by a factor. Where one
group's sellers are far more spread out than the other's, or far more of them have nothing at all,
none of the methods that were measured covers: then this diagnostic fires. Tails that are
heavy but alike are no reason to fire; how heavy they are stands in the record all the same.

What harms an interval is the difference of the variances of ln E, more than their ratio (measured:
``benchmarks/interval_coverage.py``). Sample spreads of ten sellers are noisy, so a difference must
be both large and more than noise: by Shoemaker's F test (2003, "Fixing the F test for equal
variances"), whose degrees of freedom shrink with the kurtosis, and for shares of zeros by the
two-sample test of proportions. Thresholds, with their reasons: ``audits/standards/certainty.toml``,
``[tails]``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import fdtr, ndtr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Reason = Literal["spread", "zeros"]

LEAST_FOR_SPREAD = 3
"""Sellers with exposure below which a group's spread says nothing."""


@dataclass(frozen=True, slots=True)
class TailThresholds:
    """From when on a difference of tails counts; see ``certainty.toml``, ``[tails]``.

    ``coverage_low`` and ``coverage_high`` are what nominal 95% intervals were measured to cover
    where the diagnostic is to fire.
    """

    spread_difference: float
    spread_p: float
    zero_difference: float
    zero_p: float
    coverage_low: float
    coverage_high: float


@dataclass(frozen=True, slots=True)
class GroupTail:
    """How one group's exposure is spread over its sellers.

    Attributes
    ----------
    sellers
        Sellers in the group.
    zeros
        Share of them without exposure.
    log_sd
        Standard deviation of ln E among those with exposure; None for fewer than three.
    top_share
        Share of the group's exposure held by its largest seller; None without exposure.
    effective_sellers
        (sum E)^2 / sum E^2: as many equal sellers would be as concentrated; 0 without exposure.
    """

    sellers: int
    zeros: float
    log_sd: float | None
    top_share: float | None
    effective_sellers: float


@dataclass(frozen=True, slots=True)
class TailDiagnostic:
    """Whether the tails of two groups are too unlike for an interval to hold, and why."""

    fires: bool
    reasons: tuple[Reason, ...]
    protected: GroupTail
    reference: GroupTail


@cache
def tail_thresholds() -> TailThresholds:
    """Read the thresholds from ``audits/standards/certainty.toml``."""
    text = files("fairshelf.audits").joinpath("standards", "certainty.toml").read_text("utf-8")
    return TailThresholds(**tomllib.loads(text)["tails"])


def tail_diagnostic(
    exposure: Floats,
    protected: Bools,
    thresholds: TailThresholds | None = None,
    *,
    denominator: Floats | None = None,
) -> TailDiagnostic:
    """Compare the tails of two groups of sellers.

    Parameters
    ----------
    exposure
        Exposure of each seller, shape (S,), zeros included.
    protected
        True for the protected group's sellers, shape (S,); both groups have sellers.
    thresholds
        None for those of the standards.
    denominator
        What the ratio is over, shape (S,): sellers with 0 (never shown, where attention is per
        impression) are no part of the ratio and are left out. None to keep all.
    """
    limits = thresholds or tail_thresholds()
    counted = np.ones(protected.shape, dtype=bool) if denominator is None else denominator > 0
    groups = (exposure[counted & protected], exposure[counted & ~protected])
    reasons: list[Reason] = []
    if _spreads_differ(groups, limits):
        reasons.append("spread")
    if _zeros_differ(groups, limits):
        reasons.append("zeros")
    return TailDiagnostic(bool(reasons), tuple(reasons), _tail(groups[0]), _tail(groups[1]))


def _tail(exposure: Floats) -> GroupTail:
    total = float(exposure.sum())
    logs = np.log(exposure[exposure > 0])
    return GroupTail(
        sellers=int(exposure.size),
        zeros=float(np.mean(exposure <= 0)) if exposure.size else 0.0,
        log_sd=float(logs.std(ddof=1)) if logs.size >= LEAST_FOR_SPREAD else None,
        top_share=float(exposure.max() / total) if total > 0 else None,
        effective_sellers=total**2 / float(np.square(exposure).sum()) if total > 0 else 0.0,
    )


def _spreads_differ(groups: tuple[Floats, Floats], limits: TailThresholds) -> bool:
    logs = [np.log(group[group > 0]) for group in groups]
    if min(part.size for part in logs) < LEAST_FOR_SPREAD:
        return False
    variances = [float(part.var(ddof=1)) for part in logs]
    if min(variances) <= 0:
        return max(variances) >= limits.spread_difference
    wider = int(variances[1] > variances[0])
    ratio = variances[wider] / variances[1 - wider]
    kurtosis = _pooled_kurtosis(logs)
    degrees = [_degrees(part.size, kurtosis) for part in logs]
    p_value = 2 * (1 - float(fdtr(degrees[wider], degrees[1 - wider], ratio)))
    difference = variances[wider] - variances[1 - wider]
    return difference >= limits.spread_difference and p_value < limits.spread_p


def _pooled_kurtosis(logs: list[Floats]) -> float:
    """Give the kurtosis of both groups, each standardised by itself; 3 for normal logs."""
    scores = np.concatenate([(part - part.mean()) / part.std() for part in logs])
    return float(np.mean(scores**4))


def _degrees(sellers: int, kurtosis: float) -> float:
    """Give Shoemaker's degrees of freedom of a variance of that many sellers."""
    least = (sellers - 3) / (sellers - 1)
    return 2 * sellers / max(kurtosis - least, 2 / sellers)


def _zeros_differ(groups: tuple[Floats, Floats], limits: TailThresholds) -> bool:
    sizes = [group.size for group in groups]
    if min(sizes) == 0:
        return False
    empty = [int(np.count_nonzero(group <= 0)) for group in groups]
    shares = [count / size for count, size in zip(empty, sizes, strict=True)]
    pooled = sum(empty) / sum(sizes)
    error = (pooled * (1 - pooled) * sum(1 / size for size in sizes)) ** 0.5
    difference = abs(shares[0] - shares[1])
    if error == 0:
        return False
    p_value = 2 * float(ndtr(-difference / error))
    return difference >= limits.zero_difference and p_value < limits.zero_p
