"""Exposure as a scikit-learn scorer, for ``cross_validate`` and ``GridSearchCV``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.metrics.exposure import exposure_ratio
from fairshelf.metrics.frames import DEFAULT, Columns, require

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def make_exposure_scorer(
    context: pd.DataFrame,
    group: str,
    contrast: tuple[str, str],
    *,
    browsing: str = "dcg",
    symmetric: bool = True,
    seed: int = 0,
    columns: Columns = DEFAULT,
) -> Callable[..., float]:
    """Make a scorer ``scorer(estimator, X, y)``: how evenly a ranker's order hands out attention.

    The estimator scores the rows of X; within each request the highest score stands first (ties in
    a seeded random order), and the exposure ratio of the contrast is worked out on that order with
    every row as a listing that could be shown. It is a point estimate for choosing among models;
    whether a gap is more than chance is for ``audit check``, which has seller-level intervals.

    Parameters
    ----------
    context
        Request, listing and group of each row, with the index of the X that will be scored, so
        that folds find their rows: split by request (``GroupKFold``), or lists fall apart.
    group
        The column of ``context`` with the sellers' group.
    contrast
        (group, reference).
    browsing
        As in :func:`~fairshelf.metrics.exposure`.
    symmetric
        min(ratio, 1/ratio), where 1 is best and greater is better, as scikit-learn maximises; else
        the ratio itself.
    seed
        Of the order among ties.
    columns
        What the columns of ``context`` are called.

    Raises
    ------
    ValueError
        A column that is missing from ``context``, or rows of X that are not in it.
    """
    require(context, columns.request, columns.listing, group)
    if not context.index.is_unique:
        message = "the index of context names a row twice"
        raise ValueError(message)

    def scorer(estimator: Any, X: pd.DataFrame, y: Any = None) -> float:  # noqa: ANN401, ARG001, N803 - scikit-learn's signature
        unknown = X.index.difference(context.index)
        if len(unknown):
            message = f"rows of X are not in context: {list(unknown[:5])}"
            raise ValueError(message)
        rows = context.loc[X.index].copy()
        rows["_score"] = scores_of(estimator, X)
        rows["_tie"] = np.random.default_rng(seed).random(len(rows))
        rows = rows.sort_values([columns.request, "_score", "_tie"], ascending=[True, False, True])
        rows[columns.position] = rows.groupby(columns.request).cumcount() + 1
        told = rows.drop(columns=["_score", "_tie"])
        ratio = exposure_ratio(
            told, group, contrast, baseline="shown", browsing=browsing, columns=columns
        )
        if not symmetric:
            return float(ratio)
        return float(min(ratio, 1 / ratio)) if ratio > 0 else 0.0

    return scorer


def scores_of(estimator: Any, rows: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:  # noqa: ANN401 - any estimator
    """Give scores: the probability of the last class, else the decision, else the prediction."""
    if hasattr(estimator, "predict_proba"):
        told = np.asarray(estimator.predict_proba(rows))
        return np.asarray(told[:, -1], dtype=np.float64)
    how = "decision_function" if hasattr(estimator, "decision_function") else "predict"
    return np.asarray(getattr(estimator, how)(rows), dtype=np.float64).reshape(len(rows))
