"""``audit offpolicy``: the estimates beside each other, for a terminal or for a program."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fairshelf.audits.replay.offpolicy import OffPolicy

ENOUGH = 0.05
"""Part of the rows below which the effective sample is told to be small."""

NEAR = 0.2
"""How far the mean weight may be from 1 before it is told."""


def policy_text(found: OffPolicy, lang: str) -> RenderableType:
    """Lay the logged reward and the estimates out, with what must be said of the weights."""
    words = Words(lang)
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(words.text("offpolicy.estimate"))
    table.add_column(words.text("offpolicy.value"), justify="right")
    table.add_column(words.text("offpolicy.interval"), justify="right")
    for name in ("logged", "ips", "self_normalised", "clipped"):
        one = getattr(found, name)
        interval = (
            ""
            if one.low is None or one.high is None
            else words.text(
                "range.full", low=words.number(one.low, 3), high=words.number(one.high, 3)
            )
        )
        label = words.text(f"offpolicy.{name}", clip=words.number(found.clip, 2))
        table.add_row(label, words.number(one.value, 4), interval)
    return Group(table, *(Text(line) for line in ("", *_lines(found, words))))


def _lines(found: OffPolicy, words: Words) -> list[str]:
    told = [
        words.text(
            "offpolicy.sample",
            rows=found.rows,
            effective=round(found.effective),
            mean=words.number(found.weight_mean, 3),
            largest=words.number(found.weight_largest, 3),
        )
    ]
    if found.effective < ENOUGH * found.rows:
        told.append(words.text("offpolicy.small"))
    if abs(found.weight_mean - 1) > NEAR:
        told.append(words.text("offpolicy.support"))
    return [*told, words.text("offpolicy.meaning")]


def policy_json(found: OffPolicy) -> str:
    """Give everything that was estimated as JSON, numbers in full."""
    return json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2) + "\n"
