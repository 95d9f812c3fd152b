"""Which rows were shown together: what stands for a request where the log names none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import ibis

from fairshelf.audits.checks.stage import FILE
from fairshelf.audits.engines.own import speaker
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

RequestIs = Literal["request", "query", "file", "row"]

NEARLY = 0.99
"""Positions are unique in a list if this share of them is."""

LONG = 1.5
"""A list of results holds at least this many rows on average."""

_MARK = " \u00b7 "
_SETS = ((), ("time",), ("user",), ("time", "user"))


@dataclass(frozen=True, slots=True)
class Requests:
    """What stands for a request: ``keys`` are the columns it is put together from."""

    kind: RequestIs
    keys: tuple[str, ...] = ()


def find(used: ir.Table, names: Sequence[str]) -> tuple[Requests, list[Message]]:
    """Find out what stands for a request.

    Parameters
    ----------
    used
        Rows with ``position`` counted from 1 over the list, ``_file`` and the log's columns.
    names
        The files.

    Returns
    -------
    tuple
        A request column; else the query (with time or user where that makes its positions
        unique); else each file where its positions are unique; else rows stand alone. With the
        notice that says so.
    """
    columns = set(used.columns)
    if "request" in columns:
        return Requests("request"), []
    count = used.count().to_pyarrow().as_py()
    files = [FILE] if len(names) > 1 else []
    if "query" in columns:
        for more in _SETS:
            for where in ([], files) if files else ([],):
                keys = ["query", *more, *where]
                if columns.issuperset(keys) and _is_list(used, keys, count):
                    told = [key for key in keys if key != FILE]
                    return Requests("query", tuple(keys)), [
                        Message("request_is_query", {"columns": told})
                    ]
    if _unique(used, [FILE], count):
        return Requests("file", (FILE,)), [Message("request_is_file", {"files": list(names)})]
    return Requests("row"), [Message("request_is_row", {})]


def with_request(rows: ir.Table, requests: Requests, names: Sequence[str]) -> ir.Table:
    """Give the rows with a ``request`` column (string; null where rows stand alone)."""
    if requests.kind == "request":
        return rows
    if requests.kind == "row":
        return rows.mutate(request=ibis.null("string"))
    parts = [
        _file_name(rows, names) if key == FILE else rows[key].fill_null("") for key in requests.keys
    ]
    request = parts[0]
    for part in parts[1:]:
        request = request.concat(_MARK, part)
    return rows.mutate(request=request)


def _file_name(rows: ir.Table, names: Sequence[str]) -> ir.StringValue:
    if len(names) == 1:
        return ibis.literal(names[0])
    return ibis.cases(
        *((rows[FILE] == place, ibis.literal(name)) for place, name in enumerate(names)), else_=""
    )


def _unique(rows: ir.Table, keys: Sequence[str], count: int) -> bool:
    return bool(distinct(rows, [*keys, "position"]) >= NEARLY * count)


def _is_list(rows: ir.Table, keys: Sequence[str], count: int) -> bool:
    if not _unique(rows, keys, count):
        return False
    return len(keys) == 1 or bool(count >= LONG * distinct(rows, keys))


def distinct(rows: ir.Table, keys: Sequence[str]) -> int:
    """Count the distinct combinations of some columns; with DuckDB by a 64-bit hash of them."""
    if speaker(rows) != "duckdb":  # elsewhere a hash has 32 bits, or there is none
        return int(rows.select(keys).distinct().count().to_pyarrow().as_py())
    packed = ibis.struct({key: rows[key] for key in keys}).hash()
    return int(rows.agg(n=packed.nunique()).to_pyarrow()["n"][0].as_py())
