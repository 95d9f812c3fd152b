"""Parquet files whose account of themselves is not true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def glued(path: Path, held: pa.Table, said: pa.Table, **how: Any) -> None:  # noqa: ANN401 - pyarrow's
    """Write the rows of one table under the account of another; both of numbers, one size."""
    how = {"use_dictionary": False, "compression": "none", **how}
    pq.write_table(said, path, **how)
    account = path.read_bytes()
    pq.write_table(held, path, **how)
    rows = path.read_bytes()
    length = int.from_bytes(account[-8:-4], "little") + 8
    assert len(rows) - int.from_bytes(rows[-8:-4], "little") == len(account) - length + 8
    path.write_bytes(rows[: -8 - int.from_bytes(rows[-8:-4], "little")] + account[-length:])
