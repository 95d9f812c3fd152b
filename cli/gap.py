"""``audit gap``: any yes-or-no outcome, by group, alone and adjusted."""

from __future__ import annotations

from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def gap(
    file: Annotated[str, typer.Argument(help="A table: CSV, Excel, Parquet, JSON lines.")],
    outcome: Annotated[str, typer.Option(help="Column of the yes-or-no outcome.")],
    attribute: Annotated[str, typer.Option(help="Column of the groups.")],
    reference: Annotated[
        str | None, typer.Option(help="Group the others are held against; else the largest.")
    ] = None,
    adjust: Annotated[
        list[str] | None, typer.Option(help="Columns to hold equal, with commas or repeated.")
    ] = None,
    yes: Annotated[
        str | None, typer.Option(help="The value that means yes, where it is not plain.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Column of what rows belong together by.")
    ] = None,
    sheet: typed.Sheet = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of text files.")] = None,
    header_row: Annotated[int | None, typer.Option(help="Row of the headings.")] = None,
    level: typed.Level = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Compare how often something happens between groups, with other things held equal."""
    from fairshelf.audits.pipeline.gap import GapAsk
    from fairshelf.audits.pipeline.gap import gap as compare
    from fairshelf.cli import given, options
    from fairshelf.reports.gap import gap_json, gap_text

    options.languages(lang)
    how = given.settings(None, sheet=sheet, encoding=encoding, header_row=header_row, level=level)
    held = options.covariates(adjust or []) or ()
    ask = GapAsk(outcome, attribute, reference, held, yes, cluster)
    with terminal.progress(quiet=as_json, lang=lang) as stage:
        found = compare([file], ask, how, stage)
    if as_json:
        terminal.say_plain(gap_json(found))
    else:
        terminal.say(gap_text(found, terminal.language(lang)))
