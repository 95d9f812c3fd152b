"""``audit plan``: freeze what will be asked, and tell how much must be collected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal

Many = list[str] | None


def plan(
    config: Annotated[Path | None, typer.Option("--config", "-c", help="audit.toml")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")] = Path("plan.json"),
    gap: Annotated[
        float | None, typer.Option(help="Ratio to see, as 0.7: simulate how much is enough.")
    ] = None,
    sellers: Annotated[
        Many, typer.Option(help="GROUP,REFERENCE sellers that could be had, as 20,60.")
    ] = None,
    requests: Annotated[list[int] | None, typer.Option(help="Pages that could be had.")] = None,
    length: Annotated[int, typer.Option(min=1, max=200, help="Results on a page.")] = 20,
    spread: Annotated[
        float, typer.Option(min=0.0, max=3.0, help="How unlike sellers are: log spread of appeal.")
    ] = 1.0,
    power: Annotated[float, typer.Option(min=0.1, max=0.99, help="Wanted chance.")] = 0.8,
    replicates: Annotated[int, typer.Option(min=20, max=2000, help="Platforms a line.")] = 100,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Freeze question, groups, metrics and bounds before the data are seen."""
    from fairshelf.audits import config as settings_file
    from fairshelf.audits.plan import frozen
    from fairshelf.cli import options, output
    from fairshelf.reports.exports import plan_json
    from fairshelf.reports.planning import power_view, written_view

    options.languages(lang)
    tongue = terminal.language(lang)
    settings = settings_file.load(config, {})
    if gap is not None:
        import numpy as np

        from fairshelf.audits.power import power as simulated

        designs = options.designs(sellers or [], requests or [], length, spread)
        ratio = options.gap(gap)
        found = simulated(
            designs,
            ratio,
            np.random.default_rng(settings.seed),
            bounds=settings.bounds,
            level=settings.level,
            replicates=replicates,
        )
        terminal.say(power_view(found, power, replicates, settings.seed, tongue))
        if config is None:
            return
    made = frozen(settings)
    output.write_new(out, plan_json(made))
    grouped = bool(settings.attributes or settings.standard)
    terminal.say(written_view(str(out), str(made["sha256"]), tongue, grouped=grouped))
