"""``audit whatif``: what a model would do, were something else true of a group's listings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def whatif(
    model: Annotated[str, typer.Argument(help="The model: a file, command:PROGRAM ...")],
    candidates: Annotated[list[str], typer.Argument(help="Candidate sets, with the features.")],
    flip: Annotated[
        typed.Many,
        typer.Option(help="FEATURE=VALUE[,FEATURE=VALUE]: shown so for each group's listings."),
    ] = None,
    set_: Annotated[
        typed.Many, typer.Option("--set", help="FEATURE=VALUE[,...]: shown so for all listings.")
    ] = None,
    no_blind: Annotated[
        bool, typer.Option("--no-blind", help="Leave out the replay without the group.")
    ] = False,
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
    level: typed.Level = None,
    seed: typed.Seed = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("whatif-report"),
    force: typed.Force = False,
    lang: typed.Lang = None,
    quiet: typed.Quiet = False,
) -> None:
    """Ask a model what it would do with a feature set otherwise, or without the location."""
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
        level=level,
        seed=seed,
    )
    folder.refuse_existing(out, force=force)
    from fairshelf.audits.pipeline.replay import ModelAsk
    from fairshelf.audits.pipeline.whatif import WhatIfAsk
    from fairshelf.audits.pipeline.whatif import whatif as ask_model
    from fairshelf.reports.changes.whatif import page

    ask = ModelAsk(model, tuple(feature or ()), tuple(trust or ()), trust_code, output, shown)
    wanted = WhatIfAsk(
        options.together("--flip", flip or []),
        options.together("--set", set_ or []),
        not no_blind,
    )
    with terminal.progress(quiet=quiet, lang=lang) as stage:
        found = ask_model(ask, wanted, candidates, sellers, settings, stage)
        stage("report")
        changes.write(
            "whatif",
            found,
            lambda words: page(found, words),
            languages,
            (out, force),
            stage=stage,
        )
    if not quiet:
        changes.say(lambda words: page(found, words), terminal.language(lang), out)
