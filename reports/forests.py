"""The gap with covariates held equal by forests, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.results import AttributeRecord, Results
    from fairshelf.reports.names import Names


def forest_tables(results: Results, record: AttributeRecord, names: Names) -> tuple[TableView, ...]:
    """Give one table for each contrast of an attribute that was adjusted by forests."""
    table = results.tables.get("flexible")
    words = names.words
    made = []
    for values in table.rows if table else ():
        attribute, group, _, value, low, high, p_value, robustness = values
        if attribute != record.name:
            continue
        numbers = [_number(one) for one in (value, low, high, p_value, robustness)]
        if numbers[0] is None:
            first = Cell(words.text("forest.missing"), words.text("flexible.none"), numeric=True)
        else:
            interval = words.text(
                "range.full", low=words.percent(numbers[1]), high=words.percent(numbers[2])
            )
            first = Cell(words.percent(numbers[0]), interval, numeric=True)
        row = (
            Cell(names.group(record.name, str(group))),
            first,
            Cell(words.p_value(numbers[3]), numeric=True),
            Cell(words.percent(numbers[4]), numeric=True),
        )
        columns = (
            (words.text("col.group"), False),
            (words.text("flexible.gap"), True),
            (words.text("col.p"), True),
            (words.text("flexible.robustness"), True),
        )
        title = words.text("flexible.title", group=names.mention(record.name, str(group)))
        made.append(TableView(title, columns, (row,), words.text("flexible.note")))
    return tuple(made)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
