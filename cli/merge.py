"""``audit merge``: several saved tallies as one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal


def merge(
    tallies: Annotated[list[str], typer.Argument(help="Folders that --save-tally wrote.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("tally"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier tally.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Add up saved tallies of several days or shops into one."""
    from fairshelf.audits.pipeline.merging import merge_tallies

    with terminal.progress(quiet=quiet, lang=lang) as stage:
        account = merge_tallies([Path(one) for one in tallies], out, stage, force=force)
    if not quiet:
        from fairshelf.reports.tallies import merged

        terminal.say(merged(account, terminal.language(lang), out))
