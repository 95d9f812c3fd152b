"""``audit offpolicy``: the estimates beside each other, for a terminal or for a program."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.reports.hostile import written_out
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fairshelf.audits.pipeline.offpolicy import Account, PolicyFound
    from fairshelf.audits.replay.offpolicy import OffPolicy

ENOUGH = 0.05
"""Part of the rows below which the effective sample is told to be small."""

NEAR = 0.2
"""How far the mean weight may be from 1 before it is told."""


def policy_text(told: PolicyFound, lang: str) -> RenderableType:
    """Lay the estimates out, with what must be said of the rows and of the weights."""
    words, found = Words(lang), told.estimates
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
    return Group(
        table, *(Text(line) for line in ("", *_rows(told.account, words), *_lines(found, words)))
    )


def _rows(account: Account, words: Words) -> list[str]:
    """Tell what became of the rows, and what those left out would do."""
    named = ("set_aside", "other_arm", "no_propensity", "no_reward")
    left = [
        words.text(f"offpolicy.rows.{name}", count=getattr(account, name))
        for name in named
        if getattr(account, name)
    ]
    told = [
        words.text(
            "offpolicy.rows" if left else "offpolicy.rows.all",
            read=account.read,
            used=account.used,
            left=left,
        )
    ]
    if account.reward_no_propensity is not None and account.reward_used is not None:
        lost, used = account.reward_no_propensity, account.reward_used
        told.append(
            words.text(
                "offpolicy.lost_rate", lost=words.number(lost, 3), used=words.number(used, 3)
            )
        )
    if account.missing:
        told.append(words.text("offpolicy.lost"))
    return told


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


def policy_json(found: PolicyFound) -> str:
    """Give everything that was estimated as JSON, numbers in full, with the account of the rows."""
    told = dataclasses.asdict(found.estimates)
    told |= {"reward": found.reward, "account": dataclasses.asdict(found.account)}
    return written_out(json.dumps(told, ensure_ascii=False, indent=2)) + "\n"
