"""Remedies on candidate sets, in their order: rules, pooling, training, sharing, front, parties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.pipeline.choices import choices
from fairshelf.audits.pipeline.heads import head
from fairshelf.audits.pipeline.remedies.alone import priorities
from fairshelf.audits.pipeline.remedies.ask import AtTarget, Remedies, as_asked
from fairshelf.audits.pipeline.remedies.catalogue import RULES, chosen, try_rule
from fairshelf.audits.pipeline.remedies.parties import option_of
from fairshelf.audits.pipeline.remedies.people import cooperatives, levy, training
from fairshelf.audits.pipeline.remedies.scene import scene, tried
from fairshelf.audits.remedies.deliberation import deliberate
from fairshelf.audits.remedies.frontier import frontier
from fairshelf.audits.remedies.horizon import default_assumptions, simulate
from fairshelf.audits.remedies.points import Point
from fairshelf.audits.remedies.stakeholders import load_stakeholders
from fairshelf.audits.remedies.target import Curve, reaching
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline.choices import Choices, Contrast
    from fairshelf.audits.pipeline.remedies.ask import RemedyAsk, Tried
    from fairshelf.audits.pipeline.remedies.scene import Scene
    from fairshelf.audits.pipeline.replay import ModelAsk
    from fairshelf.audits.remedies.horizon import Horizon

PRESENT = "present"
"""Name of the order as it is, among the points."""


def remedies(
    model: ModelAsk | None,
    ask: RemedyAsk,
    candidates: Sequence[str],
    sellers: str | None,
    settings: Settings,
    stage: Callable[[str], None] = lambda _: None,
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
        Told the name of each stage.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.choices.choices`, ``chosen``, ``load_stakeholders``;
        ``unknown_group``.
    """
    names = [rule.name for rule in RULES]
    parties = load_stakeholders(ask.stakeholders, names) if ask.stakeholders else ()
    with choices(model, candidates, sellers, settings, stage) as given:
        contrast = _contrast(given, ask.group)
        here = scene(given, contrast, settings, ask.utility)
        points = [tried(here, PRESENT, 0.0, given.place)]
        options = [option_of(here, points[0], given.place)] if parties else []
        for rule in chosen(here, ask):
            stage(f"remedy {rule.name}")
            for point, place in try_rule(here, ask, rule):
                points.append(point)
                options += [option_of(here, point, place)] if parties else []
        front = frontier([Point(p.remedy, p.strength, p.ratio, p.utility) for p in points], 0)
        stage("remedy people")
        pooled = cooperatives(here, ask, ask.coop) if ask.coop else None
        lifted = training(here, ask) if ask.lift else None
        first = priorities(here, ask.lift, ask.quantile) if ask.lift else ()
        shared = levy(here, ask, ask.levy) if ask.levy is not None else None
        over_time = _horizon(here, settings) if ask.horizon else None
        limits = [Message("remedy_limit_scope", {})]
        if here.worth == "likeness":
            limits.append(Message("remedy_limit_likeness", {}))
        if given.ranker is None:
            limits.append(Message("remedy_limit_shown_only", {}))
        if pooled is not None:
            limits.append(Message("remedy_limit_pooling", {}))
        if over_time is not None:
            limits.append(Message("remedy_limit_horizon", {}))
        return Remedies(
            head=head(given, "remedy", as_asked(ask), settings, ((), limits)),
            attribute=contrast.attribute,
            group=contrast.group,
            reference=contrast.reference,
            sellers=(int(contrast.sides[0].sum()), int(contrast.sides[1].sum())),
            worth=here.worth,
            points=tuple(points),
            front=front,
            targets=_targets(points, ask.target),
            coop=pooled,
            training=lifted,
            levy=shared,
            horizon=over_time,
            parties=parties,
            priorities=tuple((str(given.sellers[one.seller]), one) for one in first),
            deliberation=deliberate(parties, options) if parties else None,
        )


def _contrast(given: Choices, asked: str | None) -> Contrast:
    if asked is None:
        return given.contrasts[0]
    for one in given.contrasts:
        if asked in (one.group, f"{one.attribute}={one.group}"):
            return one
    if asked in {one.reference for one in given.contrasts}:
        raise UsageError("group_is_reference", group=asked)
    known = [one.group for one in given.contrasts]
    raise UsageError("unknown_group", typed=asked, suggestions=nearest(asked, known) or known)


def _targets(points: Sequence[Tried], target: float) -> tuple[AtTarget, ...]:
    """Find for each rule the strength at which the ratio reaches the target, and its cost."""
    told = []
    for name in dict.fromkeys(point.remedy for point in points[1:]):
        curve = [points[0], *(point for point in points[1:] if point.remedy == name)]
        rising = [curve[0]]
        rising += [p for p in curve[1:] if p.strength > rising[-1].strength]
        cost = np.array([1 - point.utility.value for point in rising])
        ends = [point.utility.bounds or (np.nan, np.nan) for point in rising]
        found = reaching(
            Curve(
                np.array([point.strength for point in rising]),
                np.array([point.ratio.value for point in rising]),
                cost,
                np.array([1 - high for _, high in ends]),
                np.array([1 - low for low, _ in ends]),
            ),
            target,
        )
        told.append(AtTarget(name, found))
    return tuple(told)


def _horizon(here: Scene, settings: Settings) -> Horizon:
    rng = np.random.default_rng([settings.seed, len(RULES)])
    return simulate(here.lists, here.attention, default_assumptions(), rng)
