"""A log that another engine reads: Parquet where Spark finds it, or a table."""

from __future__ import annotations

import re
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from fairshelf.audits.columns.raw import ROW, RawTable
from fairshelf.audits.engines.opening import ATTACHED
from fairshelf.audits.engines.own import by_letters
from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.ingest import engine as ask
from fairshelf.audits.ingest.columnar import parts
from fairshelf.audits.ingest.content import recognise
from fairshelf.audits.ingest.header import unique
from fairshelf.audits.ingest.sources import Source, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.engines import Engine

_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://")


def read_stored(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    engine: Engine,
    paths: Sequence[str],
    workdir: Path,
) -> tuple[RawTable, ...]:
    """Read a log where it is.

    Parameters
    ----------
    con
        The engine's Ibis backend.
    engine
        Which engine it is; its ``table`` is the log, else ``paths`` are.
    paths
        Parquet files, folders of them and globs as typed; with Spark also addresses such as
        ``hdfs://...``, whose bytes are not digested.
    workdir
        A folder that may be written into.

    Raises
    ------
    UsageError
        ``no_log``, ``table_and_files``, ``table_missing``; what :func:`expand` raises.
    DataError
        ``engine_needs_parquet``, ``file_broken``, ``nothing_beneath``.
    """
    if engine.table:
        if paths:
            raise UsageError("table_and_files", table=engine.table, files=list(paths))
        return (_table(con, engine),)
    if not paths:
        raise UsageError("no_log")
    remote = [path for path in paths if _REMOTE.match(path)]
    here = [path for path in paths if path not in remote]
    found = [_parquet(con, source) for source in (expand(here, workdir) if here else ())]
    return (*found, *(_parquet(con, _away(path)) for path in remote))


def _table(con: Any, engine: Engine) -> RawTable:  # noqa: ANN401 - ibis has no public type for it
    assert engine.table is not None  # noqa: S101 - the caller asked
    try:
        table = ask.refused(lambda: _named(con, engine))
    except ask.EngineRefusedError as error:
        raise _missing(con, engine) from error
    numbered = getattr(con, "numbered", lambda *_: None)
    return _raw(con, table, _away(engine.table), "table", lambda: numbered(None, ROW, engine.table))


def _named(con: Any, engine: Engine) -> ir.Table:  # noqa: ANN401 - ibis has no public type for it
    where = (engine.table or "").split(".")
    if engine.kind == "duckdb":
        with suppress(ask.EngineRefusedError):  # a name may hold a dot
            whole: ir.Table = ask.refused(
                lambda: con.table(engine.table, database=(ATTACHED, "main"))
            )
            return whole
        schema = where[0] if len(where) > 1 else "main"
        table: ir.Table = con.table(where[-1], database=(ATTACHED, schema))
        return table
    named: ir.Table = con.table(
        where[-1],
        **({"database": tuple(where[:-1])} if len(where) > 2 else {})  # noqa: PLR2004 - catalogue, schema, table
        | ({"database": where[0]} if len(where) == 2 else {}),  # noqa: PLR2004 - schema, table
    )
    return named


def _missing(con: Any, engine: Engine) -> UsageError:  # noqa: ANN401 - ibis has no public type for it
    table = engine.table or ""
    attached = engine.kind == "duckdb"
    try:
        known = sorted(ask.refused(lambda: _attached(con) if attached else con.list_tables()))
    except ask.EngineRefusedError:
        known = []
    return UsageError(
        "table_missing",
        table=table,
        engine=engine.name,
        suggestions=nearest(table, known) or known[:10],
    )


def _attached(con: Any) -> list[str]:  # noqa: ANN401 - ibis has no public type for it
    """Name the tables of the attached file; ibis would ask DuckDB in a way it gives up."""
    query = "SELECT table_catalog, table_schema, table_name FROM information_schema.tables"
    rows = [row[1:] for row in con.raw_sql(query).fetchall() if row[0] == ATTACHED]
    return [name if schema == "main" else f"{schema}.{name}" for schema, name in rows]


def _away(path: str) -> Source:
    """Give a source for what only the engine can reach."""
    digest: Future[str] = Future()
    digest.set_result("")
    return Source(Path(path), path, path.rstrip("/").rpartition("/")[2], digest, 0)


def _parquet(con: Any, source: Source) -> RawTable:  # noqa: ANN401 - ibis has no public type for it
    away = bool(_REMOTE.match(source.name))
    path = source.name if away else _literal(source.path.resolve())
    options = {} if away else _options(source)
    try:
        table = ask.refused(lambda: con.read_parquet(path, **options))
        return _raw(con, table, source, "parquet", lambda: con.numbered(path, ROW, **options))
    except ask.EngineRefusedError as error:
        if away and "PATH_NOT_FOUND" in str(error):
            raise UsageError("file_missing", file=source.name, suggestions=[]) from error
        raise DataError("file_broken", file=source.name, kind="Parquet", why=str(error)) from error


def _raw(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    table: ir.Table,
    source: Source,
    form: str,
    numbered: Callable[[], ir.Table | None],
) -> RawTable:
    headings = unique(table.columns)
    spelt = dict(zip(headings, table.columns, strict=True))
    named = by_letters(con, table.rename(spelt))
    head = ask.head(named)
    if not head.num_rows:
        raise DataError("nothing_beneath", file=source.name, row=0)

    def with_numbers() -> ir.Table:
        found = numbered()
        return _by_order(named) if found is None else found.rename(spelt)

    return RawTable(
        table=named,
        headings=headings,
        head=head,
        name=source.name,
        role="log",
        digest=lambda: source.sha256,
        bytes=source.bytes,
        format=form,
        first_row=1,
        numbered=with_numbers,
        notices=source.notices,
        extra={"rejects": []},
    )


def _by_order(table: ir.Table) -> ir.Table:
    """Give row numbers in the order of all columns: a table has no order of its own."""
    sortable = [name for name, kind in table.schema().items() if not kind.is_nested()]
    number = ibis.row_number().over(order_by=sortable) + ibis.literal(1, "int64")
    return table.mutate(**{ROW: number})


def _options(source: Source) -> dict[str, str]:
    """Say how Spark is to look through a folder, as DuckDB does: names of folders or any depth."""
    if not source.path.is_dir():
        if recognise(source.path)[0] != "parquet":
            raise DataError("engine_needs_parquet", file=source.name)
        return {}
    import pyarrow.parquet as pq  # noqa: PLC0415 - only with a folder

    files = sorted(parts(source.path))
    headings = {tuple(sorted(pq.read_schema(file).names)) for file in files}
    if len(headings) > 1:
        raise DataError("parquet_differs", file=source.name, kind="Parquet", why="")
    inner = {part for file in files for part in file.relative_to(source.path).parts[:-1]}
    nested = bool(inner) and not any("=" in part for part in inner)
    return {"recursiveFileLookup": "true"} if nested else {}


def _literal(path: Path) -> str:
    """Spell a path so that Spark does not take it for a pattern."""
    return "".join(f"\\{letter}" if letter in "*?[]{}\\" else letter for letter in str(path))
