"""A model that is not told where a seller is: features without what goes along with the group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def residuals(features: pa.Table, numbers: Sequence[str], codes: Ints) -> pa.Table:
    """Take out of number features what a group predicts of them linearly.

    :class:`fairlearn.preprocessing.CorrelationRemover` with alpha 1: each feature less its least
    squares projection on the centred indicators of the groups. Afterwards no feature is correlated
    with the group, though curved or joint traces of it may remain. Missing values stay missing;
    candidates of an unknown group keep their values.

    Parameters
    ----------
    features
        One column a feature, n rows; NaN where a number is missing.
    numbers
        Names of the columns that are numbers; words stay as they are.
    codes
        Group of each row from 0, -1 where not known, shape (n,).
    """
    from fairlearn.preprocessing import CorrelationRemover  # noqa: PLC0415 - a second and a half

    known = codes >= 0
    levels = int(codes.max(initial=-1)) + 1
    if not numbers or levels < 2:  # noqa: PLR2004 - one group predicts nothing
        return features
    indicators = np.stack([codes == level for level in range(1, levels)], axis=1).astype(float)
    indicators[~known] = indicators[known].mean(axis=0)
    values = np.stack([features[name].to_numpy() for name in numbers], axis=1).astype(float)
    gaps = ~np.isfinite(values)
    filled = values.copy()
    for level in range(-1, levels):
        rows = codes == level
        filled[rows] = _filled(values[rows], gaps[rows], values, gaps)
    remover = CorrelationRemover(sensitive_feature_ids=list(range(levels - 1)))
    left = remover.fit_transform(np.concatenate([indicators, filled], axis=1))
    left[gaps] = values[gaps]
    for place, name in enumerate(numbers):
        features = features.set_column(
            features.schema.get_field_index(name), name, pa.array(left[:, place])
        )
    return features


def _filled(part: Floats, gaps: Bools, values: Floats, all_gaps: Bools) -> Floats:
    """Fill a group's gaps with its own mean, so that they do not thin out what is taken off."""
    told = part.copy()
    for column in range(part.shape[1]):
        known = part[~gaps[:, column], column]
        if known.size == 0:
            known = values[~all_gaps[:, column], column]
        told[gaps[:, column], column] = known.mean() if known.size else 0.0
    return told


def levelled(features: pa.Table, names: Collection[str], text: Collection[str]) -> pa.Table:
    """Show the model the same value of some features on every candidate.

    The median of numbers, the commonest of words: a model that never saw a missing value cannot
    be given one.

    Parameters
    ----------
    features
        One column a feature.
    names
        Those made equal.
    text
        Features that are words.
    """
    for name in names:
        column = features[name]
        if name in text:
            counts = pc.value_counts(column.combine_chunks().drop_null()).to_pylist()
            best = max(counts, key=lambda one: (one["counts"], one["values"]), default=None)
            value, kind = (best["values"] if best else None), pa.string()
        else:
            numbers = column.to_numpy()
            finite = numbers[np.isfinite(numbers)]
            value, kind = (float(np.median(finite)) if finite.size else float("nan")), pa.float64()
        filled = pa.repeat(pa.scalar(value, kind), features.num_rows)
        features = features.set_column(features.schema.get_field_index(name), name, filled)
    return features
