"""Closed-form intervals from influences: what each seller and each request moves an estimate by.

The variance is the sum of squared influences of the sellers plus that of the requests, less that of
their pairs, which both have counted (Cameron, Gelbach & Miller 2011), and never below the larger of
the two. Quantiles are Student's t with the degrees of freedom that the smaller group's sellers
leave. Where a seller's figure depends on the length of the log (reach, coverage, concentration)
requests are held fixed: give the sellers' influences only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import stdtr, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Scale = Literal["identity", "log", "logit"]
Clusters = Literal["sellers", "requests", "both", "both_without_pairs"]


@dataclass(frozen=True, slots=True)
class Influences:
    """What each unit moves an estimate by, summed by seller, by request and by both.

    Attributes
    ----------
    sellers, requests, pairs
        Influences of the sellers, of the requests (or request shards) and of their pairs; any
        shape, None where that way of clustering is left out. Leaving out the pairs makes the
        variance larger, never smaller.
    """

    sellers: Floats | None = None
    requests: Floats | None = None
    pairs: Floats | None = None

    @property
    def clusters(self) -> Clusters:
        """Whose influences these are."""
        if self.requests is None:
            return "sellers"
        if self.sellers is None:
            return "requests"
        return "both_without_pairs" if self.pairs is None else "both"


@dataclass(frozen=True, slots=True)
class LinearInterval:
    """An estimate with a closed-form interval.

    Attributes
    ----------
    value, low, high
        The estimate and its bounds, on the scale of the data.
    se
        Standard error on the scale the interval was made on (``scale``).
    df
        Degrees of freedom of the t quantile.
    p_value
        Two-sided p-value of the null value; None where none was given.
    scale
        ``identity``, ``log`` (ratios) or ``logit`` (shares).
    clusters
        Whose influences the variance holds: ``sellers``, ``requests``, ``both``, or
        ``both_without_pairs`` (wider than it needs to be).
    """

    value: float
    low: float
    high: float
    se: float
    df: float
    p_value: float | None
    scale: Scale
    clusters: Clusters


def clustered_variance(influences: Influences) -> float:
    """Give the one- or two-way clustered variance of an estimate.

    Raises
    ------
    ValueError
        There are neither sellers nor requests.
    """
    given = (influences.sellers, influences.requests)
    ways = [_squares(part) for part in given if part is not None]
    if not ways:
        message = "a clustered variance needs the influences of sellers or of requests"
        raise ValueError(message)
    if len(ways) == 1:
        return ways[0]
    counted_twice = 0.0 if influences.pairs is None else _squares(influences.pairs)
    return max(*ways, sum(ways) - counted_twice)


def _squares(influences: Floats) -> float:
    return float(np.square(influences).sum())


def linear_interval(
    value: float,
    influences: Influences,
    *,
    df: float,
    level: float = 0.95,
    scale: Scale = "identity",
    null: float | None = None,
) -> LinearInterval:
    """Give the t interval of an estimate from influences.

    Parameters
    ----------
    value
        The estimate on the scale of the data (a ratio, a share).
    influences
        Influences on ``scale``: those of ``log_ratio_influence`` belong to ``log``. Influences on
        a share or a ratio itself are carried over to ``log`` or ``logit`` by :func:`rescaled`.
    df
        Degrees of freedom: the smaller group's sellers less one; requests less one for a
        request-only interval (``question = log``).
    level
        Coverage, 0.95 for 95%.
    scale
        The scale on which the interval is symmetric.
    null
        The value to test, on the scale of the data.

    Raises
    ------
    ValueError
        ``df`` below 1, or a value outside the scale (a ratio of 0 on ``log``).
    """
    if df < 1:
        message = "an interval needs at least one degree of freedom"
        raise ValueError(message)
    centre = onto(value, scale)
    error = clustered_variance(influences) ** 0.5
    reach = float(stdtrit(df, 0.5 + level / 2)) * error
    return LinearInterval(
        value=value,
        low=_back(centre - reach, scale),
        high=_back(centre + reach, scale),
        se=error,
        df=df,
        p_value=None if null is None else _p_value(centre - onto(null, scale), error, df),
        scale=scale,
        clusters=influences.clusters,
    )


def _p_value(distance: float, error: float, df: float) -> float:
    if error == 0:
        return 1.0 if distance == 0 else 0.0
    return float(2 * stdtr(df, -abs(distance) / error))


def onto(value: float, scale: Scale) -> float:
    """Give a value's place on a scale.

    Raises
    ------
    ValueError
        It has none: a ratio of 0 on ``log``, a share of 0 or 1 on ``logit``.
    """
    if scale == "identity":
        return value
    if value <= 0 or (scale == "logit" and value >= 1):
        message = f"{value} has no place on the {scale} scale"
        raise ValueError(message)
    return float(np.log(value) if scale == "log" else np.log(value / (1 - value)))


def _back(place: float, scale: Scale) -> float:
    if scale == "identity":
        return place
    with np.errstate(over="ignore"):  # odds of nothing at all: 1 / (1 + inf) is the 0 that is meant
        return float(np.exp(place) if scale == "log" else 1 / (1 + np.exp(-place)))


def rescaled(influences: Floats, value: float, scale: Scale) -> Floats:
    """Carry influences on a value over to its logarithm or log odds (the delta method)."""
    if scale == "identity":
        return influences
    return influences / (value if scale == "log" else value * (1 - value))
