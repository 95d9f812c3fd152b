"""The line of each rule in its TOML file, which TOML readers do not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def lines_of(text: str, rules: Sequence[str]) -> tuple[int, ...]:
    """Find the line each rule is written in.

    Parameters
    ----------
    text
        The settings file.
    rules
        The rules as TOML read them, in the file's order.

    Returns
    -------
    tuple[int, ...]
        Lines from 1. A rule that is not found as it stands (written with other escapes) takes
        the line of the gate's table.
    """
    heading = _heading(text)
    start, told = 0, []
    for rule in rules:
        found = [
            (text.index(form, start), len(form)) for form in _forms(rule) if form in text[start:]
        ]
        if not found:
            told.append(heading)
            continue
        at, length = min(found)
        told.append(text.count("\n", 0, at) + 1)
        start = at + length
    return tuple(told)


def _forms(rule: str) -> tuple[str, ...]:
    """Give the ways in which TOML writes a text in one line, quotation marks included."""
    escaped = rule.replace("\\", "\\\\").replace('"', '\\"')
    return f"'{rule}'", f'"{escaped}"'


def _heading(text: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("[") and "gate" in line:
            return number
    return 1
