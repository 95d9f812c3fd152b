"""The floor: one weighted group sum over a log, by DuckDB alone.

``python -m benchmarks.children.bare_scan LOG``
"""

from __future__ import annotations

import sys

from benchmarks.children.clock import Clock

QUERY = (
    "select locality, sum(1 / log2(1 + position)) as exposure "
    "from {read}('{log}') group by locality order by locality"
)
"""The name stands in the text: DuckDB's client loads pandas for a query with a parameter."""


def main() -> None:
    """Run the query and print its time, and each group's exposure."""
    clock = Clock()
    import duckdb  # noqa: PLC0415 - its import is timed

    clock.mark("import")
    read = "read_parquet" if sys.argv[1].endswith(".parquet") else "read_csv"
    log = sys.argv[1].replace("'", "''")
    rows = duckdb.execute(QUERY.format(read=read, log=log)).fetchall()
    clock.mark("compute")
    for group, exposure in rows:
        clock.put(f"exposure_{group}", exposure)
    clock.tell()


if __name__ == "__main__":
    main()
