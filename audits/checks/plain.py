"""Large Parquet of a plain shape: summed up without the engine, and handed to it in far fewer rows.

The tables are those that :mod:`fairshelf.audits.checks.summaries` has the engine make: the same
columns and the same whole numbers, in less time. Any other log is left to the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
from ibis.util import gen_name

from fairshelf.audits.checks.keys import IDS, by_key, seller_is_listing
from fairshelf.audits.checks.short import MARKED, ROWS, WHOLE_SUMS, by_all, summed
from fairshelf.audits.checks.stage import FILE, NUMBERS, OFF
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.engines.means import allowance
from fairshelf.audits.rowgroups.layout import COUNT, Layout, columns_of
from fairshelf.audits.stages import ROWS as UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.stage import Source
    from fairshelf.audits.rowgroups.lists import Lists
    from fairshelf.audits.rowgroups.shown import Seen, Shown
    from fairshelf.audits.stages import Stages

WHOLE = ("impressions", *WHOLE_SUMS)
"""What is added up as it stands: whole numbers."""

RUN = "_run"
"""The place of a request among those of the files."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A log that was summed up without the engine.

    Attributes
    ----------
    short
        As :func:`fairshelf.audits.checks.short.shortened` has it.
    requests
        As :func:`fairshelf.audits.checks.duplicates.by_request` has it, with ``_run`` beside.
    seen
        What a second time over the files must know.
    seller
        The files' column of the seller, or of the listing that stands for it.
    counted
        As :class:`fairshelf.audits.checks.overview.Overview` has it; ``short`` is of all files.
    """

    short: ir.Table
    requests: ir.Table
    seen: Seen
    seller: str
    counted: Mapping[int, Mapping[str, int]]


def plainly(con: Any, rows: ir.Table, sources: Sequence[Source], stage: Stages) -> Plain | None:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Sum a log up without the engine, where it is large Parquet of a shape that allows it.

    Parameters
    ----------
    con
        The engine that will hold the tables; DuckDB.
    rows
        All rows as :func:`fairshelf.audits.checks.stage.staged` gives them.
    sources
        The files.
    stage
        Told how far it is.

    Returns
    -------
    Plain or None
        None where the engine must do it.
    """
    named = _columns(rows, sources)
    if named is None or _any_off(rows, sources):
        return None
    from fairshelf.audits.rowgroups.shown import shown  # noqa: PLC0415 - only for large files

    layout = _layout(con, sources, named)
    found = shown(layout, lambda done, of: stage.count(done, of, UNIT))
    if found is None:
        return None
    requests = _requests(con, rows, found.lists)
    if requests is None:
        return None
    short = _short(con, rows, found, named)
    seller = named.get("seller", layout.listing)
    return Plain(short, requests, found.seen, seller, _counted(sources, found))


def _columns(rows: ir.Table, sources: Sequence[Source]) -> dict[str, str] | None:
    """Give the column of the files behind each name that is counted; None where one cannot be."""
    first, *others = (_columns_of(rows, source, sources) for source in sources)
    if first is None or any(other != first for other in others):
        return None
    return first if len({_types(source, first) for source in sources}) == 1 else None


def _types(source: Source, named: Iterable[str]) -> tuple[Any, ...]:
    """Give the types of what is counted."""
    headings, types = _headings(source), source.raw.table.schema()
    return tuple(types[headings[name]] for name in named)


def _columns_of(rows: ir.Table, source: Source, sources: Sequence[Source]) -> dict[str, str] | None:
    files = source.raw.extra.get("files", ())
    if not files or source.detection.features:
        return None
    if not {"request", "position", "listing"} <= set(source.headings):
        return None
    column = dict(zip(source.raw.headings, columns_of(files), strict=False))
    headings = _headings(source)
    weight = [name for name in ("impressions",) if name in rows.columns]
    wanted = ["request", *by_all(rows, sources), *weight, *summed(rows.columns)]
    if "seller" not in rows.columns:
        wanted.remove("seller")
    if not all(_is_plain(source, name, headings.get(name)) for name in wanted):
        return None
    found = {name: column.get(headings[name], "") for name in wanted}
    return found if all(found.values()) else None


