"""A whole study of observed orders: split, fit, try out of sample, tell what is rewarded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import DataError
from fairshelf.audits.rankers.fitting.baselines import baselines
from fairshelf.audits.rankers.fitting.importance import Curve, curve, importance
from fairshelf.audits.rankers.fitting.limits import limits
from fairshelf.audits.rankers.fitting.luce import FARTHEST
from fairshelf.audits.rankers.fitting.measures import MEASURES, Mean, by_list, mean_of
from fairshelf.audits.rankers.fitting.models import Surrogate, fit, fit_linear
from fairshelf.audits.rankers.fitting.split import How, split
from fairshelf.audits.rankers.fitting.spread import spread_of
from fairshelf.audits.rankers.fitting.verdict import Effect, Strength, Verdict, strength, verdicts
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from fairshelf.audits.rankers.fitting.baselines import Baseline
    from fairshelf.audits.rankers.fitting.design import Features
    from fairshelf.audits.rankers.fitting.lists import Lists
    from fairshelf.audits.rankers.fitting.models import Name
    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

CURVES = 4
"""Factors whose curve is drawn: those that shuffling costs most."""

MOST_SHARED = 0.5
"""Share of held-out entries whose listing was fitted to, from which trees may know them again."""

MOST_TRIED = 20_000
"""Held-out entries that factors are shuffled in; of more, lists are drawn."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wanted of a study; ``complete``: the lists hold what was not shown, too."""

    models: tuple[Name, ...] = ("linear", "boosted")
    disclosed: tuple[str, ...] = ()
    cutoff: int = 10
    level: float = 0.95
    seed: int = 0
    split: How | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """An order and how well it tells the held-out ones.

    ``kind``: ``model``, ``chance``, ``column`` or ``history``. ``over_best``: its pairs less
    that of the best single column (or chance), list by list. ``grade`` is that of a model.
    """

    kind: str
    name: str
    ascending: bool
    measures: dict[str, Mean]
    over_best: Mean | None = None
    grade: Strength | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Pairs a model loses when a factor is shuffled."""

    model: str
    factor: str
    lost: Mean


@dataclass(frozen=True, slots=True)
class Study:
    """What was found about observed orders.

    Attributes
    ----------
    how, lists_fitted, rows_fitted, lists_held, rows_held, shared
        The split (:class:`fairshelf.audits.rankers.fitting.split.Split`).
    orders
        Models and naive orders, tried out of sample.
    lead
        The model that tells most held-out pairs; ``grade`` is its strength.
    effects
        Of the linear model, fitted to all lists.
    losses, curves
        Of each model; of the leading one.
    verdicts
        Factor by factor.
    dropped
        (factor, why) of what could not enter.
    missing
        Factor -> rows without a value.
    settled
        Whether no factor settles the order by itself.
    shown_only
        Whether the candidates that were not shown are unknown.
    """

    how: str
    lists_fitted: int
    rows_fitted: int
    lists_held: int
    rows_held: int
    shared: float
    cutoff: int
    orders: tuple[Tried, ...]
    lead: str
    grade: Strength
    effects: tuple[Effect, ...]
    losses: tuple[Loss, ...]
    curves: tuple[Curve, ...]
    verdicts: tuple[Verdict, ...]
    dropped: tuple[tuple[str, str], ...]
    missing: dict[str, int]
    settled: bool
    shown_only: bool


def study(
    lists: Lists,
    features: Features,
    known: Mapping[str, Floats],
    time: Floats | None,
    unit: Integers,
    ask: Ask,
    stage: Stages = QUIET,
) -> tuple[Study, dict[str, Surrogate]]:
    """Fit surrogates to observed orders and see what they show.

    Parameters
    ----------
    lists
        The orders.
    features
        Of all rows of the table the lists come from.
    known
        Further columns that are held against the surrogates as naive orders (the platform's own
        score, orders, clicks ...), shape (rows,) each.
    time, unit
        When each row was shown (None: unknown), and what its request belongs to, shape (rows,).
    ask
        What is wanted.
    stage
        Told the stages as they begin, and how far they are.

    Returns
    -------
    The study, and the surrogates by name: fitted to all lists, to be kept.

    Raises
    ------
    DataError
        ``fit_too_few``: nothing is left to fit to or to try on.
    UsageError
        ``fit_needs_lightgbm``.
    """
    rng = np.random.default_rng(ask.seed)
    parts = split(lists, None if time is None else time[lists.rows], ask.split, rng)
    if not (parts.fitted.size and parts.held.size):
        raise DataError("fit_too_few", lists=lists.count, rows=lists.size)
    stage("fit")
    ours = {
        name: fit(name, parts.fitted, features.at(parts.fitted.rows), ask.seed)
        for name in stage.each(ask.models, "models")
    }
    stage("quality")
    held = features.at(parts.held.rows)
    units = _units(parts.how, parts.held, unit)
    naive = baselines(parts, {**features.numbers, **known}, ask.cutoff)
    models = {name: by_list(parts.held, one.score(held), ask.cutoff) for name, one in ours.items()}
    orders = _orders(models, naive, units, ask.level)
    tried = [one for one in orders if one.kind == "model"]
    lead = max(tried, key=lambda one: one.measures["pairs"].value)
    some = _some(parts.held, rng)
    seen, of_some = features.at(some.rows), _units(parts.how, some, unit)
    losses = tuple(
        Loss(name, factor, lost)
        for name, one in ours.items()
        for factor, lost in importance(
            some, seen, one.score, of_some, rng, ask.level, stage
        ).items()
    )
    stage("fit")
    whole = fit_linear(lists, features.at(lists.rows))
    effects = effects_of(whole, lists, features, ask.level)
    boosted = next((name for name in ask.models if name != "linear"), None)
    grade = lead.grade or "too_weak"
    found = Study(
        how=parts.how,
        lists_fitted=parts.fitted.count,
        rows_fitted=parts.fitted.size,
        lists_held=parts.held.count,
        rows_held=parts.held.size,
        shared=parts.shared,
        cutoff=ask.cutoff,
        orders=orders,
        lead=lead.name,
        grade=grade,
        effects=effects,
        losses=losses,
        curves=_curves(some, seen, ours[lead.name], losses, whole),  # type: ignore[index]
        verdicts=verdicts(
            effects,
            {
                one.factor: one.lost
                for one in losses
                if one.model == boosted and parts.shared < MOST_SHARED
            },
            tuple(features.groups),
            ask.disclosed,
            grade,
            complete=ask.complete,
        ),
        dropped=whole.design.dropped if whole.design else (),
        missing=dict(whole.design.missing) if whole.design else {},
        settled=whole.luce is not None and _is_settled(whole),
        shown_only=not ask.complete,
    )
    rest: dict[str, Surrogate] = {
        name: fit(name, lists, features.at(lists.rows), ask.seed)
        for name in ask.models
        if name != "linear"
    }
    return found, {"linear": whole, **rest}


def _is_settled(whole: Surrogate) -> bool:
    luce = whole.luce
    return bool(luce is not None and luce.settled and (np.abs(luce.weights) < FARTHEST).all())


def _units(how: str, lists: Lists, unit: Integers) -> Integers:
    """Give what each list belongs to; dealt lists are drawn apart and stand alone."""
    if how == "listings":
        return np.arange(lists.count)
    return unit[lists.rows[lists.starts[:-1]]]


def _orders(
    models: Mapping[Name, dict[str, Floats]],
    naive: tuple[Baseline, ...],
    units: Integers,
    level: float,
) -> tuple[Tried, ...]:
    simple = [one for one in naive if one.kind != "history"]
    best = max(simple, key=lambda one: float(np.nanmean(one.measures["pairs"])))
    told = []
    for name, found in models.items():
        means = {one: mean_of(found[one], units, level) for one in MEASURES}
        over = mean_of(found["pairs"] - best.measures["pairs"], units, level)
        told.append(Tried("model", name, False, means, over, strength(means["pairs"], over)))  # noqa: FBT003 - a model's scores
    for one in naive:
        means = {name: mean_of(one.measures[name], units, level) for name in MEASURES}
        if one.kind == "chance":
            means = {name: Mean(mean.value, None, None, mean.units) for name, mean in means.items()}
        told.append(Tried(one.kind, one.name, one.ascending, means))
    return tuple(told)


def _some(held: Lists, rng: np.random.Generator) -> Lists:
    """Give the held-out lists, or as many of them, drawn, as factors can be shuffled in."""
    if held.size <= MOST_TRIED:
        return held
    order = rng.permutation(held.count)
    chosen = np.zeros(held.count, dtype=bool)
    chosen[order[np.cumsum(held.lengths()[order]) <= MOST_TRIED]] = True
    return held.keep(chosen[held.number()])


def effects_of(
    whole: Surrogate, lists: Lists, features: Features, level: float
) -> tuple[Effect, ...]:
    """Give the linear model's coefficients with their intervals over sellers."""
    design, luce = whole.design, whole.luce
    if design is None or luce is None or not design.columns:
        return ()
    df = np.array([one.df for one in design.columns])
    fewest = limits().fewest_sellers
    df = np.where([one.sellers < fewest for one in design.columns], 0.0, df)
    found = spread_of(lists, design.matrix(features.at(lists.rows)), luce, df, level)
    told = []
    for place, one in enumerate(design.columns):
        low, high = float(found.low[place]), float(found.high[place])
        known = bool(np.isfinite(low))
        scale = ("log1p" if one.log1p else "plain") if one.kind == "number" else "yes_no"
        told.append(
            Effect(
                factor=one.factor,
                kind=one.kind,
                label=one.label,
                reference=design.reference.get(one.factor, ""),
                scale=scale,
                step=one.scale,
                weight=float(luce.weights[place]),
                se=float(found.se[place]) if known else None,
                df=one.df,
                odds=_odds(float(luce.weights[place])),
                low=_odds(low) if known else None,
                high=_odds(high) if known else None,
                p=float(found.p[place]) if known else None,
                sellers=one.sellers,
                indicative=one.sellers < limits().indicative,
            )
        )
    return tuple(told)


def _odds(weight: float) -> float:
    return float(np.exp(np.clip(weight, -700, 700)))


def _curves(
    lists: Lists,
    features: Features,
    lead: Surrogate,
    losses: tuple[Loss, ...],
    whole: Surrogate,
) -> tuple[Curve, ...]:
    """Draw the leading model's most telling factors, and every attribute of sellers."""
    own = sorted((one for one in losses if one.model == lead.name), key=lambda one: -one.lost.value)
    names = [one.factor for one in own[:CURVES] if one.lost.value > 0]
    names += [name for name in features.groups if name not in names]
    told = []
    for name in names:
        levels: tuple[str, ...] = ()
        if name not in features.numbers:
            levels = _levels(whole, name)
        told.append(curve(lists, features, lead.score, name, levels))
    return tuple(one for one in told if len(one.points) > 1)


def _levels(whole: Surrogate, factor: str) -> tuple[str, ...]:
    if whole.design is None or not whole.design.of(factor):
        return ()
    named = [one.label for one in whole.design.columns if one.factor == factor and one.label]
    return (whole.design.reference[factor], *named)
