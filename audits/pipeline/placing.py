"""The third step of the funnel once more: how high, given that both are shown in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.adjustment.placement import placement
from fairshelf.audits.browsing import parse
from fairshelf.audits.estimates.context import MIN_SELLERS
from fairshelf.audits.results import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Cell

COLUMNS = (
    *("attribute", "group", "reference", "covariates"),
    *("value", "low", "high", "p_value", "sellers", "requests"),
)


def placement_table(ctx: Context, groups: Sequence[Grouping]) -> dict[str, Table]:
    """Lay out the differences of attention within requests, for every declared contrast.

    Nothing where whole lists were not fetched or sellers are not what varies.
    """
    rows = ctx.tally.rankings
    if rows is None or rows.lists == 0 or not ctx.has_sellers or ctx.question == "log":
        return {}
    model = ctx.models[0] if ctx.models[0].weight is not None else parse("dcg")
    assert model.weight is not None  # noqa: S101 - dcg has one
    attention = model.weight(rows.position)
    relevance = rows.sums.get("relevance")
    if relevance is not None and np.isnan(relevance).all():
        relevance = None
    known = np.ones(rows.request.size, dtype=bool) if relevance is None else ~np.isnan(relevance)
    told: list[tuple[Cell, ...]] = []
    for grouping in groups:
        for level, reference in grouping.contrasts() if grouping.declared else ():
            code = grouping.code[rows.seller]
            ours, theirs = (code == grouping.levels.index(name) for name in (level, reference))
            both = (ours | theirs) & known
            fewest = min(np.unique(rows.seller[both & side]).size for side in (ours, theirs))
            found = None
            if fewest >= MIN_SELLERS:
                found = placement(
                    attention[both],
                    ours[both],
                    rows.request[both],
                    rows.seller[both],
                    None if relevance is None else relevance[both, None],
                    ctx.level,
                )
            if found is not None:
                told.append(
                    (
                        *(grouping.name, level, reference),
                        "" if relevance is None else "relevance",
                        *(found.value, found.low, found.high, found.p_value),
                        int(np.unique(rows.seller[both]).size),
                        rows.lists,
                    )
                )
    return {"placement": Table(COLUMNS, tuple(told))} if told else {}
