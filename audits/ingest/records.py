"""Records of delimited text, read one by one: exact line numbers, and no row lost.

The engine's own reader is faster and takes every file that keeps the rules. This one takes the
heads of files and those that break them, and says of each record it cannot believe why.
"""

from __future__ import annotations

import csv
from collections import deque
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUOTE = '"'
LONGEST = 2_000_000
"""Characters of the longest record; the engine's reader stops there too."""
ENDLESS = "line_too_long"
"""The reason of a record that is longer."""
MOST_LINES = 1_000
"""Lines one record may span; a quote still open then was never meant to be one."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it starts on (1-based), its cells, or the reason it has none.

    ``reason`` is ``line_too_long``, ``quote_not_closed``, ``quote_misplaced`` or ``cell_too_long``.
    """

    line: int
    cells: tuple[str, ...]
    reason: str | None = None


def read_records(path: Path, delimiter: str) -> Iterator[Record]:
    """Read a UTF-8 file record by record; blank lines are none.

    Parameters
    ----------
    path
        UTF-8 text, with any line ends.
    delimiter
        One character.

    Yields
    ------
    Record
        In file order. NUL characters around a cell are padding and dropped; within a cell they
        are kept, so that two ids which only they tell apart stay two.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from records(_lines(file), delimiter)


def records(lines: Iterator[tuple[int, str | None]], delimiter: str) -> Iterator[Record]:
    """Join numbered lines to records; a line of None was too long to be held."""
    waiting: deque[tuple[int, str | None]] = deque()
    while True:
        number, line = waiting.popleft() if waiting else next(lines, (0, ""))
        if number == 0:
            return
        if line is None:
            yield Record(number, (), ENDLESS)
        elif line.strip(" \r\n\x1a\0"):
            yield _record(number, line, delimiter, lines, waiting)


def _record(
    number: int,
    line: str,
    delimiter: str,
    lines: Iterator[tuple[int, str | None]],
    waiting: deque[tuple[int, str | None]],
) -> Record:
    if QUOTE not in line:
        return Record(number, _unpadded(line.rstrip("\r\n").split(delimiter)))
    text = line
    taken: list[tuple[int, str | None]] = []
    while True:
        cells, reason = parse(text, delimiter)
        if reason != "quote_not_closed":
            break
        size = len(text)
        text = _longer(text, lines, waiting, taken)
        if len(text) == size or len(text) > LONGEST or len(taken) > MOST_LINES:
            break
    if reason is not None and taken:
        waiting.extendleft(reversed(taken))
        reason = "quote_not_closed"
    return Record(number, cells, reason)


def _longer(
    text: str,
    lines: Iterator[tuple[int, str | None]],
    waiting: deque[tuple[int, str | None]],
    taken: list[tuple[int, str | None]],
) -> str:
    """Add lines up to the next one with a quote, the only kind that can end a quoted cell."""
    parts = [text]
    while len(taken) <= MOST_LINES:
        number, line = waiting.popleft() if waiting else next(lines, (0, ""))
        if number == 0:
            break
        taken.append((number, line))
        if line is None:
            break
        parts.append(line)
        if QUOTE in line:
            break
    return "".join(parts)


def parse(text: str, delimiter: str) -> tuple[tuple[str, ...], str | None]:
    """Split one record into cells.

    Returns
    -------
    tuple of (tuple of str, str or None)
        The cells and None, or no cells and the reason.
    """
    spaced = delimiter + " " + QUOTE in text
    body = text.rstrip("\r\n")
    try:
        rows = list(csv.reader([body], delimiter=delimiter, strict=True, skipinitialspace=spaced))
    except csv.Error as error:
        if "unexpected end" in str(error):
            return (), "quote_not_closed"
        if "field limit" in str(error):
            return (), "cell_too_long"
        return (), "quote_misplaced"
    return _unpadded(rows[0]) if rows else ("",), None


def _unpadded(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip("\0") for cell in cells)


def _lines(file: IO[str]) -> Iterator[tuple[int, str | None]]:
    number = 0
    while piece := file.readline(LONGEST):
        number += 1
        if len(piece) < LONGEST:
            yield number, piece
            continue
        while piece and not piece.endswith(("\n", "\r")):
            piece = file.readline(LONGEST)
        yield number, None
