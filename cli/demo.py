"""``audit demo``: audit a platform whose truth is known, and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")] = Path(
        "demo-report"
    ),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier report.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Audit the sample platform and hold what is found against what was planted."""
    from fairshelf.cli import lean, options, output, press

    languages = options.languages(lang)
    output.refuse_existing(out, force=force)
    tongue = terminal.language(lang)
    with press.pressed(languages) as pages, terminal.progress(quiet=quiet, lang=lang) as stage:
        from fairshelf.audits.config import load
        from fairshelf.audits.pipeline import audit
        from fairshelf.sample_data import path, planted

        lean.without_pandas()
        settings = load(path(f"audit.{tongue}.toml"), {})
        log, sellers, catalogue = (
            str(path(f"{name}.{tongue}.csv")) for name in ("log", "sellers", "catalogue")
        )
        done = audit([log], sellers, catalogue, settings, stage)
        stage("report")
        output.write(done, out, languages, force=force, stage=stage, press=pages)
    if not quiet:
        from fairshelf.reports.console import summary, truth

        terminal.say(summary(done.results, tongue, out))
        terminal.say(truth(done.results, planted(), tongue))
