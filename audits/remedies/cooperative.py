"""A co-operative's one storefront: history pooled, exposure per household, proceeds split.

Members' listings share one rating and one history of sales and reviews; ranked again with these,
members hold another exposure, which :func:`pooling` accounts for and :func:`patronage` splits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.metrics.concentration import gini
from fairshelf.audits.remedies.apportion import apportioned, grain_of, in_grains
from fairshelf.audits.replay.paired import Moved, moved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

ALONE = -1
"""Code of a listing or a seller that belongs to no co-operative."""

FEW, MANY = 10, 90
"""Percentiles that tell how unlike households fare."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Exposure per household: how many there are, mean, Gini, and the 10th and 90th percentile."""

    households: int
    mean: float
    gini: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True)
class Storefront:
    """One co-operative: its code, its sellers and households, its exposure before and after.

    ``largest`` are the shares of that which its largest member and its two largest hold, before or
    after, whichever is more.
    """

    coop: int
    sellers: int
    households: int
    before: float
    after: float
    largest: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Pooling:
    """What pooling changes inside co-operatives and outside.

    Attributes
    ----------
    before, after
        Spread over the members' households.
    inside, outside
        How many members, and how many others, gain and lose.
    storefronts
        Each co-operative, by code.
    """

    before: Spread
    after: Spread
    inside: Moved
    outside: Moved
    storefronts: tuple[Storefront, ...]


def pooled_rating(rating: Floats, volume: Floats, coop: Ints) -> Floats:
    """Give each listing the rating of its storefront, the mean of its ratings weighted by volume.

    Parameters
    ----------
    rating
        Rating of each listing, NaN where it has none, shape (n,).
    volume
        What it rests on (reviews, or sales), 0 or more, NaN for none, shape (n,).
    coop
        Code of each listing's co-operative, -1 for none, shape (n,).

    Returns
    -------
    shape (n,): members' listings without a rating take their storefront's; the plain mean where no
    rated listing has any volume, NaN where none is rated. Others keep their own.
    """
    codes, pool = np.unique(coop, return_inverse=True)
    rated = np.isfinite(rating)
    weight = np.where(rated & np.isfinite(volume), volume, 0.0)
    empty = np.bincount(pool, weights=weight, minlength=codes.size)[pool] == 0
    weight = np.where(empty & rated, 1.0, weight)
    held = np.bincount(pool, weights=weight)
    summed = np.bincount(pool, weights=np.where(rated, rating, 0.0) * weight)
    mean = np.full(codes.size, np.nan)
    np.divide(summed, held, out=mean, where=held > 0)
    return np.where(coop == ALONE, rating, mean[pool])


def pooled_sum(amount: Floats, coop: Ints) -> Floats:
    """Give each listing the sum over its storefront (reviews, sales), shape (n,).

    Parameters
    ----------
    amount
        0 or more, NaN for none, shape (n,).
    coop
        Code of each listing's co-operative, -1 for none (these keep their own), shape (n,).
    """
    _, pool = np.unique(coop, return_inverse=True)
    summed = np.bincount(pool, weights=np.nan_to_num(amount, nan=0.0))
    return np.where(coop == ALONE, amount, summed[pool])


def pooling(before: Floats, after: Floats, coop: Ints, households: Ints | None = None) -> Pooling:
    """Tell who gains and who loses when co-operatives pool, and how members' households fare.

    Parameters
    ----------
    before, after
        Exposure (or revenue) of every seller, members and others: ranked alone, and ranked as
        pooled storefronts, perhaps split by :func:`patronage`, shape (S,).
    coop
        Code of each seller's co-operative, -1 for none, shape (S,).
    households
        Households that stand behind each seller, 1 or more, shape (S,); None for one each.

    Raises
    ------
    ValueError
        A seller stands for no household.
    """
    homes = np.ones(coop.size, dtype=np.int64) if households is None else households
    if homes.min(initial=1) < 1:
        message = "every seller stands for at least one household"
        raise ValueError(message)
    members = coop != ALONE
    with np.errstate(divide="ignore", invalid="ignore"):
        inside, outside = moved(before, after, members), moved(before, after, ~members)
    return Pooling(
        before=_spread(before[members], homes[members]),
        after=_spread(after[members], homes[members]),
        inside=inside,
        outside=outside,
        storefronts=tuple(
            _storefront(int(code), coop == code, homes, before, after)
            for code in np.unique(coop[members])
        ),
    )


def _spread(held: Floats, homes: Ints) -> Spread:
    each = np.repeat(held / homes, homes)
    if not each.size:
        nan = float("nan")
        return Spread(0, nan, nan, nan, nan)
    low, high = np.percentile(each, (FEW, MANY))
    return Spread(each.size, float(each.mean()), gini(each), float(low), float(high))


def _storefront(code: int, inside: Bools, homes: Ints, before: Floats, after: Floats) -> Storefront:
    return Storefront(
        coop=code,
        sellers=int(inside.sum()),
        households=int(homes[inside].sum()),
        before=float(before[inside].sum()),
        after=float(after[inside].sum()),
        largest=(
            max(_share(held[inside], 1) for held in (before, after)),
            max(_share(held[inside], 2) for held in (before, after)),
        ),
    )


def _share(held: Floats, first: int) -> float:
    total = float(held.sum())
    return float(np.sort(held)[-first:].sum()) / total if total > 0 else 0.0


def patronage(
    held: Floats,
    volume: Floats,
    coop: Ints,
    patronage_share: float,
    accounts: Floats | None = None,
) -> Floats:
    """Split what each storefront holds between its members, mainly by what they deliver to it.

    The Law on Farmers' Specialised Cooperatives, art. 4(5), has surplus returned mainly in
    proportion to members' transactions with the co-operative; how much "mainly" is stands in the
    charter, and is asked for here.

    Parameters
    ----------
    held
        Exposure or revenue of every seller after pooling, 0 or more, shape (S,).
    volume
        What each member delivered, 0 or more, shape (S,).
    coop
        Code of each seller's co-operative, -1 for none (these keep what they hold), shape (S,).
    patronage_share
        Share split by volume, 0 to 1.
    accounts
        What the rest is split by (members' capital accounts), 0 or more, shape (S,); None for the
        same to every member.

    Returns
    -------
    shape (S,); a storefront's members together hold what it held but for a grain (about 1e-12 of
    it). Where no member has volume (or an account), that part is split equally.

    Raises
    ------
    ValueError
        A share outside [0, 1].
    """
    if not 0 <= patronage_share <= 1:
        message = f"a share of the proceeds lies between 0 and 1, not {patronage_share}"
        raise ValueError(message)
    told = held.astype(np.float64)
    rest = np.ones(coop.size) if accounts is None else accounts
    for code in np.unique(coop[coop != ALONE]):
        inside = np.flatnonzero(coop == code)
        told[inside] = _split(held[inside], volume[inside], rest[inside], patronage_share)
    return told


def _split(held: Floats, volume: Floats, rest: Floats, patronage_share: float) -> Floats:
    grain = grain_of(float(held.sum()))
    total = in_grains(np.array([held.sum()]), grain)
    by_volume = in_grains(total * patronage_share, grain)
    parts = zip((by_volume, total - by_volume), (volume, rest), strict=True)
    return np.asarray(
        sum(
            apportioned(float(part[0]), by if by.sum() > 0 else np.ones(by.size), grain)
            for part, by in parts
        )
    )
