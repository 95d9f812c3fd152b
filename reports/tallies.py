"""What the terminal says of tallies that were added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from fairshelf.reports.lines import whole
from fairshelf.reports.wording import Words

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.tally.saved.account import Account


def merged(account: Account, lang: str, place: Path, *, strict: bool = False) -> Group:
    """Tell what a tally holds now.

    Parameters
    ----------
    account
        The account of the sum.
    lang
        ``en`` or ``zh``.
    place
        Where it lies.
    strict
        Raise where a sentence is missing; for tests.
    """
    words = Words(lang, strict=strict)
    line = words.text(
        "console.account.line",
        read=account.read,
        used=account.used,
        rejected=account.rejected,
        duplicate=account.duplicate,
    )
    parts = [Text.assemble((words.text("console.account"), "bold"), "  ", line)]
    counts = words.text("tally.files", files=len(account.files))
    if account.requests is not None:
        counts = words.text(
            "tally.files_and_requests", files=len(account.files), requests=account.requests
        )
    parts.append(Text(counts))
    parts += [Text(words.message(one)) for one in account.notices if one.code.startswith("merged")]
    return Group(*parts, Text(), saved(words, place))


def saved(words: Words, place: Path) -> Text:
    """Tell where a tally lies."""
    return whole((words.text("tally.saved"), "bold"), "  ", str(place))
