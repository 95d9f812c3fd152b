"""Attention under each browsing model, summed once for everything that is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.browsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from fairshelf.audits.browsing import BrowsingModel
    from fairshelf.audits.tally import Tally

    Floats = NDArray[np.float64]

IMPRESSIONS = "uniform"
"""The model under which attention is the count of impressions."""


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """Attention under one browsing model.

    ``seller``: shape (sellers,); ``cell``: by (request shard, label) as ``tally.cells`` numbers
    them; ``pair``: by (request shard, seller) as ``tally.pairs`` does, None without pairs.
    ``narrowed`` holds, for a baseline whose units leave out listings that were shown (those that
    are missing from the catalogue, or have no merit there), the attention per seller of the rest.
    """

    seller: Floats
    cell: Floats
    pair: Floats | None
    narrowed: dict[str, Floats]

    def under(self, baseline: str) -> Floats:
        """Give the attention per seller that belongs to a baseline's units, shape (sellers,)."""
        return self.narrowed.get(baseline, self.seller)


def amounts_of(
    tally: Tally, models: Iterable[BrowsingModel], depths: Iterable[int]
) -> dict[str, Amounts]:
    """Sum attention under every model of an audit, its first pages, and impressions.

    Returns
    -------
    Amounts by the name of the model: ``dcg``, ``top:10``, ``uniform`` ...
    """
    wanted = {model.name: model for model in models}
    for name in (IMPRESSIONS, *(f"top:{depth}" for depth in depths)):
        wanted.setdefault(name, parse(name))
    return {name: _amounts(tally, model) for name, model in wanted.items()}


def _amounts(tally: Tally, model: BrowsingModel) -> Amounts:
    rows, cells, pairs = tally.by_seller, tally.cells, tally.pairs
    return Amounts(
        seller=rows.total(rows.attention(model), tally.sellers),
        cell=cells.counts.total(cells.counts.attention(model), len(cells.shard)),
        pair=None
        if pairs is None
        else pairs.counts.total(pairs.counts.attention(model), len(pairs.seller)),
        narrowed=_narrowed(tally, model),
    )


def _narrowed(tally: Tally, model: BrowsingModel) -> dict[str, Floats]:
    listings = tally.listings
    if listings is None or not tally.has_catalogue:
        return {}
    units = {
        "catalogue": listings.in_catalogue,
        "merit": listings.in_catalogue & ~np.isnan(listings.merit),
    }
    left_out = {name: kept for name, kept in units.items() if (listings.shown & ~kept).any()}
    if not left_out:
        return {}
    held = listings.counts.total(listings.counts.attention(model), listings.seller.size)
    told = {}
    for name, kept in left_out.items():
        mine = kept & (listings.seller >= 0)
        summed = np.bincount(listings.seller[mine], weights=held[mine], minlength=tally.sellers)
        told[name] = np.asarray(summed, dtype=np.float64)
    return told
