"""Linearised influences: what one seller, one request, or one pair of them adds to an estimate.

Every estimate built from sums of attention, impressions and units has the influence
``a[g] * attention + b[g] * impressions + c[g] * units`` of whatever is clustered, with
coefficients that depend on the group only (delta method). So one set of coefficients gives the
seller, the request and the pair term of a two-way clustered variance
(Cameron, Gelbach and Miller, JBES 2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.amounts import IMPRESSIONS
from fairshelf.audits.inference.linear import Influences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Influence per unit of attention, impression and unit, by level, shape (levels,) each."""

    attention: Floats
    impressions: Floats
    units: Floats


def share_coefficients(amount: Floats, level: int) -> Coefficients:
    """Give the coefficients of a level's share of attention; ``amount`` has shape (levels,)."""
    total = amount.sum()
    own = np.zeros(amount.size)
    own[level] = 1.0
    zero = np.zeros(amount.size)
    return Coefficients((own - amount[level] / total) / total, zero, zero)


def mean_coefficients(amount: Floats, impressions: Floats, level: int) -> Coefficients:
    """Give the coefficients of a level's attention per impression."""
    attention, shown, zero = (np.zeros(amount.size) for _ in range(3))
    attention[level] = 1.0 / impressions[level]
    shown[level] = -amount[level] / impressions[level] ** 2
    return Coefficients(attention, shown, zero)


def log_ratio_coefficients(
    amount: Floats, units: Floats, level: int, reference: int, *, over_impressions: bool
) -> Coefficients:
    """Give the coefficients of the log exposure ratio of a level and its reference.

    ``over_impressions`` tells that the units are impressions, which come with the requests.
    """
    attention, per_unit = np.zeros(amount.size), np.zeros(amount.size)
    for place, sign in ((level, 1.0), (reference, -1.0)):
        attention[place] = sign / amount[place]
        per_unit[place] = -sign / units[place]
    zero = np.zeros(amount.size)
    if over_impressions:
        return Coefficients(attention, per_unit, zero)
    return Coefficients(attention, zero, per_unit)


def log_representation_coefficients(
    amount: Floats, units: Floats, level: int, *, over_impressions: bool
) -> Coefficients:
    """Give the coefficients of the log of a level's exposure share over its share of units."""
    own = np.zeros(amount.size)
    own[level] = 1.0
    of_amount = (own - amount[level] / amount.sum()) / amount[level]
    of_units = -(own - units[level] / units.sum()) / units[level]
    zero = np.zeros(amount.size)
    if over_impressions:
        return Coefficients(of_amount, of_units, zero)
    return Coefficients(of_amount, zero, of_units)


def influences(
    ctx: Context,
    grouping: Grouping,
    model: str,
    coefficients: Coefficients,
    units: Floats | None = None,
    baseline: str = "",
) -> Influences:
    """Sum the influences by seller, request shard and pair.

    Parameters
    ----------
    ctx, grouping
        The audit, and the levels of its sellers.
    model
        The name of the browsing model: what a position is worth.
    coefficients
        By level.
    units
        Units per seller, shape (sellers,), where the coefficients use them.
    baseline
        The baseline the units belong to. Where its units leave out listings that were shown, only
        sellers are told: cells and pairs do not know listings.
    """
    tally = ctx.tally
    attention, shown = ctx.amounts[model], ctx.amounts[IMPRESSIONS]

    def at(level: NDArray[np.int64], held: Floats, impressions: Floats) -> Floats:
        return coefficients.attention[level] * held + coefficients.impressions[level] * impressions

    seller = at(grouping.code, attention.under(baseline), shown.under(baseline))
    if units is not None:
        seller = seller + coefficients.units[grouping.code] * units
    request = pair = None
    whole = baseline not in attention.narrowed
    if whole and tally.requests is not None and tally.requests > 1:
        held = at(grouping.label_code[tally.cells.label], attention.cell, shown.cell)
        summed = np.bincount(tally.cells.shard, weights=held, minlength=tally.shards)
        request = np.asarray(summed, dtype=np.float64)
        if tally.pairs is not None and attention.pair is not None and shown.pair is not None:
            pair = at(grouping.code[tally.pairs.seller], attention.pair, shown.pair)
    return Influences(seller, request, pair)
