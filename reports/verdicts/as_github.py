"""A gate as workflow commands, which GitHub turns into annotations.

The form and what must be escaped in it: https://docs.github.com/actions, "Workflow commands";
``%``, CR and LF everywhere, ``:`` and ``,`` in properties as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairshelf.audits.gate.records import Place, Severity
    from fairshelf.reports.verdicts.view import View

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "notice": "notice"}


def as_github(told: View) -> str:
    """Write one command a line: errors, warnings and notices; what passed is not annotated."""
    if told.fault is not None:
        message = told.words.joined([part for part in told.fault if part])
        return _command("error", told.fault_place, told.heading, message)
    lines = []
    for item in told.items:
        if item.severity == "none":
            continue
        words = told.words
        held = (
            words.text("gate.wanted", expected=item.expected)
            if item.outcome == "missing"
            else words.text("gate.held", expected=item.expected, found=item.found)
        )
        message = words.joined([held, *item.detail])
        lines.append(_command(_COMMANDS[item.severity], item.place, item.title, message))
    return "".join(lines)


def _command(command: str, place: Place | None, title: str, message: str) -> str:
    properties = []
    if place is not None and place.file is not None:
        properties.append(f"file={_property(place.file)}")
        if place.line:
            properties.append(f"line={place.line}")
    properties.append(f"title={_property(title)}")
    return f"::{command} {','.join(properties)}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
