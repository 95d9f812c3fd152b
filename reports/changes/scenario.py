"""The feedback over time, as a section that says on every line that it is a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.changes.page import Section
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.remedies.ask import Remedies
    from fairshelf.reports.changes.names import ChangeNames

AT = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where along the horizon the table reads the bands."""


def section(record: Remedies, names: ChangeNames) -> Section | None:
    """Say where the feedback leads under the stated assumptions."""
    found, words = record.horizon, names.words
    if found is None:
        return None
    last = len(found.ratio.median) - 1
    rows = []
    for part in AT:
        step = round(part * last)
        cells = [Cell(words.text("scenario.step", step=step))]
        for band in (found.ratio, found.gini):
            low, high = (words.number(float(one[step]), 3) for one in (band.low, band.high))
            span = words.text("range.full", low=low, high=high)
            cells.append(Cell(words.number(float(band.median[step]), 3), span, numeric=True))
        rows.append(tuple(cells))
    heads = (("step", False), ("ratio", True), ("gini", True))
    table = TableView(
        words.text("scenario.caption"),
        tuple((words.text(f"scenario.head.{name}"), right) for name, right in heads),
        tuple(rows),
        words.text("scenario.note", band=words.percent(found.assumptions.band, 0)),
    )
    one = found.assumptions
    told = words.text(
        "scenario.assumptions",
        clicks=words.percent(one.click_rate),
        conversion=words.percent(one.conversion),
        reviews=words.percent(one.review_rate),
        weight=words.number(one.weight, 3),
        decay=words.number(one.decay, 3),
        searches=words.integer(one.searches),
    )
    return Section(
        "scenario", words.text("scenario.title"), (words.text("scenario.how"), told), (table,)
    )
