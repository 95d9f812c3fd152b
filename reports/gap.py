"""``audit gap``: what was found, for a terminal or for a program."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.reports.hostile import visible
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fairshelf.audits.pipeline.gap import GapFound


def gap_text(found: GapFound, lang: str) -> RenderableType:
    """Lay rates and odds ratios out side by side, with what must be said of them."""
    words = Words(lang)
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name, right in (
        ("group", False),
        ("rows", True),
        ("rate", True),
        ("alone", True),
        ("adjusted", True),
    ):
        table.add_column(words.text(f"gap.{name}"), justify="right" if right else "left")
    alone = {one.group: one for one in found.gap.alone}
    adjusted = {one.group: one for one in found.gap.adjusted}
    for rate in found.gap.rates:
        cells = [visible(rate.group), words.integer(rate.rows), words.percent(rate.value, 2)]
        for side in (alone, adjusted):
            one = side.get(rate.group)
            cells.append(
                words.text("gap.reference")
                if rate.group == found.reference
                else words.text(
                    "gap.ratio",
                    value=words.number(one.value, 5),
                    low=words.number(one.low, 3),
                    high=words.number(one.high, 3),
                )
                if one
                else words.text("none")
            )
        table.add_row(*cells)
    return Group(table, *(Text(line) for line in _lines(found, words)))


def _lines(found: GapFound, words: Words) -> list[str]:
    ask = found.ask
    told = [
        words.text(
            "gap.rows_used",
            read=found.read,
            used=found.used,
            no_outcome=found.no_outcome,
            no_group=found.no_group,
        )
    ]
    if ask.adjust:
        held = [visible(name) for name in ask.adjust]
        told.append(words.text("gap.held", covariates=held, incomplete=found.incomplete))
    if found.gap.trouble:
        told.append(words.text("gap.separation"))
    if ask.cluster:
        told.append(words.text("gap.clustered", column=visible(ask.cluster)))
    else:
        told.append(words.text("gap.independent"))
    return [*told, words.text("gap.meaning")]


def gap_json(found: GapFound) -> str:
    """Give everything that was found as JSON, numbers in full."""
    return json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2) + "\n"
