"""Boosted trees in their libraries' own text and binary forms: LightGBM and XGBoost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.errors import DataError
from fairshelf.audits.rankers.loading.needs import need, version
from fairshelf.audits.rankers.loading.outputs import features_of, matrix, one_score
from fairshelf.audits.rankers.loading.probe import surviving
from fairshelf.audits.rankers.records import Ranker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

_UNNAMED = re.compile(r"Column_\d+|f\d+")
"""What a library calls a feature that nobody named."""


def lightgbm(content: bytes, name: str, digest: str, given: Sequence[str] | None) -> Ranker:
    """Open a LightGBM text model.

    Raises
    ------
    DataError
        ``model_broken``: LightGBM cannot read it.
    """
    with surviving(content, "lightgbm", name):
        library = need("lightgbm", "LightGBM")
    try:
        library.register_logger(_Silent())
        booster = library.Booster(model_str=content.decode("utf-8"), params={"verbose": -1})
        told = booster.feature_name()
        if booster.num_trees() == 0 or content.count(b"\nend of trees") != 1:
            raise DataError("model_broken", model=name, kind="LightGBM", why="no end of trees")
    except (library.basic.LightGBMError, UnicodeDecodeError, ValueError) as error:
        raise _broken(name, "LightGBM", error) from error

    def score(table: pa.Table) -> NDArray[np.float64]:
        return one_score(booster.predict(matrix(table)), table.num_rows, name)

    return Ranker(
        kind="lightgbm",
        name=name,
        sha256=digest,
        features=features_of(_named(told), len(told), given, name),
        width=len(told),
        score=score,
        library="lightgbm",
        version=version("lightgbm"),
        facts={"trees": int(booster.num_trees())},
    )


def xgboost(content: bytes, name: str, digest: str, given: Sequence[str] | None) -> Ranker:
    """Open an XGBoost model, JSON or UBJSON.

    Raises
    ------
    DataError
        ``model_broken``: XGBoost cannot read it.
    """
    with surviving(content, "xgboost", name):
        library = need("xgboost", "XGBoost")
    booster = library.Booster()
    try:
        booster.load_model(bytearray(content))
        width = int(booster.num_features())
        trees = int(booster.num_boosted_rounds())
    except (library.core.XGBoostError, ValueError) as error:
        raise _broken(name, "XGBoost", error) from error
    told = booster.feature_names or []

    def score(table: pa.Table) -> NDArray[np.float64]:
        data = matrix(table, np.float32)
        given = booster.inplace_predict(data, validate_features=False, missing=np.nan)
        return one_score(given, table.num_rows, name)

    return Ranker(
        kind="xgboost",
        name=name,
        sha256=digest,
        features=features_of(_named(told) if told else None, width, given, name),
        width=width,
        score=score,
        library="xgboost",
        version=version("xgboost", "xgboost-cpu"),
        facts={"trees": trees},
    )


def _named(names: Sequence[str]) -> Sequence[str] | None:
    return None if all(_UNNAMED.fullmatch(name) for name in names) else names


def _broken(name: str, kind: str, error: Exception) -> DataError:
    why = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return DataError("model_broken", model=name, kind=kind, why=why.strip()[:200])


class _Silent:
    """What the library would write to the terminal is not ours to print."""

    def info(self, message: Any) -> None:  # noqa: ANN401 - whatever the library says
        """Drop a remark."""

    def warning(self, message: Any) -> None:  # noqa: ANN401 - whatever the library says
        """Drop a warning."""
