"""Write a large exposure log: CSV or Parquet, 10^5 to 10^8 rows, skewed like a real one.

``python -m benchmarks.log_generator OUT.csv --rows 10_000_000 [--seed N] [--sellers N] ...``

Each request shows 20 listings. Listings are drawn with a long tail (a listing's rank in popularity
is the catalogue's size to the power of a uniform draw), sellers own listings with one too, and
three sellers in ten are rural. Columns: request, position, listing, seller, locality (a
property of the seller), clicks. Nothing is planted here: this log is for measuring time.

``--numbers 1`` writes ids as whole numbers, as a warehouse holds them.

To see what time grows with, each size can be set alone: a request shows ``--shown`` places in a
row of ``--positions`` (one page of a longer list), and ``--groups`` above two replaces rural and
urban by as many names.
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
from benchmarks.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

RURAL = 0.3
LISTINGS_EACH = 4
CLICKS_ON_TOP = 0.2
CHUNK = 1_000_000
"""Rows made at a time; a chunk is a row group of Parquet."""


def write(out: Path, shape: Shape, seed: int = 0) -> None:
    """Write a log in chunks, so that memory does not grow with the number of rows.

    Parameters
    ----------
    out
        The file; ``.parquet`` gives Parquet, anything else CSV.
    shape
        How large it is, and in which directions.
    seed
        Seed of everything random.

    Raises
    ------
    ValueError
        ``shown`` does not divide ``positions``, or there are fewer sellers than groups.
    """
    if shape.positions % shape.page or shape.sellers < shape.groups:
        raise ValueError(str(shape))
    rng = np.random.default_rng(seed)
    names = _catalogue(shape, rng)
    if shape.numbers:
        names = _numbered(names)
    writer: pa.csv.CSVWriter | pa.parquet.ParquetWriter | None = None
    try:
        for chunk in _chunks(shape, names, rng):
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


def _catalogue(shape: Shape, rng: np.random.Generator) -> pa.Table:
    """Give the text of each listing's columns, one row per listing."""
    listings = shape.sellers * LISTINGS_EACH
    first = rng.permutation(shape.sellers)
    more = _skewed(shape.sellers, listings - shape.sellers, rng)
    owner = rng.permutation(np.concatenate([first, more]))
    return pa.table(
        {
            "listing": pa.array([f"item-{number:06d}" for number in range(listings)]),
            "seller": pa.array([f"shop-{number:05d}" for number in owner]),
            "locality": pa.array(_localities(shape, rng)[owner]),
        }
    )


def _numbered(names: pa.Table) -> pa.Table:
    """Put the number at the end of each id in its place."""
    for column in ("listing", "seller"):
        parts = pa.compute.split_pattern(names[column], "-")
        number = pa.compute.list_element(parts, 1).cast(pa.int64())
        names = names.set_column(names.schema.get_field_index(column), column, number)
    return names


def _localities(shape: Shape, rng: np.random.Generator) -> NDArray[np.str_]:
    """Give each seller's locality, shape (sellers,)."""
    rural_urban = 2
    if shape.groups == rural_urban:
        return np.where(rng.random(shape.sellers) < RURAL, "rural", "urban")
    names = np.array([f"place-{number:03d}" for number in range(shape.groups)])
    return names[rng.permutation(shape.sellers) % shape.groups]


def _skewed(count: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw indices below ``count`` whose frequency falls as one over the index."""
    drawn: NDArray[np.int64] = np.floor(count ** rng.random(size)).astype(np.int64) - 1
    return np.minimum(drawn, count - 1)


def _chunks(shape: Shape, names: pa.Table, rng: np.random.Generator) -> Iterator[pa.Table]:
    """Give the log piece by piece; every piece holds whole requests."""
    rows = shape.rows // shape.page * shape.page
    step = max(CHUNK // shape.page, 1) * shape.page
    for start in range(0, rows, step):
        size = min(step, rows - start)
        row = np.arange(start, start + size)
        shown = names.take(pa.array(_skewed(len(names), size, rng)))
        position = row % shape.positions + 1
        clicks = rng.random(size) < CLICKS_ON_TOP / np.log2(1 + position)
        request = pa.array(row // shape.page)
        if not shape.numbers:
            request = pa.compute.binary_join_element_wise("req-", request.cast(pa.string()), "")
        yield pa.table(
            {
                "request": request,
                "position": position,
                "listing": shown["listing"],
                "seller": shown["seller"],
                "locality": shown["locality"],
                "clicks": clicks.astype(np.int64),
            }
        )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Write a large exposure log.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    for name, size in Shape().told():
        parser.add_argument(f"--{name}", type=int, default=size)
    given = vars(parser.parse_args())
    out, seed = given.pop("out"), given.pop("seed")
    write(out, Shape(**given), seed)
    print(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
