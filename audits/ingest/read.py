"""Files to tables: what was typed, opened by its content, one table per file, member or sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fairshelf.audits.columns.raw import RawTable
from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest import engine
from fairshelf.audits.ingest.columnar import read_parquet
from fairshelf.audits.ingest.content import Content, recognise
from fairshelf.audits.ingest.filename import constants
from fairshelf.audits.ingest.joined import with_place
from fairshelf.audits.ingest.of_total import without_totals
from fairshelf.audits.ingest.paged import with_pages
from fairshelf.audits.ingest.reshape import lengthen, plan
from fairshelf.audits.ingest.sources import Source, expand
from fairshelf.audits.ingest.text import in_utf8, read_text
from fairshelf.audits.ingest.unpack import unpack
from fairshelf.audits.ingest.wide import ranks_across
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fairshelf.audits.columns.raw import Role
    from fairshelf.audits.config import Settings
    from fairshelf.audits.ingest.found import Read
    from fairshelf.audits.results import Fact

_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm"),
    "xlsb": (".xlsb",),
    "xls": (".xls",),
    "ods": (".ods",),
    "parquet": (".parquet", ".pq"),
    "html": (".html", ".htm"),
    "csv": (".csv", ".tsv", ".txt", ".tab", ".dat", ".log"),
    "jsonl": (".json", ".jsonl", ".ndjson", ".log", ".txt"),
}


def read(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    paths: Sequence[str],
    role: Role,
    settings: Settings,
    workdir: Path,
) -> tuple[RawTable, ...]:
    """Read every file that is meant.

    Parameters
    ----------
    con
        ibis DuckDB backend that the tables live in.
    paths
        Files, globs, folders and zip archives, as typed.
    role
        ``log``, ``sellers`` or ``catalogue``. ``name_pattern`` and ``reshape`` are the log's.
    settings
        What the user said about the files.
    workdir
        A folder that may be written into and must outlive the tables.

    Returns
    -------
    tuple of RawTable
        In the order typed, matches of a glob and files of a folder by name.
        ``extra["rejects"]`` lists rows that could not be read as rows: (row number, reason);
        ``table`` does not hold them.

    Raises
    ------
    UsageError
        A file that is not there, or settings that do not fit the files.
    DataError
        Files that hold no table that can be read.
    """
    tables = [
        _table(con, one, role, said, workdir)
        for source in expand(paths, workdir)
        for one, said in _by_sheet(source, role, settings)
    ]
    return tuple(_mark_copies(tables))


def _by_sheet(source: Source, role: Role, settings: Settings) -> Iterator[tuple[Source, Settings]]:
    """Give a file with its settings, or a workbook sheet by sheet where all of them are asked for.

    The sheet is the log's: where another file has none of that name, it is chosen as usual.
    """
    if settings.sheet is None or source.path.is_dir():
        yield source, settings
        return
    content, kind = recognise(source.path)
    if content != "sheet":
        yield source, settings
        return
    from fairshelf.audits.ingest import sheets  # noqa: PLC0415 - only for these

    chosen = settings.model_copy(update={"sheet": None})
    if role != "log" and not sheets.has(source.path, source.name, settings.sheet):
        yield source, chosen
    elif settings.sheet != sheets.EVERY:
        yield source, settings
    else:
        names, notices = sheets.alike(source.path, source.name, kind)
        for name in names:
            yield (
                replace(source, notices=(*source.notices, *notices)),
                chosen.model_copy(update={"sheet": name}),
            )
            notices = ()


def _table(con: Any, source: Source, role: Role, settings: Settings, workdir: Path) -> RawTable:  # noqa: ANN401 - ibis has no public type for it
    found = _read(con, source, settings, workdir)
    if found.again is not None and role != "log":
        found = _proven(found)
    table = _as_table(found, source, role, settings)
    if found.again is not None:
        table.extra["again"] = lambda: _as_table(_anew(found), source, role, settings)
    return table


def _proven(found: Read) -> Read:
    """See whether the engine takes every row; a log's rows are proven when they are held."""
    try:
        engine.count(found.table)
    except engine.EngineRefusedError:
        return _anew(found)
    return replace(found, again=None)


def _anew(found: Read) -> Read:
    """Read a file again row by row, with all that was found out about it."""
    assert found.again is not None  # noqa: S101 - the caller asked
    return replace(
        found.again(),
        name=found.name,
        format=found.format,
        encoding=found.encoding,
        delimiter=found.delimiter,
        decimal=found.decimal,
    )


