"""The gap with covariates held equal by forests instead of a formula (double machine learning).

The partially linear model ``Y = theta D + g(X) + e`` of Robinson (1988), g and the chance of being
in the group each learnt by a random forest on other sellers (cross-fitting), errors clustered by
seller: Chernozhukov et al. (Econometrics Journal 2018), Chiang et al. (2022) for clusters. Fitted
by the package DoubleML, the extra ``ml``. What it gives is a difference of levels, in units of the
overall mean of attention per listing, not a ratio.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.adjustment.design import Design

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

FOLDS = 5
TREES = 200
LEAF = 5
FEWEST = 10
"""Sellers of each group below which forests on four fifths of them learn nothing to rely on."""


@dataclass(frozen=True, slots=True)
class FlexibleGap:
    """A gap of levels with covariates held equal by forests.

    ``value``, ``low``, ``high`` in units of the overall mean of attention per listing, 0 for
    parity; ``robustness_value`` is the share of what is left of both group and attention that a
    hidden cause would need (Chernozhukov et al. 2022, "Long story short").
    """

    value: float
    low: float
    high: float
    p_value: float
    robustness_value: float


def flexible_gap(
    exposure: Floats,
    seller: Integers,
    columns: Design,
    rng: np.random.Generator,
    level: float = 0.95,
) -> FlexibleGap | None:
    """Fit the gap between two groups of listings with forests for the covariates.

    Parameters
    ----------
    exposure, seller
        Attention and seller of every listing, shape (all listings,).
    columns
        The design of the adjusted model; its covariates are what is held equal.
    rng
        Draws the folds of sellers and the forests.
    level
        Coverage of the normal interval.

    Returns
    -------
    None where a group has fewer than 10 sellers or there is no covariate.

    Raises
    ------
    UsageError
        ``missing_extra``: DoubleML is not installed.
    """
    try:
        import doubleml  # noqa: PLC0415 - an extra, and slow
    except ImportError as error:
        raise UsageError("missing_extra", extra="ml", package="doubleml") from error
    import pandas as pd  # noqa: PLC0415 - only here
    from sklearn.ensemble import (  # noqa: PLC0415 - two seconds, only here
        RandomForestClassifier,
        RandomForestRegressor,
    )

    others = [k for k, name in enumerate(columns.columns) if name not in ("", "group")]
    if "group" not in columns.columns or not others:
        return None
    ours = columns.matrix[:, columns.columns.index("group")]
    owner, held = seller[columns.rows], exposure[columns.rows]
    sides = [np.unique(owner[ours == side]).size for side in (0, 1)]
    if min(sides) < FEWEST or held.mean() <= 0:
        return None
    names = [f"x{k}" for k in others]
    table = pd.DataFrame(columns.matrix[:, others], columns=names)
    table = table.assign(y=held / held.mean(), d=ours, seller=owner)
    data = doubleml.DoubleMLData(table, "y", "d", names, cluster_cols="seller")
    seeds = [int(seed) for seed in rng.integers(0, 2**31 - 1, 2)]
    shape = {"n_estimators": TREES, "min_samples_leaf": LEAF, "max_features": "sqrt"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = doubleml.DoubleMLPLR(
            data,
            RandomForestRegressor(random_state=seeds[0], **shape),
            RandomForestClassifier(random_state=seeds[1], **shape),
            n_folds=FOLDS,
            draw_sample_splitting=False,
        )
        model.set_sample_splitting(*_folds(owner, ours, rng))
        model.fit()
        low, high = model.confint(level=level).to_numpy()[0]
        model.sensitivity_analysis(level=level)
    return FlexibleGap(
        float(model.coef[0]),
        float(low),
        float(high),
        float(model.pval[0]),
        float(model.sensitivity_params["rv"][0]),
    )


def _folds(
    owner: Integers, ours: Floats, rng: np.random.Generator
) -> tuple[list[object], list[object]]:
    """Part the sellers into folds that hold both groups alike; rows and sellers of each."""
    sellers, first = np.unique(owner, return_index=True)
    fold = np.empty(sellers.size, dtype=np.int64)
    for side in (0, 1):
        mine = np.flatnonzero(ours[first] == side)
        fold[rng.permutation(mine)] = np.arange(mine.size) % FOLDS
    rows, clusters = [], []
    for one in range(FOLDS):
        tested = np.isin(owner, sellers[fold == one])
        rows.append((np.flatnonzero(~tested), np.flatnonzero(tested)))
        clusters.append(([sellers[fold != one]], [sellers[fold == one]]))
    return [rows], [clusters]
