"""``audit explain``: what a metric is."""

from __future__ import annotations

from typing import Annotated

import typer

from fairshelf.cli import terminal


def explain(
    metric: Annotated[
        str | None, typer.Argument(help="Code or name, as FS105 or exposure_ratio; none for all.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Explain a metric: what it says, its formula, its range and its source."""
    from fairshelf.cli import options
    from fairshelf.reports.explain import explain_list, explain_one

    options.languages(lang)
    tongue = terminal.language(lang)
    terminal.say(explain_list(tongue) if metric is None else explain_one(metric, tongue))
