"""``audit offpolicy``: what another policy would have earned, from logged propensities."""

from __future__ import annotations

from typing import Annotated

import typer

from fairshelf.cli import terminal, typed


def offpolicy(
    log: Annotated[list[str], typer.Argument(help="A log with propensities, one row a showing.")],
    policy: Annotated[
        str, typer.Option(help="The other policy: a table of listing, position, probability.")
    ],
    reward: Annotated[str, typer.Option(help="clicks or orders.")] = "clicks",
    clip: Annotated[float, typer.Option(min=1, help="Largest weight of the clipped one.")] = 10.0,
    arm: Annotated[str | None, typer.Option(help="Use the rows of this arm only.")] = None,
    map_: typed.Map = None,
    level: typed.Level = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Annotated[str | None, typer.Option(help="en or zh.")] = None,
) -> None:
    """Estimate what another policy would have earned, by inverse propensity weighting."""
    from fairshelf.audits.pipeline.offpolicy import PolicyAsk, estimate_policy
    from fairshelf.cli import given, options
    from fairshelf.reports.policies import policy_json, policy_text

    options.languages(lang)
    settings = given.settings(None, map=map_, level=level)
    with terminal.progress(quiet=as_json, lang=lang) as stage:
        found = estimate_policy(log, PolicyAsk(policy, reward, clip, arm), settings, stage)
    if as_json:
        terminal.say_plain(policy_json(found))
    else:
        terminal.say(policy_text(found, terminal.language(lang)))
