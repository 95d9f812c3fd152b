"""Notices without the names of files: a page is public, and a file may be named after a shop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairshelf.audits.results import Fact, Message
    from fairshelf.reports.wording import Words

ONE = frozenset(("file", "original", "folder"))
"""Facts that are the name of a file or a folder."""

LISTED = {"files": "unnamed.files", "members": "unnamed.files"}
"""Facts that list such names, and how their number is told where they are none of the inputs."""

SHEETS = frozenset(("sheets_unread", "sheets_unread_alike"))
"""Notices whose ``sheet`` and ``others`` are names of sheets."""


def unnamed(message: Message, roles: Mapping[str, str], words: Words) -> Message:
    """Call files by their role.

    Parameters
    ----------
    message
        A notice or a limit.
    roles
        What each input is called, by its name: ``exposure log``, ``exposure log 2`` ...
    words
        The words of the page.
    """
    facts: dict[str, Fact] = {}
    for name, value in message.facts.items():
        facts[name] = value
        if name in ONE:
            facts[name] = roles.get(str(value), words.text("unnamed.file"))
        elif name in LISTED and isinstance(value, list):
            known = [roles[str(one)] for one in value if str(one) in roles]
            told = words.text(LISTED[name], count=len(value))
            facts[name] = known if len(known) == len(value) else [told]
        elif message.code in SHEETS and name in ("sheet", "others"):
            count = len(value) if isinstance(value, list) else 1
            facts[name] = words.text("unnamed.sheets", count=count)
    return replace(message, facts=facts)
