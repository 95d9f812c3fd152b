"""``audit fit``: what a ranking rewards, as far as its orders show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def fit(
    log: Annotated[list[str], typer.Argument(help="The log, with the factors as columns.")],
    sellers: typed.Sellers = None,
    catalogue: Annotated[
        str | None, typer.Option(help="A table of listings, with factors the log does not have.")
    ] = None,
    config: typed.Config = None,
    map_: typed.Map = None,
    attribute: typed.Attribute = None,
    standard: typed.Standard = None,
    reference: typed.Reference = None,
    feature: Annotated[
        typed.Many,
        typer.Option(help="A column to take for a factor; NAME=words for codes and words."),
    ] = None,
    disclosed: Annotated[
        typed.Many, typer.Option(help="Factors the platform says it uses, with commas or repeated.")
    ] = None,
    missing: Annotated[
        typed.Many, typer.Option(help="NAME=VALUE: a number that stands for none, as rating=0.")
    ] = None,
    where: Annotated[
        typed.Many, typer.Option(help="NAME=WORD: take only the rows that say so, as arm=control.")
    ] = None,
    model: Annotated[str, typer.Option(help="both, linear, boosted or lambdamart.")] = "both",
    split: Annotated[
        str | None, typer.Option(help="What is held out: time, requests, sellers or listings.")
    ] = None,
    unshown: Annotated[
        bool, typer.Option("--unshown", help="Rows without a position were not shown.")
    ] = False,
    cutoff: typed.Cutoff = None,
    level: typed.Level = None,
    seed: typed.Seed = None,
    sheet: typed.Sheet = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of text files.")] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder to write; must not exist.")
    ] = Path("fit-report"),
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier report.")] = False,
    lang: typed.Lang = None,
    quiet: typed.Quiet = False,
) -> None:
    """Fit a model to observed orders, to show what a ranking rewards."""
    from fairshelf.cli import fitting, given, options
    from fairshelf.cli import output as folder

    languages = options.languages(lang)
    settings = given.settings(
        config,
        attribute=attribute,
        standard=standard,
        reference=reference,
        map=map_,
        cutoff=cutoff,
        level=level,
        seed=seed,
        sheet=sheet,
        encoding=encoding,
    )
    ask = fitting.ask(
        config, fitting.Typed(feature, disclosed, missing, where, model, split, unshown)
    )
    folder.refuse_existing(out, force=force)
    from fairshelf.audits.pipeline.fit import fit as learn
    from fairshelf.reports import exports
    from fairshelf.reports.fitting import html

    with terminal.progress(quiet=quiet, lang=lang) as stage:
        done = learn(log, sellers, catalogue, ask, settings, stage)
        stage("report")
        files = {folder.FIT: exports.results_json(done.record), **done.models}
        for one in stage.each(languages, "languages"):
            files[f"fit.{one}.html"] = html.render(done.record, one).encode()
        folder.write_folder(files, out, force=force)
    if not quiet:
        from fairshelf.reports.fitting.console import summary

        terminal.say(summary(done.record, terminal.language(lang), out))
