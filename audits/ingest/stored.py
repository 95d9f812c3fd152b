"""A log that another engine reads: Parquet where Spark finds it, or a table."""

from __future__ import annotations

import re
from concurrent.futures import Future
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
from fairshelf.audits.ingest.header import each_named
from fairshelf.audits.ingest.schemas import schemas
from fairshelf.audits.ingest.sources import Source, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.engines import Engine

_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://")
_PART = r"""(?:"(?:[^"]|"")+"|[^."]+)"""
"""A part of a table's name: between quotes, or without a dot."""

_MAIN = "main"
"""The schema that a DuckDB file has of itself."""


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
        ``no_log``, ``table_and_files``, ``table_missing``, ``table_unreadable``; what
        :func:`expand` raises.
    DataError
        ``engine_needs_parquet``, ``file_broken``, ``nothing_beneath``, ``parquet_differs``,
        ``parquet_types_differ``.
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
    numbered = getattr(con, "numbered", lambda *_: None)
    source = _away(engine.table)
    try:
        table = ask.refused(lambda: _named(con, engine))
        return _raw(con, table, source, "table", lambda: numbered(None, ROW, engine.table))
    except ask.EngineRefusedError as error:
        raise _missing(con, engine, str(error)) from error


def _named(con: Any, engine: Engine) -> ir.Table:  # noqa: ANN401 - ibis has no public type for it
    where = _parts(engine.table or "")
    if engine.kind == "duckdb":
        usual = (where[-2] if len(where) > 1 else _MAIN, where[-1])
        schema, name = _spelt(_attached(con), engine.table or "") or usual
        table: ir.Table = con.table(name, database=(ATTACHED, schema))
        return table
    if len(where) > 1 and engine.table in con.list_tables():  # a name may hold a dot
        where = [str(engine.table)]
    elif len(where) > 2:  # noqa: PLR2004 - catalogue, schema, table; or so does a schema's
        where = _in_dotted_schema(con, str(engine.table)) or where
    database: Any = tuple(where[:-1]) or None
    if database is not None and len(database) == 1 and "." not in database[0]:
        database = database[0]
    named: ir.Table = con.table(where[-1], **({"database": database} if database else {}))
    return named


def _in_dotted_schema(con: Any, typed: str) -> list[str] | None:  # noqa: ANN401 - ibis has no public type for it
    """Give schema and table where the schema is typed without quotes and holds a dot."""
    for schema in con.list_databases():
        if "." in schema and typed.startswith(f"{schema}."):
            name = typed.removeprefix(f"{schema}.")
            parts = _parts(name)
            return [schema, parts[0] if len(parts) == 1 else name]
    return None


def _parts(typed: str) -> list[str]:
    """Take a name apart at its dots, but for those between quotes: ``logs."2026.03"``."""
    if not re.fullmatch(rf"{_PART}(\.{_PART})*", typed):
        return typed.split(".")
    parts = [found[0] for found in re.finditer(_PART, typed)]
    return [part[1:-1].replace('""', '"') if part[0] == '"' else part for part in parts]


def _spelt(known: Sequence[tuple[str, str]], typed: str) -> tuple[str, str] | None:
    """Give the schema and the name that were typed without quotes; a name may hold a dot."""
    for folded in (str, str.casefold):
        for schema, name in known:
            if folded(typed) in map(folded, _spellings(schema, name)):
                return schema, name
    return None


def _spellings(schema: str, name: str) -> list[str]:
    return [*([name] if schema == _MAIN else []), f"{schema}.{name}"]


def _missing(con: Any, engine: Engine, why: str) -> UsageError:  # noqa: ANN401 - ibis has no public type for it
    """Say that a table is not there, or what the engine says of one that is."""
    table = engine.table or ""
    try:
        if engine.kind == "duckdb":
            pairs = ask.refused(lambda: _attached(con))
            known = [_spellings(*pair)[0] for pair in pairs]
            found = _spelt(pairs, table)
            there = found is not None
            why = _refusal(con, *found) or why if found else why
        else:
            known = sorted(ask.refused(lambda: _known(con, _parts(table))))
            there = why not in (table, _parts(table)[-1])  # which is all ibis says of none
    except ask.EngineRefusedError:
        known, there = [], False
    if there:
        return UsageError("table_unreadable", table=table, engine=engine.name, why=why)
    return UsageError(
        "table_missing",
        table=table,
        engine=engine.name,
        suggestions=nearest(table, known) or known[:10],
    )


