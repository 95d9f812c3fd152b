"""A gate in Markdown, for ``$GITHUB_STEP_SUMMARY`` and merge requests.

Every mark of Markdown and HTML in what is told becomes a character reference, which can start
neither a link nor a heading, a table cell, a tag or a mention.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairshelf.reports.verdicts.view import Item, View

_MARKS = re.compile(r"""[!"#$&'*+/:;<=>?@\[\\\]^_`{|}~]|(?<!\d)\.(?=\w)|^[-](?=\s)""")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s)")
_SIGNS = {
    "breach": "❌",
    "missing": "❌",
    "inconclusive": "❔",
    "waived": "⏸️",
    "pass": "✅",
    "off": "➖",
}
_WARNED = "⚠️"


def as_markdown(told: View) -> str:
    """Write a gate as a heading, a table of its rules and what is to be said of each."""
    words = told.words
    lines = [f"## {inert(words.text('gate.heading'))}", "", f"**{inert(told.heading)}**"]
    if told.fault is not None:
        lines += ["", *(inert(part) + "  " for part in told.fault if part)]
        return "\n".join(lines) + "\n"
    names = ("outcome", "rule", "expected", "found")
    head = [inert(words.text(f"gate.column.{name}")) for name in names]
    lines += ["", inert(told.summary), "", _row(head), _row(["---"] * len(names))]
    lines += [_row(_cells(item)) for item in told.items]
    lines += ["", *(_remark(item, told) for item in told.items if _speaks(item))]
    return "\n".join(lines) + "\n"


def inert(text: str) -> str:
    """Give text that Markdown and HTML take for nothing but text."""
    bare = _MARKS.sub(lambda found: f"&#{ord(found[0])};", text)
    return _NUMBERED.sub(lambda found: f"{found[1]}&#{ord(found[2])};", bare)


def _speaks(item: Item) -> bool:
    """Tell whether there is more to say than the table does."""
    return len(item.detail) > (item.outcome == "pass")


def _cells(item: Item) -> list[str]:
    sign = _SIGNS[item.outcome]
    if item.severity == "warning":
        sign = _WARNED
    rule = f"<code>{inert(item.rule)}</code>"
    return [f"{sign} {inert(item.label)}", rule, inert(item.expected), inert(item.found)]


def _remark(item: Item, told: View) -> str:
    said = [*item.detail]
    if item.everything and item.outcome != "pass":
        said.append(item.everything)
    return f"- {inert(item.title)}  \n  {inert(told.words.joined(said))}"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
