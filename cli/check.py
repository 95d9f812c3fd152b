"""``audit check``: hold results, a log or a ranking model against rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fairshelf.cli import terminal

if TYPE_CHECKING:
    import datetime as dt

    from fairshelf.audits.config import Settings
    from fairshelf.audits.results import Results

Many = list[str] | None
FAIL_ON = ("error", "warn", "inconclusive")
INCONCLUSIVE = 4


def check(
    data: Annotated[
        list[str], typer.Argument(help="results.json, a log, or candidate sets with --model.")
    ],
    model: Annotated[
        str | None, typer.Option(help="Rank the candidate sets by this model.")
    ] = None,
    sellers: Annotated[str | None, typer.Option(help="A table of sellers.")] = None,
    catalogue: Annotated[
        str | None, typer.Option(help="A table of what could have been shown.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="audit.toml, or a pyproject.toml.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="results.json that rules with “baseline” are held against.")
    ] = None,
    rule: Annotated[
        Many, typer.Option(help="A further rule: 'exposure_ratio[group=\"rural\"] >= 0.8'.")
    ] = None,
    format_: Annotated[
        Many,
        typer.Option("--format", help="text, json, junit, github, gitlab, markdown, sarif; =FILE."),
    ] = None,
    fail_on: Annotated[str, typer.Option(help="error, warn or inconclusive.")] = "error",
    map_: Annotated[
        Many, typer.Option("--map", help="canonical=heading: which column is which.")
    ] = None,
    attribute: Annotated[
        Many, typer.Option(help="NAME or NAME=HEADING: how to group sellers; A*B for both.")
    ] = None,
    feature: Annotated[
        Many, typer.Option(help="A column the model reads, in its order, where it names none.")
    ] = None,
    trust: Annotated[
        Many, typer.Option(help="A type in a skops file that may be built, too.")
    ] = None,
    trust_code: Annotated[
        bool, typer.Option("--trust-code", help="Let module:function run.")
    ] = False,
    shown: Annotated[
        int | None, typer.Option(min=1, help="How many candidates of a request are shown.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Keep the results here, as a later baseline.")
    ] = None,
    today: Annotated[str | None, typer.Option(help="The day for waivers: 2027-01-31.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Hold results against rules: exit 0 kept, 1 breached, 4 inconclusive where that is asked."""
    from fairshelf.audits import config as settings_file
    from fairshelf.audits.errors import UsageError
    from fairshelf.audits.gate import decide, load_gate
    from fairshelf.cli import options, output
    from fairshelf.reports.exports import results_json
    from fairshelf.reports.verdicts import render
    from fairshelf.reports.wording import Words

    options.languages(lang)
    if fail_on not in FAIL_ON:
        raise UsageError("check_fail_on", typed=fail_on)
    forms = options.forms(format_ or ["text"])
    gate = load_gate(config, tuple(rule or ()))
    day = _day(today)
    before = _results(baseline) if baseline else None
    settings = settings_file.load(
        config,
        options.given(
            attributes=options.attributes(attribute or []),
            map=options.pairs("--map", map_ or []),
            seed=seed,
        ),
    )
    asked = (model, tuple(feature or ()), tuple(trust or ()), trust_code, shown)
    results = _judged(data, asked, sellers, catalogue, settings)
    if save is not None:
        output.write_new_bytes(save, results_json(results))
    verdicts = decide(gate, results, before, day)
    words = Words(terminal.language(lang))
    for form, place in forms:
        told = render(form, verdicts, gate.file, words)
        if place is None:
            terminal.say_plain(told)
        else:
            output.put_over(place, told, append=form == "markdown")
    states = {one.state for one in verdicts if one.level == "error"}
    loud = {one.state for one in verdicts if one.level != "off"}
    if states & {"breach", "missing"} or (fail_on == "warn" and loud & {"breach", "missing"}):
        terminal.leave(1)
    if fail_on == "inconclusive" and "inconclusive" in states:
        terminal.leave(INCONCLUSIVE)


def _day(typed: str | None) -> dt.date:
    import datetime as dt

    from fairshelf.audits.errors import UsageError

    if typed is None:
        return dt.datetime.now(tz=dt.UTC).date()
    try:
        return dt.date.fromisoformat(typed)
    except ValueError as error:
        raise UsageError("check_date", typed=typed) from error


def _results(file: Path) -> Results:
    from fairshelf.audits.errors import UsageError
    from fairshelf.reports.exports import load_results

    try:
        return load_results(file.read_bytes())
    except OSError as error:
        raise UsageError("results_file", file=str(file)) from error


def _judged(
    data: list[str],
    asked: tuple[str | None, tuple[str, ...], tuple[str, ...], bool, int | None],
    sellers: str | None,
    catalogue: str | None,
    settings: Settings,
) -> Results:
    model, features, trust, trust_code, shown = asked
    if model is not None:
        from fairshelf.audits.pipeline.replay import ModelAsk, replay

        ask = ModelAsk(model, features, trust, trust_code, None, shown)
        return replay(ask, data, sellers, catalogue, settings).results
    if len(data) == 1 and _is_results(Path(data[0])):
        return _results(Path(data[0]))
    from fairshelf.audits.pipeline import audit

    return audit(data, sellers, catalogue, settings).results


def _is_results(file: Path) -> bool:
    """Tell results from a log in JSON: by its first bytes, which name the schema's version."""
    try:
        with file.open("rb") as stream:
            return b'"schema_version"' in stream.read(200)
    except OSError:
        return False
