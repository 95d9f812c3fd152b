"""Remedies that change listings and not the rule: storefronts that pool, quality that is lifted."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.groups.county_of import NOWHERE
from fairshelf.audits.pipeline.remedies.ask import (
    Cooperatives,
    Levy,
    LiftedFeature,
    Training,
)
from fairshelf.audits.pipeline.remedies.catalogue import column
from fairshelf.audits.pipeline.remedies.scene import by_request, effect_of, exposure
from fairshelf.audits.remedies.cooperative import (
    ALONE,
    patronage,
    pooled_rating,
    pooled_sum,
    pooling,
)
from fairshelf.audits.remedies.quality import Replays, gap_split, lifted
from fairshelf.audits.remedies.sharing import Accounts, share_benefits
from fairshelf.audits.replay.effects import FEWEST_REQUESTS
from fairshelf.audits.replay.whatif import equalised

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline.remedies.ask import RemedyAsk
    from fairshelf.audits.pipeline.remedies.scene import Scene
    from fairshelf.audits.rankers.records import Ranker
    from fairshelf.audits.remedies.quality import GapSplit

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

RATINGS = frozenset(("rating",))
"""Canonical columns that a storefront has the mean of."""

HISTORIES = frozenset(("reviews", "orders", "clicks", "sales"))
"""Columns that a storefront has the sum of."""

GROUP, BY_COUNTY = "group", "county"
USUAL = ("locality", "size", "cooperative")
"""Attributes that sellers are grouped by where none is asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Who pools with whom.

    ``codes``: the co-operative of each seller, -1 for none, shape (S,). ``names``: what each is
    called in the data, by code; empty for a single one that is the whole group.
    """

    codes: Ints
    names: tuple[str, ...]


def members_of(here: Scene, coop: str) -> Members:
    """Give the co-operative of each seller that has candidates.

    Parameters
    ----------
    here
        The candidates.
    coop
        ``group``: all sellers of the group together; ``county``: those of the group by county; else
        an attribute, each level of which is a co-operative.

    Raises
    ------
    UsageError
        ``remedy_unknown_coop``; ``remedy_no_regions``: nothing tells any member's county.
    """
    group = here.contrast.sides[0]
    if coop == GROUP:
        return Members(np.where(group, 0, ALONE), ())
    if coop == BY_COUNTY:
        counties = here.given.counties
        if counties is None or not (group & (counties.codes != NOWHERE)).any():
            raise UsageError("remedy_no_regions")
        return Members(np.where(group, counties.codes, ALONE), counties.names)
    exact = coop in {label.name for label in here.given.labels}
    for label in here.given.labels:
        if coop == (label.name if exact else label.name.partition(":")[0]):
            present = here.given.sets.appearances > 0
            known = (label.codes < len(label.levels) - 1) & present
            return Members(np.where(known, label.codes, ALONE).astype(np.int64), label.levels)
    names = [*(label.name for label in here.given.labels), BY_COUNTY, GROUP]
    raise UsageError("remedy_unknown_coop", typed=coop, suggestions=nearest(coop, names) or names)


def require_coop(coop: str | None, settings: Settings) -> None:
    """Refuse, before anything is read, a name that no attribute of these settings can bear.

    Raises
    ------
    UsageError
        ``remedy_unknown_coop``.
    """
    asked = [*settings.attributes, *settings.standard]
    known = {name.partition(":")[0] for name in (*asked, *USUAL, BY_COUNTY, GROUP)}
    if coop is None or coop.partition(":")[0] in known:
        return
    names = list(dict.fromkeys([*settings.attributes, *([] if asked else USUAL), BY_COUNTY, GROUP]))
    raise UsageError("remedy_unknown_coop", typed=coop, suggestions=nearest(coop, names) or names)


def cooperatives(here: Scene, ask: RemedyAsk, coop: str) -> Cooperatives:
    """Pool the listings of co-operatives into storefronts and rank again.

    Ratings become the storefront's mean weighted by reviews, counts of reviews and sales its sum,
    in the features that the model reads; all else stays.

    Raises
    ------
    UsageError
        As :func:`members_of`; ``remedy_no_history``: the model reads none of these.
    """
    who = members_of(here, coop)
    of_seller = who.codes
    features, names = _pooled(here, of_seller[here.given.sets.seller])
    place = here.given.ranked_by(here.given.scored(features))
    before, after = exposure(here, here.given.place), exposure(here, place)
    present = here.given.sets.appearances > 0
    split = None
    if ask.patronage is not None:
        volume = here.given.listings.astype(np.float64)
        given = patronage(after, volume, of_seller, ask.patronage)
        split = pooling(before[present], given[present], of_seller[present])
    members = of_seller[present] != ALONE
    told = pooling(before[present], after[present], of_seller[present])
    codes = [one.coop for one in told.storefronts]
    return Cooperatives(
        coop=coop,
        features=names,
        members=int(members.sum()),
        storefronts=len(codes),
        unplaced=int((here.contrast.sides[0] & present & (of_seller == ALONE)).sum()),
        names=tuple(who.names[code] for code in codes) if who.names else (),
        pooling=told,
        split=split,
        effect=effect_of(here, place),
    )


def _pooled(here: Scene, of_row: Ints) -> tuple[pa.Table, tuple[str, ...]]:
    features = here.given.features
    if features is None:
        raise UsageError("whatif_needs_model")
    kinds = {name: _kind(here, name) for name in features.column_names}
    if not any(kinds.values()):
        raise UsageError("remedy_no_history", features=features.column_names)
    histories = [name for name, kind in kinds.items() if kind == "sum"]
    weight = features[histories[0]].to_numpy() if histories else np.ones(of_row.size)
    _, first, back = np.unique(here.given.listing, return_index=True, return_inverse=True)
    changed = []
    for name, kind in kinds.items():
        if not kind:
            continue
        values = features[name].to_numpy()[first]
        pools = of_row[first]
        told = (
            pooled_rating(values, weight[first], pools)
            if kind == "mean"
            else pooled_sum(values, pools)
        )
        place = features.schema.get_field_index(name)
        features = features.set_column(place, name, pa.array(told[back]))
        changed.append(name)
    return features, tuple(changed)


def _kind(here: Scene, name: str) -> str:
    """Say whether a storefront has the mean or the sum of a feature; empty for neither."""
    ranker = here.given.ranker
    if ranker is not None and name in ranker.text:
        return ""
    both = {name, here.given.canonical(name)}
    return "mean" if both & RATINGS else "sum" if both & HISTORIES else ""


def training(here: Scene, ask: RemedyAsk) -> Training:
    """Lift features of the group's listings to a quantile of the reference and rank again.

    Raises
    ------
    UsageError
        ``whatif_needs_model``; ``remedy_unknown_column``.
    """
    features, ranker = here.given.features, here.given.ranker
    if features is None or ranker is None:
        raise UsageError("whatif_needs_model")
    group, reference = (side[here.given.sets.seller] for side in here.contrast.sides)
    told = []
    for typed in ask.lift:
        name = here.given.named(typed.removesuffix("-"))
        if name not in features.column_names:
            known = list(features.column_names)
            raise UsageError(
                "remedy_unknown_column", column=name, suggestions=nearest(name, known) or known
            )
        way = "lower" if typed.endswith("-") else "higher"
        one = lifted(column(here, name), group, reference, ask.quantile, way)  # type: ignore[arg-type]
        place = features.schema.get_field_index(name)
        features = features.set_column(place, name, pa.array(one.values))
        count = int(group.sum())
        told.append(LiftedFeature(name, one.target, one.raised, one.missing, count))
    place = here.given.ranked_by(here.given.scored(features))
    split = None
    if ask.neutral:
        bare = equalised(ranker, {here.given.named(n): value for n, value in ask.neutral})
        rule, both = (
            here.given.ranked_by(_scored(here, bare, one))
            for one in (here.given.features, features)
        )
        split = _split(here, (here.given.place, place, rule, both))
    return Training(ask.quantile, tuple(told), effect_of(here, place), split)


def _scored(here: Scene, ranker: Ranker, features: pa.Table | None) -> Floats:
    if features is None:
        raise UsageError("whatif_needs_model")
    return replace(here.given, ranker=ranker).scored(features)


def _split(here: Scene, places: tuple[Ints, Ints, Ints, Ints]) -> GapSplit:
    group, reference = here.contrast.sides
    kept = group | reference
    told = gap_split(
        Replays(*(exposure(here, place)[kept] for place in places)),
        here.given.sets.appearances[kept].astype(np.float64),
        group[kept],
        here.settings.level,
        Replays(*(by_request(here, place) for place in places)),
    )
    if here.given.sets.requests >= FEWEST_REQUESTS:
        return told
    bare = {one.name: replace(getattr(told, one.name), interval=None) for one in fields(told)}
    return replace(told, **bare)


def levy(here: Scene, ask: RemedyAsk, rate: float) -> Levy:
    """Levy a part of what each seller has above its proportional exposure and return it.

    Raises
    ------
    UsageError
        As :func:`members_of` where it is returned by co-operative; ``remedy_needs``: revenue that
        the candidates do not tell.
    """
    group, reference = here.contrast.sides
    kept = group | reference
    held = _held(here, ask)[kept]
    coop = volume = None
    if ask.levy_rule == "by_coop":
        coop = members_of(here, ask.coop or GROUP).codes[kept]
        volume = here.given.listings[kept].astype(np.float64)
    units = here.given.listings[kept].astype(np.float64)
    told = share_benefits(Accounts(held, units, group[kept], coop, volume), rate, ask.levy_rule)
    return Levy(
        on=ask.levy_on,
        rule=told.rule,
        rate=told.rate,
        pot=told.pot,
        returned=told.returned,
        kept=told.kept,
        gini=(told.gini_before, told.gini_after),
        ratio=(told.ratio_before, told.ratio_after),
        payers=(told.group.payers, told.reference.payers),
        receivers=told.group.receivers,
        held=float(held.sum()),
    )


def _held(here: Scene, ask: RemedyAsk) -> Floats:
    """Give what each seller holds: exposure a request, or revenue in all, shape (S,)."""
    if ask.levy_on == "exposure":
        return exposure(here, here.given.place)
    if "revenue" not in here.given.extra:
        raise UsageError("remedy_needs", remedy="levy", needs="revenue")
    told = np.maximum(np.nan_to_num(here.given.extra["revenue"]), 0.0)
    sellers = here.given.sets.appearances.size
    sums = np.bincount(here.given.sets.seller, weights=told, minlength=sellers)
    return np.asarray(sums, dtype=np.float64)
