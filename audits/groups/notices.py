"""One way to write a message: its code and its facts."""

from __future__ import annotations

from fairshelf.audits.results import Fact, Message


def notice(code: str, **facts: Fact) -> Message:
    """Give the message of a code; a list among the facts is shown to the reader in full."""
    return Message(code, dict(facts))
