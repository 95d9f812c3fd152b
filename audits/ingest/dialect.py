"""What parts the cells of a text file."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from fairshelf.audits.columns.headings import lookup
from fairshelf.audits.errors import UsageError
from fairshelf.audits.ingest.records import Record, read_records

if TYPE_CHECKING:
    from pathlib import Path

CANDIDATES = (",", "\t", ";", "|", "\x01", "，", "；", "^", "~")
ROWS = 300
MOST_KNOWN = 5
"""Known headings in one row after which more of them say nothing more."""
_SPELT = {"\\t": "\t", "tab": "\t", "\\x01": "\x01", "comma": ",", "semicolon": ";", "pipe": "|"}


def head(path: Path, delimiter: str, rows: int = ROWS) -> list[Record]:
    """Read the first records of a UTF-8 file, for what they look like: without NUL characters."""
    found = islice(read_records(path, delimiter), rows)
    return [
        replace(one, cells=tuple(cell.replace("\0", "") for cell in one.cells)) for one in found
    ]


def spelt(delimiter: str) -> str:
    r"""Take a delimiter as typed: one character, ``\t`` or ``tab``.

    Raises
    ------
    UsageError
        ``delimiter_bad``.
    """
    given = _SPELT.get(delimiter.lower(), delimiter)
    if len(given) != 1 or given in '"\r\n\0':
        raise UsageError("delimiter_bad", value=delimiter)
    return given


def find_delimiter(path: Path) -> str:
    """Find the delimiter: the one under which most rows are equally wide, and more than one.

    Known headings outweigh shape, so that a file of titles full of commas is not torn apart.

    Parameters
    ----------
    path
        UTF-8 text.
    """
    declared = _declared(path)
    if declared:
        return declared
    best, best_score = ",", 0.0
    for delimiter in CANDIDATES:
        score = _score(head(path, delimiter))
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _declared(path: Path) -> str | None:
    """Give the delimiter of a ``sep=;`` first line, as Excel writes and reads it."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        line = file.readline(16).strip().strip('"')
    return line[4:] if line.lower().startswith("sep=") and len(line) == 5 else None  # noqa: PLR2004 - one character after sep=


def _score(rows: list[Record]) -> float:
    widths = Counter(len(row.cells) for row in rows if row.cells)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width = max(wide, key=lambda one: (wide[one], one))
    share = wide[width] / len(rows)
    known = max(len(list(islice(filter(_is_known, row.cells), MOST_KNOWN))) for row in rows[:60])
    return share * (1 + min(width, 20) / 20) + known * share


@lru_cache(1 << 14)
def _is_known(cell: str) -> bool:
    """Say whether a cell is a heading of the table; cells of wide files repeat."""
    return 0 < len(cell) < 80 and bool(lookup(cell))  # noqa: PLR2004 - headings are short
