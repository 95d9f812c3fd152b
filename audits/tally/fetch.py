"""Bring small tables over from the engine, in an order that no thread count can change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fairshelf.audits.checks.short import WHOLE_SUMS, grouped, summed
from fairshelf.audits.tally.records import Counts

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray


def counts_by(rows: ir.Table, keys: tuple[str, ...]) -> tuple[Counts, dict[str, NDArray[np.int64]]]:
    """Group by keys and position; number the distinct keys in sorted order."""
    return counts_of(fetched(grouped(rows, [*keys, "position"]), [*keys, "position"]), keys)


def counts_of(
    columns: dict[str, NDArray[np.int64]], keys: tuple[str, ...]
) -> tuple[Counts, dict[str, NDArray[np.int64]]]:
    """Take what was grouped by keys and position; number the distinct keys in sorted order."""
    if len(keys) == 1:
        key = columns[keys[0]]
        parts = {keys[0]: key}
    else:
        stacked = np.stack([columns[name] for name in keys], axis=1)
        distinct, key = np.unique(stacked, axis=0, return_inverse=True)
        key = key.reshape(-1).astype(np.int64)
        parts = {name: distinct[:, place] for place, name in enumerate(keys)}
    sums = {
        name: columns[name] / (1.0 if name in WHOLE_SUMS else 1e6)
        for name in summed(tuple(columns))
    }
    return Counts(key, columns["position"], columns["impressions"], sums), parts


def fetched(table: ir.Table, order: list[str]) -> dict[str, NDArray[np.int64]]:
    """Fetch a table of whole numbers, sorted; what is missing counts as 0."""
    return whole_numbers(table.order_by(order).to_pyarrow())


def whole_numbers(arrow: pa.Table) -> dict[str, NDArray[np.int64]]:
    """Give the columns of a table of whole numbers; what is missing counts as 0."""
    return {
        name: np.ascontiguousarray(_whole(arrow.column(name)), dtype=np.int64)
        for name in arrow.column_names
    }


def _whole(column: Any) -> NDArray[np.int64]:  # noqa: ANN401 - pyarrow ships no types
    cast = column.cast(pa.int64())
    filled = cast if cast.null_count == 0 else cast.fill_null(0)
    return np.asarray(filled.to_numpy(), dtype=np.int64)
