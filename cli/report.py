"""``audit report``: the report again, from the results alone."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from fairshelf.cli import terminal


def report(
    results: Annotated[Path, typer.Argument(help="results.json or results.public.json.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the files; that of the results.")
    ] = None,
    for_: Annotated[
        str, typer.Option("--for", help="regulator (all), community (a page) or platform.")
    ] = "regulator",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write PDFs too; needs the extra pdf.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files of that name.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or zh; both when left out.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Write the report again, for other readers or in another language, without the data."""
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli import options, output
    from fairshelf.reports.exports import load_results

    languages = options.languages(lang)
    form = output.Form(for_, pdf)
    form.require(languages)
    try:
        content = results.read_bytes()
    except OSError as error:
        raise UsageError("results_file", file=str(results)) from error
    folder = out or results.absolute().parent
    with terminal.progress(quiet=quiet, lang=lang) as stage:
        stage("report")
        written = output.put_files(
            folder, lambda: output.pages(load_results(content), languages, form, stage), force=force
        )
    if not quiet:
        from rich.text import Text

        from fairshelf.reports.wording import Words

        words = Words(terminal.language(lang))
        terminal.say(Text(words.text("report.written", files=[str(one) for one in written])))
