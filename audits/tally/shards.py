"""Request shards: requests themselves while they are few, a portable hash of them above that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks.hold import hold

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

MAX_SHARDS = 2_000
_DIGITS = "0123456789abcdef"
_FOLDED = 5


def shard_of(
    con: Backend, log: ir.Table, distinct: ir.Table | None = None
) -> tuple[ir.Table, int, int]:
    """Give every request its shard.

    Engines' own hashes differ, so the shard above ``MAX_SHARDS`` requests is folded from the
    first hexadecimal digits of the request's md5.

    Parameters
    ----------
    con, log
        The engine and the log it holds.
    distinct
        The log's distinct requests, where they are known already.

    Returns
    -------
    table, requests, shards
        Columns ``request`` and ``shard`` (int32); the number of requests; the number of shards.
    """
    if distinct is None:
        found = log.select("request").distinct()
        distinct = hold(con, found, "fairshelf_requests")
    requests = int(distinct.count().to_pyarrow().as_py())
    if requests <= MAX_SHARDS:
        number = ibis.row_number().over(order_by=distinct.request).cast("int32")
        return distinct.mutate(shard=number), requests, requests
    digest = distinct.request.hexdigest("md5")
    folded = ibis.literal(0, "int64")
    for place in range(_FOLDED):
        folded = folded * len(_DIGITS) + ibis.literal(_DIGITS).find(digest.substr(place, 1))
    return distinct.mutate(shard=(folded % MAX_SHARDS).cast("int32")), requests, MAX_SHARDS
