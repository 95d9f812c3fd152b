"""The annex: metrics of whole lists and of pairs, for those who know them by name.

They are made from :class:`fairshelf.audits.tally.Rankings`, the log itself or a sample of whole
queries. Intervals are closed-form: the influence of a seller is the derivative of the metric with
respect to a weight on all its rows, that of a request its distance from the mean. The target is
held fixed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.estimates.context import bare
from fairshelf.audits.inference.multiple import benjamini_hochberg
from fairshelf.audits.metrics import iaa
from fairshelf.audits.metrics.catalogue import CATALOGUE, LEGACY, find

if TYPE_CHECKING:
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate

ANNEX = (
    *(one.name for one in CATALOGUE if one.annex and one.name not in LEGACY),
    "theil_between_share",
)
"""Metrics outside the findings' family whose p-values are adjusted together."""


def wanted(named: tuple[str, ...], *, annex: bool) -> frozenset[str]:
    """Give the annex metrics to estimate: all but the legacy ones, and those that are named.

    Parameters
    ----------
    named
        Names or codes of the catalogue, whatever their case.
    annex
        Whether all are wanted.

    Raises
    ------
    UsageError
        ``unknown_metric``, with the nearest names.
    """
    return frozenset((*(find(one).name for one in named), *(ANNEX if annex else ())))


def annex_estimates(
    ctx: Context, grouping: Grouping, asked: frozenset[str] = frozenset(ANNEX)
) -> list[Estimate]:
    """Estimate the annex metrics of one attribute; nothing without whole lists.

    Parameters
    ----------
    ctx, grouping
        The audit and the attribute.
    asked
        Names of the metrics wanted.
    """
    rows = ctx.tally.rankings
    if rows is None or rows.lists == 0 or not ctx.has_sellers or not asked:
        return []
    from fairshelf.audits.estimates.annex import (  # noqa: PLC0415 - only where it is asked for
        distance,
        expected,
        legacy,
        lists,
        pairs,
        prefixes,
    )

    held = lists.lists_of(ctx, grouping, rows)
    told = [
        *distance.awrf_estimates(ctx, grouping, held),
        distance.ndkl_estimate(ctx, grouping, held),
    ]
    told += distance.skew_estimates(ctx, grouping, held.target)
    told += pairs.pairs_won(ctx, grouping, held)
    told += pairs.accuracy(ctx, grouping, held)
    told += prefixes.prefix_tests(ctx, grouping, held)
    told += expected.expected_estimates(ctx, grouping)
    old = [name for name in LEGACY if name in asked]
    told += legacy.legacy_estimates(ctx, grouping, held, old)
    return [one for one in told if one.metric in asked]


def individual_estimates(ctx: Context, asked: frozenset[str] = frozenset(ANNEX)) -> list[Estimate]:
    """Estimate fairness to the single listing, where the log tells relevance."""
    if not asked:
        return []
    from fairshelf.audits.estimates.annex.expected import (  # noqa: PLC0415 - only where asked for
        expected_estimates,
    )

    told = [*_iaa(ctx), *expected_estimates(ctx, None)]
    return [one for one in told if one.metric in asked]


def _iaa(ctx: Context) -> list[Estimate]:
    rows = ctx.tally.rankings
    if rows is None or rows.listing is None or "relevance" not in rows.sums or rows.lists == 0:
        return []
    from fairshelf.audits.estimates.annex.lists import (  # noqa: PLC0415 - only where asked for
        notes_on_lists,
        notes_on_relevance,
    )

    model = ctx.models[0] if ctx.models[0].weight is not None else parse("dcg")
    assert model.weight is not None  # noqa: S101 - dcg has one
    _, item = np.unique(rows.listing, return_inverse=True)
    weight = model.weight(rows.position)
    known = ~np.isnan(rows.sums["relevance"])
    if not known.any():
        return []
    earned = np.maximum(rows.sums["relevance"][known], 0.0)
    found = iaa(rows.request[known], item.reshape(-1)[known], weight[known], earned)
    return [
        bare(
            "iaa",
            browsing=model.name,
            scope="per_list",
            value=found.per_list,
            requests=found.lists,
            impressions=int(known.sum()),
            note=notes_on_lists(ctx, *notes_on_relevance(rows)),
        )
    ]


def with_bh(estimates: list[Estimate]) -> list[Estimate]:
    """Adjust the annex's p-values for their number (Benjamini and Hochberg 1995)."""
    tested = [
        place
        for place, one in enumerate(estimates)
        if one.metric in ANNEX and one.p_value is not None
    ]
    if not tested:
        return estimates
    values = benjamini_hochberg([estimates[place].p_value or 0.0 for place in tested])
    told = list(estimates)
    for place, value in zip(tested, values, strict=True):
        told[place] = replace(told[place], p_adjusted=float(value))
    return told
