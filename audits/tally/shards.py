"""Request shards: requests themselves while they are few, a portable hash of them above that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks.hold import hold
from fairshelf.audits.checks.plain import RUN
from fairshelf.audits.engines.own import hex_number, hexdigest, holds_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

MAX_SHARDS = 2_000
_FOLDED = 5


def shard_of(
    con: Backend, log: ir.Table, distinct: ir.Table | None = None
) -> tuple[ir.Table | None, int, int]:
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
        Columns ``request`` and ``shard``, or None where each row's shard is to be worked
        out from its own request, without a join; the number of requests; the number of shards.
    """
    if distinct is None:
        found = log.select("request").distinct()
        distinct = hold(con, found, "fairshelf_requests")
    requests = int(distinct.count().to_pyarrow().as_py())
    if requests <= MAX_SHARDS:
        number = ibis.row_number().over(order_by=distinct.request).cast("int32")
        return distinct.mutate(shard=number), requests, requests
    if not holds_rows(con):
        return None, requests, MAX_SHARDS
    folded = distinct.mutate(shard=folded_shard(distinct.request).cast("int16"))
    if RUN in distinct.columns:  # asked for once, by place: a copy would hold all requests again
        return folded, requests, MAX_SHARDS
    # held, so that an engine knows from its own copy how small these numbers are
    return hold(con, folded, "fairshelf_shards"), requests, MAX_SHARDS


def folded_shard(request: ir.StringValue) -> ir.IntegerValue:
    """Fold the shard of a request out of its md5."""
    folded = hex_number(hexdigest(request).substr(0, _FOLDED), _FOLDED)
    return (folded % MAX_SHARDS).cast("int32")
