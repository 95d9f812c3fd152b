"""Which features of a listing tell the group of its seller, by cross-validated AUC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

FOLDS = 5
FEWEST = 10
"""Sellers of each group below which nothing is told: resampled intervals of fewer are too short."""

DRAWS = 200
"""Resamples of sellers behind each interval."""

TOGETHER = "*"
"""Stands for all features together."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """How well a feature (or all, ``*``) tells the group: AUC out of fold, with its interval.

    0.5 is no better than chance, 1 tells the group without fault. The interval is over sellers,
    given the fitted folds.
    """

    feature: str
    auc: float
    low: float | None
    high: float | None
    sellers: int


def proxies(
    features: Mapping[str, Floats],
    protected: Bools,
    seller: Ints,
    rng: np.random.Generator,
    level: float = 0.95,
    stage: Stages = QUIET,
) -> tuple[Proxy, ...]:
    """Predict the group of a listing's seller from each feature alone and from all of them.

    Boosted trees of depth three (scikit-learn's ``HistGradientBoostingClassifier``), five folds
    that keep the listings of a seller together, so that no seller is predicted from itself. Each
    seller weighs the same, whatever the number of its listings. AUC is the chance that a listing
    of the group is given a higher probability than one of the reference (Hanley and McNeil,
    Radiology 143 (1982), 29-36).

    Parameters
    ----------
    features
        Name -> a number for each listing, shape (m,); NaN where missing. Words as codes.
    protected
        True for listings of the group, False for those of its reference, shape (m,).
    seller
        Code of each listing's seller, shape (m,).
    rng
        Of the folds and resamples.
    level
        Coverage.
    stage
        Told how many features are done.

    Returns
    -------
    tuple of Proxy
        The best first, all together before them; empty where a group has fewer than ten sellers.
    """
    _, code = np.unique(seller, return_inverse=True)
    sellers = int(code.max(initial=-1)) + 1
    of_seller = np.zeros(sellers, dtype=bool)
    of_seller[code] = protected
    if min(int(of_seller.sum()), int((~of_seller).sum())) < FEWEST or not features:
        return ()
    fold = _folds(of_seller, rng)[code]
    weight = 1.0 / np.bincount(code)[code]
    draws = rng.multinomial(sellers, np.full(sellers, 1 / sellers), size=DRAWS)
    told = []
    names = list(features)
    asked = {TOGETHER: names} if len(names) > 1 else {}
    sets = {**asked, **{one: [one] for one in names}}
    for name, columns in stage.each(sets.items(), "features"):
        matrix = np.stack([features[one] for one in columns], axis=1)
        given = _out_of_fold(matrix, protected, weight, fold)
        value = auc(given, protected, weight)
        spread = np.array([auc(given, protected, weight * one[code]) for one in draws])
        spread = spread[np.isfinite(spread)]
        low = high = None
        if spread.size:
            edges = np.quantile(spread, [(1 - level) / 2, (1 + level) / 2])
            low, high = float(edges[0]), float(edges[1])
        told.append(Proxy(name, value, low, high, sellers))
    told.sort(key=lambda one: (one.feature != TOGETHER, -one.auc))
    return tuple(told)


def _folds(of_seller: Bools, rng: np.random.Generator) -> Ints:
    """Deal the sellers of each group out to the folds, as evenly as may be."""
    fold = np.zeros(of_seller.size, dtype=np.int64)
    for side in (of_seller, ~of_seller):
        members = rng.permutation(np.flatnonzero(side))
        fold[members] = np.arange(members.size) % FOLDS
    return fold


def _out_of_fold(matrix: Floats, protected: Bools, weight: Floats, fold: Ints) -> Floats:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - two seconds

    given = np.zeros(protected.size)
    for one in range(FOLDS):
        inside = fold != one
        model = HistGradientBoostingClassifier(
            max_depth=3,
            max_iter=50,
            learning_rate=0.1,
            min_samples_leaf=max(1, min(20, int(inside.sum()) // 10)),
            early_stopping=False,
            random_state=0,
        )
        model.fit(matrix[inside], protected[inside], sample_weight=weight[inside])
        given[~inside] = model.predict_proba(matrix[~inside])[:, 1]
    return given


def auc(given: Floats, positive: Bools, weight: Floats) -> float:
    """Give the weighted area under the ROC curve; ties count half, NaN where a side is empty."""
    _, code = np.unique(given, return_inverse=True)
    yes, no = (np.bincount(code, weights=weight * side) for side in (positive, ~positive))
    if yes.sum() <= 0 or no.sum() <= 0:
        return float("nan")
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))
