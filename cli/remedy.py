"""``audit remedy``: what remedies would change, for whom, and at what price."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def remedy(
    candidates: Annotated[list[str], typer.Argument(help="Candidate sets, or a log.")],
    model: Annotated[
        str | None, typer.Option(help="A model that ranks them; else their observed order.")
    ] = None,
    what: Annotated[
        typed.Many,
        typer.Option(
            help="floor, quota, fa_ir, boost, fairco, merit, lottery, explore, ad_load, own_boost "
            "or neutral; when left out all that can be run but merit and lottery, which are slow."
        ),
    ] = None,
    strength: Annotated[
        typed.Many, typer.Option(help="REMEDY=S,S: strengths to try instead of the usual ones.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="The group to help.")] = None,
    target: Annotated[
        float,
        typer.Option(parser=typed.share, help="Exposure ratio to reach."),
    ] = 0.8,
    neutral: Annotated[
        typed.Many, typer.Option(help="FEATURE=VALUE the model is shown instead of the location.")
    ] = None,
    fresh: Annotated[
        str | None, typer.Option(help="FEATURE=VALUE: newcomers lie below it, as reviews=10.")
    ] = None,
    own: Annotated[
        str | None, typer.Option(help="FEATURE=BOOST: 1 in it is the platform's own, boosted so.")
    ] = None,
    lift: Annotated[
        typed.Many,
        typer.Option(help="A feature that training lifts; NAME- where less is better."),
    ] = None,
    quantile: Annotated[
        float,
        typer.Option(parser=typed.share, help="Of the reference, to lift to."),
    ] = 0.5,
    coop: Annotated[
        str | None, typer.Option(help="Pool by an attribute of sellers, by county, or group.")
    ] = None,
    patronage: Annotated[
        float | None,
        typer.Option(
            parser=typed.share,
            help="Share of proceeds split by members' listings.",
        ),
    ] = None,
    levy: Annotated[
        float | None,
        typer.Option(
            parser=typed.share,
            help="Rate on exposure above proportional, as 0.1 or 10%.",
        ),
    ] = None,
    levy_on: Annotated[str, typer.Option(help="exposure or revenue.")] = "exposure",
    levy_rule: Annotated[
        str, typer.Option(help="per_seller, by_need or by_coop: how it is returned.")
    ] = "by_need",
    utility: Annotated[
        str,
        typer.Option(help="answers, clicks, orders, revenue or ndcg: what the price is told in."),
    ] = "answers",
    forecast: Annotated[
        str | None,
        typer.Option(help="A model that foretells the chance of a click or order, as the worth."),
    ] = None,
    horizon: Annotated[
        bool, typer.Option("--horizon", help="Add a scenario of the feedback over time.")
    ] = False,
    stakeholders: Annotated[
        Path | None, typer.Option(help="A file that says what each party accepts.")
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
    level: typed.Level = None,
    seed: typed.Seed = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("remedy-report"),
    force: typed.Force = False,
    lang: typed.Lang = None,
    quiet: typed.Quiet = False,
) -> None:
    """Work out what remedies would change: rules, pooling, training, sharing, and their price."""
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli import changes, given, options, remedying
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
    from fairshelf.audits.pipeline.replay import ModelAsk

    foretells = None
    if forecast is not None:
        foretells = ModelAsk(forecast, trust=tuple(trust or ()), trust_code=trust_code)
    ask = remedying.ask(
        remedying.Typed(
            what, strength, group, target, neutral, fresh, own, lift, quantile, coop, patronage,
            levy, levy_on, levy_rule, utility, foretells, horizon, stakeholders,
        )
    )  # fmt: skip
    folder.refuse_existing(out, force=force)
    from fairshelf.audits.pipeline.remedies.run import remedies
    from fairshelf.reports.changes.remedy import page
    from fairshelf.reports.exports import priorities_csv

    ranker = None
    if model is None and shown is not None:
        raise UsageError("shown_needs_model")
    if model is not None:
        told = (tuple(feature or ()), tuple(trust or ()), trust_code, output, shown)
        ranker = ModelAsk(model, *told)
    with terminal.progress(quiet=quiet, lang=lang) as stage:
        found = remedies(ranker, ask, candidates, sellers, settings, stage)
        stage("report")
        changes.write(
            "remedy",
            found,
            lambda words: page(found, words),
            languages,
            (out, force),
            {"priorities.csv": priorities_csv(found)} if found.priorities else None,
            stage,
        )
    if not quiet:
        changes.say(lambda words: page(found, words), terminal.language(lang), out)
