"""The least an audit by seller must ask of a log, by DuckDB alone.

``python -m benchmarks.children.least_queries LOG``

A sum by group knows no sellers and no requests. An audit needs what each listing of each seller had
at each position (sellers are what its intervals are over, listings what its catalogue holds), that
no row stands there twice, and what each group had in each of 2,000 shards of requests. These are
the queries for that, in the fewest steps, from names to counts; CSV is first read into a table, as
reading it three times costs more. Nothing is trimmed, mended, rejected or measured.
"""

from __future__ import annotations

import sys

from benchmarks.children.clock import Clock

READ = "create temp table log as select request, position, listing, seller, locality from {log}"
VIEW = READ.replace("temp table", "view")
LISTINGS = (
    "create temp table listings as select listing, seller, locality, position, count(*) as n "
    "from log group by all"
)
REQUESTS = (
    "create temp table requests as select request, count(*) as n, "
    "sum(1::bigint << (position - 1)) as places, "
    "('0x' || substr(md5(request::varchar), 1, 5))::int % 2000 as shard from log group by request"
)
DOUBLES = "select count(*) from requests where places <> (1::bigint << n) - 1"
SELLERS = "create temp table sellers as select distinct seller, locality from listings"
CELLS = (
    "select shard, sellers.locality, position, count(*) as n from log "
    "join sellers using (seller) join requests using (request) group by all"
)
EXPOSURE = "select locality, sum(n / log2(1 + position)) from listings group by 1 order by 1"


def main() -> None:
    """Run the queries and print their time together, and each group's exposure."""
    clock = Clock()
    import duckdb  # noqa: PLC0415 - its import is timed

    clock.mark("import")
    name = sys.argv[1].replace("'", "''")
    parquet = name.endswith(".parquet")
    log = f"{'read_parquet' if parquet else 'read_csv'}('{name}')"
    con = duckdb.connect()
    for query in ((VIEW if parquet else READ).format(log=log), LISTINGS, REQUESTS, SELLERS):
        con.execute(query)
    if con.execute(DOUBLES).fetchone() != (0,):
        message = f"{sys.argv[1]} has a position twice in a request"
        raise ValueError(message)
    con.execute(CELLS).to_arrow_table()
    rows = con.execute(EXPOSURE).fetchall()
    clock.mark("compute")
    for group, exposure in rows:
        clock.put(f"exposure_{group}", exposure)
    clock.tell()


if __name__ == "__main__":
    main()
