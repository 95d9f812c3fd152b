"""``audit check``: a gate for builds."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def check(
    data: Annotated[
        typed.Many,
        typer.Argument(help="results.json, a log, or candidates for --model; else the settings'."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Rank the candidates by this model.")] = None,
    sellers: typed.Sellers = None,
    catalogue: Annotated[
        str | None, typer.Option(help="A table of what could have been shown.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="audit.toml or pyproject.toml; looked for here."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="results.json that rules may name as baseline.")
    ] = None,
    rule: Annotated[
        typed.Many, typer.Option(help="A rule beside those of the settings: 'gini[...] <= 0.6'.")
    ] = None,
    format_: Annotated[
        typed.Many,
        typer.Option("--format", help="text, json, junit, github, gitlab, markdown, sarif; =FILE."),
    ] = None,
    output: Annotated[
        typed.Many, typer.Option(help="FILE, or FORMAT=FILE; stdout when left out.")
    ] = None,
    fail_on: Annotated[
        typed.Many, typer.Option(help="error, warn or inconclusive; may be repeated.")
    ] = None,
    map_: typed.Map = None,
    attribute: typed.Attribute = None,
    reference: typed.Reference = None,
    feature: typed.Feature = None,
    shown: typed.Shown = None,
    trust: typed.Trust = None,
    trust_code: typed.TrustCode = False,
    save: Annotated[
        Path | None, typer.Option(help="Keep the results here, as a later baseline.")
    ] = None,
    today: Annotated[
        str | None, typer.Option(help="The day waivers are held against: 2027-03-31.")
    ] = None,
    seed: typed.Seed = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Hold results, a log or a model against rules; the exit status says whether they are kept."""
    from fairshelf.audits.errors import FairshelfError
    from fairshelf.audits.gate import failed
    from fairshelf.cli import check_outputs, checking, given, options

    options.languages(lang)
    tongue = terminal.language(lang)
    places = check_outputs.places(format_ or [], output or [])
    asked = checking.Typed(
        data=tuple(data or ()),
        sellers=sellers,
        catalogue=catalogue,
        config=config,
        baseline=baseline,
        rules=tuple(rule or ()),
        fail_on=tuple(fail_on or ()),
        model=model,
        features=tuple(feature or ()),
        shown=shown,
        trust=tuple(trust or ()),
        trust_code=trust_code,
        save=save,
        today=today,
        settings=given.given(attribute=attribute, reference=reference, map=map_, seed=seed),
    )
    try:
        with terminal.progress(quiet=False, lang=lang) as stage:
            gate = checking.gate(asked, stage)
    except FairshelfError as error:
        check_outputs.write(failed(error), places, tongue, but=("text",))
        raise
    check_outputs.write(gate, places, tongue)
    terminal.leave(gate.status)
