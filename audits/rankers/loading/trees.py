"""Boosted trees in their libraries' own text and binary forms: LightGBM and XGBoost."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.rankers.loading.apart import Apart
from fairshelf.audits.rankers.loading.categories import coded, of_lightgbm, usable, words_of
from fairshelf.audits.rankers.loading.needs import version
from fairshelf.audits.rankers.loading.outputs import features_of, matrix, one_score
from fairshelf.audits.rankers.records import Ranker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_FEATURES = re.compile(rb"^feature_names=(.*)$", re.MULTILINE)

_UNNAMED = re.compile(r"Column_\d+|f\d+")
"""What a library calls a feature that nobody named."""


def lightgbm(
    content: bytes, name: str, digest: str, given: Sequence[str] | None, *, at_once: bool
) -> Ranker:
    """Open a LightGBM text model, whose text names its features.

    ``at_once``: be sure that LightGBM can read it; else that turns out with the first scores.

    Raises
    ------
    DataError
        ``model_broken``: LightGBM cannot read it.
    """
    found = _FEATURES.search(content)
    trees = content.count(b"\nTree=")
    if found is None or not trees or content.count(b"\nend of trees") != 1:
        raise DataError("model_broken", model=name, kind="LightGBM", why="no end of trees")
    told = found.group(1).decode(errors="replace").strip("\r").split(" ")
    features = features_of(_named(told), len(told), given, name)
    categories = of_lightgbm(content, features or ())
    model = _apart(content, "lightgbm", "LightGBM", name)

    def score(table: pa.Table) -> NDArray[np.float64]:
        _agrees(model, told, trees)
        return one_score(model.score(matrix(coded(table, categories))), table.num_rows, name)

    if at_once:
        _agrees(model, told, trees)
    return Ranker(
        kind="lightgbm",
        name=name,
        sha256=digest,
        features=features,
        width=len(told),
        score=score,
        library="lightgbm",
        version=version("lightgbm"),
        text=frozenset(words_of(categories)),
        levels=words_of(categories),
        facts={"trees": trees},
    )


def xgboost(content: bytes, name: str, digest: str, given: Sequence[str] | None) -> Ranker:
    """Open an XGBoost model, JSON or UBJSON.

    Raises
    ------
    DataError
        ``model_broken``: XGBoost cannot read it.
    """
    model = _apart(content, "xgboost", "XGBoost", name)
    told, width = model.told()["features"], model.told()["width"]
    categories = usable(model.told()["categories"])

    def score(table: pa.Table) -> NDArray[np.float64]:
        return one_score(model.score(matrix(coded(table, categories))), table.num_rows, name)

    return Ranker(
        kind="xgboost",
        name=name,
        sha256=digest,
        features=features_of(_named(told) if told else None, width, given, name),
        width=width,
        score=score,
        library="xgboost",
        version=version("xgboost", "xgboost-cpu"),
        text=frozenset(words_of(categories)),
        levels=words_of(categories),
        facts={"trees": model.told()["trees"]},
    )


def _apart(content: bytes, module: str, kind: str, name: str) -> Apart:
    """Start the process of a model, where its library is installed."""
    if importlib.util.find_spec(module) is None:
        raise UsageError("model_needs_extra", kind=kind, library=module)
    return Apart(content, module, name)


def _agrees(model: Apart, names: Sequence[str], trees: int) -> None:
    """Wait for the model; what its text says of it must be what its library has read."""
    told = model.told()
    if (told["features"], told["trees"]) != (list(names), trees):
        why = "its text and its trees disagree"
        raise DataError("model_broken", model=model.name, kind="LightGBM", why=why)


def _named(names: Sequence[str]) -> Sequence[str] | None:
    return None if all(_UNNAMED.fullmatch(name) for name in names) else names
