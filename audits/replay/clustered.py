"""Means and ratios of sums whose rows belong to sellers and to requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FEWEST = 5
"""Clusters below which no interval is given."""

ALL = 1e-9
"""A cluster whose share of the weight falls short of 1 by less than this has all of it."""


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean or ratio with its t interval; None where there are too few clusters.

    ``clusters`` counts those of the way of clustering that has fewest.
    """

    value: float
    low: float | None
    high: float | None
    se: float | None
    clusters: int


def ratio_of_sums(top: Floats, bottom: Floats, clusters: Sequence[Ints], level: float) -> Mean:
    """Give sum(top) / sum(bottom) with an interval over one or two ways of clustering.

    Each way has the jackknife variance that leaves a cluster out, (G - 1) / G times the sum of
    squares of what the ratio changes by. With two ways their variances are added and that of their
    intersection is taken off (Cameron, Gelbach and Miller, JBES 29 (2011), 238-249), though never
    below the larger of the two, as that difference may be negative. Student's t has as many degrees
    of freedom as :func:`clustered` says.

    Parameters
    ----------
    top, bottom
        Shape (n,) each.
    clusters
        For each way (one or two), the code of each row's cluster, shape (n,).
    level
        Coverage.
    """
    whole = float(bottom.sum())
    if whole == 0:
        return Mean(float("nan"), None, None, None, 0)
    value = float(top.sum()) / whole
    return clustered(value, (top - value * bottom) / whole, clusters, level, weight=bottom)


def clustered(
    value: float,
    influence: Floats,
    clusters: Sequence[Ints],
    level: float,
    weight: Floats | None = None,
) -> Mean:
    """Give a figure with the interval that its rows' influences tell, summed within clusters.

    Parameters
    ----------
    value
        The figure.
    influence
        What each row adds to the figure's error, shape (n,).
    clusters, level
        As in :func:`ratio_of_sums`.
    weight
        What each row counts for, shape (n,); 1 each where not given. A cluster's influence is
        divided by the share of the others, which is what leaving it out changes a ratio by: a large
        cluster draws the figure to itself. Degrees of freedom are the effective number of clusters,
        (sum w)^2 / sum w^2 over their weights (Kish 1965), less one: a few large clusters tell less
        than their number.

    Returns
    -------
    Mean
        Without an interval where there are few clusters, or one has all the weight.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - a quarter of a second

    codes = [np.unique(one, return_inverse=True)[1] for one in clusters]
    fewest = min((int(one.max()) + 1 if one.size else 0) for one in codes)
    if fewest < FEWEST:
        return Mean(value, None, None, None, fewest)
    counted = np.ones(influence.size) if weight is None else np.abs(weight)
    held = [np.bincount(code, weights=counted) for code in codes]
    if max(float(one.max() / one.sum()) for one in held) > 1 - ALL:
        return Mean(value, None, None, None, fewest)
    parts = [_squares(influence, counted, code) for code in codes]
    variance = sum(parts)
    if len(codes) > 1:
        pairs = codes[0].astype(np.int64) * (int(codes[1].max()) + 1) + codes[1]
        both = _squares(influence, counted, np.unique(pairs, return_inverse=True)[1])
        variance = max(*parts, variance - both)
    se = variance**0.5
    if se == 0 and value != 0:
        return Mean(value, None, None, None, fewest)
    df = min(float(one.sum() ** 2 / np.square(one).sum()) for one in held) - 1
    reach = float(stdtrit(max(df, 1.0), 0.5 + level / 2)) * se
    return Mean(value, value - reach, value + reach, se, fewest)


def _squares(influence: Floats, weight: Floats, code: Ints) -> float:
    summed = np.bincount(code, weights=influence)
    share = np.bincount(code, weights=weight) / weight.sum()
    factor = (summed.size - 1) / summed.size if summed.size > 1 else 1.0
    return factor * float(np.square(summed / (1 - share)).sum())
