"""``audit gap``: what was found, for a terminal or for a program."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.audits.adjustment.logit_clusters import FEWEST, INDICATIVE
from fairshelf.reports.hostile import visible, written_out
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fairshelf.audits.adjustment.binary import OddsRatio
    from fairshelf.audits.pipeline.gap import GapFound


def gap_text(found: GapFound, lang: str) -> RenderableType:
    """Lay rates and odds ratios out side by side, with what must be said of them."""
    words = Words(lang)
    table = Table(box=None, pad_edge=False, show_edge=False)
    names = ["group", "rows", *(["clusters"] if found.ask.cluster else []), "rate", "alone"]
    for name, right in ((name, name != "group") for name in (*names, "adjusted")):
        table.add_column(words.text(f"gap.{name}"), justify="right" if right else "left")
    alone = {one.group: one for one in found.gap.alone}
    adjusted = {one.group: one for one in found.gap.adjusted}
    for rate in found.gap.rates:
        cells = [visible(rate.group), words.integer(rate.rows)]
        if rate.clusters is not None:
            cells.append(words.integer(rate.clusters))
        cells.append(words.percent(rate.value, 2))
        cells += [
            words.text("gap.reference")
            if rate.group == found.reference
            else _odds(side.get(rate.group), words)
            for side in (alone, adjusted)
        ]
        table.add_row(*cells)
    return Group(table, *(Text(line) for line in _lines(found, words)))


def _odds(one: OddsRatio | None, words: Words) -> str:
    """Set odds with their interval, marked where it is indicative."""
    if one is None:
        return words.text("none")
    value = words.number(one.value, 3)
    if one.low is None or one.high is None:
        return words.text("gap.ratio.bare", value=value)
    return words.text(
        "gap.ratio.indicative" if one.indicative else "gap.ratio",
        value=value,
        low=words.number(one.low, 3),
        high=words.number(one.high, 3),
    )


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
        told.append(words.text(f"gap.{found.gap.trouble}"))
    if ask.cluster:
        told += _of_clusters(found, visible(ask.cluster), words)
    else:
        told.append(words.text("gap.independent"))
    return [*told, words.text("gap.meaning.adjusted" if ask.adjust else "gap.meaning")]


def _of_clusters(found: GapFound, column: str, words: Words) -> list[str]:
    odds = (*found.gap.alone, *found.gap.adjusted)
    told = [words.text("gap.clustered", column=column)]
    if found.no_cluster:
        told.append(words.text("gap.no_cluster", column=column, count=found.no_cluster))
    if any(one.low is None for one in odds):
        told.append(words.text("gap.few_clusters", column=column, fewest=FEWEST))
    if any(one.indicative for one in odds):
        told.append(words.text("gap.indicative", column=column, most=INDICATIVE))
    return told


def gap_json(found: GapFound) -> str:
    """Give everything that was found as JSON, numbers in full."""
    return written_out(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2)) + "\n"
