"""Workbooks (xlsx, xlsb, xls, ods) to tables: the sheet that looks like data."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache, reduce
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.ingest.grid import Grid, read_grid
from fairshelf.audits.ingest.header import find_header
from fairshelf.audits.ingest.hidden import about_hidden
from fairshelf.audits.ingest.merged import blocks, filled_down
from fairshelf.audits.ingest.rendering import render
from fairshelf.audits.ingest.unpack import bound
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fairshelf.audits.config import Settings
    from fairshelf.audits.ingest.found import Read
    from fairshelf.audits.results import Fact

_CELL = re.compile(
    rb"<(?:\w+:)?c\s[^>]{0,80}?r=[\"']([A-Za-z]{1,12})(\d{1,12})|<(?:\w+:)?row[\s/>]"
)
_SHEET = re.compile(r"xl/.*\.xml")
_PIECE = 1 << 20
_OVERLAP = 128
MOST_CELLS = 100_000_000
"""Cells a sheet may span, filled or not: the reader holds a place for every one of them."""
EVERY = "*"
"""What is typed for all sheets with the same headings."""

LOOK = 100
"""Rows of a sheet that are looked at to tell data from notes."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet that holds a table: its headings, how many are known, and its size."""

    name: str
    headings: tuple[str, ...]
    known: int
    cells: int


def read_sheets(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    path: Path,
    name: str,
    settings: Settings,
    workdir: Path,
    kind: str,
) -> Read:
    """Read one sheet of a workbook.

    Parameters
    ----------
    con
        ibis DuckDB backend.
    path
        The workbook.
    name
        What messages call it.
    settings
        ``sheet``, ``header_row`` and ``decimal`` overrule what is found.
    workdir
        A folder that may be written into.
    kind
        ``xlsx``, ``xlsb``, ``xls`` or ``ods``.

    Raises
    ------
    DataError
        ``file_locked``, ``file_broken``, ``archive_too_large``, ``no_sheet_with_data``, and what
        :func:`~fairshelf.audits.ingest.grid.read_grid` raises.
    UsageError
        ``sheet_unknown``.
    """
    if kind != "xls":
        _bounded(path, name)
    book = _open(path, name)
    sheet, notices = _choose(book, name, settings)
    grid = Grid(
        rows=lambda: _rows(book, sheet, name),
        merged=blocks(book.get_sheet_by_name(sheet)),
        name=name if len(book.sheet_names) == 1 else f"{name} [{sheet}]",
        format=kind,
        sheet=sheet,
        notices=(*notices, *(about_hidden(path, name, sheet) if kind == "xlsx" else ())),
    )
    return read_grid(con, grid, settings, workdir)


def has(path: Path, name: str, sheet: str) -> bool:
    """Say whether a workbook has a sheet of that name, case and outer spaces aside."""
    wanted = sheet.strip().casefold()
    return any(one.strip().casefold() == wanted for one in _names(_open(path, name)))


def alike(path: Path, name: str, kind: str) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    """Name the sheets that bear the headings of the best one, in the order of the workbook.

    Returns
    -------
    tuple of (tuple of str, tuple of Message)
        The sheets, and what must be said of the others that hold tables.

    Raises
    ------
    DataError
        As :func:`read_sheets`.
    """
    if kind != "xls":
        _bounded(path, name)
    book = _open(path, name)
    shown = _shown(book)
    candidates = _candidates(book, shown, name)
    best = max(candidates, key=lambda one: (one.known, one.cells))
    taken = tuple(one.name for one in candidates if one.headings == best.headings)
    others = [one.name for one in candidates if one.name not in taken]
    facts: dict[str, Fact] = {"file": name, "sheet": list(taken), "others": others}
    return taken, (Message("sheets_unread", facts),) if others else ()


def _bounded(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise DataError("file_broken", file=name, kind="xlsx", why=str(error)) from error
    packed = path.stat().st_size
    if size > 4 * bound(packed):
        raise DataError("archive_too_large", file=name, packed=packed, limit=4 * bound(packed))
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [one for one in archive.namelist() if _SHEET.fullmatch(one)]
            cells = max((_spanned(archive, sheet) for sheet in sheets), default=0)
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, zlib.error) as error:
        raise DataError("file_broken", file=name, kind="xlsx", why=str(error)) from error
    if cells > MOST_CELLS:
        raise DataError("sheet_too_wide", file=name, cells=cells, limit=MOST_CELLS)