def _as_table(found: Read, source: Source, role: Role, settings: Settings) -> RawTable:
    if role == "log":
        found = with_pages(_reshaped(found, settings, source.name), source.name)
        found = without_totals(found, source.name)
    found, place = with_place(found, settings, source.name)
    stated = role == "log" and settings.name_pattern
    return RawTable(
        table=found.table,
        headings=found.headings,
        head=engine.head(found.table) if found.head is None else found.head,
        name=found.name or source.name,
        role=role,
        digest=lambda: source.sha256,
        bytes=source.bytes,
        format=found.format,
        first_row=found.first_row,
        numbered=found.numbered,
        encoding=found.encoding,
        delimiter=found.delimiter,
        header_row=found.header_row,
        sheet=found.sheet,
        decimal=found.decimal,
        constants=constants(source.base, stated, settings.attributes) if stated else {},
        notices=(*source.notices, *_about_suffix(source, found), *found.notices),
        extra={
            "rejects": list(found.rejects),
            "files": found.files,
            "place": place,
            "written": found.written,
        },
    )


def _read(con: Any, source: Source, settings: Settings, workdir: Path) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Open a file by its content, out of its compression if it has one."""
    if source.path.is_dir():
        return read_parquet(con, source.path, source.name)
    path, packing = source.path, ""
    content, label = recognise(path)
    if content in ("gz", "zst"):
        packing = f"+{content}"
        path = unpack(path, content, workdir, source.name)
        content, label = recognise(path)
    found = _open(con, replace(source, path=path), (content, label), settings, workdir)
    return replace(found, format=found.format + packing)


def _open(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    source: Source,
    what: tuple[Content, str],
    settings: Settings,
    workdir: Path,
) -> Read:
    content, label = what
    path, name = source.path, source.name
    if content == "text":
        return read_text(con, path, name, settings, workdir)
    if content == "sheet":
        from fairshelf.audits.ingest.sheets import read_sheets  # noqa: PLC0415 - only for these

        return read_sheets(con, path, name, settings, workdir, label)
    if content == "parquet":
        return read_parquet(con, path, name)
    if content in ("markup", "json"):
        decoded = in_utf8(path, name, settings, workdir)
        if content == "json":
            from fairshelf.audits.ingest.jsonlines import read_json  # noqa: PLC0415 - only for these

            found = read_json(con, decoded.path, name, workdir)
        else:
            from fairshelf.audits.ingest.markup import read_markup  # noqa: PLC0415 - only for these

            found = read_markup(con, decoded.path, name, settings, workdir)
        notices = (*decoded.notices, *found.notices)
        return replace(found, encoding=decoded.guess.name, notices=notices)
    if content == "empty":
        raise DataError("file_empty", file=name)
    if content == "locked":
        raise DataError("file_locked", file=name)
    raise DataError("file_foreign", file=name, kind=label)


def _reshaped(found: Read, settings: Settings, name: str) -> Read:
    meant = settings.reshape
    if meant is None:
        head = engine.head(found.table) if found.head is None else found.head
        across = ranks_across(found.headings, head)
        if across is None:
            return replace(found, head=head)
        meant = across.shape
        facts: dict[str, Fact] = {"file": found.name or name, "column": meant.cell}
        facts |= {"first": across.first, "last": across.last}
        found = replace(found, notices=(*found.notices, Message("ranks_across", facts)))
    shape = plan(found.headings, meant, name)
    return replace(
        found,
        table=lengthen(found.table, shape),
        head=None,
        headings=shape.headings,
        numbered=lambda: lengthen(found.numbered(), shape),
        files=(),
    )


def _about_suffix(source: Source, found: Read) -> tuple[Message, ...]:
    """Say so where a file's name promises another format than it holds."""
    if source.path.is_dir():
        return ()
    base = source.base.lower().removesuffix(".gz").removesuffix(".zst")
    suffix = base[base.rfind(".") :] if "." in base else ""
    kind = found.format.partition("+")[0]
    known = {end for ends in _SUFFIXES.values() for end in ends}
    if suffix not in known or suffix in _SUFFIXES[kind]:
        return ()
    return (Message("format_differs", {"file": source.name, "suffix": suffix, "kind": kind}),)


def _mark_copies(tables: list[RawTable]) -> list[RawTable]:
    """Say so where two files are the same to the byte: their rows count twice."""
    if len(tables) == 1:
        return tables
    first: dict[tuple[str, str | None], str] = {}
    marked = []
    for table in tables:
        origin = first.setdefault((table.sha256, table.sheet), table.name)
        same = origin != table.name and ":" not in table.name
        note = Message("file_is_copy", {"file": table.name, "original": origin})
        marked.append(replace(table, notices=(*table.notices, note)) if same else table)
    return marked
