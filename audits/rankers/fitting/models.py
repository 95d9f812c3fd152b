"""Surrogates: linear, boosted trees on places, and LambdaMART; each scores listings by features."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import ndtri

from fairshelf.audits.errors import UsageError
from fairshelf.audits.rankers.fitting.design import learn
from fairshelf.audits.rankers.fitting.luce import fit_luce

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from fairshelf.audits.rankers.fitting.design import Design, Features
    from fairshelf.audits.rankers.fitting.lists import Lists
    from fairshelf.audits.rankers.fitting.luce import Luce

    Floats = NDArray[np.float64]

Name = Literal["linear", "boosted", "lambdamart"]
ROUNDS = 200
RATE = 0.05
LEAVES = 8
LEAST_IN_LEAF = 20
MOST_LEVELS = 12

LONGEST = 1_000
"""Entries of one list handed to LambdaMART; longer lists are dealt into several."""

GRADES = 31
"""LambdaMART's grades of relevance: the places of a list in as many steps."""


@dataclass(frozen=True, slots=True)
class Surrogate:
    """A fitted model: ``score`` gives a score for each row, the higher the better.

    ``design`` and ``luce`` are those of the linear model. ``kept`` is the fitted object of the
    others, as its library keeps it.
    """

    name: Name
    score: Callable[[Features], Floats]
    design: Design | None = None
    luce: Luce | None = None
    kept: Any = None


def fit(name: Name, lists: Lists, features: Features, seed: int) -> Surrogate:
    """Fit one surrogate to observed orders.

    Parameters
    ----------
    name
        ``linear``: Plackett-Luce. ``boosted``: scikit-learn's gradient-boosted trees on each
        entry's place within its list, as a normal score (van der Waerden). ``lambdamart``:
        LightGBM's ``lambdarank`` objective (Burges, MSR-TR-2010-82).
    lists
        The orders to fit to.
    features
        Of the lists' entries, in their order.
    seed
        Of whatever the library draws.

    Raises
    ------
    UsageError
        ``fit_needs_lightgbm``.
    """
    if name == "linear":
        return fit_linear(lists, features)
    return (_boosted if name == "boosted" else _lambdamart)(lists, features, seed)


def fit_linear(lists: Lists, features: Features) -> Surrogate:
    """Fit the linear Plackett-Luce model."""
    design = learn(features, lists.number(), lists.seller)
    luce = fit_luce(lists, design.matrix(features))
    return Surrogate("linear", lambda told: design.matrix(told) @ luce.weights, design, luce)


def place_scores(lists: Lists) -> Floats:
    """Give each entry's place in its list as a normal score, the first place highest, (n,).

    Candidates that were not shown share the middle of the places below.
    """
    number, lengths = lists.number(), lists.lengths().astype(np.float64)
    place = (np.arange(lists.size) - lists.starts[:-1][number]).astype(np.float64)
    placed = np.add.reduceat(lists.shown.astype(np.float64), lists.starts[:-1])
    middle = (placed + lengths - 1) / 2
    place = np.where(lists.shown, place, middle[number])
    return np.asarray(ndtri((lengths[number] - place - 0.5) / lengths[number]))


def frame_of(features: Features) -> pd.DataFrame:
    """Lay features out as a table, words as text with None where missing."""
    import pandas as pd  # noqa: PLC0415 - heavy

    told: dict[str, Any] = dict(features.numbers)
    for name, words in features.words.items():
        told[name] = np.array([word or None for word in words], dtype=object)
    return pd.DataFrame(told)


def _boosted(lists: Lists, features: Features, seed: int) -> Surrogate:
    from sklearn.compose import ColumnTransformer  # noqa: PLC0415 - heavy
    from sklearn.ensemble import HistGradientBoostingRegressor  # noqa: PLC0415 - heavy
    from sklearn.pipeline import Pipeline  # noqa: PLC0415 - heavy
    from sklearn.preprocessing import OneHotEncoder  # noqa: PLC0415 - heavy

    encoder = OneHotEncoder(
        handle_unknown="ignore",
        max_categories=MOST_LEVELS,
        min_frequency=LEAST_IN_LEAF,
        sparse_output=False,
    )
    columns = ColumnTransformer(
        [
            ("words", encoder, list(features.words)),
            ("numbers", "passthrough", list(features.numbers)),
        ]
    )
    trees = HistGradientBoostingRegressor(
        learning_rate=RATE,
        max_iter=ROUNDS,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=LEAST_IN_LEAF,
        early_stopping=False,
        random_state=seed,
    )
    model = Pipeline([("columns", columns), ("trees", trees)])
    model.fit(frame_of(features), place_scores(lists))
    return Surrogate("boosted", lambda told: np.asarray(model.predict(frame_of(told))), kept=model)


def lightgbm_is_there() -> bool:
    """Say whether LightGBM is installed."""
    return importlib.util.find_spec("lightgbm") is not None


def _lambdamart(lists: Lists, features: Features, seed: int) -> Surrogate:
    if not lightgbm_is_there():
        raise UsageError("fit_needs_lightgbm")
    import lightgbm  # noqa: PLC0415 - an extra

    design = learn(features, lists.number(), lists.seller)
    parts = np.arange(lists.size) - lists.starts[:-1][lists.number()]
    dealt = -(-lists.lengths() // LONGEST)[lists.number()]
    kept = lists.divided(parts % np.abs(dealt))
    order = {int(row): place for place, row in enumerate(lists.rows)}
    at = np.array([order[int(row)] for row in kept.rows])
    number, lengths = kept.number(), kept.lengths()
    place = np.arange(kept.size) - kept.starts[:-1][number]
    grade = (lengths[number] - 1 - place) * (GRADES - 1) // np.maximum(lengths[number] - 1, 1)
    grade = np.where(kept.shown, grade, 0)
    names = [_plain(one.factor, one.label or one.kind) for one in design.columns]
    data = lightgbm.Dataset(
        _raw(design, features)[at], grade, group=lengths, feature_name=names, free_raw_data=False
    )
    settings = {
        "objective": "lambdarank",
        "label_gain": list(range(GRADES)),
        "learning_rate": RATE,
        "num_leaves": LEAVES,
        "min_data_in_leaf": LEAST_IN_LEAF,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    booster = lightgbm.train(settings, data, ROUNDS)
    return Surrogate(
        "lambdamart", lambda told: np.asarray(booster.predict(_raw(design, told))), kept=booster
    )


def _raw(design: Design, features: Features) -> Floats:
    """Give the columns of a design with numbers as they stand, NaN where missing."""
    told = design.matrix(features)
    for place, one in enumerate(design.columns):
        if one.kind in ("number", "yes_no"):
            told[:, place] = features.numbers[one.factor]
    return told


def _plain(factor: str, label: str) -> str:
    """Name a column as LightGBM allows: a number by its factor, others with their level."""
    name = factor if label in ("number", "yes_no") else f"{factor}={label}"
    return "".join("_" if letter in ' ,[]{}":' else letter for letter in name)
