"""The list of forms, and the plain ones: text, JSON, Markdown."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

from fairshelf.reports.hostile import visible
from fairshelf.reports.verdicts.builds import github, gitlab, junit, sarif
from fairshelf.reports.verdicts.said import found, line, summary, why

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fairshelf.audits.gate import Verdict
    from fairshelf.reports.wording import Words

    Form = Callable[[Sequence[Verdict], str, Words], str]

_UNSEEN = re.compile("[\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Signs that turn or break text where it is shown."""

SCHEMA = "fairshelf-gate/1"


def text(verdicts: Sequence[Verdict], file: str, words: Words) -> str:  # noqa: ARG001 - every form is given the file
    """Give the verdicts for a terminal: one paragraph a rule."""
    parts = []
    for one in verdicts:
        head = f"{words.text(f'gate.state.{one.state}')} [{one.level}] {one.id}"
        parts.append("\n    ".join([head, *line(one, words).split(" · ")]))
    return "\n".join([*parts, "", summary(verdicts, words), ""])


def as_json(verdicts: Sequence[Verdict], file: str, words: Words) -> str:
    """Give the verdicts as data: ``schema``, ``file``, ``passed`` and one record a rule."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "file": file,
        "passed": not any(one.fails for one in verdicts),
        "rules": [_record(one, words) for one in verdicts],
    }
    return _UNSEEN.sub(_escaped, json.dumps(told, ensure_ascii=False, indent=2)) + "\n"


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def _record(verdict: Verdict, words: Words) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: getattr(verdict, name)
        for name in ("id", "rule", "level", "state", "low", "high", "bound", "relative", "expired")
    }
    for name in ("found", "before", "missing"):
        part = getattr(verdict, name)
        told[name] = None if part is None else dataclasses.asdict(part)
    waiver = verdict.waiver
    told["waiver"] = None if waiver is None else waiver.model_dump(mode="json")
    told["message"] = line(verdict, words)
    return told


def markdown(verdicts: Sequence[Verdict], file: str, words: Words) -> str:  # noqa: ARG001 - as above
    """Give the verdicts as a table for the summary of a build."""
    head = [words.text(f"gate.column.{one}") for one in ("state", "rule", "found")]
    rows = [head, ["---"] * len(head)]
    for one in verdicts:
        state = f"**{words.text(f'gate.state.{one.state}')}** ({one.level})"
        told = ". ".join(part for part in (found(one, words) if one.found else "", "") if part)
        because = why(one, words)
        rows.append(
            [state, f"{_cell(one.id)}: {_code(one.rule)}", _cell(f"{told} {because}".strip())]
        )
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"### {words.text('gate.title')}\n\n{summary(verdicts, words)}\n\n{table}\n"


def _cell(said: str) -> str:
    told = visible(said, 600)
    for mark in "\\`*_[]<>|#!":
        told = told.replace(
            mark, f"\\{mark}" if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark]
        )
    return told


def _code(said: str) -> str:
    told = visible(said, 400).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<code>{told.replace('|', '&#124;').replace('`', '&#96;')}</code>"


FORMS: dict[str, Form] = {
    "text": text,
    "json": as_json,
    "junit": junit,
    "github": github,
    "gitlab": gitlab,
    "markdown": markdown,
    "sarif": sarif,
}


def render(form: str, verdicts: Sequence[Verdict], file: str, words: Words) -> str:
    """Give verdicts in one of :data:`FORMS`; ``file`` is where the rules stand."""
    return FORMS[form](verdicts, file, words)
