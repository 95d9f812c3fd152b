"""Delimited text to a table: the engine's own reader first, Python's where rules are broken."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.ingest import engine
from fairshelf.audits.ingest.dialect import find_delimiter, head, spelt
from fairshelf.audits.ingest.encodings import DAMAGE, Guess, detect, named, transcode
from fairshelf.audits.ingest.found import Read
from fairshelf.audits.ingest.header import Header, filled, find_header, header_at, widened
from fairshelf.audits.ingest.marks import Decimal, decide
from fairshelf.audits.ingest.records import ENDLESS, LONGEST, read_records
from fairshelf.audits.ingest.said import about_decimal, about_header, about_rejects
from fairshelf.audits.ingest.sink import Sink
from fairshelf.audits.ingest.survey import Survey, survey
from fairshelf.audits.ingest.unpack import CHUNK, scratch
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa

    from fairshelf.audits.config import Settings
    from fairshelf.audits.ingest.records import Record
    from fairshelf.audits.results import Fact


ENOUGH = 100
"""Characters outside ASCII from which on a single damaged one may be overlooked."""


LARGE = 1 << 26
"""Bytes above which a file is not read once only to see whether the engine takes every row."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text file in UTF-8: where it is, what it was, and what must be said about that."""

    path: Path
    guess: Guess
    seen: Survey
    notices: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the rows of one text file are to be read."""

    path: Path
    name: str
    delimiter: str
    headings: tuple[str, ...]
    header_line: int
    first_line: int
    seen: Survey


def read_text(con: Any, path: Path, name: str, settings: Settings, workdir: Path) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Read a file of delimited text.

    Parameters
    ----------
    con
        ibis DuckDB backend.
    path
        The file, unpacked.
    name
        What messages call it.
    settings
        ``encoding``, ``delimiter``, ``header_row`` and ``decimal`` overrule what is found.
    workdir
        A folder that may be written into.

    Raises
    ------
    DataError
        ``encoding_unknown``, ``encoding_wrong``, ``no_header``, ``no_rows``, ``rows_do_not_fit``,
        ``row_endless``.
    UsageError
        ``encoding_name``, ``delimiter_bad``, ``header_row_beyond``.
    """
    decoded = in_utf8(path, name, settings, workdir)
    path = decoded.path
    delimiter = spelt(settings.delimiter) if settings.delimiter else find_delimiter(path)
    rows = head(path, delimiter)
    header = _header(rows, settings, name)
    below = rows[header.index + 1 :]
    above = rows[: 1 + header.index] if below and header.known else rows
    endless = next((row.line for row in above if row.reason == ENDLESS), None)
    if endless is not None and (not below or not header.known):
        raise DataError("row_endless", file=name, row=endless, limit=LONGEST)
    if not below:
        raise DataError("nothing_beneath", file=name, row=rows[header.index].line)
    decimal = _decimal(below, delimiter, settings)
    headings = widened(header.headings, [row.cells for row in below])
    plan = _Plan(
        path, name, delimiter, headings, rows[header.index].line, below[0].line, decoded.seen
    )
    read = _rows(con, plan, workdir)
    return replace(
        read,
        encoding=decoded.guess.name,
        delimiter=delimiter,
        decimal=decimal.mark,
        notices=(
            *decoded.notices,
            *about_header(header.index, plan.header_line, name),
            *about_decimal(decimal, name),
            *read.notices,
        ),
    )


def in_utf8(path: Path, name: str, settings: Settings, workdir: Path) -> Decoded:
    """Bring a text file into UTF-8, without a copy where it is UTF-8 already.

    Raises
    ------
    DataError
        ``encoding_unknown``, ``encoding_wrong``.
    UsageError
        ``encoding_name``.
    """
    seen = survey(path)
    guess = named(settings.encoding) if settings.encoding else detect(path, name, seen)
    if guess.codec in ("utf-8", "utf-8-sig") and not seen.faults:
        return Decoded(path, guess, seen)
    target, damaged, others = transcode(path, guess, workdir)
    if damaged > (max(1, others * DAMAGE) if others >= ENOUGH else 0):
        raise DataError(
            "encoding_wrong", file=name, encoding=guess.name, damaged=damaged, characters=others
        )
    notices = []
    facts: dict[str, Fact] = {"file": name, "encoding": guess.name}
    if damaged:
        notices.append(Message("encoding_damaged", {**facts, "damaged": damaged}))
    if guess.rival:
        notices.append(Message("encoding_guessed", {**facts, "rival": guess.rival}))
    return Decoded(target, guess, survey(target), tuple(notices))


