"""Whether a ratio holds, as a table: asked otherwise, without a seller, a category or a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.checks import in_full
from fairshelf.reports.rows import number_in, rows_of, whole_in
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.results import AttributeRecord, Results
    from fairshelf.reports.names import Names
    from fairshelf.reports.rows import Row


def robust_tables(results: Results, record: AttributeRecord, names: Names) -> tuple[TableView, ...]:
    """Give the range of the leading ratio over other choices, sellers, categories and labels.

    What other questions give is told of the contrasts that are told in full.
    """
    words = names.words
    made = []
    full = in_full(results, record.name)
    for row in rows_of(results, "robustness", record.name):
        lines = [
            ("same", "same_lowest", "same_highest"),
            ("seller", "seller_lowest", "seller_highest"),
            ("category", "category_lowest", "category_highest"),
            ("unknown", "unknown_lowest", "unknown_highest"),
        ]
        cells: list[tuple[Cell, ...]] = [
            (
                Cell(words.text(f"checks.{kind}", count=whole_in(row, _COUNT[kind]))),
                Cell(names.ratio(number_in(row, low)), numeric=True),
                Cell(names.ratio(number_in(row, high)), numeric=True),
            )
            for kind, low, high in lines
            if row.get(low) is not None
        ]
        others = _other_questions(results, row, names) if row["group"] in full else []
        cells += others
        columns = (
            (words.text("checks.changed"), False),
            (words.text("checks.lowest"), True),
            (words.text("checks.highest"), True),
        )
        title = words.text("checks.title", group=names.mention(record.name, str(row["group"])))
        note = words.joined([*_said(row, names), *([words.text("checks.apart")] if others else [])])
        made.append(TableView(title, columns, tuple(cells), note))
    return tuple(made)


def _other_questions(results: Results, row: Row, names: Names) -> list[tuple[Cell, ...]]:
    """Give the range of the ratio where something else is asked, a line for each question."""
    words = names.words
    asked: dict[tuple[str, str], list[float]] = {}
    for one in rows_of(results, "specification_curve", str(row["attribute"])):
        question, value = str(one.get("question", "same")), number_in(one, "value")
        alike = (one["group"], one["reference"]) == (row["group"], row["reference"])
        if alike and question != "same" and value is not None:
            baseline = str(one["baseline"]) if question == "baseline" else ""
            asked.setdefault((question, baseline), []).append(value)
    told = []
    for (question, baseline), values in sorted(asked.items()):
        said = words.text(
            f"checks.other.{question}",
            count=len(values),
            **({"baseline": words.label("baseline", baseline)} if baseline else {}),
        )
        ends = (min(values), max(values))
        told.append((Cell(said), *(Cell(names.ratio(end), numeric=True) for end in ends)))
    return told


_COUNT = {
    "same": "same_specifications",
    "seller": "sellers",
    "category": "categories",
    "unknown": "unknown_sellers",
}


def _said(row: Row, names: Names) -> list[str]:
    """Say how many ways to ask the same agree, and how many sellers the ratio rests on."""
    words = names.words
    told = []
    agree, firm = number_in(row, "same_agree"), number_in(row, "same_firm")
    if agree is not None and firm is not None:
        count = whole_in(row, "same_specifications")
        told.append(
            words.text(
                "checks.agree",
                count=count,
                agree=round(agree * count),
                firm=round(firm * count),
                level=words.percent(names.level, 0),
            )
        )
    if row.get("p_same") is not None:
        told.append(words.text("checks.median", p=words.p_value(number_in(row, "p_same") or 0.0)))
    if row["sellers_to_parity"] is not None:
        told.append(words.text("checks.rests", count=whole_in(row, "sellers_to_parity")))
    else:
        told.append(words.text("checks.rests_many"))
    return told
