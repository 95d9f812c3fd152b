"""``audit compare``: two orders beside each other, for a terminal or for a program."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.reports.hostile import visible, written_out
from fairshelf.reports.names import Names
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fairshelf.audits.pipeline.compare import Compared, GroupChange
    from fairshelf.audits.pipeline.compare_results import ComparedResults
    from fairshelf.audits.results import Estimate


class _Said(Names):
    """Names of groups, where there are no results to take bounds and headings from."""

    def __init__(self, words: Words) -> None:
        self.words = words


def _against(one: GroupChange | Estimate, words: Words) -> str:
    """Name a group and what it is held against, as the pages do."""
    names = _Said(words)
    told = (names.group(one.attribute, name) for name in (one.group, one.reference))
    return " / ".join(visible(name, 40) for name in told)


def compared_text(found: Compared, lang: str) -> RenderableType:
    """Lay the change of every ratio, who gains and loses, and the quality out."""
    words = Words(lang)
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name, right in (
        ("group", False),
        ("browsing", False),
        ("before", True),
        ("after", True),
        ("change", True),
    ):
        table.add_column(words.text(f"compare.{name}"), justify="right" if right else "left")
    for group in found.groups:
        for browsing, change in group.changes:
            one = change.interval
            table.add_row(
                _against(group, words),
                words.label("browsing", browsing),
                words.number(change.before, 3),
                words.number(change.after, 3),
                words.text("compare.no_interval")
                if one is None
                else words.text(
                    "gap.ratio",
                    value=words.number(one.value, 3),
                    low=words.number(one.low, 3),
                    high=words.number(one.high, 3),
                ),
            )
    return Group(table, *(Text(line) for line in ("", *_lines(found, words))))


def _lines(found: Compared, words: Words) -> list[str]:
    told = []
    for group in found.groups:
        one = group.moved
        told.append(
            words.text(
                "compare.moved",
                group=visible(_Said(words).mention(group.attribute, group.group), 40),
                sellers=one.sellers,
                gain=one.gain,
                lose=one.lose,
                steady=one.steady,
                before=words.percent(one.share_before, 1),
                after=words.percent(one.share_after, 1),
            )
        )
    if found.quality is not None:
        before, after, change, low, high, requests = found.quality
        told.append(
            words.text(
                "compare.quality",
                cutoff=found.cutoff,
                before=words.number(before, 3),
                after=words.number(after, 3),
                change=words.number(change, 3),
                low=words.number(low, 3),
                high=words.number(high, 3),
                requests=requests,
            )
        )
    if found.hindsight:
        earned = [words.text(f"compare.hindsight.{one}") for one in found.hindsight]
        told.append(words.text("compare.hindsight", earned=earned))
    if found.weighted:
        told.append(words.text("compare.weighted"))
    level = words.percent(found.level, 0)
    told.append(words.text(f"compare.by.{found.paired_by}", level=level))
    return told


def results_text(found: ComparedResults, lang: str) -> RenderableType:
    """Lay the ratios of two results beside each other, with the factor between them."""
    words = Words(lang)
    table = Table(box=None, pad_edge=False, show_edge=False)
    names = (("group", "left"), ("before", "right"), ("after", "right"), ("change", "right"))
    for name, side in names:
        table.add_column(
            words.text(f"compare.{name}"), justify="left" if side == "left" else "right"
        )
    for pair in found.pairs:
        one = pair.before
        whose = _against(one, words)
        kinds = (("metric", one.metric), ("baseline", one.baseline), ("browsing", one.browsing))
        measure = words.listing([words.label(kind, code) for kind, code in kinds if code])
        table.add_row(
            f"{whose}\n{measure}",
            _with_interval(one.value, one.low, one.high, words),
            _with_interval(pair.after.value, pair.after.low, pair.after.high, words),
            words.text("compare.no_factor")
            if pair.factor is None
            else _with_interval(pair.factor.value, pair.factor.low, pair.factor.high, words),
        )
    told = [words.text("compare.by.results", level=words.percent(found.level, 0))]
    if any(found.only):
        told.append(words.text("compare.only", before=found.only[0], after=found.only[1]))
    if found.differ:
        told.append(words.text("compare.differ", settings=list(found.differ)))
    return Group(table, *(Text(line) for line in ("", *told)))


def _with_interval(value: float | None, low: float | None, high: float | None, words: Words) -> str:
    if value is None or low is None or high is None:
        return words.number(value, 3)
    return words.text(
        "gap.ratio",
        value=words.number(value, 3),
        low=words.number(low, 3),
        high=words.number(high, 3),
    )


def compared_json(found: Compared | ComparedResults) -> str:
    """Give everything that was found as JSON; what is not finite is null."""
    return (
        written_out(json.dumps(_plain(dataclasses.asdict(found)), ensure_ascii=False, indent=2))
        + "\n"
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON of any form
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
