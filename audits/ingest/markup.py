"""HTML and XML tables: what many back offices give under the name of ``.xls``."""

from __future__ import annotations

from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest.grid import Grid, read_grid
from fairshelf.audits.ingest.header import filled
from fairshelf.audits.ingest.unpack import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.config import Settings
    from fairshelf.audits.ingest.found import Read

_TABLES = {"table", "worksheet"}
_ROWS = {"tr", "row"}
_CELLS = {"td", "th", "cell"}
WIDEST = 1_000
LARGEST = 1 << 29
MOST_PADDING = 10_000_000
"""Cells in all that a page may only claim to have, by column numbers and spans."""


MOST_OPEN = 1 << 21
"""Characters of one tag or cell; the parser begins anew with each piece of a longer one."""
MOST_LEFT = 1 << 14
"""Characters a page may leave behind in a tag that never ends."""


class _Tables(HTMLParser):
    """Collects every table of a page, row by row; nested tables stand for themselves."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._span = 1
        self._hidden = 0
        self._padding = MOST_PADDING

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = tag.rpartition(":")[2]
        given = {name.rpartition(":")[2]: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag in _TABLES:
            self.tables.append([])
        elif tag in _ROWS and self.tables:
            self._end_cell()
            self.tables[-1].append([])
        elif tag in _CELLS and self.tables and self.tables[-1]:
            self._end_cell()
            self._pad(_whole(given.get("index", "")))
            self._cell, self._span = [], max(1, _whole(given.get("colspan", "1")))
        elif tag in ("br", "p", "div") and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif tag in _CELLS or tag in _ROWS or tag in _TABLES:
            self._end_cell()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._hidden:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        text = "".join(self._cell).replace("\u00a0", " ").strip()
        self.tables[-1][-1].append(text)
        self._cell = None
        self._extend(self._span - 1)

    def _pad(self, index: int) -> None:
        """Honour a cell that says which column it stands in."""
        self._extend(index - 1 - len(self.tables[-1][-1]))

    def _extend(self, count: int) -> None:
        """Add empty cells to the last row, as many as are left of the page's share."""
        count = max(0, min(count, self._padding))
        self._padding -= count
        self.tables[-1][-1].extend([""] * count)


def read_markup(con: Any, path: Path, name: str, settings: Settings, workdir: Path) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Read the largest table of an HTML page or of a SpreadsheetML workbook.

    Parameters
    ----------
    con
        ibis DuckDB backend.
    path
        The page in UTF-8.
    name
        What messages call it.
    settings
        ``header_row`` and ``decimal`` overrule what is found.
    workdir
        A folder that may be written into.

    Raises
    ------
    DataError
        ``no_table_in_page``, ``archive_too_large``, ``file_broken``, and what
        :func:`~fairshelf.audits.ingest.grid.read_grid` raises.
    """
    tables = _tables(path, name)
    if not tables or not any(tables):
        raise DataError("no_table_in_page", file=name)
    rows = max(tables, key=lambda table: sum(filled(row) for row in table))
    numbered = [(number, tuple(row)) for number, row in enumerate(rows, start=1) if filled(row)]
    grid = Grid(rows=lambda: iter(numbered), name=name, format="html")
    return read_grid(con, grid, settings, workdir)


def _tables(path: Path, name: str) -> list[list[list[str]]]:
    size = path.stat().st_size
    if size > LARGEST:
        raise DataError("archive_too_large", file=name, packed=size, limit=LARGEST)
    parser = _Tables()
    with path.open(encoding="utf-8", errors="replace") as file:
        while piece := file.read(CHUNK):
            _fed(partial(parser.feed, piece), name)
            _within(parser.rawdata, MOST_OPEN, name)
    _within(parser.rawdata, MOST_LEFT, name)
    _fed(parser.close, name)
    return parser.tables


def _fed(act: Callable[[], None], name: str) -> None:
    """Let the parser work; what it cannot believe, it asserts away."""
    try:
        act()
    except AssertionError as error:
        raise DataError("file_broken", file=name, kind="HTML", why=str(error)[:80]) from error


def _within(waiting: str, limit: int, name: str) -> None:
    if len(waiting) > limit:
        raise DataError("file_broken", file=name, kind="HTML", why=f"{waiting[:40]} ...")


def _whole(text: str) -> int:
    return min(int(text), WIDEST) if text.isdecimal() else 0
