"""What would change, written into a folder and summed up on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.stages import QUIET
from fairshelf.cli import terminal
from fairshelf.cli.output import write_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.stages import Stages
    from fairshelf.reports.changes.page import Page
    from fairshelf.reports.wording import Words


def write(
    name: str,
    record: object,
    pages: Callable[[Words], Page],
    languages: tuple[str, ...],
    place: tuple[Path, bool],
    beside: dict[str, bytes] | None = None,
    stage: Stages = QUIET,
) -> None:
    """Write a record and its pages in one move.

    Parameters
    ----------
    name
        ``whatif``, ``remedy``: what the files are called.
    record
        What is kept as JSON: the full working file.
    pages
        Gives the public page in a language.
    languages
        ``en``, ``zh`` or both.
    place
        The folder, and whether an earlier one is replaced.
    beside
        Further files by name.
    stage
        Told how many languages are written.

    Raises
    ------
    UsageError
        As :func:`fairshelf.cli.output.write_folder`.
    """
    from fairshelf.reports.changes.page import render
    from fairshelf.reports.exports import as_json_lines
    from fairshelf.reports.wording import Words

    files = {f"{name}.json": as_json_lines(record).encode(), **(beside or {})}
    for lang in stage.each(languages, "languages"):
        words = Words(lang, hyphens=True)
        files[f"{name}.{lang}.html"] = render(pages(words), words).encode()
    write_folder(files, place[0], force=place[1])


def say(pages: Callable[[Words], Page], lang: str, out: Path | str = "") -> None:
    """Sum a page up on the terminal."""
    from fairshelf.reports.changes.console import summary
    from fairshelf.reports.wording import Words

    words = Words(lang)
    terminal.say(summary(pages(words), words, out))
