"""A gate for a terminal: one paragraph a rule, worst first, within 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.lines import broken

if TYPE_CHECKING:
    from fairshelf.reports.verdicts.view import Item, View
    from fairshelf.reports.wording import Words

WIDTH = 80
_INDENT = "  "
_ORDER = ("breach", "missing", "inconclusive", "waived", "pass", "off")


def as_text(told: View) -> str:
    """Write a gate as plain text."""
    if told.fault is not None:
        return "\n".join([told.heading, *_lines([*told.fault])]) + "\n"
    blocks = [
        paragraph(item, told.words)
        for item in sorted(told.items, key=lambda one: _ORDER.index(one.outcome))
    ]
    return "\n\n".join([*blocks, f"{told.heading}\n{told.summary}"]) + "\n"


def paragraph(item: Item, words: Words) -> str:
    """Say one rule in a paragraph: what was demanded, what was found, why."""
    facts = [] if item.name == item.rule else [item.rule]
    if item.outcome not in {"off", "missing"}:
        facts.append(words.text("gate.held", expected=item.expected, found=item.found))
    elif item.outcome == "missing":
        facts.append(words.text("gate.wanted", expected=item.expected))
    facts += item.detail
    if item.everything and item.outcome != "pass":
        facts.append(item.everything)
    place = item.place
    if place.file is not None and item.outcome not in {"pass", "off"}:
        facts.append(words.text("gate.place", file=place.file, line=place.line))
    return "\n".join([*broken(item.title, WIDTH), *_lines(facts)])


def _lines(paragraphs: list[str]) -> list[str]:
    return [
        _INDENT + line
        for paragraph in paragraphs
        if paragraph
        for line in broken(paragraph, WIDTH - len(_INDENT))
    ]
