"""What results compare: groups over the label cells, pairs, and groups that got nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.reports.disclosure.spans import Cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairshelf.audits.results import Results
    from fairshelf.reports.disclosure.spans import Contrast, Group

    Row = dict[str, object]

NAMED = ("attribute", "group", "reference")

CHOICES = (
    *("metric", "browsing", "baseline", "cutoff"),
    *("scope", "definition", "period", "ads"),
)
"""What tells one amount that is compared from another."""


def indicators(results: Results) -> Cells:
    """Give each group's indicator over the label cells, and the sellers of each cell.

    Results without label cells (of no sellers) have none.
    """
    table = results.tables.get("label_cells")
    if table is None:
        return Cells(np.empty(0), {})
    names = table.columns[1:]
    sizes = np.array([float(row[0] or 0) for row in table.rows])
    cells: dict[Group, np.ndarray] = {}
    for place, name in enumerate(names, start=1):
        levels = [str(row[place]) for row in table.rows]
        for level in dict.fromkeys(levels):
            cells[name, level] = np.array([float(one == level) for one in levels])
    return Cells(sizes, cells)


def contrasts(results: Results) -> frozenset[Contrast]:
    """Give every comparison that an estimate or a table is about."""
    return frozenset(
        (str(row["attribute"]), str(row["group"]), str(row["reference"]))
        for row in _compared(results)
    )


def empties(results: Results) -> list[frozenset[Group]]:
    """Give the sets of groups that hold nothing of some amount that is compared.

    A ratio of 0, or one that is missing because the reference has nothing, tells so.
    """
    found: dict[tuple[object, ...], set[Group]] = {}
    for row in _compared(results):
        key = tuple(row.get(name) for name in CHOICES)
        attribute, notes = str(row["attribute"]), str(row.get("note") or "").split(";")
        if row.get("value") == 0 or "both_zero" in notes:
            found.setdefault(key, set()).add((attribute, str(row["group"])))
        if "reference_zero" in notes or "both_zero" in notes:
            found.setdefault(key, set()).add((attribute, str(row["reference"])))
    return sorted({frozenset(groups) for groups in found.values()}, key=sorted)


def _compared(results: Results) -> Iterator[Row]:
    """Give estimates and rows of tables that hold a group against a reference."""
    for one in results.estimates:
        if one.attribute is not None and one.group is not None and one.reference is not None:
            yield {name: getattr(one, name) for name in (*NAMED, *CHOICES, "value", "note")}
    for table in results.tables.values():
        if set(NAMED) <= set(table.columns):
            for row in table.rows:
                told: Row = dict(zip(table.columns, row, strict=True))
                own = told.get("definition") == told["attribute"]
                yield {**told, "definition": None} if own else told