def _known(con: Any, where: Sequence[str]) -> list[str]:  # noqa: ANN401 - ibis has no public type for it
    """Name the tables there are: those of the schema that was typed, where there is such a one."""
    if len(where) == 2 and where[0] in con.list_databases():  # noqa: PLR2004 - schema and table
        return [_quoted(where[0], name) for name in con.list_tables(database=where[0])]
    return list(con.list_tables())


def _quoted(*parts: str) -> str:
    """Spell a name so that it may be typed."""
    return ".".join(f'"{part}"' if "." in part else part for part in parts)


def _refusal(con: Any, schema: str, name: str) -> str:  # noqa: ANN401 - ibis has no public type for it
    """Give DuckDB's own word on a view that it cannot read; ibis only repeats the name."""
    parts = ".".join('"' + part.replace('"', '""') + '"' for part in (ATTACHED, schema, name))
    try:
        ask.refused(lambda: con.raw_sql(f"SELECT * FROM {parts} LIMIT 0"))  # noqa: S608 - names are quoted
    except ask.EngineRefusedError as error:
        return str(error)
    return ""


def _attached(con: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - ibis has no public type for it
    """Give schema and name of the attached file's tables; ibis asks in a way DuckDB gives up."""
    query = "SELECT table_catalog, table_schema, table_name FROM information_schema.tables"
    return sorted(row[1:] for row in con.raw_sql(query).fetchall() if row[0] == ATTACHED)


def _away(path: str) -> Source:
    """Give a source for what only the engine can reach."""
    digest: Future[str] = Future()
    digest.set_result("")
    return Source(Path(path), path, path.rstrip("/").rpartition("/")[2], digest, 0)


def _parquet(con: Any, source: Source) -> RawTable:  # noqa: ANN401 - ibis has no public type for it
    away = bool(_REMOTE.match(source.name))
    path = source.name if away else _literal(source.path.resolve())
    how: dict[str, Any] = {} if away else _how(source)
    try:
        table = ask.refused(lambda: con.read_parquet(path, **how))
        return _raw(con, table, source, "parquet", lambda: con.numbered(path, ROW, **how))
    except ask.EngineRefusedError as error:
        if away and "PATH_NOT_FOUND" in str(error):
            raise UsageError("file_missing_alone", file=source.name) from error
        raise DataError("file_broken", file=source.name, kind="Parquet", why=str(error)) from error


def _raw(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    table: ir.Table,
    source: Source,
    form: str,
    numbered: Callable[[], ir.Table | None],
) -> RawTable:
    headings = each_named(table.columns)
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


def _how(source: Source) -> dict[str, Any]:
    """Say how Spark is to read Parquet: which columns are times in nanoseconds, and how deep.

    It looks through a folder as DuckDB does: names of folders or any depth.
    """
    if not source.path.is_dir():
        if recognise(source.path)[0] != "parquet":
            raise DataError("engine_needs_parquet", file=source.name)
        return {"fine": schemas([source.path], source.name, letters=True).fine}
    files = sorted(parts(source.path))
    found = schemas(files, source.name, letters=True)
    if found.unlike:
        raise DataError("parquet_types_differ", file=source.name, columns=list(found.unlike))
    inner = {part for file in files for part in file.relative_to(source.path).parts[:-1]}
    nested = bool(inner) and not any("=" in part for part in inner)
    return {"fine": found.fine, **({"recursiveFileLookup": "true"} if nested else {})}


def _literal(path: Path) -> str:
    """Spell a path so that Spark does not take it for a pattern."""
    return "".join(f"\\{letter}" if letter in "*?[]{}\\" else letter for letter in str(path))
