"""``audit scorecard``: one seller's funnel, and what holds its listings back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def scorecard(
    candidates: Annotated[list[str], typer.Argument(help="Candidate sets, or a log.")],
    seller: Annotated[str, typer.Option(help="The seller, as the data call it.")],
    model: Annotated[
        str | None, typer.Option(help="A model that ranks them; else their observed order.")
    ] = None,
    neutral: Annotated[
        typed.Many, typer.Option(help="FEATURE=VALUE the model is shown instead of the location.")
    ] = None,
    sellers: typed.Sellers = None,
    config: typed.Config = None,
    map_: typed.Map = None,
    attribute: typed.Attribute = None,
    standard: typed.Standard = None,
    reference: typed.Reference = None,
    browsing: typed.Browsing = None,
    cutoff: typed.Cutoff = None,
    feature: typed.Feature = None,
    shown: typed.Shown = None,
    trust: typed.Trust = None,
    trust_code: typed.TrustCode = False,
    output: typed.Output = None,
    seed: typed.Seed = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("scorecard"),
    force: typed.Force = False,
    lang: typed.Lang = None,
    quiet: typed.Quiet = False,
) -> None:
    """Show one seller what becomes of its listings, and what holds them back."""
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli import changes, given, options
    from fairshelf.cli import output as folder

    languages = options.languages(lang)
    settings = given.settings(
        config,
        attribute=attribute,
        standard=standard,
        reference=reference,
        map=map_,
        browsing=browsing,
        cutoff=cutoff,
        seed=seed,
    )
    told = tuple(options.pairs("--neutral", neutral or []).items())
    folder.refuse_existing(out, force=force)
    from fairshelf.audits.pipeline.replay import ModelAsk
    from fairshelf.audits.pipeline.scorecard import seller_card
    from fairshelf.reports.changes.scorecard import page

    ranker = None
    if model is None and shown is not None:
        raise UsageError("shown_needs_model")
    if model is not None:
        how = (tuple(feature or ()), tuple(trust or ()), trust_code, output, shown)
        ranker = ModelAsk(model, *how)
    with terminal.progress(quiet=quiet, lang=lang) as stage:
        found = seller_card(ranker, seller, told, candidates, sellers, settings, stage)
        stage("report")
        changes.write(
            "scorecard",
            found,
            lambda words: page(found, words),
            languages,
            (out, force),
            stage=stage,
        )
    if not quiet:
        changes.say(lambda words: page(found, words), terminal.language(lang), out)
