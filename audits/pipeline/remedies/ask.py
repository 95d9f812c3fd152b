"""What is asked of remedies, and the records that they end in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.pipeline.heads import Head
    from fairshelf.audits.pipeline.replay import ModelAsk
    from fairshelf.audits.remedies.cooperative import Pooling
    from fairshelf.audits.remedies.deliberation import Deliberation
    from fairshelf.audits.remedies.frontier import Frontier
    from fairshelf.audits.remedies.horizon import Horizon
    from fairshelf.audits.remedies.points import Ranged
    from fairshelf.audits.remedies.quality import GapSplit
    from fairshelf.audits.remedies.rules.verify import Held
    from fairshelf.audits.remedies.scorecard import Priority
    from fairshelf.audits.remedies.sharing import Rule as LevyRule
    from fairshelf.audits.remedies.stakeholders import Party
    from fairshelf.audits.replay.effects import Effect

Worth = Literal["answers", "clicks", "orders", "revenue", "ndcg", "likeness"]
"""What utility is; ``likeness`` to the present order where nothing says what anything is worth."""

Utility = Literal["answers", "clicks", "orders", "revenue", "ndcg"]
CHANCES: tuple[Utility, ...] = ("clicks", "orders", "revenue")
"""Utilities for which the worth of a candidate is a chance, 0 to 1."""

LevyOn = Literal["exposure", "revenue"]


@dataclass(frozen=True, slots=True)
class RemedyAsk:
    """What is asked.

    Attributes
    ----------
    what
        Names of rules; empty for those that need nothing beyond the candidates.
    strengths
        Rule -> strengths, where others than the usual ones are wanted.
    group
        The group to help; the first that is held against a reference where not given.
    target
        The exposure ratio to reach.
    neutral
        (feature, value): what the model is shown instead, as a remedy of its own.
    fresh
        (feature, below): newcomers are candidates whose feature lies below a value.
    own
        (feature, boost): candidates with 1 in it had this much added to their scores.
    lift, quantile
        Features of the group's listings to lift (a trailing ``-`` where less is better), and to
        which quantile of the reference.
    coop, patronage
        Attribute whose groups are co-operatives, or ``county``, or ``group``; share of the proceeds
        that is split by what each member delivers.
    levy, levy_on, levy_rule
        Rate of a levy on exposure (or revenue) above proportional, and how it is returned.
    utility
        What the price is told in. The worth of candidates times the attention of their places:
        ``answers`` where the worth is in whatever units, ``clicks`` or ``orders`` where it is the
        chance of one by who looks, ``revenue`` for the chance of an order times the price; or
        ``ndcg``.
    forecast
        A model whose score is that chance; None for the column ``relevance``.
    horizon
        Whether the feedback over time is simulated.
    stakeholders
        A file that says what each party accepts.
    """

    what: tuple[str, ...] = ()
    strengths: dict[str, tuple[float, ...]] = field(default_factory=dict)
    group: str | None = None
    target: float = 0.8
    neutral: tuple[tuple[str, str], ...] = ()
    fresh: tuple[str, float] | None = None
    own: tuple[str, float] | None = None
    lift: tuple[str, ...] = ()
    quantile: float = 0.5
    coop: str | None = None
    patronage: float | None = None
    levy: float | None = None
    levy_on: LevyOn = "exposure"
    levy_rule: LevyRule = "by_need"
    utility: Utility = "answers"
    forecast: ModelAsk | None = None
    horizon: bool = False
    stakeholders: Path | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule at one strength.

    ``ratio`` is the exposure ratio it leaves, ``utility`` what users get, relative to the present
    order (1 is as now). ``held``: whether the output has what the rule promises.
    """

    remedy: str
    strength: float
    effect: Effect
    ratio: Ranged
    utility: Ranged
    held: Held | None


@dataclass(frozen=True, slots=True)
class AtTarget:
    """What it takes of a rule to reach the target.

    ``at`` is the rule run at that strength: the least found between those tried, for rules of
    whole steps the first that was tried. None where no strength tried reaches it. ``nearest`` is
    the ratio tried that came nearest to the target.
    """

    remedy: str
    target: float
    at: Tried | None
    nearest: float


@dataclass(frozen=True, slots=True)
class Cooperatives:
    """What pooling changes: features pooled, exposure ratio, households, who gains and loses.

    ``names`` are the storefronts' in the order of ``pooling.storefronts``, empty where the group is
    one; ``unplaced`` sellers of the group have no co-operative (their county is not known).
    """

    coop: str
    features: tuple[str, ...]
    members: int
    storefronts: int
    unplaced: int
    names: tuple[str, ...]
    pooling: Pooling
    split: Pooling | None
    effect: Effect


@dataclass(frozen=True, slots=True)
class LiftedFeature:
    """A feature that was lifted: to what, on how many of the group's candidates, of how many."""

    feature: str
    target: float
    raised: int
    missing: int
    candidates: int


@dataclass(frozen=True, slots=True)
class Training:
    """What lifting listing quality changes, and how much of the gap that closes.

    ``split`` is None where nothing says what the rule without the location would be.
    """

    quantile: float
    features: tuple[LiftedFeature, ...]
    effect: Effect
    split: GapSplit | None


@dataclass(frozen=True, slots=True)
class Levy:
    """A levy in sums: no seller is named."""

    on: LevyOn
    rule: LevyRule
    rate: float
    pot: float
    returned: float
    kept: float
    gini: tuple[float, float]
    ratio: tuple[float, float]
    payers: tuple[int, int]
    receivers: int
    held: float


@dataclass(frozen=True, slots=True)
class Remedies:
    """What ``remedy.json`` holds.

    ``worth``: what utility is; ``likeness`` where nothing says how good candidates are, and it is
    how much of the attention stays where the present order puts it.
    ``points`` begins with the present order (remedy ``present``); ``front`` is over all of them.
    ``priorities`` are (seller, what training would gain it), for whoever runs the training; no page
    shows them.
    """

    head: Head
    attribute: str
    group: str
    reference: str
    sellers: tuple[int, int]
    worth: Worth
    points: tuple[Tried, ...]
    front: Frontier
    targets: tuple[AtTarget, ...]
    coop: Cooperatives | None
    training: Training | None
    levy: Levy | None
    horizon: Horizon | None
    parties: tuple[Party, ...]
    deliberation: Deliberation | None
    priorities: tuple[tuple[str, Priority], ...] = ()

    @property
    def present(self) -> Tried:
        """The present order."""
        return self.points[0]


def as_asked(ask: RemedyAsk) -> dict[str, Any]:
    """Give what was asked as plain values, for the record."""
    return {
        "what": list(ask.what),
        "strengths": {name: list(values) for name, values in ask.strengths.items()},
        "group": ask.group,
        "target": ask.target,
        "neutral": dict(ask.neutral),
        "fresh": list(ask.fresh) if ask.fresh else None,
        "own": list(ask.own) if ask.own else None,
        "lift": list(ask.lift),
        "quantile": ask.quantile,
        "coop": ask.coop,
        "patronage": ask.patronage,
        "levy": ask.levy,
        "levy_on": ask.levy_on,
        "levy_rule": ask.levy_rule,
        "utility": ask.utility,
        "forecast": PurePath(ask.forecast.model).name if ask.forecast else None,
        "horizon": ask.horizon,
        "stakeholders": ask.stakeholders.name if ask.stakeholders else None,
    }
