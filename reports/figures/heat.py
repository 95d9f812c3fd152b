"""The heat table of an intersection: the ratio of each cell, shaded by how far from parity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.reports.names import CROSSED
from fairshelf.reports.tables import leading_model

if TYPE_CHECKING:
    from fairshelf.audits.results import AttributeRecord, Estimate, Results
    from fairshelf.reports.names import Names

STEPS = (1.05, 1.25, 2.0)
"""Ratios (or their inverses) from which on a cell is shaded more."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell: number, interval and shade, ``l1`` to ``l3`` for less, ``m1`` to ``m3`` for more."""

    text: str
    sub: str
    shade: str


@dataclass(frozen=True, slots=True)
class Heat:
    """A table of two attributes: the levels across, and a row for each level down."""

    title: str
    across: tuple[str, ...]
    rows: tuple[tuple[str, tuple[HeatCell, ...]], ...]
    note: str


def heat_table(results: Results, record: AttributeRecord, names: Names) -> Heat | None:
    """Lay out the representation ratio of every cell of ``A*B`` under the primary baseline.

    Returns
    -------
    Heat or None
        None where the attribute is no intersection of two, or has no such estimates.
    """
    parts = record.name.split("*")
    if len(parts) != 2:  # noqa: PLR2004 - a table has two sides
        return None
    baseline, model = results.provenance.get("primary_baseline"), leading_model(results)
    found = {
        str(e.group): e
        for e in results.estimates
        if (e.metric, e.attribute, e.browsing) == ("representation_ratio", record.name, model)
        and e.baseline == baseline
    }
    pairs = {group: tuple(group.split(CROSSED)) for group in found if group.count(CROSSED) == 1}
    down = list(dict.fromkeys(pair[0] for pair in pairs.values()))
    across = list(dict.fromkeys(pair[1] for pair in pairs.values()))
    if not down or not across:
        return None
    by_pair = {pair: found[group] for group, pair in pairs.items()}
    rows = tuple(
        (
            names.group(parts[0], one),
            tuple(_cell(by_pair.get((one, two)), names) for two in across),
        )
        for one in down
    )
    words = names.words
    title = words.text("figure.heat.title", attribute=names.attribute(record.name))
    note = words.text("figure.heat.note", baseline=words.label("baseline", str(baseline)))
    return Heat(title, tuple(names.group(parts[1], two) for two in across), rows, note)


def _cell(estimate: Estimate | None, names: Names) -> HeatCell:
    words = names.words
    if estimate is None:
        return HeatCell(words.text("none"), "", "")
    if estimate.suppressed:
        return HeatCell(words.text("cell.suppressed"), "", "")
    if estimate.value is None:
        return HeatCell(words.text("forest.missing"), "", "")
    return HeatCell(names.value(estimate), names.range(estimate), _shade(estimate.value))


def _shade(ratio: float) -> str:
    if ratio <= 0:
        return "l3"
    far = math.exp(abs(math.log(ratio)))
    step = sum(far >= one for one in STEPS)
    return "" if step == 0 else f"{'l' if ratio < 1 else 'm'}{step}"
