"""Write a large exposure log: CSV or Parquet, 10^5 to 10^8 rows, skewed like a real one.

``python benchmarks/log_generator.py OUT.csv --rows 10_000_000 [--seed N]``

Each request shows 20 listings. Listings are drawn with a long tail (a listing's rank in popularity
is the catalogue's size to the power of a uniform draw), sellers own listings with one too, and
three sellers in ten are rural. Columns: request, position, listing, seller, locality (a
property of the seller), clicks. Nothing is planted here: this log is for measuring time.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

POSITIONS = 20
SELLERS = 50_000
LISTINGS = 200_000
CHUNK = 1_000_000


def write(out: Path, rows: int, seed: int = 0) -> None:
    """Write a log in chunks, so that memory does not grow with the number of rows.

    Parameters
    ----------
    out
        The file; ``.parquet`` gives Parquet, anything else CSV.
    rows
        How many rows; rounded down to whole pages of 20.
    seed
        Seed of everything random.
    """
    rng = np.random.default_rng(seed)
    owner, rural = _catalogue(rng)
    names = _names(owner, rural)
    writer: pa.csv.CSVWriter | pa.parquet.ParquetWriter | None = None
    try:
        for chunk in _chunks(rows // POSITIONS * POSITIONS, names, rng):
            if writer is None:
                parquet = out.suffix == ".parquet"
                writer = (
                    pa.parquet.ParquetWriter(out, chunk.schema, compression="zstd")
                    if parquet
                    else pa.csv.CSVWriter(
                        out, chunk.schema, write_options=pa.csv.WriteOptions(quoting_style="none")
                    )
                )
            writer.write_table(chunk)
    finally:
        if writer is not None:
            writer.close()


def _catalogue(rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give each listing's seller, shape (listings,), and whether a seller is rural."""
    first = rng.permutation(SELLERS)
    more = _skewed(SELLERS, LISTINGS - SELLERS, rng)
    owner = rng.permutation(np.concatenate([first, more]))
    return owner, rng.random(SELLERS) < 0.3  # noqa: PLR2004 - three sellers in ten


def _skewed(count: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw indices below ``count`` whose frequency falls as one over the index."""
    drawn: NDArray[np.int64] = np.floor(count ** rng.random(size)).astype(np.int64) - 1
    return np.minimum(drawn, count - 1)


def _names(owner: NDArray[np.int64], rural: NDArray[np.bool_]) -> pa.Table:
    """Give the text of each listing's columns, one row per listing."""
    return pa.table(
        {
            "listing": pa.array([f"item-{number:06d}" for number in range(LISTINGS)]),
            "seller": pa.array([f"shop-{number:05d}" for number in owner]),
            "locality": pa.array(np.where(rural[owner], "rural", "urban")),
        }
    )


def _chunks(rows: int, names: pa.Table, rng: np.random.Generator) -> Iterator[pa.Table]:
    """Give the log piece by piece; every piece holds whole pages."""
    for start in range(0, rows, CHUNK):
        size = min(CHUNK, rows - start)
        row = np.arange(start, start + size)
        shown = names.take(pa.array(_skewed(LISTINGS, size, rng)))
        position = row % POSITIONS + 1
        clicks = (rng.random(size) < 0.2 / np.log2(1 + position)).astype(np.int64)
        page = pa.array(row // POSITIONS)
        yield pa.table(
            {
                "request": pa.compute.binary_join_element_wise("req-", page.cast(pa.string()), ""),
                "position": position,
                "listing": shown["listing"],
                "seller": shown["seller"],
                "locality": shown["locality"],
                "clicks": clicks,
            }
        )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Write a large exposure log.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    write(given.out, given.rows, given.seed)
    print(f"{given.out}: {given.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
