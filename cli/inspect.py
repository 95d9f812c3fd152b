"""``audit inspect``: what a file is, before anything is asked of it."""

from __future__ import annotations

from typing import Annotated

import typer

from fairshelf.cli import terminal, typed

Many = list[str] | None


def inspect(
    files: Annotated[list[str], typer.Argument(help="Files, folders, globs or zip archives.")],
    map_: Annotated[
        Many, typer.Option("--map", help="canonical=heading: which column is which.")
    ] = None,
    sheet: typed.Sheet = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of text files.")] = None,
    header_row: Annotated[int | None, typer.Option(help="Row of the headings.")] = None,
    name_pattern: typed.NamePattern = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Show how files are read, which column is which, and what audit they can support."""
    from fairshelf.audits.pipeline.inspect import inspect as look
    from fairshelf.cli import given, options
    from fairshelf.reports.inspection import inspection

    options.languages(lang)
    settings = given.settings(
        None,
        map=map_,
        sheet=sheet,
        encoding=encoding,
        header_row=header_row,
        name_pattern=name_pattern,
    )
    with terminal.progress(quiet=False, lang=lang) as stage:
        found = look(files, settings, stage)
    terminal.say(inspection(found, terminal.language(lang)))
