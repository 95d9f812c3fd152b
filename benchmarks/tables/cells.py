"""Cells and rows of the Markdown tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measuring import ratio, spread, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.records import Series

MEGABYTE = 1e6
PRECISE_BELOW, WHOLE_FROM = 0.1, 100.0
NOTHING = ""
PARQUET = "Parquet"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Give the lines of a table; no lines where there are no rows."""
    body = [f"| {' | '.join(row)} |" for row in rows]
    return [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads), *body, ""] if body else []


def number(value: float) -> str:
    """Give a number with about three digits."""
    if value >= WHOLE_FROM:
        return f"{value:,.0f}"
    return f"{value:.3f}" if value < PRECISE_BELOW else f"{value:.2f}"


def seconds(series: Series, of: str) -> str:
    """Give the median of a cost in seconds, with the least and greatest of several runs."""
    found = spread(values(series.runs, of))
    if len(series.runs) == 1:
        return number(found.median)
    return f"{number(found.median)} ({number(found.low)} to {number(found.high)})"


def peak(series: Series) -> str:
    """Give the largest peak of the runs in megabytes."""
    return f"{spread(values(series.runs, 'peak')).high / MEGABYTE:,.0f}"


def over(ours: Series | None, theirs: Series | None, of: str, theirs_of: str = "") -> str:
    """Give the ratio of two medians; nothing where one of them is missing."""
    if ours is None or theirs is None:
        return NOTHING
    return number(ratio(values(ours.runs, of), values(theirs.runs, theirs_of or of)))


def size(rows: int) -> str:
    """Give a number of rows."""
    return f"{rows:,}"


def kind(log: str) -> str:
    """Name the format of a file, and what its ids are if they are not words."""
    form = PARQUET if log.endswith(".parquet") else "CSV"
    return f"{form}, ids are numbers" if log.startswith("numbers") else form