def _header(rows: list[Record], settings: Settings, name: str) -> Header:
    if not rows:
        raise DataError("file_empty", file=name)
    if not any(row.cells for row in rows) and rows[0].reason == ENDLESS:
        raise DataError("row_endless", file=name, row=rows[0].line, limit=LONGEST)
    if settings.header_row is not None:
        for index, row in enumerate(rows):
            if row.line == settings.header_row and row.cells:
                return header_at(row.cells, index)
        raise UsageError("header_row_beyond", file=name, row=settings.header_row)
    return find_header([row.cells for row in rows], name)


def _decimal(below: Sequence[Record], delimiter: str, settings: Settings) -> Decimal:
    if settings.decimal:
        return Decimal(settings.decimal)
    return decide((cell for row in below for cell in row.cells), delimiter=delimiter)


def _rows(con: Any, plan: _Plan, workdir: Path) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Read the rows with the engine if it can take every one of them, else one by one."""
    if not plan.seen.nuls:
        path, skip = _start(plan, workdir)
        large = path.stat().st_size > LARGE
        try:
            table = engine.read_text(con, path, plan.headings, plan.delimiter, skip)
            if not large:
                engine.count(table)
            first_rows = engine.head(table)
            agrees = _first(first_rows) == _expected(plan)
        except engine.EngineRefusedError:
            agrees = False
        else:
            if agrees:
                found = _clean(con, plan, workdir, table, unproven=large)
                return replace(found, head=first_rows)
    return _careful(con, plan, workdir)


def _start(plan: _Plan, workdir: Path) -> tuple[Path, int]:
    """Give a file with the data right at its start, or in its second line, and the lines above.

    Engines differ in what they call a line above the data (blank ones, broken quotes, ``sep=``).
    So anything more than one header line is cut off into a copy.
    """
    if plan.header_line == 1 and plan.first_line == 2:  # noqa: PLR2004 - the line after the header
        return plan.path, 1
    with plan.path.open(encoding="utf-8", newline="") as file:
        above = sum(len(file.readline().encode()) for _ in range(plan.first_line - 1))
    target = scratch(workdir, ".txt")
    with plan.path.open("rb") as source, target.open("wb") as out:
        source.seek(above)
        shutil.copyfileobj(source, out, CHUNK)
    return target, 0


def _expected(plan: _Plan) -> tuple[str | None, ...]:
    """Give the first data row as Python reads it."""
    for record in read_records(plan.path, plan.delimiter):
        if record.line == plan.first_line and record.reason is None:
            return tuple(cell or None for cell in record.cells[: len(plan.headings)])
    return ()


def _first(rows: pa.Table) -> tuple[str | None, ...]:
    return tuple(rows.slice(0, 1).to_pylist()[0].values()) if rows.num_rows else ()


def _clean(con: Any, plan: _Plan, workdir: Path, table: ir.Table, *, unproven: bool) -> Read:  # noqa: ANN401 - ibis has no public type for it
    def numbered() -> ir.Table:
        if engine.count(table) == plan.seen.lines - plan.first_line + 1:
            return engine.number(table, plan.first_line)
        return _careful(con, plan, workdir).numbered()

    return Read(
        table,
        plan.headings,
        plan.first_line,
        numbered,
        "csv",
        header_row=plan.header_line,
        again=(lambda: _careful(con, plan, workdir)) if unproven else None,
    )


def _careful(con: Any, plan: _Plan, workdir: Path) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Read record by record; rows that do not fit the header are set aside with the reason."""
    width = len(plan.headings)
    rejects: list[tuple[int, str]] = []
    with Sink(workdir, plan.headings) as sink:
        for record in read_records(plan.path, plan.delimiter):
            if record.line <= plan.header_line:
                continue
            reason = record.reason or _misfit(record.cells, width)
            if reason:
                rejects.append((record.line, reason))
            else:
                sink.add(record.line, record.cells[:width])
    endless = [line for line, reason in rejects if reason == ENDLESS]
    if endless and not sink.rows:
        raise DataError("row_endless", file=plan.name, row=endless[0], limit=LONGEST)
    if rejects and (not sink.rows or len(rejects) > max(100, sink.rows)):
        line, reason = rejects[0]
        raise DataError(
            "rows_do_not_fit",
            file=plan.name,
            rows=len(rejects),
            row=line,
            reason=reason,
            width=width,
        )
    whole = engine.read_parquet(con, [engine.literal(sink.path)])
    return Read(
        whole.drop(ROW),
        plan.headings,
        plan.first_line,
        lambda: whole,
        "csv",
        header_row=plan.header_line,
        rejects=tuple(rejects),
        notices=about_rejects(tuple(rejects), width, plan.name),
    )


def _misfit(cells: tuple[str, ...], width: int) -> str | None:
    if len(cells) < width:
        return "too_few_cells"
    return "too_many_cells" if filled(cells[width:]) else None
