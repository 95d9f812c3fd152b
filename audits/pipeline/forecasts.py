"""A second model beside the one that ranks: its forecast of clicks or orders as a worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.replay.rank import with_gaps

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

    from fairshelf.audits.rankers.records import Ranker

    Floats = NDArray[np.float64]


def read_by(
    ranker: Ranker | None, forecast: Ranker | None
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Give what the two models read, and which of it as text.

    Raises
    ------
    UsageError
        ``forecast_reads_otherwise``: one reads as words what the other reads as numbers.
    """
    models = [one for one in (ranker, forecast) if one is not None]
    features = dict.fromkeys(name for one in models for name in one.features or ())
    text = frozenset(name for one in models for name in one.text)
    for one in models:
        for name in one.features or ():
            if name in text and name not in one.text:
                raise UsageError("forecast_reads_otherwise", feature=name, model=one.name)
    return tuple(features), text


def foretold(forecast: Ranker, told: pa.Table, columns: Mapping[str, str]) -> Floats:
    """Give the chance of a click or an order that a model foretells for each candidate.

    Parameters
    ----------
    forecast
        The model.
    told
        The candidates.
    columns
        What a model calls a feature -> its column.

    Returns
    -------
    shape (n,); NaN where the model gives none.

    Raises
    ------
    DataError
        ``forecast_no_chance``: a forecast below 0 or above 1; ``model_no_scores``: there is none.
    """
    names = list(forecast.features or ())
    features = told.select([columns[name] for name in names]).rename_columns(names)
    score = np.asarray(forecast.score(with_gaps(features.combine_chunks(), names)), np.float64)
    known = score[np.isfinite(score)]
    if not known.size:
        raise DataError("model_no_scores", model=forecast.name, candidates=told.num_rows)
    if known.min() < 0 or known.max() > 1:
        facts = {"low": float(known.min()), "high": float(known.max())}
        raise DataError("forecast_no_chance", model=forecast.name, **facts)
    return np.where(np.isfinite(score), score, np.nan)
