"""Metrics with the signature of scikit-learn, for fairlearn's ``MetricFrame``.

``y_pred`` is the position of each impression, ``y_true`` its relevance or click::

    MetricFrame(metrics=mean_attention, y_true=log["clicks"], y_pred=log["position"],
                sensitive_features=log["area"]).ratio()

Two things to know. A row is an impression, so that all of these are **given shown**: a listing
that never appears has no row, and a group without rows vanishes from ``by_group`` without a word.
On a log in which rural listings stand as high as others but are shown half as often the ratio is
close to 1. :func:`ratio_with_catalogue` puts the ratio per listing beside it. And ``n_boot`` draws
rows as if they were independent, while a seller's rows all belong together: its intervals are far
too narrow for questions about sellers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits import metrics as arrays
from fairshelf.audits.browsing import parse
from fairshelf.metrics.frames import whole_ranks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def _column(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _weights(positions: Floats, sample_weight: ArrayLike | None) -> Floats:
    return np.ones(positions.shape) if sample_weight is None else _column(sample_weight)


def _attention(positions: ArrayLike, browsing: str) -> Floats:
    model = parse(browsing)
    if model.weight is None:
        message = "a browsing model by position is needed: rows hold positions only"
        raise ValueError(message)
    return model.weight(whole_ranks(_column(positions)))


def mean_attention(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    browsing: str = "dcg",
) -> float:
    """Give the mean attention per impression (``attention_per_impression``).

    Parameters
    ----------
    y_true
        Not used; fairlearn passes it. Shape (n,).
    y_pred
        Position of each impression from 1, shape (n,).
    sample_weight
        How often each row counts, shape (n,).
    browsing
        Browsing model by position; set it with ``functools.partial``.

    Returns
    -------
    NaN without a row.

    Raises
    ------
    ValueError
        A position that is missing, broken or below 1.
    """
    del y_true
    positions = _column(y_pred)
    weights = _weights(positions, sample_weight)
    return arrays.ratio(float(_attention(positions, browsing) @ weights), float(weights.sum()))


def attention_per_relevance(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    browsing: str = "dcg",
) -> float:
    """Give attention per unit of relevance shown (disparate treatment, Singh and Joachims 2018).

    Parameters
    ----------
    y_true
        Relevance of each impression, not negative, shape (n,).
    y_pred, sample_weight, browsing
        As in :func:`mean_attention`.

    Returns
    -------
    NaN where nothing shown is relevant.
    """
    positions = _column(y_pred)
    weights = _weights(positions, sample_weight)
    earned = float(_column(y_true) @ weights)
    return arrays.ratio(float(_attention(positions, browsing) @ weights), earned)


def clicks_per_attention(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    browsing: str = "dcg",
) -> float:
    """Give clicks per unit of attention: how willingly a group is chosen where it is seen.

    Parameters
    ----------
    y_true
        Clicks of each impression, shape (n,).
    y_pred, sample_weight, browsing
        As in :func:`mean_attention`.

    Returns
    -------
    NaN without attention.
    """
    positions = _column(y_pred)
    weights = _weights(positions, sample_weight)
    clicks = float(_column(y_true) @ weights)
    return arrays.ratio(clicks, float(_attention(positions, browsing) @ weights))


def topk_rate(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None, k: int = 10
) -> float:
    """Give the share of impressions that stand among the first k.

    Not the ``topk_selection_rate``, which counts each listing once and those never shown too.

    Parameters
    ----------
    y_true, y_pred, sample_weight
        As in :func:`mean_attention`.
    k
        How many positions; set it with ``functools.partial``.

    Returns
    -------
    In [0, 1]; NaN without a row.
    """
    return mean_attention(y_true, y_pred, sample_weight=sample_weight, browsing=f"top:{k}")


@dataclass(frozen=True, slots=True)
class TwoRatios:
    """The ratio that ``MetricFrame`` gives and the one that counts every listing.

    ``per_impression``: mean attention given shown, group over reference. ``per_listing``: attention
    per listing of the catalogue, the ``exposure_ratio``. Where they differ, the gap is in who is
    shown and how often, not in how high.
    """

    per_impression: float
    per_listing: float


def ratio_with_catalogue(
    positions: ArrayLike,
    groups: ArrayLike,
    listings: Mapping[str, float] | pd.Series[int],
    contrast: tuple[str, str],
    *,
    browsing: str = "dcg",
) -> TwoRatios:
    """Give the ratio per listing of the catalogue next to the one given shown.

    Parameters
    ----------
    positions, groups
        Position and group of each impression, shape (n,): what went into ``MetricFrame`` as
        ``y_pred`` and ``sensitive_features``.
    listings
        Listings of each group in the catalogue, those never shown included:
        ``catalogue["area"].value_counts()``.
    contrast
        The group asked about and its reference.
    browsing
        Browsing model by position.

    Raises
    ------
    ValueError
        A group of the contrast that the catalogue does not have; a broken position.
    """
    missing = [name for name in contrast if name not in listings]
    if missing:
        message = f"no listings given for {missing}; there are {list(map(str, listings.keys()))}"
        raise ValueError(message)
    given = _attention(positions, browsing)
    told = np.asarray(groups, dtype=object)
    sums = [float(given[told == name].sum()) for name in contrast]
    rows = [float((told == name).sum()) for name in contrast]
    units = [float(listings[name]) for name in contrast]
    return TwoRatios(
        arrays.exposure_ratio(sums[0], rows[0], sums[1], rows[1]),
        arrays.exposure_ratio(sums[0], units[0], sums[1], units[1]),
    )
