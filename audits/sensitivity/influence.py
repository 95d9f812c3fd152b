"""On how many sellers a ratio rests: leave one out, then as few as it takes to turn it around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.tally import Margin

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

MOST = 0.5
"""Part of the sellers that is taken away at most: beyond half, nothing is left to speak of."""

LOOKED_AT = 100
"""Sellers that are taken away at most: a ratio that needs more does not rest on a few."""


@dataclass(frozen=True, slots=True)
class Influence:
    """How a ratio moves when sellers are left out.

    Attributes
    ----------
    value
        The ratio of all.
    lowest, highest
        Its range when any one seller is left out.
    to_parity
        The number of sellers, the most influential ones, without whom it stands on the other side
        of parity; None where half of them, or 100, do not suffice.
    sellers
        Sellers of both groups that the ratio is over.
    """

    value: float
    lowest: float
    highest: float
    to_parity: int | None
    sellers: int


def leave_one_seller_out(exposure: Floats, units: Floats, protected: Bools) -> Floats:
    """Give the ratio without each seller in turn, shape (S,).

    Parameters
    ----------
    exposure, units
        Attention and units of each seller of the two groups, shape (S,).
    protected
        Who is of the group, shape (S,); the others are the reference.

    Returns
    -------
    NaN where a group has no units, or the reference no attention, without that seller.
    """
    means = []
    for mask in (protected, ~protected):
        held = exposure[mask].sum() - np.where(mask, exposure, 0.0)
        over = units[mask].sum() - np.where(mask, units, 0.0)
        out = np.full(exposure.shape, np.nan)
        np.divide(held, over, out=out, where=over > 0)
        means.append(np.maximum(out, 0.0))
    told = np.full(exposure.shape, np.nan)
    np.divide(means[0], means[1], out=told, where=means[1] > 0)
    return told


def influence(exposure: Floats, units: Floats, protected: Bools) -> Influence | None:
    """Tell how far a ratio rests on few sellers.

    Sellers are taken away one after the other, each time the one whose leaving moves the ratio
    furthest towards (and past) parity; every step is counted exactly. The approximation that this
    greedy set is the smallest one is that of Broderick, Giordano and Meager (2020).

    Parameters
    ----------
    exposure, units, protected
        As in :func:`leave_one_seller_out`.

    Returns
    -------
    None where there is no ratio.
    """
    counted = (units > 0) | (exposure > 0)
    exposure, units, protected = exposure[counted], units[counted], protected[counted]
    value = _ratio(exposure, units, protected)
    if not np.isfinite(value):
        return None
    without = leave_one_seller_out(exposure, units, protected)
    known = without[np.isfinite(without)]
    return Influence(
        value=value,
        lowest=float(known.min()) if known.size else value,
        highest=float(known.max()) if known.size else value,
        to_parity=_to_parity(exposure, units, protected, value),
        sellers=int(exposure.size),
    )


def _ratio(exposure: Floats, units: Floats, protected: Bools) -> float:
    ours, theirs = protected, ~protected
    if not (units[ours].sum() > 0 and units[theirs].sum() > 0 and exposure[theirs].sum() > 0):
        return float("nan")
    mean = exposure[ours].sum() / units[ours].sum()
    return float(mean / (exposure[theirs].sum() / units[theirs].sum()))


def _to_parity(exposure: Floats, units: Floats, protected: Bools, value: float) -> int | None:
    """Count the sellers to take away until the ratio is on the other side of 1."""
    below = value < 1
    kept = np.ones(exposure.size, dtype=bool)
    for taken in range(1, min(LOOKED_AT, int(MOST * exposure.size)) + 1):
        left = np.flatnonzero(kept)
        moved = leave_one_seller_out(exposure[left], units[left], protected[left])
        if not np.isfinite(moved).any():
            return None
        best = int(np.nanargmax(moved) if below else np.nanargmin(moved))
        if value == 1 or (moved[best] != 1 and (moved[best] > 1) == below):
            return taken
        kept[left[best]] = False
    return None


@dataclass(frozen=True, slots=True)
class CategoryInfluence:
    """The range of a ratio when any one category is left out, and how many there are."""

    value: float
    lowest: float
    highest: float
    categories: int


def leave_one_category_out(
    margin: Margin, attention: Floats, units: Floats, protected: Bools, reference: Bools
) -> CategoryInfluence | None:
    """Give the range of a ratio when each category is left out in turn.

    Parameters
    ----------
    margin
        Counts by seller and category.
    attention
        Attention of each row of ``margin.counts``, shape (n,).
    units
        Units of each category and seller, shape (categories, sellers): they leave with it.
    protected, reference
        Who is of the two groups, shape (sellers,).

    Returns
    -------
    None with fewer than two categories, or where there is no ratio.
    """
    held = margin.by_seller(attention, protected.size)
    both = protected | reference
    whole_held, whole_units = held.sum(axis=0), units.sum(axis=0)
    ours = protected[both]
    value = _ratio(whole_held[both], whole_units[both], ours)
    told = [
        _ratio((whole_held - held[place])[both], (whole_units - units[place])[both], ours)
        for place in range(len(margin.values))
    ]
    known = [one for one in told if np.isfinite(one)]
    if len(margin.values) < 2 or not known or not np.isfinite(value):  # noqa: PLR2004 - one of one
        return None
    return CategoryInfluence(value, min(known), max(known), len(margin.values))
