"""Expected exposure over the lists that answer one query more than once (Diaz et al. 2020)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.estimates.annex.lists import notes_on_lists, notes_on_relevance
from fairshelf.audits.estimates.context import bare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.browsing import BrowsingModel
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate
    from fairshelf.audits.tally import Rankings

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The listings that the lists of each repeated query hold, one entry per query and listing.

    ``query``: code from 0, sorted, shape (c,); ``seller``, ``exposure`` (mean attention over the
    query's lists) and ``target`` (what relevance earns): shape (c,) each; ``lists``: by query.
    """

    query: Codes
    seller: Codes
    exposure: Floats
    target: Floats
    lists: Codes

    @property
    def queries(self) -> int:
        """Number of repeated queries."""
        return int(self.lists.size)


def candidates(rows: Rankings, model: BrowsingModel) -> Candidates | None:
    """Find the candidates of the queries with more than one list.

    The candidates of a query are the listings that any of its lists holds: what was never shown
    for it is not known. Relevance is a listing's mean over the query's lists; rows that tell none,
    and lists that tell no query, are left out.

    Parameters
    ----------
    rows
        Whole lists with listings, queries and relevance.
    model
        A browsing model by position.

    Returns
    -------
    None where the log lacks one of these or no query has more than one list.
    """
    if rows.query is None or rows.listing is None or "relevance" not in rows.sums:
        return None
    assert model.weight is not None  # noqa: S101 - the caller chose one by position
    known = rows.query >= 0
    often = np.bincount(rows.query[known], minlength=1)
    repeated = known & (often[np.where(known, rows.query, 0)] > 1)
    kept = repeated[rows.request] & ~np.isnan(rows.sums["relevance"])
    if not kept.any():
        return None
    _, by_list = np.unique(rows.query, return_inverse=True)
    query, listing = by_list[rows.request[kept]], rows.listing[kept]
    codes, query = np.unique(query, return_inverse=True)
    lists = np.bincount(by_list)[codes]
    _, first, place = np.unique(
        query * (int(listing.max()) + 1) + listing, return_index=True, return_inverse=True
    )
    of_query = query[first]
    attention = np.bincount(place, weights=model.weight(rows.position[kept]))
    relevance = np.bincount(place, weights=rows.sums["relevance"][kept]) / np.bincount(place)
    deepest = np.zeros(codes.size, dtype=np.int64)
    np.maximum.at(deepest, query, rows.position[kept])
    return Candidates(
        of_query,
        rows.seller[kept][first],
        attention / lists[of_query],
        _earned(of_query, relevance, deepest, model),
        lists,
    )


def _earned(query: Codes, relevance: Floats, deepest: Codes, model: BrowsingModel) -> Floats:
    """Share the attention of each block of equal relevance equally, query by query."""
    assert model.weight is not None  # noqa: S101 - see above
    order = np.lexsort((-relevance, query))
    starts = np.flatnonzero(np.diff(query[order], prepend=-1))
    sizes = np.diff(np.append(starts, order.size))
    rank = np.arange(order.size) - np.repeat(starts, sizes) + 1
    weight = np.where(rank <= deepest[query[order]], model.weight(rank), 0.0)
    ahead = np.diff(relevance[order], prepend=np.nan) != 0
    ahead[starts] = True
    block = np.cumsum(ahead) - 1
    mean = np.bincount(block, weights=weight) / np.bincount(block)
    out = np.empty(order.size)
    out[order] = mean[block]
    return out


def expected_estimates(ctx: Context, grouping: Grouping | None) -> list[Estimate]:
    """Estimate EE-D, EE-R and EE-L, the mean over repeated queries; of groups where one is given.

    Parameters
    ----------
    ctx
        The audit; its first browsing model by position, else ``dcg``, is used.
    grouping
        The attribute whose groups' sums are compared; None compares single listings.
    """
    rows = ctx.tally.rankings
    if rows is None or rows.lists == 0 or rows.query is None or "relevance" not in rows.sums:
        return []
    model = ctx.models[0] if ctx.models[0].weight is not None else parse("dcg")
    found = candidates(rows, model)
    start = bare(
        "ee_l",
        attribute=None if grouping is None else grouping.name,
        browsing=model.name,
        scope="per_query",
        requests=0 if found is None else int(found.lists.sum()),
        note=notes_on_lists(
            ctx,
            "no_repeated_query" if found is None else "repeated_queries",
            *notes_on_relevance(rows),
        ),
    )
    if found is None:
        return [start]
    exposure, target, query = found.exposure, found.target, found.query
    if grouping is not None:
        levels = len(grouping.levels)
        place = query * levels + grouping.code[found.seller]
        size = found.queries * levels
        exposure = np.bincount(place, weights=exposure, minlength=size).astype(np.float64)
        target = np.bincount(place, weights=target, minlength=size).astype(np.float64)
        start = replace(start, sellers=ctx.arrays.sellers)
    values = {
        "ee_d": float(exposure @ exposure),
        "ee_r": float(exposure @ target),
        "ee_l": float((exposure - target) @ (exposure - target)),
    }
    return [
        replace(start, metric=name, value=value / found.queries) for name, value in values.items()
    ]
