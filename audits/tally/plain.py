"""Cells of a log that was summed up without the engine: counted in a second time over its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.checks.plain import RUN
from fairshelf.audits.stages import ROWS
from fairshelf.audits.tally.fetch import counts_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from numpy.typing import NDArray

    from fairshelf.audits.checks.plain import Plain
    from fairshelf.audits.stages import Stages
    from fairshelf.audits.tally.records import Counts

_KEYS = ("shard", "label_id")


def plain_cells(
    plain: Plain, seller: pa.Array, label: NDArray[np.int64], shard: ir.Table, stage: Stages
) -> tuple[Counts, dict[str, NDArray[np.int64]]] | None:
    """Count by shard, label and position, as :func:`fairshelf.audits.tally.fetch.counts_by` does.

    Parameters
    ----------
    plain
        The log.
    seller, label
        All sellers and the label of each, shape (S,).
    shard
        The shard of each request, with its place among the requests.
    stage
        Told how far it is.

    Returns
    -------
    Counts and keys, or None
        None where the files cannot be counted so: they are no longer what they were.
    """
    from fairshelf.audits.rowgroups.cells import cells  # noqa: PLC0415 - only for large files

    placed = shard.select(RUN, "shard").to_pyarrow()
    shards = np.empty(placed.num_rows, dtype=np.int64)
    shards[placed[RUN].to_numpy()] = placed["shard"].to_numpy()
    named = plain.seen.codes[plain.seller].values.cast(pa.string())
    place = pc.index_in(named, value_set=seller).fill_null(-1).to_numpy(zero_copy_only=False)
    labels = np.append(label, -1)[place]
    found = cells(
        plain.seen, plain.seller, labels, shards, lambda done, of: stage.count(done, of, ROWS)
    )
    return None if found is None else counts_of(found, _KEYS)
