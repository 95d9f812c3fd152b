"""Categories of tree models: the words, or values, that a model was given codes for.

LightGBM and XGBoost are trained on codes. Trained from a data frame they keep the list that the
codes were taken from, and that list turns the cells of a candidate table into the same codes.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Value = str | float
    Categories = Mapping[str, Sequence[Value]]

_PLACES = re.compile(rb"^\[categorical_feature: ([\d,]+)\]\r?$", re.MULTILINE)
_LISTS = re.compile(rb"^pandas_categorical:(\[.*\])\r?$", re.MULTILINE)


def of_lightgbm(content: bytes, names: Sequence[str]) -> Categories:
    """Give the categories of a LightGBM text model: feature -> values in the order of their codes.

    Parameters
    ----------
    content
        The whole text.
    names
        The features in the model's order.

    Returns
    -------
    Nothing for a model that was trained on codes, which tells no list, or whose lists are not as
    many as its categorical features.
    """
    places, lists = _PLACES.search(content), _LISTS.search(content)
    if places is None or lists is None:
        return {}
    try:
        values = json.loads(lists.group(1))
    except (ValueError, RecursionError):
        return {}
    told = [int(place) for place in places.group(1).split(b",") if place]
    if len(told) != len(values) or any(place >= len(names) for place in told):
        return {}
    return usable({names[place]: value for place, value in zip(told, values, strict=True)})


def usable(told: Mapping[str, object]) -> Categories:
    """Keep the lists that hold nothing but words, or nothing but numbers."""
    return {
        name: values
        for name, values in told.items()
        if isinstance(values, list)
        and (
            all(isinstance(value, str) for value in values)
            or all(isinstance(value, int | float) for value in values)
        )
    }


def words_of(categories: Categories) -> dict[str, tuple[str, ...]]:
    """Give the categories that are words."""
    return {
        name: tuple(str(value) for value in values)
        for name, values in categories.items()
        if any(isinstance(value, str) for value in values)
    }


def coded(table: pa.Table, categories: Categories) -> pa.Table:
    """Put codes in the place of categories; NaN where a cell is empty or was not taught.

    Parameters
    ----------
    table
        The features, n rows: text where the categories are words, else float64.
    categories
        Feature -> values in the order of their codes.

    Returns
    -------
    The same columns, all of them float64.
    """
    for name, values in categories.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, pa.array(_codes(table.column(place), values)))
    return table


def _codes(column: pa.ChunkedArray, values: Sequence[Value]) -> NDArray[np.float64]:
    code = {value: float(place) for place, value in enumerate(values)}
    held = column.combine_chunks().dictionary_encode()
    told = [code.get(value, np.nan) for value in held.dictionary.to_pylist()]
    index: NDArray[np.int64] = held.indices.fill_null(len(told)).to_numpy(zero_copy_only=False)
    return np.array([*told, np.nan])[index]
