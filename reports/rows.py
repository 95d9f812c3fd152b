"""Rows of the tables in results: those of one attribute, by column name, and their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names

Row = dict[str, object]


def rows_of(results: Results, table: str, attribute: str) -> list[Row]:
    """Give the rows of a table about one attribute; none where there is no such table."""
    found = results.tables.get(table)
    if found is None:
        return []
    rows: list[Row] = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    return [row for row in rows if row["attribute"] == attribute]


def number_in(row: Row, column: str) -> float | None:
    """Give the number in a column; None where there is none."""
    value = row.get(column)
    return float(value) if isinstance(value, int | float) else None


def whole_in(row: Row, column: str) -> int:
    """Give the whole number in a column; 0 where there is none."""
    return int(number_in(row, column) or 0)


def covariate_name(name: str, names: Names) -> str:
    """Name a covariate, or an attribute that is held equal, in the language of the page."""
    msgid = f"covariate.{name}"
    return names.words.text(msgid) if names.words.has(msgid) else names.attribute(name)
