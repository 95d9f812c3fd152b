"""The table of attention within requests, which stands in the annex."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names


def placement_view(results: Results, names: Names) -> TableView | None:
    """Give the differences of attention within requests; None where there are none."""
    table = results.tables.get("placement")
    if table is None:
        return None
    words = names.words
    rows = []
    for values in table.rows:
        row = dict(zip(table.columns, values, strict=True))
        attribute, group, reference = (str(row[name]) for name in table.columns[:3])
        numbers = {
            name: float(row[name]) if isinstance(row[name], int | float) else None  # type: ignore[arg-type]  # a number, as was asked
            for name in ("value", "low", "high", "p_value", "sellers")
        }
        interval = words.text(
            "range.full", low=words.number(numbers["low"], 3), high=words.number(numbers["high"], 3)
        )
        against = words.text("placement.against", reference=names.mention(attribute, reference))
        rows.append(
            (
                Cell(names.group(attribute, group), against),
                Cell(words.number(numbers["value"], 3), interval, numeric=True),
                Cell(words.p_value(numbers["p_value"]), numeric=True),
                Cell(words.integer(numbers["sellers"]), numeric=True),
            )
        )
    columns = (
        (words.text("col.group"), False),
        (words.text("placement.value"), True),
        (words.text("col.p"), True),
        (words.text("front.sellers"), True),
    )
    held = any(row[table.columns.index("covariates")] for row in table.rows)
    note = words.text("placement.note.relevance" if held else "placement.note")
    return TableView(words.text("placement.title"), columns, tuple(rows), note)
