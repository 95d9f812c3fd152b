"""Rates of reaching the first page held against the best group's: labelled benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.metrics.benchmarks import impact_ratios
from fairshelf.reports.sentences import cutoff_number
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.results import AttributeRecord, Estimate, Results
    from fairshelf.reports.names import Names


def benchmark_table(results: Results, record: AttributeRecord, names: Names) -> TableView | None:
    """Lay out rates, impact ratios and the four-fifths line of one attribute.

    Returns
    -------
    TableView or None
        None where fewer than two groups have a rate that may be published.
    """
    found = _rates(results, record)
    counts = {
        level.level: level.sellers or 0
        for level in record.levels
        if level.level in found and level.level != "unknown"
    }
    if len(counts) < 2:  # noqa: PLR2004 - a ratio has two sides
        return None
    rates = {name: float(found[name].value or 0.0) for name in counts}
    words = names.words
    rows = []
    for one in impact_ratios(counts, rates):
        estimate = found[one.category]
        if one.left_out:
            said = words.text("benchmark.left_out")
        elif one.ratio is None:
            said = ""
        else:
            said = words.text("benchmark.below" if one.below else "benchmark.above")
        rows.append(
            (
                Cell(names.group(record.name, one.category)),
                Cell(words.percent(one.rate), names.range(estimate), numeric=True),
                Cell(
                    names.ratio(one.ratio) if one.ratio is not None else words.text("none"),
                    said,
                    numeric=True,
                ),
                Cell(words.integer(one.count), numeric=True),
            )
        )
    unknown = next((level.sellers for level in record.levels if level.level == "unknown"), 0)
    columns = (
        (words.text("col.group"), False),
        (words.text("benchmark.rate"), True),
        (words.text("benchmark.ratio"), True),
        (words.text("front.sellers"), True),
    )
    first = next(iter(found.values()))
    places = names.places(cutoff_number(first.cutoff, words.integer))
    note = words.text(
        "benchmark.note",
        places=places,
        unit=words.label("scope", first.scope or "all"),
        unknown=words.integer(unknown) if unknown is not None else words.text("cell.suppressed"),
    )
    return TableView(words.text("benchmark.title"), columns, tuple(rows), note)


def _rates(results: Results, record: AttributeRecord) -> dict[str, Estimate]:
    """Give the first depth's selection rate of each group, over listings where there are some."""
    told: dict[str, Estimate] = {}
    for one in results.estimates:
        if (one.metric, one.attribute) != ("topk_selection_rate", record.name):
            continue
        if one.group is None or one.value is None or one.suppressed:
            continue
        held = told.get(one.group)
        better = held is None or (held.scope != "listings" and one.scope == "listings")
        if better:
            told[one.group] = one
    return told
