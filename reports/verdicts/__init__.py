"""What a gate found, in the forms that people, build servers and code scanners read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.verdicts.as_github import as_github
from fairshelf.reports.verdicts.as_gitlab import as_gitlab
from fairshelf.reports.verdicts.as_json import as_json, gate_schema
from fairshelf.reports.verdicts.as_junit import as_junit
from fairshelf.reports.verdicts.as_markdown import as_markdown
from fairshelf.reports.verdicts.as_sarif import as_sarif
from fairshelf.reports.verdicts.as_text import as_text, paragraph
from fairshelf.reports.verdicts.view import item_of, view
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.gate.records import Gate, Verdict
    from fairshelf.reports.verdicts.view import View

__all__ = ["FORMATS", "gate_schema", "render", "said"]

_OF_VIEW: dict[str, Callable[[View], str]] = {
    "text": as_text,
    "junit": as_junit,
    "github": as_github,
    "gitlab": as_gitlab,
    "markdown": as_markdown,
    "sarif": as_sarif,
}

FORMATS = ("text", "json", "junit", "github", "gitlab", "markdown", "sarif")


def render(gate: Gate, form: str, lang: str, *, strict: bool = False) -> str:
    """Write a gate in one of the :data:`FORMATS`; the same gate gives the same text."""
    if form == "json":
        return as_json(gate)
    return _OF_VIEW[form](view(gate, Words(lang, strict=strict)))


def said(verdict: Verdict, lang: str) -> str:
    """Say one verdict in a paragraph, for the message of a failed assertion."""
    words = Words(lang)
    return paragraph(item_of(verdict, words), words)
