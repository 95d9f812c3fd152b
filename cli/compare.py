"""``audit compare``: two models, two logs or two arms, and what changes for whom."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from fairshelf.cli import terminal

Many = list[str] | None


def compare(
    before: Annotated[str, typer.Argument(help="Model, log, or arm of --log: the one before.")],
    after: Annotated[str, typer.Argument(help="The one after.")],
    candidates: Annotated[
        Many, typer.Option(help="Candidate sets: BEFORE and AFTER are models that rank them.")
    ] = None,
    log: Annotated[
        str | None, typer.Option(help="An A/B log with a column arm: BEFORE and AFTER are arms.")
    ] = None,
    sellers: Annotated[str | None, typer.Option(help="A table of sellers.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="audit.toml, or a pyproject.toml.")
    ] = None,
    attribute: Annotated[
        Many, typer.Option(help="NAME or NAME=HEADING: how to group sellers; A*B for both.")
    ] = None,
    reference: Annotated[
        Many, typer.Option(help="NAME=GROUP: the group others are held against.")
    ] = None,
    feature: Annotated[
        Many, typer.Option(help="A column the model reads, in its order, where it names none.")
    ] = None,
    set_: Annotated[
        Many,
        typer.Option(
            "--set", help="FEATURE=VALUE (or missing): what AFTER sees on all candidates."
        ),
    ] = None,
    shown: Annotated[
        int | None, typer.Option(min=1, help="How many candidates of a request are shown.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Compare two orders: the change of every exposure ratio, who gains, who loses, and quality."""
    from fairshelf.audits.config import load
    from fairshelf.cli import options
    from fairshelf.reports.comparing import compared_json, compared_text

    options.languages(lang)
    settings = load(
        config,
        options.given(
            attributes=options.attributes(attribute or []),
            reference=options.pairs("--reference", reference or []),
            seed=seed,
        ),
    )
    from fairshelf.audits.pipeline import compare as engine
    from fairshelf.audits.pipeline.replay import ModelAsk

    with terminal.progress(quiet=as_json) as stage:
        if candidates:
            ask = ModelAsk(before, tuple(feature or ()), shown=shown)
            asks = engine.twice(ask, after, options.pairs("--set", set_ or []))
            found = engine.compare_models(asks, candidates, sellers, settings, stage)
        elif log:
            found = engine.compare_arms(log, (before, after), sellers, settings)
        else:
            found = engine.compare_logs(before, after, sellers, settings)
    if as_json:
        terminal.say_plain(compared_json(found))
    else:
        terminal.say(compared_text(found, terminal.language(lang)))