def _spanned(archive: zipfile.ZipFile, sheet: str) -> int:
    """Count the cells of the rectangle that the cells of an xlsx sheet span."""
    deepest = widest = rows = 0
    left = b""
    with archive.open(sheet) as file:
        while piece := file.read(_PIECE):
            text = left + piece
            left = text[-_OVERLAP:]
            for column, row in _CELL.findall(text):
                rows += not column
                deepest = max(deepest, int(row or 0))
                widest = max(widest, _column(column))
    return max(deepest, rows) * widest


@cache
def _column(letters: bytes) -> int:
    """Give the number of a column: 1 for A, 27 for AA."""
    return reduce(lambda number, letter: number * 26 + letter - 64, letters.upper(), 0)


def _open(path: Path, name: str) -> Any:  # noqa: ANN401 - python-calamine is untyped here
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # noqa: PLC0415 - only for workbooks

    try:
        return CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    except PasswordError as error:
        raise DataError("file_locked", file=name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise DataError("file_broken", file=name, kind="Excel", why=str(error)) from error


def _names(book: Any) -> list[str]:  # noqa: ANN401 - python-calamine is untyped here
    from python_calamine import SheetTypeEnum  # noqa: PLC0415 - only for workbooks

    return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _shown(book: Any) -> list[str]:  # noqa: ANN401 - python-calamine is untyped here
    """Name the sheets that are not hidden; all of them where every one is."""
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415 - only for workbooks

    names = _names(book)
    hidden = {
        sheet.name for sheet in book.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible
    }
    return [sheet for sheet in names if sheet not in hidden] or names


def _candidates(book: Any, shown: list[str], name: str) -> list[_Candidate]:  # noqa: ANN401 - python-calamine is untyped here
    candidates = [found for sheet in shown if (found := _look(book, sheet, name))]
    if not candidates:
        raise DataError("no_sheet_with_data", file=name, sheets=shown)
    return candidates


def _choose(book: Any, name: str, settings: Settings) -> tuple[str, tuple[Message, ...]]:  # noqa: ANN401 - python-calamine is untyped here
    names = _names(book)
    if settings.sheet is not None:
        wanted = settings.sheet.strip().casefold()
        for sheet in names:
            if sheet.strip().casefold() == wanted:
                return sheet, ()
        raise UsageError(
            "sheet_unknown",
            file=name,
            value=settings.sheet,
            sheets=names,
            suggestions=nearest(settings.sheet, names),
        )
    shown = _shown(book)
    if len(shown) == 1:
        return shown[0], ()
    candidates = _candidates(book, shown, name)
    best = max(candidates, key=lambda one: (one.known, one.cells))
    others = [one for one in candidates if one is not best]
    if not others:
        return best.name, ()
    same = [one.name for one in others if one.headings == best.headings]
    code = "sheets_unread_alike" if same else "sheets_unread"
    told = same or [one.name for one in others]
    return best.name, (Message(code, {"file": name, "sheet": best.name, "others": told}),)


def _look(book: Any, sheet: str, name: str) -> _Candidate | None:  # noqa: ANN401 - python-calamine is untyped here
    merged = blocks(book.get_sheet_by_name(sheet))
    first = islice(filled_down(_rows(book, sheet, name), merged), LOOK)
    rows = [tuple(map(render, row)) for _, row in first]
    try:
        header = find_header(rows, name)
    except DataError:
        return None
    below = rows[header.index + 1 :]
    if not below:
        return None
    height = book.get_sheet_by_name(sheet).total_height
    return _Candidate(sheet, header.headings, header.known, height * len(header.headings))


def _rows(book: Any, sheet: str, name: str) -> Iterator[tuple[int, tuple[object, ...]]]:  # noqa: ANN401 - python-calamine is untyped here
    """Give the rows of a sheet with their numbers, rows of nothing left out."""
    from python_calamine import CalamineError  # noqa: PLC0415 - only for workbooks

    try:
        found = book.get_sheet_by_name(sheet)
        for number, row in enumerate(found.iter_rows(), start=1):
            if any(cell not in ("", None) for cell in row):
                yield number, tuple(row)
    except (CalamineError, ValueError, OSError) as error:
        raise DataError("file_broken", file=name, kind="Excel", why=str(error)) from error