def _is_plain(source: Source, name: str, heading: str | None) -> bool:
    """Say whether a column's cells are taken as they stand."""
    if heading is None or source.is_careful(name):
        return False
    kind = source.raw.table.schema()[heading]
    if name in (*WHOLE, "position"):
        return name in source.exact
    if name in IDS and kind.is_integer():
        return not kind.is_uint64()
    words = name not in BY_NAME or BY_NAME[name].kind not in {*NUMBERS, "flag"}
    return bool(words and kind.is_string())


def _any_off(rows: ir.Table, sources: Sequence[Source]) -> bool:
    """Say whether an optional value could not be read, in a column that is not counted here."""
    unsure = set().union(*(source.off - source.exact for source in sources))
    asked = [name for name in sorted(unsure) if OFF + name in rows.columns]
    if not asked:
        return False
    return bool(
        rows.agg(off=ibis.or_(*(rows[OFF + name] for name in asked)).any())
        .to_pyarrow()[0][0]
        .as_py()
    )


def _layout(con: Any, sources: Sequence[Source], named: dict[str, str]) -> Layout:  # noqa: ANN401 - an Ibis backend has no type of its own
    source = sources[0]
    headings, types = _headings(source), source.raw.table.schema()
    counted = ("request", "position", "listing", *WHOLE)
    memory, threads = allowance(con)
    return Layout(
        files=tuple(file for one in sources for file in one.raw.extra["files"]),
        request=named["request"],
        position=named["position"],
        listing=named["listing"],
        facts=tuple(dict.fromkeys(named[name] for name in named if name not in counted)),
        sums={name: named[name] for name in named if name in WHOLE},
        words=frozenset(named[name] for name in named if types[headings[name]].is_string()),
        threads=threads,
        memory=memory,
    )


def _headings(source: Source) -> dict[str, str]:
    """Give the heading behind each name; what a user names goes before what was recognised."""
    return {**source.headings, **dict(source.detection.extras)}


def _requests(con: Any, rows: ir.Table, lists: Lists) -> ir.Table | None:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Hand the requests over; None where one comes back after another, so that it is no run."""
    (held,), texts = by_key(rows, ["request"])
    table = pa.table(
        {
            held: _as_held(lists.request),
            "n": lists.length,
            "total": lists.total,
            RUN: np.arange(len(lists.request), dtype=np.int32),
        }
    )
    handed = con.create_table(gen_name("plain"), table, temp=True)
    if not lists.rising() and handed[held].nunique().to_pyarrow().as_py() < len(table):
        return None
    told: ir.Table = handed.mutate(**texts)
    return told


def _short(con: Any, rows: ir.Table, found: Shown, named: dict[str, str]) -> ir.Table:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Hand over what each listing was shown."""
    names = [name for name in named if name not in ("request", *WHOLE)]
    if "seller" not in named:
        rows = seller_is_listing(rows)
        names.append("seller")
    held, texts = by_key(rows, names)
    columns = {
        put: _as_held(found.short[named.get(name, named["listing"])])
        for put, name in zip(held, names, strict=True)
    }
    columns[ROWS] = columns["impressions"] = found.sums[COUNT]
    columns |= {name: held for name, held in found.sums.items() if name != COUNT}
    handed = con.create_table(gen_name("plain"), pa.table(columns), temp=True)
    told: ir.Table = handed.mutate(
        **{MARKED: ibis.literal(value=False), FILE: ibis.literal(0, "int32")}, **texts
    )
    return told


def _counted(sources: Sequence[Source], found: Shown) -> dict[int, dict[str, int]]:
    """Say of each source what it shows at which positions."""
    told = {}
    for source in sources:
        rows = np.sum([found.places[file] for file in source.raw.extra["files"]], axis=0)
        by = dict(enumerate(rows.tolist(), found.seen.least))
        highest = max(place for place, count in by.items() if count)
        told[source.place] = {
            "rows": sum(by.values()),
            "zeros": by.get(0, 0),
            "ones": by.get(1, 0),
            "highest": highest,
        }
    return told


def _as_held(column: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    return column.cast(pa.int64() if pa.types.is_integer(column.type) else pa.string())
