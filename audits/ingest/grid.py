"""Numbered rows of cells, from a sheet or an HTML table, to a table of text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.ingest import engine
from fairshelf.audits.ingest.found import Read
from fairshelf.audits.ingest.header import Header, filled, find_header, header_at
from fairshelf.audits.ingest.marks import Decimal, decide
from fairshelf.audits.ingest.merged import about_merged, filled_down, without_sums
from fairshelf.audits.ingest.rendering import render
from fairshelf.audits.ingest.said import about_decimal, about_header, about_rejects
from fairshelf.audits.ingest.sink import Sink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from fairshelf.audits.config import Settings
    from fairshelf.audits.ingest.merged import Block
    from fairshelf.audits.results import Message

HEAD = 300
Row = tuple[int, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells: ``rows`` gives them anew, each with its number, empty rows left out.

    ``merged`` are blocks of cells that are merged downwards.
    """

    rows: Callable[[], Iterator[Row]]
    name: str
    format: str
    sheet: str | None = None
    encoding: str | None = None
    notices: tuple[Message, ...] = ()
    merged: tuple[Block, ...] = ()


def read_grid(con: Any, grid: Grid, settings: Settings, workdir: Path) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Find the header, decide the decimal mark, and write the rows beneath for the engine.

    Raises
    ------
    DataError
        ``file_empty``, ``no_header``, ``no_rows``.
    UsageError
        ``header_row_beyond``.
    """
    first = list(islice(filled_down(grid.rows(), grid.merged), HEAD))
    if not first:
        raise DataError("file_empty", file=grid.name)
    header = _header(first, settings, grid.name)
    below = first[header.index + 1 :]
    if not below:
        raise DataError("nothing_beneath", file=grid.name, row=first[header.index][0])
    decimal = _decimal([cells for _, cells in below], settings)
    at = first[header.index][0]
    grid = replace(grid, merged=without_sums(grid.merged, header.headings))
    sink, rejects = _write(grid, header, decimal, at, workdir)
    whole = engine.read_parquet(con, [engine.literal(sink.path)])
    return Read(
        table=whole.drop(ROW),
        headings=header.headings,
        first_row=below[0][0],
        numbered=lambda: whole,
        format=grid.format,
        name=grid.name,
        encoding=grid.encoding,
        header_row=at,
        sheet=grid.sheet,
        decimal=decimal.mark,
        notices=(
            *grid.notices,
            *about_header(header.index, at, grid.name),
            *about_merged(grid.merged, header.headings, at),
            *about_decimal(decimal, grid.name),
            *about_rejects(rejects, len(header.headings), grid.name),
        ),
        rejects=rejects,
    )


def _header(first: list[Row], settings: Settings, name: str) -> Header:
    rows = [tuple(map(render, cells)) for _, cells in first]
    if settings.header_row is None:
        return find_header(rows, name)
    for index, (number, _) in enumerate(first):
        if number == settings.header_row:
            return header_at(rows[index], index)
    raise UsageError("header_row_beyond", file=name, row=settings.header_row)


def _decimal(below: Sequence[tuple[object, ...]], settings: Settings) -> Decimal:
    """Decide by the cells of text alone: numbers of the sheet are written with what is decided."""
    if settings.decimal:
        return Decimal(settings.decimal)
    return decide(cell for row in below for cell in row if isinstance(cell, str))


def _write(
    grid: Grid, header: Header, decimal: Decimal, at: int, workdir: Path
) -> tuple[Sink, tuple[tuple[int, str], ...]]:
    width = len(header.headings)
    rejects: list[tuple[int, str]] = []
    with Sink(workdir, header.headings) as sink:
        for number, cells in filled_down(grid.rows(), grid.merged):
            if number <= at:
                continue
            row = [render(cell, decimal.mark) for cell in cells]
            if filled(row[width:]):
                rejects.append((number, "too_many_cells"))
            else:
                sink.add(number, [*row[:width], *[""] * (width - len(row))])
    return sink, tuple(rejects)
