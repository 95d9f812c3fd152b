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
from fairshelf.audits.metrics.catalogue import CATALOGUE, Metric, find
from fairshelf.reports.wording import LANGUAGES, Words

if TYPE_CHECKING:
    from rich.console import RenderableType

FIELDS = ("formula", "range", "equal", "source")
"""What stands beside the words; the first two of every metric."""

ORDER = ("asks", "formula", "against", "range", "equal", "matters", "misleads", "source")
"""The order in which a metric is explained, here and in its page of the documentation."""

SIGNS = ("E_g", "I_g", "N_g", "t_g")
"""What a formula is recognised by whose letters are told below it."""

EXPECTED = ("ee_d", "ee_r", "ee_l")
"""Metrics of expected exposure, whose formulas have letters of their own."""

MOST_NAMED = 5
"""Names that are offered where an unknown one was typed."""


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
    """Explain one metric by its code, its name or what it is called in either language.

    Raises
    ------
    UsageError
        ``unknown_metric`` with the nearest names.
    """
    metric = _called(typed) or find(typed)
    words = Words(lang)
    lines = [
        Text(f"{metric.code}  {metric.name}  {words.label('metric', metric.name)}", style="bold")
    ]
    lines += [Text(f"{head}{text}") for head, text in told(metric, words)]
    if any(sign in facts()[metric.name]["formula"] for sign in SIGNS):
        lines.append(Text(words.text("explain.symbols")))
    if metric.name in EXPECTED:
        lines.append(Text(words.text("explain.symbols.expected")))
    return Group(*lines)


def _called(typed: str) -> Metric | None:
    """Find a metric by its label, which the list prints beside the name.

    Raises
    ------
    UsageError
        ``unknown_metric`` with the nearest labels, where something else than a name was typed.
    """
    labels = {
        Words(lang).label("metric", metric.name).casefold(): metric
        for lang in LANGUAGES
        for metric in CATALOGUE
    }
    wanted = typed.strip().casefold()
    if wanted not in labels and not wanted.isascii():
        near = nearest(wanted, list(labels)) or [label for label in labels if not label.isascii()]
        raise UsageError("unknown_metric", metric=typed, suggestions=near[:MOST_NAMED])
    return labels.get(wanted)


def told(metric: Metric, words: Words) -> list[tuple[str, str]]:
    """Give everything that is said of a metric, as (heading, text) in :data:`ORDER`."""
    name, known = metric.name, facts()[metric.name]
    texts = {
        **{field: known[field].replace("inf", "∞") for field in FIELDS if field in known},
        "asks": words.text(f"metric.{name}.explain"),
        "against": words.text(f"against.{known['against']}"),
        "matters": words.text(f"metric.{name}.matters"),
        "misleads": words.text(f"metric.{name}.misleads"),
    }
    return [(words.text(f"explain.{field}"), texts[field]) for field in ORDER if field in texts]
