"""How concentrated exposure is over listings and sellers, overall and within each group."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.annex.lists import steady
from fairshelf.audits.estimates.closed import beside, on_scale, with_interval
from fairshelf.audits.estimates.context import bare
from fairshelf.audits.inference.dominated import jackknifed
from fairshelf.audits.inference.influence import (
    atkinson_influence,
    gini_influence,
    hhi_influence,
    summed_by,
    theil_between_influence,
    theil_influence,
    top_share_influence,
)
from fairshelf.audits.inference.linear import Influences, onto, rescaled
from fairshelf.audits.metrics import (
    atkinson,
    coverage,
    gini,
    hhi,
    lorenz,
    theil,
    theil_split,
    top_count,
    top_share,
)
from fairshelf.audits.results import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.inference.linear import Scale
    from fairshelf.audits.results import Cell, Estimate

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Units:
    """Exposure of every unit of a scope, and the seller each belongs to (-1 for none)."""

    scope: str
    exposure: Floats
    seller: NDArray[np.int64]

    def within(self, mask: NDArray[np.bool_]) -> Units:
        """Keep the units of some sellers; ``mask`` has shape (sellers,)."""
        kept = (self.seller >= 0) & mask[self.seller]
        return Units(self.scope, self.exposure[kept], self.seller[kept])


def scopes(ctx: Context) -> list[Units]:
    """Give the exposure of listings and of sellers under the leading browsing model."""
    model = ctx.models[0]
    told = []
    listings = ctx.tally.listings
    if listings is not None:
        exposure = listings.counts.total(listings.counts.attention(model), listings.seller.size)
        kept = listings.in_catalogue
        told.append(Units("listings", exposure[kept], listings.seller[kept]))
    if ctx.has_sellers:
        told.append(
            Units("sellers", ctx.arrays.attention[model.name], np.arange(ctx.arrays.sellers))
        )
    return told


def concentration_estimates(
    ctx: Context, groupings: Sequence[Grouping], *, asked: frozenset[str] = frozenset()
) -> list[Estimate]:
    """Estimate Gini, top shares and coverage, overall and for each level of each attribute.

    And for each attribute the share of Theil's T that lies between its groups; T itself, HHI and
    Atkinson's index over all where they are ``asked`` for.
    """
    told: list[Estimate] = []
    for units in scopes(ctx):
        told += _of(ctx, units, None, None)
        told += [one for one in _annex(ctx, units) if one.metric in asked]
        told += [
            _between(ctx, units, grouping)
            for grouping in groupings
            if grouping.declared and ctx.has_sellers and units.exposure.sum() > 0
        ]
        told += _covered(ctx, units)
        for grouping in groupings:
            for level in grouping.levels:
                part = units.within(grouping.mask(level))
                if part.exposure.size:
                    told += _of(ctx, part, grouping.name, level)
    return told


def _of(ctx: Context, units: Units, attribute: str | None, level: str | None) -> list[Estimate]:
    sellers = np.unique(units.seller[units.seller >= 0])
    fixed = {
        "attribute": attribute,
        "group": level,
        "browsing": ctx.models[0].name,
        "scope": units.scope,
        "sellers": int(sellers.size) if ctx.has_sellers else None,
        "listings": int(units.exposure.size) if units.scope == "listings" else None,
        "requests": ctx.tally.requests,
    }
    start = bare("gini", value=gini(units.exposure), **fixed)
    held = units.exposure.sum() > 0
    x = units.exposure
    told = [start]
    if held:
        told = [_clustered(ctx, start, gini_influence(x), units, lambda kept: gini(x[kept]))]
    for top in ctx.top_shares if held else ():
        value = top_share(units.exposure, top)
        part = top_count(units.exposure.size, top) / units.exposure.size
        start = bare("top_share", value=value, cutoff=top, **fixed)
        if top.endswith("%") and part * units.exposure.size >= 1:
            without = partial(_top_share, x, top)
            start = _clustered(ctx, start, top_share_influence(x, part), units, without)
        told.append(start)
    return told


def _top_share(exposure: Floats, top: str, kept: Bools) -> float:
    return top_share(exposure[kept], top)


LABELLINGS = 999

CELLS = 500_000
"""Members that are drawn before they are summed up together."""

SAME = 1e-12
"""Between shares this close, or shares this small, rounding alone stands."""


def _between(ctx: Context, units: Units, grouping: Grouping) -> Estimate:
    """Estimate the share of Theil's T between groups, and how often chance alone gives as much.

    The share is above 0 even where labels mean nothing; the p-value is that of moving the labels
    between sellers.
    """
    own = units.seller >= 0
    exposure, seller = units.exposure[own], units.seller[own]
    code = grouping.code[seller]
    split = theil_split(exposure, code)
    start = bare(
        "theil_between_share",
        attribute=grouping.name,
        browsing=ctx.models[0].name,
        scope=units.scope,
        value=split.between_share,
        sellers=_count(seller),
        listings=int(exposure.size) if units.scope == "listings" else None,
        requests=ctx.tally.requests,
    )
    if ctx.question == "log" or not 0 < split.between_share < 1:
        return start
    influence = theil_between_influence(exposure, code)
    influence = (influence - split.between_share * theil_influence(exposure)) / split.total
    known = replace(units, exposure=exposure, seller=seller)
    found = _clustered(
        ctx,
        start,
        influence,
        known,
        lambda kept: theil_split(exposure[kept], code[kept]).between_share,
    )
    p_value = _chance(ctx, grouping, exposure, seller, split.between)
    return replace(steady(found), p_value=p_value)


def _chance(
    ctx: Context, grouping: Grouping, exposure: Floats, seller: NDArray[np.int64], between: float
) -> float:
    rng = ctx.rng("theil", grouping.name, str(exposure.size))
    held = np.bincount(seller, weights=exposure, minlength=ctx.arrays.sellers)
    counts = np.bincount(seller, minlength=ctx.arrays.sellers)
    both = np.stack([held / held.sum(), counts / counts.sum()])
    share, over = _moved(both, np.bincount(grouping.code), rng)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(share > 0, share * np.log(share / over), 0.0)
    as_much = int(np.count_nonzero(terms.sum(axis=1) >= between - SAME))
    return (as_much + 1) / (LABELLINGS + 1)


def _moved(
    amounts: Floats, sizes: NDArray[np.int64], rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Sum two amounts of the sellers, shape (2, S), by group under labels moved at random.

    Only the members of the smaller groups are drawn; the largest has what is left. Each sum has
    the shape (labellings, groups).
    """
    order = np.argsort(sizes, kind="stable")
    largest, others = order[-1], [group for group in order[:-1] if sizes[group]]
    drawn = sizes[others]
    starts, count = np.cumsum(drawn) - drawn, int(drawn.sum())
    told = np.zeros((2, LABELLINGS, sizes.size))
    step = max(1, CELLS // max(1, count))
    for start in range(0, LABELLINGS, step):
        block = told[:, start : start + step]
        chosen = [rng.choice(amounts.shape[1], count, replace=False) for _ in range(block.shape[1])]
        block[:, :, others] = np.add.reduceat(amounts[:, np.stack(chosen)], starts, axis=2)
    told[:, :, largest] = np.maximum(amounts.sum(axis=1)[:, None] - told.sum(axis=2), 0.0)
    told[told < SAME] = 0.0
    return told[0], told[1]


def _annex(ctx: Context, units: Units) -> list[Estimate]:
    if units.exposure.sum() <= 0:
        return []
    fixed = {
        "browsing": ctx.models[0].name,
        "scope": units.scope,
        "sellers": _count(units.seller[units.seller >= 0]),
        "listings": int(units.exposure.size) if units.scope == "listings" else None,
        "requests": ctx.tally.requests,
    }
    exposure = units.exposure
    told: tuple[tuple[str, Callable[[Floats], float], Floats], ...] = (
        ("hhi", hhi, hhi_influence(exposure)),
        ("theil", theil, theil_influence(exposure)),
        ("atkinson", atkinson, atkinson_influence(exposure)),
    )
    return [
        _clustered(
            ctx,
            bare(name, value=figure(exposure), **fixed),
            influence,
            units,
            partial(_of_kept, figure, exposure),
            "log" if name == "theil" else "logit",
        )
        for name, figure, influence in told
    ]


def _of_kept(figure: Callable[[Floats], float], exposure: Floats, kept: Bools) -> float:
    """Give a figure of some units; HHI as its influences are, with the number of units held."""
    held = kept.mean() if figure is hhi else 1.0
    return float(figure(exposure[kept]) * held)


def _clustered(
    ctx: Context,
    start: Estimate,
    influence: Floats,
    units: Units,
    figure: Callable[[Bools], float],
    scale: Scale = "logit",
) -> Estimate:
    """Put a seller-clustered interval on a figure of this log's length: requests stay fixed.

    ``figure`` is what it is of some of the units: where one seller dominates, the largest are left
    out in turn, and there is no interval where nothing is left without one of them.
    """
    if not ctx.has_sellers or ctx.question == "log":
        return start
    own = units.seller >= 0
    by_seller = summed_by(influence[own], units.seller[own], ctx.arrays.sellers)
    sellers = _count(units.seller[own])
    held = summed_by(units.exposure[own], units.seller[own], ctx.arrays.sellers)
    if held.max() >= _table()["dominant"] * units.exposure.sum():
        return _dominated(ctx, start, by_seller, held, units, figure, scale)
    grown = by_seller * (sellers / max(sellers - 1, 1)) ** 0.5
    found = with_interval(ctx, start, Influences(sellers=grown), sellers, scale)
    marked = found.low is not None and found.note is None and start.metric != "theil_between_share"
    if marked and covers_too_little(by_seller):
        return replace(found, note="unequal_sellers")
    return found


def _dominated(
    ctx: Context,
    start: Estimate,
    by_seller: Floats,
    held: Floats,
    units: Units,
    figure: Callable[[Bools], float],
    scale: Scale,
) -> Estimate:
    """Put an interval on a figure that one seller dominates, by leaving out the largest in turn."""
    value = start.value
    if value is None or not on_scale(value, scale):
        return start
    slope = rescaled(np.ones(1), value, scale)[0]
    counted = np.bincount(units.seller[units.seller >= 0], minlength=held.size) > 0

    def change(seller: int) -> float:
        left = figure(units.seller != seller)
        return onto(left, scale) - onto(value, scale) if on_scale(left, scale) else np.nan

    moved = jackknifed(by_seller * slope, held, counted, change, _table()["large"])
    if moved is None:
        return replace(start, note=beside(start.note, "one_seller"))
    found = with_interval(ctx, start, Influences(sellers=moved / slope), int(counted.sum()), scale)
    if found.low is None:
        return found
    return replace(found, method="jackknife", note=beside(found.note, "unequal_sellers"))


def covers_too_little(influence: Floats) -> bool:
    """Say whether a few sellers carry the spread of a figure, so that its interval is too narrow.

    The spread is a sum of squares over sellers, and as uncertain as those are unequal: it is that
    of ``(sum u^2)^2 / sum u^4`` sellers who weigh alike, a third of the sellers where influences
    are normal. Where those are few, the sample has most likely missed the largest sellers there
    may be.

    Parameters
    ----------
    influence
        Each seller's influence on the figure, shape (S,).
    """
    squares = np.square(influence)
    return bool(squares.sum() ** 2 < _table()["effective"] * np.square(squares).sum())


@cache
def _table() -> dict[str, float]:
    text = files("fairshelf.audits").joinpath("standards", "certainty.toml").read_text("utf-8")
    return dict(tomllib.loads(text)["concentration"])


def _count(numbers: NDArray[np.int64]) -> int:
    """Count the distinct ones of numbers that are not below 0."""
    return int(np.count_nonzero(np.bincount(numbers)))


def _covered(ctx: Context, units: Units) -> list[Estimate]:
    known = ctx.tally.has_catalogue if units.scope == "listings" else ctx.tally.has_seller_table
    if not known:
        return []
    shown = int((units.exposure > 0).sum())
    if units.scope == "listings" and ctx.tally.listings is not None:
        shown = int((ctx.tally.listings.shown & ctx.tally.listings.in_catalogue).sum())
    return [
        bare(
            "coverage",
            scope=units.scope,
            baseline="catalogue" if units.scope == "listings" else "sellers",
            value=coverage(shown, units.exposure.size),
            sellers=_count(units.seller[units.seller >= 0]),
            listings=units.exposure.size if units.scope == "listings" else None,
            requests=ctx.tally.requests,
            note="census",
        )
    ]


def lorenz_table(ctx: Context, groupings: Sequence[Grouping]) -> Table:
    """Give the points of the Lorenz curves, overall and by level of the declared attributes."""
    rows: list[tuple[Cell, ...]] = []
    for units in scopes(ctx):
        parts: list[tuple[str | None, str | None, Units]] = [(None, None, units)]
        for grouping in groupings:
            if grouping.declared:
                parts += [
                    (grouping.name, level, part)
                    for level in grouping.levels
                    if (part := units.within(grouping.mask(level))).exposure.size > 1
                ]
        for attribute, level, part in parts:
            if part.exposure.sum() > 0:
                for x, y in zip(*lorenz(part.exposure), strict=True):
                    rows.append(
                        (units.scope, attribute, level, round(float(x), 6), round(float(y), 6))
                    )
    columns = ("scope", "attribute", "group", "share_of_units", "share_of_exposure")
    return Table(columns, tuple(rows))
