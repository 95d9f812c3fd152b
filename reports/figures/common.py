"""What the figures of shares have in common: the order of groups and the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.disclosure.public import is_public
from fairshelf.reports.disclosure.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names


def in_order(results: Results, attribute: str | None, found: Iterable[str]) -> list[str]:
    """Give the groups in the order of the group table, those it lacks behind."""
    levels = [
        level.level
        for record in results.groups
        if record.name == attribute
        for level in record.levels
    ]
    present = list(dict.fromkeys(found))
    return [g for g in levels if g in present] + [g for g in present if g not in levels]


def source(results: Results, names: Names, impressions: int | None) -> str:
    """Say where the numbers of a figure come from and how many impressions it counts."""
    words = names.words
    told = [words.text("figure.source", rows=results.rows.used)]
    if impressions is not None:
        counted = rules().rounded(impressions) if is_public(results) else impressions
        told.append(words.text("figure.count", impressions=counted))
    return words.joined(told)
