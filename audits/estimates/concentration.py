"""How concentrated exposure is over listings and sellers, overall and within each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.closed import with_interval
from fairshelf.audits.estimates.context import bare
from fairshelf.audits.inference.influence import gini_influence, summed_by, top_share_influence
from fairshelf.audits.inference.linear import Influences
from fairshelf.audits.metrics import coverage, gini, lorenz, top_count, top_share
from fairshelf.audits.results import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Cell, Estimate

    Floats = NDArray[np.float64]


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


def concentration_estimates(ctx: Context, groupings: Sequence[Grouping]) -> list[Estimate]:
    """Estimate Gini, top shares and coverage, overall and for each level of each attribute."""
    told: list[Estimate] = []
    for units in scopes(ctx):
        told += _of(ctx, units, None, None)
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
    told = [_clustered(ctx, start, gini_influence(units.exposure), units) if held else start]
    for top in ctx.top_shares if held else ():
        value = top_share(units.exposure, top)
        part = top_count(units.exposure.size, top) / units.exposure.size
        start = bare("top_share", value=value, cutoff=top, **fixed)
        if top.endswith("%") and part * units.exposure.size >= 1:
            start = _clustered(ctx, start, top_share_influence(units.exposure, part), units)
        told.append(start)
    return told


def _clustered(ctx: Context, start: Estimate, influence: Floats, units: Units) -> Estimate:
    """Put a seller-clustered interval on a figure of this log's length: requests stay fixed."""
    if not ctx.has_sellers or ctx.question == "log":
        return start
    own = units.seller >= 0
    by_seller = summed_by(influence[own], units.seller[own], ctx.arrays.sellers)
    sellers = int(np.unique(units.seller[own]).size)
    grown = by_seller * (sellers / max(sellers - 1, 1)) ** 0.5
    return with_interval(ctx, start, Influences(sellers=grown), sellers, "logit")


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
            sellers=int(np.unique(units.seller[units.seller >= 0]).size),
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
