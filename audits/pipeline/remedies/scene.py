"""The candidates of one contrast as every remedy sees them, and what another order brings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError
from fairshelf.audits.inference.linear import linear_interval
from fairshelf.audits.pipeline.remedies.ask import CHANCES, Tried, Worth
from fairshelf.audits.pipeline.whatif import changed
from fairshelf.audits.remedies.lists import Lists
from fairshelf.audits.remedies.paired import Trace, ratio_influences
from fairshelf.audits.remedies.points import Ranged
from fairshelf.audits.replay.effects import exposure_by_seller, ndcg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline.choices import Choices
    from fairshelf.audits.pipeline.contrasts import Contrast
    from fairshelf.audits.pipeline.remedies.ask import Utility
    from fairshelf.audits.remedies.rules.verify import Held
    from fairshelf.audits.replay.effects import Effect
    from fairshelf.audits.replay.effects import Utility as Effects

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Candidates, the contrast, and what they are worth.

    Attributes
    ----------
    given
        The candidate sets, with a worth for each: the data's, or where they have none the attention
        of its present place, so that utility says how like the present order another is.
    contrast
        The group and its reference.
    lists
        The same as a rule is given them.
    attention
        Attention by place from 1, shape (longest list,).
    worth
        Which of the two the worth is.
    settings
        Browsing, level, seed.
    """

    given: Choices
    contrast: Contrast
    lists: Lists
    attention: Floats
    worth: Worth
    settings: Settings


def scene(
    given: Choices, contrast: Contrast, settings: Settings, utility: Utility = "answers"
) -> Scene:
    """Lay the candidates of a contrast out for rules.

    Candidates without a score stand last and are given less than any; one without a price brings
    no revenue.

    Raises
    ------
    UsageError
        ``remedy_needs``: utility is asked for in what the candidates do not say;
        ``worth_no_chance``: in clicks, orders or revenue, where the worth is no chance of them;
        ``forecast_of_what``: a forecast is given, and not said of what.
    """
    attention = given.by_place(settings.browsing[0])
    worth = given.sets.worth
    known = worth is not None and bool(worth.any())
    if utility != "answers" and not known:
        raise UsageError("remedy_needs", remedy=utility, needs="worth")
    if utility == "answers" and given.forecast is not None:
        raise UsageError("forecast_of_what", model=given.forecast.name)
    if utility in CHANCES and worth is not None and worth.max() > 1:
        raise UsageError("worth_no_chance", utility=utility, most=float(worth.max()))
    kind: Worth = utility
    if utility == "revenue":
        if "price" not in given.extra:
            raise UsageError("remedy_needs", remedy=utility, needs="price")
        worth = np.nan_to_num(given.extra["price"]) * (0.0 if worth is None else worth)
    if not known:
        kind, worth = "likeness", given.attention(settings.browsing[0], given.place)
    given = replace(given, sets=replace(given.sets, worth=worth))
    score = given.score
    if np.isnan(score).any():
        score = np.where(np.isnan(score), np.nanmin(score) - 1.0, score)
    lists = Lists(
        start=given.start,
        score=score,
        worth=given.sets.worth if known else None,
        seller=given.sets.seller,
        protected=contrast.sides[0][given.sets.seller],
    )
    return Scene(given, contrast, lists, attention, kind, settings)


def tried(
    here: Scene, remedy: str, strength: float, place: Ints, held: Held | None = None
) -> Tried:
    """Measure what a rule's order brings."""
    effect = changed(here.given, here.contrast, place, here.settings)
    return Tried(
        remedy=remedy,
        strength=strength,
        effect=effect,
        ratio=ratio_of(here, place),
        utility=_relative(effect.ndcg, absolute=True)
        if here.worth == "ndcg"
        else _relative(effect.clicks),
        held=held,
    )


