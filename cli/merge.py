"""``audit merge``: several saved tallies as one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def merge(
    tallies: Annotated[list[str], typer.Argument(help="Folders that --save-tally wrote.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("tally"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier tally.")] = False,
    memory_limit: typed.MemoryLimit = None,
    threads: typed.Threads = None,
    temp_dir: typed.TempDir = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Add up saved tallies of several days or shops into one."""
    from fairshelf.audits.engines.means import Means
    from fairshelf.audits.pipeline.merging import merge_tallies

    means = Means(memory_limit, threads, temp_dir)
    with terminal.progress(quiet=quiet, lang=lang) as stage:
        places = [Path(one) for one in tallies]
        account = merge_tallies(places, out, stage, force=force, means=means)
    if not quiet:
        from fairshelf.reports.tallies import merged

        terminal.say(merged(account, terminal.language(lang), out))
