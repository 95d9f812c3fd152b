"""Attention under each browsing model, summed once for everything that is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.browsing import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
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
    """

    seller: Floats
    cell: Floats
    pair: Floats | None


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
    )