def _relative(one: Effects | None, *, absolute: bool = False) -> Ranged:
    """Give utility as a multiple of the present; a change of NDCG is absolute and is divided."""
    if one is None or (absolute and one.before <= 0):
        return Ranged(float("nan"))
    change, by = one.change, one.before if absolute else 1.0
    ends = (None if end is None else 1 + end / by for end in (change.low, change.high))
    return Ranged(1 + change.value / by, *ends)


def exposure(here: Scene, place: Ints) -> Floats:
    """Give each seller's exposure per request under other places, shape (S,)."""
    attention = here.given.attention(here.settings.browsing[0], place)
    return exposure_by_seller(here.given.sets, attention)


def by_request(here: Scene, place: Ints) -> tuple[Floats, Floats]:
    """Give the exposure of the group and of its reference in each request, shape (Q,) each."""
    sets = here.given.sets
    attention = here.given.attention(here.settings.browsing[0], place)
    told = [
        np.bincount(sets.request, weights=attention * side[sets.seller], minlength=sets.requests)
        for side in here.contrast.sides
    ]
    return told[0] / sets.requests, told[1] / sets.requests


def ratio_of(here: Scene, place: Ints, units: Floats | None = None) -> Ranged:
    """Give the exposure ratio under some places, with its interval over sellers and requests.

    The t interval on the logarithm that :func:`fairshelf.audits.replay.paired.change_of_ratio`
    gives a change.

    Parameters
    ----------
    here, place
        The candidates and their places.
    units
        What exposure is divided by, of each seller, shape (S,); its candidates where not given.
    """
    group, reference = here.contrast.sides
    kept = group | reference
    per = here.given.sets.appearances if units is None else units
    held, by = exposure(here, place)[kept], np.asarray(per[kept], dtype=np.float64)
    protected = group[kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = held[protected].sum() / by[protected].sum()
        ratio = float(mean / (held[~protected].sum() / by[~protected].sum()))
    influences = ratio_influences(held, by, protected, by_request(here, place))
    if influences is None or not 0 < ratio < np.inf:
        return Ranged(ratio)
    interval = linear_interval(
        ratio, influences, df=_freedom(here), level=here.settings.level, scale="log", null=1.0
    )
    return Ranged(ratio, interval.low, interval.high)


def _freedom(here: Scene) -> int:
    """Give the degrees of freedom of an exposure ratio: the fewest sellers or requests, less 1."""
    sides = (int(side.sum()) for side in here.contrast.sides)
    return min(*sides, here.given.sets.requests) - 1


def trace(here: Scene, place: Ints) -> Trace | None:
    """Give what sellers and requests add to ratio and utility under some places.

    None where either has no interval.
    """
    group, reference = here.contrast.sides
    kept, sets = group | reference, here.given.sets
    held, units = exposure(here, place)[kept], sets.appearances[kept].astype(np.float64)
    influences = ratio_influences(held, units, group[kept], by_request(here, place))
    if influences is None:
        return None
    ratio = ratio_of(here, place).value
    return Trace(ratio, influences, _utility_by_request(here, place), _freedom(here))


def _utility_by_request(here: Scene, place: Ints) -> Floats:
    """Give what each request is worth; NDCG only of those that have one."""
    sets = here.given.sets
    if here.worth == "ndcg":
        told = ndcg(sets, place)
        return told[np.isfinite(told)]
    attention = here.given.attention(here.settings.browsing[0], place)
    worth = np.zeros(place.size) if sets.worth is None else sets.worth
    sums = np.bincount(sets.request, weights=worth * attention, minlength=sets.requests)
    return np.asarray(sums, dtype=np.float64)


def base_of(here: Scene, present: Trace) -> Floats:
    """Give what utility is a share of, by request: the present one, of NDCG its mean."""
    if here.worth == "ndcg":
        return np.full(present.utility.size, present.utility.mean())
    return present.utility


def effect_of(here: Scene, place: Ints) -> Effect:
    """Measure what other places change for the contrast."""
    return changed(here.given, here.contrast, place, here.settings)
