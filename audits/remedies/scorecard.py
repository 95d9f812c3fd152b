"""A seller's own scorecard, and whom training would help most: places among peers, not blame."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

TOP = 3
"""Places that count as the top of a list."""

TENTHS = 10

FEWEST_PEERS = 10
"""Sellers of a group below which there are no tenths of it."""

STEPS = ("candidates", "shown", "first_page", "top", "attention", "clicks", "orders")


@dataclass(frozen=True, slots=True)
class SellerFunnel:
    """What becomes of each seller's candidates, shape (S,) each.

    ``candidates`` in all, those ``shown`` at all, on the ``first_page``, among the ``top`` three,
    expected ``attention``, ``clicks`` and ``orders`` (None where the log has none).
    """

    candidates: Floats
    shown: Floats
    first_page: Floats
    top: Floats
    attention: Floats
    clicks: Floats | None = None
    orders: Floats | None = None


def seller_funnel(
    lists: Lists,
    attention: Floats,
    page: int,
    shown: int | None = None,
    outcomes: tuple[Floats | None, Floats | None] = (None, None),
) -> SellerFunnel:
    """Sum each seller's candidates, places and attention over all lists.

    Parameters
    ----------
    lists
        Candidates in their present order.
    attention
        Attention of each place, from the first on; none beyond, shape (K,).
    page
        Places of the first page.
    shown
        Places that are shown at all; None for every candidate.
    outcomes
        Clicks and orders of each candidate, shape (n,) each, or None.
    """
    sellers = int(lists.seller.max(initial=-1)) + 1
    rank = lists.rank
    seen = np.zeros(rank.size)
    within = rank <= attention.size
    seen[within] = attention[rank[within] - 1]
    if shown is not None:
        seen[rank > shown] = 0.0

    def summed(amount: NDArray[np.float64] | NDArray[np.bool_]) -> Floats:
        weights = amount.astype(np.float64)
        return np.asarray(np.bincount(lists.seller, weights, minlength=sellers), dtype=np.float64)

    clicks, orders = outcomes
    deepest = rank.max(initial=0) if shown is None else shown
    return SellerFunnel(
        candidates=summed(np.ones(rank.size)),
        shown=summed(rank <= deepest),
        first_page=summed(rank <= min(page, deepest)),
        top=summed(rank <= min(TOP, deepest)),
        attention=summed(seen),
        clicks=None if clicks is None else summed(clicks),
        orders=None if orders is None else summed(orders),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a funnel: its name, the amount, and the seller's tenth among its peers.

    ``decile`` is 1 for the lowest tenth of the peers and 10 for the highest, None with fewer than
    ten of them.
    """

    name: str
    amount: float
    decile: int | None


@dataclass(frozen=True, slots=True)
class FeatureStanding:
    """Where a seller stands on one feature.

    Attributes
    ----------
    feature
        Its name.
    mean
        Mean of the seller's listings that have a value; NaN where none has.
    reference_median
        Median of the reference's listings.
    quantile
        Share of the reference's listings below that mean, those equal to it counting half.
    gain
        Exposure gained if the feature were lifted, as told by a replay; None where none was run.
    """

    feature: str
    mean: float
    reference_median: float
    quantile: float
    gain: float | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One seller's funnel among its peers, and its features beside the reference's."""

    seller: int
    peers: int
    steps: tuple[Step, ...]
    features: tuple[FeatureStanding, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of all listings: its name, values (n,), and each seller's gain (S,) or None."""

    name: str
    values: Floats
    gain: Floats | None = None


def scorecard(
    seller: int,
    funnel: SellerFunnel,
    peers: Bools,
    listings: tuple[Ints, Bools],
    features: Sequence[Feature],
) -> Scorecard:
    """Make one seller's scorecard.

    Parameters
    ----------
    seller
        Code of the seller.
    funnel
        Of all sellers.
    peers
        True for the sellers of the same group, the seller itself among them, shape (S,).
    listings
        Seller of each listing, and True for those of the reference, shape (n,) each.
    features
        To stand on the card, in this order.
    """
    amounts = {name: getattr(funnel, name) for name in STEPS}
    steps = tuple(
        Step(name, float(held[seller]), decile(float(held[seller]), held[peers]))
        for name, held in amounts.items()
        if held is not None
    )
    owner, reference = listings
    return Scorecard(
        seller=seller,
        peers=int(peers.sum()),
        steps=steps,
        features=tuple(_standing(one, seller, owner, reference) for one in features),
    )


def decile(amount: float, among: Floats) -> int | None:
    """Give the tenth in which an amount lies, 1 the lowest; those that hold the same share one.

    The place is that of the middle of all who hold the same, as mid-ranks are.

    Returns
    -------
    None among fewer than ten.
    """
    if among.size < FEWEST_PEERS:
        return None
    middle = float((among < amount).sum() + (among == amount).sum() / 2)
    return min(max(ceil(TENTHS * middle / among.size), 1), TENTHS)


def _standing(feature: Feature, seller: int, owner: Ints, reference: Bools) -> FeatureStanding:
    known = np.isfinite(feature.values)
    own = feature.values[known & (owner == seller)]
    others = feature.values[known & reference]
    nan = float("nan")
    mean = float(own.mean()) if own.size else nan
    place = nan
    if own.size and others.size:
        place = float(((others < mean).sum() + (others == mean).sum() / 2) / others.size)
    return FeatureStanding(
        feature=feature.name,
        mean=mean,
        reference_median=float(np.median(others)) if others.size else nan,
        quantile=place,
        gain=None if feature.gain is None else float(feature.gain[seller]),
    )


@dataclass(frozen=True, slots=True)
class Priority:
    """One seller on a list for training.

    Attributes
    ----------
    seller
        Code of the seller.
    gain, lift
        Exposure gained when all features are lifted, and how much is to be lifted, in the unit the
        features were brought to.
    per_unit
        Gain over lift.
    features
        Names of what holds the seller back, the largest gain alone first; what would gain nothing
        is left out.
    """

    seller: int
    gain: float
    lift: float
    per_unit: float
    features: tuple[str, ...]


def training_priorities(
    members: Bools, gain: Floats, gains: Floats, lifts: Floats, names: Sequence[str]
) -> tuple[Priority, ...]:
    """Order the sellers of a group by what a unit of lift would gain them.

    Parameters
    ----------
    members
        True for the sellers of the group, shape (S,).
    gain
        Exposure each seller gains when all features are lifted, shape (S,).
    gains
        Exposure it gains when each feature is lifted alone, shape (S, F).
    lifts
        By how much each feature is lifted, 0 or more, in a unit that features have in common
        (interquartile ranges of the reference, hours of training), shape (S, F).
    names
        Of the features.

    Returns
    -------
    The largest gain per unit first, then by code; sellers with nothing to lift, or to gain, are
    left out.
    """
    lift = lifts.sum(axis=1)
    told = []
    for seller in np.flatnonzero(members & (lift > 0) & (gain > 0)):
        held_back = (gains[seller] > 0) & (lifts[seller] > 0)
        order = np.argsort(-gains[seller], kind="stable")
        told.append(
            Priority(
                seller=int(seller),
                gain=float(gain[seller]),
                lift=float(lift[seller]),
                per_unit=float(gain[seller] / lift[seller]),
                features=tuple(names[one] for one in order if held_back[one]),
            )
        )
    return tuple(sorted(told, key=lambda one: (-one.per_unit, one.seller)))
