"""The section on the ranking model: which it is, what it read, and how good its order is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.results import Cell as Value
    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names

_DIGEST = 12
_LONGEST = 60


def model_tables(results: Results, names: Names) -> tuple[TableView, ...]:
    """Give the tables of a replay; none where the order was observed.

    Parameters
    ----------
    results
        Of an audit or of a replay.
    names
        What groups and attributes are called.
    """
    made = (_about(results, names), _features(results, names), _quality(results, names))
    return tuple(table for table in made if table)


def _about(results: Results, names: Names) -> TableView | None:
    table = results.tables.get("ranking_model")
    if table is None:
        return None
    words = names.words
    rows = tuple(
        (Cell(words.text(f"model.fact.{fact}")), Cell(_value(str(fact), value, names)))
        for fact, value in table.rows
        if value not in (None, "") or fact == "shown"
    )
    columns = ((words.text("model.fact"), False), (words.text("model.value"), False))
    return TableView(words.text("model.about"), columns, rows)


def _value(fact: str, value: Value, names: Names) -> str:
    if fact == "shown" and value is None:
        return names.words.text("model.all_shown")
    if fact == "kind":
        return names.words.label("model.kind", str(value))
    if fact == "sha256":
        return str(value)[:_DIGEST]
    if isinstance(value, int | float):
        return names.words.integer(int(value))
    return (
        names.words.label("column", str(value)) if fact == "gain" else visible(str(value), _LONGEST)
    )


def _features(results: Results, names: Names) -> TableView | None:
    table = results.tables.get("features")
    if table is None or not table.rows:
        return None
    words = names.words
    rows = tuple(
        (
            Cell(visible(str(name), _LONGEST), code=True),
            *(Cell(words.integer(int(n or 0)), numeric=True) for n in counts),
        )
        for name, _, *counts in table.rows
    )
    columns = (
        (words.text("model.feature"), False),
        *((words.text(f"model.{one}"), True) for one in ("missing", "unreadable", "infinite")),
    )
    return TableView(words.text("model.features"), columns, rows)


def _quality(results: Results, names: Names) -> TableView | None:
    table = results.tables.get("quality")
    if table is None:
        return None
    words = names.words
    rows = []
    for values in table.rows:
        row = dict(zip(table.columns, values, strict=True))
        group, attribute = row["group"], row["attribute"]
        whose = (
            words.text("model.everyone")
            if group is None
            else names.mention(str(attribute), str(group))
        )
        low, high = _number(row["low"]), _number(row["high"])
        interval = (
            ""
            if low is None or high is None
            else words.text("range.full", low=words.number(low, 3), high=words.number(high, 3))
        )
        measure = words.text(f"model.metric.{row['metric']}", cutoff=row["cutoff"])
        rows.append(
            (
                Cell(measure),
                Cell(whose),
                Cell(words.number(_number(row["value"]), 3), interval, numeric=True),
                Cell(words.integer(int(row["requests"] or 0)), numeric=True),
            )
        )
    columns = (
        (words.text("model.measure"), False),
        (words.text("model.group"), False),
        (words.text("model.figure"), True),
        (words.text("model.fact.requests"), True),
    )
    return TableView(
        words.text("model.quality"), columns, tuple(rows), words.text("model.quality.note")
    )


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) else None
