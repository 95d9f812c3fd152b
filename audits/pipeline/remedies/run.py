"""Remedies on candidate sets, in their order: rules, pooling, training, sharing, front, parties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.groups.spoken import level_named
from fairshelf.audits.pipeline.choices import Beyond, choices
from fairshelf.audits.pipeline.contrasts import Contrast
from fairshelf.audits.pipeline.heads import head
from fairshelf.audits.pipeline.remedies.alone import priorities
from fairshelf.audits.pipeline.remedies.ask import AtTarget, Remedies, as_asked
from fairshelf.audits.pipeline.remedies.catalogue import (
    RULES,
    Rule,
    chosen,
    require_known,
    run_once,
    try_rule,
)
from fairshelf.audits.pipeline.remedies.parties import option_of
from fairshelf.audits.pipeline.remedies.people import (
    BY_COUNTY,
    cooperatives,
    levy,
    require_coop,
    training,
)
from fairshelf.audits.pipeline.remedies.scene import base_of, scene, trace, tried
from fairshelf.audits.remedies.deliberation import deliberate
from fairshelf.audits.remedies.frontier import frontier
from fairshelf.audits.remedies.horizon import default_assumptions, simulate
from fairshelf.audits.remedies.paired import clearly_better
from fairshelf.audits.remedies.points import PRESENT, Point
from fairshelf.audits.remedies.stakeholders import load_stakeholders
from fairshelf.audits.replay.prediction import ANSWERS
from fairshelf.audits.results import Message
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline.choices import Choices
    from fairshelf.audits.pipeline.remedies.ask import RemedyAsk, Tried
    from fairshelf.audits.pipeline.remedies.scene import Scene
    from fairshelf.audits.pipeline.replay import ModelAsk
    from fairshelf.audits.remedies.horizon import Horizon
    from fairshelf.audits.remedies.paired import Better, Trace
    from fairshelf.audits.stages import Stages

HALVINGS = 5
"""Runs by which the strength that reaches a target is narrowed down to a 32nd of a step."""


def remedies(
    model: ModelAsk | None,
    ask: RemedyAsk,
    candidates: Sequence[str],
    sellers: str | None,
    settings: Settings,
    stage: Stages = QUIET,
) -> Remedies:
    """Work out what remedies would change, for whom, and at what price.

    Parameters
    ----------
    model
        The model whose order is the present one; None for the order that was observed.
    ask
        Which remedies.
    candidates, sellers
        Candidate sets (or a log) and the table of sellers.
    settings
        Attributes, references, browsing (the first model), ``cutoffs``, ``level``, ``seed``.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.choices.choices`, ``require_known``, ``chosen``,
        ``require_coop``, ``load_stakeholders``; ``unknown_group``.
    """
    names = [rule.name for rule in RULES]
    parties = load_stakeholders(ask.stakeholders, names) if ask.stakeholders else ()
    require_known(ask)
    require_coop(ask.coop, settings)
    beyond = Beyond(ask.coop == BY_COUNTY, ask.forecast)
    with choices(model, candidates, sellers, settings, stage, beyond) as given:
        contrast = _contrast(given, ask.group, settings)
        here = scene(given, contrast, settings, ask.utility)
        pooled = cooperatives(here, ask, ask.coop) if ask.coop else None
        points, traces = [tried(here, PRESENT, 0.0, given.place)], [trace(here, given.place)]
        options = [option_of(here, points[0], given.place)] if parties else []
        for rule in chosen(here, ask):
            stage(f"remedy {rule.name}")
            for point, place in try_rule(here, ask, rule, stage):
                points.append(point)
                traces.append(trace(here, place))
                options += [option_of(here, point, place)] if parties else []
        front = frontier(
            [Point(p.remedy, p.strength, p.ratio, p.utility) for p in points],
            0,
            _better(here, traces),
        )
        stage("people")
        lifted = training(here, ask) if ask.lift else None
        first = priorities(here, ask.lift, ask.quantile) if ask.lift else ()
        shared = levy(here, ask, ask.levy) if ask.levy is not None else None
        over_time = _horizon(here, settings) if ask.horizon else None
        stage("targets")
        targets = _targets(here, ask, points, stage)
        return Remedies(
            head=head(
                given,
                "remedy",
                as_asked(ask),
                settings,
                ((), [*_limits(here, ask), *_idle(ask, points)]),
            ),
            attribute=contrast.attribute,
            group=contrast.group,
            reference=contrast.reference,
            sellers=(int(contrast.sides[0].sum()), int(contrast.sides[1].sum())),
            worth=here.worth,
            points=tuple(points),
            front=front,
            targets=targets,
            coop=pooled,
            training=lifted,
            levy=shared,
            horizon=over_time,
            parties=parties,
            priorities=tuple((str(given.sellers[one.seller]), one) for one in first),
            deliberation=deliberate(parties, options) if parties else None,
        )


def _better(here: Scene, traces: Sequence[Trace | None]) -> tuple[Better | None, ...]:
    """Give for each order one that is better beyond doubt, the present one having a trace."""
    if traces[0] is None:
        return (None,) * len(traces)
    return clearly_better(traces, base_of(here, traces[0]), here.settings.level)


def _limits(here: Scene, ask: RemedyAsk) -> list[Message]:
    """Say what the figures rest on and do not say."""
    given = here.given
    told = {
        "remedy_limit_scope": True,
        "remedy_limit_likeness": here.worth == "likeness",
        "remedy_limit_gaps": given.slot is not None,
        "remedy_limit_answers": any(name in given.extra for name in ANSWERS),
        "remedy_limit_shown_only": given.ranker is None,
        "remedy_limit_pooling": ask.coop is not None,
        "remedy_limit_horizon": ask.horizon,
    }
    limits = [Message(code, {}) for code, holds in told.items() if holds]
    if given.forecast is not None:
        hindsight = given.forecast.kind == "column" and any(
            given.canonical(name) in ANSWERS for name in given.forecast.features or ()
        )
        code = "remedy_limit_hindsight" if hindsight else "remedy_limit_forecast"
        limits.append(Message(code, {"model": given.forecast.name}))
    return limits


def _idle(ask: RemedyAsk, points: Sequence[Tried]) -> list[Message]:
    """Name the rules that were asked for and had no strength to try: a boost of whoever leads."""
    run = {point.remedy for point in points}
    idle = [name for name in ask.what if name not in run]
    return [Message("remedy_limit_idle", {"remedies": idle})] if idle else []


def _contrast(given: Choices, asked: str | None, settings: Settings) -> Contrast:
    """Give the contrast whose group was asked for.

    A group that nobody asked to be the reference, and that is it by default, is held against the
    other of the two that has most sellers.
    """
    if asked is None:
        return given.contrasts[0]
    attribute, sign, level = asked.partition("=")
    among = [one for one in given.contrasts if one.attribute == attribute] if sign else []
    name, among = (level, among) if among else (asked, list(given.contrasts))
    known = [one.group for one in among]
    meant = level_named(name, [*known, *(one.reference for one in among)])
    for one in among:
        if one.group == meant:
            return one
    turned = [one for one in among if one.reference == meant]
    said = {name.partition(":")[0] for name in settings.reference}
    free = [one for one in turned if one.attribute.partition(":")[0] not in said]
    if free:
        other = max(free, key=lambda one: int(one.sides[0].sum()))
        return Contrast(other.attribute, other.reference, other.group, other.sides[::-1])
    if turned:
        raise UsageError("group_is_reference", group=asked)
    raise UsageError("unknown_group", typed=asked, suggestions=nearest(asked, known) or known)


def _targets(
    here: Scene, ask: RemedyAsk, points: Sequence[Tried], stage: Stages
) -> tuple[AtTarget, ...]:
    """Find for each rule the least strength at which it reaches the target, by running it."""
    told = []
    names = {point.remedy for point in points[1:]}
    for rule in stage.each([one for one in RULES if one.name in names], "rules"):
        runs = [point for point in points[1:] if point.remedy == rule.name]
        ratios = np.array([point.ratio.value for point in runs])
        positive = np.where((ratios > 0) & np.isfinite(ratios), ratios, np.nan)
        far = np.abs(np.log(positive / ask.target))
        nearest = float(ratios[np.nanargmin(far)]) if np.isfinite(far).any() else float("nan")
        first = next((n for n, one in enumerate(runs) if _there(one, points[0], ask)), None)
        at = None
        if first is not None:
            below = runs[first - 1].strength if first else 0.0
            at = _least(here, ask, rule, (below, runs[first]), points[0])
        told.append(AtTarget(rule.name, ask.target, at, nearest))
    return tuple(told)


def _there(point: Tried, present: Tried, ask: RemedyAsk) -> bool:
    """Say whether a ratio has reached the target from the side of the present one."""
    if present.ratio.value > ask.target:
        return point.ratio.value <= ask.target
    return point.ratio.value >= ask.target


def _least(
    here: Scene, ask: RemedyAsk, rule: Rule, between: tuple[float, Tried], present: Tried
) -> Tried:
    """Halve the way between a strength that falls short and one that does not, running the rule."""
    low, best = between
    if rule.whole:
        return best
    for _ in range(HALVINGS):
        middle = (low + best.strength) / 2
        one = run_once(here, ask, rule, middle)[0]
        if _there(one, present, ask):
            best = one
        else:
            low = middle
    return best


def _horizon(here: Scene, settings: Settings) -> Horizon:
    rng = np.random.default_rng([settings.seed, len(RULES)])
    return simulate(here.lists, here.attention, default_assumptions(), rng)
