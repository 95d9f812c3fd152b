"""``audit compare``: two models, two logs or two arms, and what changes for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def compare(
    before: Annotated[
        str, typer.Argument(help="Model, log, results.json, or arm of --log: the one before.")
    ],
    after: Annotated[str, typer.Argument(help="The one after.")],
    candidates: Annotated[
        typed.Many, typer.Option(help="Candidate sets: BEFORE and AFTER are models that rank them.")
    ] = None,
    log: Annotated[
        str | None, typer.Option(help="An A/B log with a column arm: BEFORE and AFTER are arms.")
    ] = None,
    sellers: typed.Sellers = None,
    config: typed.Config = None,
    map_: typed.Map = None,
    attribute: typed.Attribute = None,
    standard: typed.Standard = None,
    reference: typed.Reference = None,
    feature: typed.Feature = None,
    trust: typed.Trust = None,
    trust_code: typed.TrustCode = False,
    output: typed.Output = None,
    set_: Annotated[
        typed.Many,
        typer.Option(
            "--set", help="FEATURE=VALUE (or missing): what AFTER sees on all candidates."
        ),
    ] = None,
    shown: typed.Shown = None,
    seed: typed.Seed = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Compare two orders: the change of every exposure ratio, who gains, who loses, and quality."""
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli import given, options
    from fairshelf.reports.comparing import compared_json, compared_text

    options.languages(lang)
    if candidates and log:
        raise UsageError("compare_both")
    if not candidates and not log and _are_results(before, after):
        _results(Path(before), Path(after), as_json=as_json, lang=terminal.language(lang))
        return
    settings = given.settings(
        config, attribute=attribute, standard=standard, map=map_, reference=reference, seed=seed
    )
    from fairshelf.audits.pipeline import compare as engine
    from fairshelf.audits.pipeline.replay import ModelAsk

    with terminal.progress(quiet=as_json, lang=lang) as stage:
        if candidates:
            ask = ModelAsk(
                before, tuple(feature or ()), tuple(trust or ()), trust_code, output, shown
            )
            asks = engine.twice(ask, after, options.pairs("--set", set_ or []))
            found = engine.compare_models(asks, candidates, sellers, settings, stage)
        elif log:
            found = engine.compare_arms(log, (before, after), sellers, settings, stage)
        else:
            found = engine.compare_logs(before, after, sellers, settings, stage)
    if as_json:
        terminal.say_plain(compared_json(found))
    else:
        terminal.say(compared_text(found, terminal.language(lang)))


def _are_results(before: str, after: str) -> bool:
    """Tell two results from two logs; refuse results beside what are none.

    Raises
    ------
    UsageError
        ``compare_mixed``; ``gate_file_missing``: there is no file of that name.
    """
    from fairshelf.audits.errors import UsageError
    from fairshelf.cli.checking import is_results

    told = [is_results(Path(name)) for name in (before, after)]
    if any(told) and not all(told):
        results, other = (before, after) if told[0] else (after, before)
        raise UsageError("compare_mixed", results=results, other=other)
    return all(told)


def _results(before: Path, after: Path, *, as_json: bool, lang: str) -> None:
    from fairshelf.audits.errors import UsageError
    from fairshelf.audits.pipeline.compare_results import compare_results
    from fairshelf.reports.comparing import compared_json, results_text
    from fairshelf.reports.exports import load_results

    told = []
    for file in (before, after):
        try:
            told.append(load_results(file.read_bytes()))
        except OSError as error:
            raise UsageError("results_file", file=str(file)) from error
    names = (before.name, after.name)
    if before.name == after.name:  # most are called results.json
        names = (str(before), str(after))
    found = compare_results(told[0], told[1], names)
    if as_json:
        terminal.say_plain(compared_json(found))
    else:
        terminal.say(results_text(found, lang))
