"""From what a model gives to one score a candidate, and from a table to what a model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

WORDS = 200
"""Characters of a library's reason that are quoted."""

_TWO = 2


def matrix(table: pa.Table, dtype: Any = np.float64) -> NDArray[Any]:  # noqa: ANN401 - a NumPy type
    """Give a table of numbers as an array, shape (rows, columns)."""
    told = np.empty((table.num_rows, table.num_columns), dtype=dtype, order="F")
    for place, column in enumerate(table.columns):
        told[:, place] = column.to_numpy()
    return told


def one_score(given: Any, rows: int, name: str, grades: Sequence[Any] = ()) -> NDArray[np.float64]:  # noqa: ANN401 - whatever a model gives
    """Give one score a row.

    One column is the score; of two the second is (the probability of the positive class); more
    are probabilities of relevance grades, and the score is the grade to be expected.

    Parameters
    ----------
    given
        Shape (rows,) or (rows, classes).
    rows
        How many there must be.
    name
        What messages call the model.
    grades
        The classes, where the model names them; they must be numbers if there are more than two.

    Raises
    ------
    DataError
        ``model_scores_count``, ``model_outputs``.
    """
    array = np.asarray(given)
    if array.ndim == 0 or array.shape[0] != rows:
        raise DataError("model_scores_count", model=name, got=int(array.size), wanted=rows)
    if array.dtype.kind not in "fiub":
        raise DataError("model_outputs", model=name, outputs=[str(array.dtype)])
    array = array.reshape(rows, -1).astype(np.float64)
    if array.shape[1] == 1:
        return array[:, 0]
    if array.shape[1] == _TWO:
        return array[:, 1]
    told = list(grades) or list(range(array.shape[1]))
    try:
        worth = np.array([float(grade) for grade in told])
    except (TypeError, ValueError) as error:
        raise DataError(
            "model_outputs", model=name, outputs=[str(grade) for grade in told]
        ) from error
    return array @ worth if worth.size == array.shape[1] else array[:, -1]


def unanswered(name: str, error: Exception | str) -> DataError:
    """Give the error of a model that was opened and cannot score the candidates.

    Only the first line of its library's reason is quoted.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    why = lines[0] if lines else type(error).__name__
    return DataError("model_unanswered", model=name, why=why[:WORDS].rstrip(" :."))


def features_of(
    named: Sequence[str] | None, width: int | None, given: Sequence[str] | None, name: str
) -> tuple[str, ...] | None:
    """Agree on the features of a model: its own names, else those the user gave.

    Raises
    ------
    UsageError
        ``model_features_differ``: the user's are not the model's. ``model_features_count``: the
        model reads another number of columns.
    """
    if named is not None:
        if given and tuple(given) != tuple(named):
            raise UsageError(
                "model_features_differ", model=name, features=list(named), typed=list(given)
            )
        return tuple(named)
    if given and width is not None and len(given) != width:
        raise UsageError("model_features_count", model=name, width=width, typed=list(given))
    return tuple(given) if given else None
