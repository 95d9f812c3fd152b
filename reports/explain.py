"""``audit explain``: what a metric is, in the words of the report's glossary."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.metrics.catalogue import CATALOGUE, Metric
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from rich.console import RenderableType

FIELDS = ("formula", "range", "equal", "source")
"""What stands beside the words; the first two of every metric."""


@cache
def facts() -> dict[str, dict[str, str]]:
    """Read formula, range and source of every metric from the standards."""
    text = files("fairshelf.audits").joinpath("standards", "metrics.toml").read_text("utf-8")
    return tomllib.loads(text)


def explain_list(lang: str) -> RenderableType:
    """List the metrics: code, name and label."""
    words = Words(lang)
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in ("code", "name", "label"):
        table.add_column(words.text(f"explain.{name}"), overflow="fold")
    for metric in CATALOGUE:
        table.add_row(metric.code, metric.name, words.label("metric", metric.name))
    return Group(table, Text(words.text("explain.more")))


def explain_one(typed: str, lang: str) -> RenderableType:
    """Explain one metric by its code or its name.

    Raises
    ------
    UsageError
        ``unknown_metric`` with the nearest names.
    """
    metric = found(typed)
    words = Words(lang)
    told = facts()[metric.name]
    lines = [
        Text(f"{metric.code}  {metric.name}  {words.label('metric', metric.name)}", style="bold"),
        Text(words.text(f"metric.{metric.name}.explain")),
    ]
    lines += [
        Text(f"{words.text(f'explain.{field}')}{told[field]}") for field in FIELDS if field in told
    ]
    return Group(*lines)


def found(typed: str) -> Metric:
    """Find a metric by its code or name, whatever the case."""
    wanted = typed.strip().casefold()
    for metric in CATALOGUE:
        if wanted in (metric.code.casefold(), metric.name):
            return metric
    names = [name for metric in CATALOGUE for name in (metric.name, metric.code)]
    near = nearest(wanted, names) or [metric.name for metric in CATALOGUE[:5]]
    raise UsageError("unknown_metric", metric=typed, suggestions=near)
