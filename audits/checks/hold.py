"""The one place with an engine's own SQL: keep a result in the engine.

Ibis makes an empty table first and then inserts into it, which costs DuckDB half as much again as
``CREATE TABLE AS`` (10 million rows of six columns: 6.8 against 4.6 seconds of processor time). A
log is held once for everything that is counted from it, so this is where an audit's time goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ibis.util import gen_name

from fairshelf.audits.engines.own import holds_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir


def hold(con: Any, rows: ir.Table, name: str | None = None) -> ir.Table:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Keep rows as a temporary table of the engine.

    Parameters
    ----------
    con
        The Ibis backend.
    rows
        An expression over tables of that backend.
    name
        A name for the table; one that stands there already is replaced.
    """
    kept = name or gen_name("held")
    if con.name != "duckdb":
        return con.create_table(kept, rows, temp=True, overwrite=True)
    con.raw_sql(f'CREATE OR REPLACE TEMP TABLE "{kept}" AS {con.compile(rows)}')
    return con.table(kept, database=("temp", "main"))


def hold_log(con: Any, rows: ir.Table, *, dear: bool = False) -> ir.Table:  # noqa: ANN401 - ibis has no public type for it
    """Keep the rows of a log where the engine is to have its own copy; else give them as asked.

    Parameters
    ----------
    con, rows
        As in :func:`hold`.
    dear
        Whether a row costs much to read, as text that holds numbers does: then any engine keeps
        a copy. See :func:`fairshelf.audits.engines.own.holds_rows`.
    """
    return hold(con, rows) if dear or holds_rows(con) else rows
