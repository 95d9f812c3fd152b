"""A platform drawn at random: its sellers, their places and sizes, and what they list.

Nothing here ranks. Two facts about a seller matter later: whether its place is rural, which the
ranking rule holds against it, and whether its region is an ethnic-minority one, which is drawn
apart from everything else and which no rule reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

SELLERS = 360
RURAL_SELLERS = 144
MINORITY_SELLERS = 126
LISTINGS = 1_200
STANDING = 0.2

SIZES = ("micro", "small", "medium", "large")

_MAIN_CATEGORY = {True: (0.40, 0.20, 0.20, 0.10, 0.10), False: (0.15, 0.10, 0.25, 0.25, 0.25)}
_IN_MAIN = 0.85  # share of listings in their seller's main category
_IN_SECOND = 0.2  # share of listings found under a second category too
_SIZE = {True: (0.94, 0.05, 0.007, 0.003), False: (0.70, 0.20, 0.07, 0.03)}
_LOCATION_CLASS = {
    True: ((210, 0.08), (220, 0.92)),
    False: ((111, 0.45), (112, 0.15), (121, 0.25), (122, 0.15)),
}
_COOPERATIVE = {True: 0.30, False: 0.04}
_AGRICULTURE = {True: 0.20, False: 0.02}
_UNREGISTERED = {True: 0.20, False: 0.05}
_LISTINGS_BY_SIZE = np.array([1.0, 1.5, 2.5, 4.0])
_MEDIAN_PRICE = np.array([35.0, 120.0, 25.0, 60.0, 90.0])

# Persons, then yuan a year: from (included) to (excluded), by size. Retail needs both lower limits
# to be reached, agriculture has limits on revenue alone (statistical size classes of 2017).
_EMPLOYEES = ((1, 10), (10, 50), (50, 300), (300, 800))
_RETAIL_REVENUE = ((2e4, 1e6), (1e6, 5e6), (5e6, 2e8), (2e8, 6e8))
_FARM_REVENUE = ((2e4, 5e5), (5e5, 5e6), (5e6, 2e8), (2e8, 6e8))


@dataclass(frozen=True, slots=True)
class Sellers:
    """The sellers of one platform; every array has shape (sellers,).

    ``rural`` and ``minority`` are the two labels with a planted truth. ``size`` indexes ``SIZES``.
    ``employees`` (persons) and ``revenue`` (yuan a year) are -1 where the seller is not
    registered and nobody has counted them. ``effect`` is what the rule adds for the seller's
    standing, in units of the score.
    """

    rural: NDArray[np.bool_]
    minority: NDArray[np.bool_]
    size: NDArray[np.int64]
    main_category: NDArray[np.int64]
    agriculture: NDArray[np.bool_]
    cooperative: NDArray[np.bool_]
    location_class: NDArray[np.int64]
    employees: NDArray[np.int64]
    revenue: NDArray[np.int64]
    joined: NDArray[np.int64]
    effect: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Listings:
    """The catalogue of one platform; every array has shape (listings,).

    ``second_category`` is -1 where a listing is found under its own category only. ``quality`` is
    a score from 0 to 100, ``price`` in yuan, ``rating`` from 1 to 5.
    """

    seller: NDArray[np.int64]
    category: NDArray[np.int64]
    second_category: NDArray[np.int64]
    quality: NDArray[np.int64]
    price: NDArray[np.float64]
    rating: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Platform:
    """Sellers and what they list."""

    sellers: Sellers
    listings: Listings


def draw(rng: np.random.Generator) -> Platform:
    """Draw a platform.

    Parameters
    ----------
    rng
        The source of randomness; the same state gives the same platform.
    """
    sellers = _draw_sellers(rng)
    return Platform(sellers, _draw_listings(sellers, rng))


def demand() -> NDArray[np.float64]:
    """Give each category's share of the requests, shape (5,): its expected share of listings."""
    rural = RURAL_SELLERS / SELLERS
    main = rural * np.array(_MAIN_CATEGORY[True]) + (1 - rural) * np.array(_MAIN_CATEGORY[False])
    return _IN_MAIN * main + (1 - _IN_MAIN) * (1 - main) / (main.size - 1)


def _draw_sellers(rng: np.random.Generator) -> Sellers:
    rural = rng.permutation(SELLERS) < RURAL_SELLERS
    minority = rng.permutation(SELLERS) < MINORITY_SELLERS
    size = _pick(rural, _SIZE, rng)
    agriculture = _flag(rural, _AGRICULTURE, rng)
    classes = {place: tuple(share for _, share in rows) for place, rows in _LOCATION_CLASS.items()}
    chosen = _pick(rural, classes, rng)
    codes = {place: np.array([code for code, _ in rows]) for place, rows in _LOCATION_CLASS.items()}
    employees = _between(_EMPLOYEES, size, rng)
    retail, farm = _between(_RETAIL_REVENUE, size, rng), _between(_FARM_REVENUE, size, rng)
    unregistered = _flag(rural, _UNREGISTERED, rng) & (size == 0)
    revenue = np.where(agriculture, farm, retail) // 1_000 * 1_000
    return Sellers(
        rural=rural,
        minority=minority,
        size=size,
        main_category=_pick(rural, _MAIN_CATEGORY, rng),
        agriculture=agriculture,
        cooperative=_flag(rural, _COOPERATIVE, rng),
        location_class=np.where(rural, codes[True][chosen % 2], codes[False][chosen]),
        employees=np.where(unregistered, -1, employees),
        revenue=np.where(unregistered, -1, revenue),
        joined=rng.integers(0, 2_000, SELLERS),
        effect=STANDING * rng.standard_normal(SELLERS),
    )


def _draw_listings(sellers: Sellers, rng: np.random.Generator) -> Listings:
    weight = _LISTINGS_BY_SIZE[sellers.size]
    extra = rng.multinomial(LISTINGS - SELLERS, weight / weight.sum())
    seller = np.repeat(np.arange(SELLERS), 1 + extra)
    main = sellers.main_category[seller]
    shift = rng.integers(1, 5, LISTINGS)
    category = np.where(rng.random(LISTINGS) < _IN_MAIN, main, (main + shift) % 5)
    second = (category + rng.integers(1, 5, LISTINGS)) % 5
    quality = np.clip(np.rint(60 + 15 * rng.standard_normal(LISTINGS)), 1, 100).astype(np.int64)
    price = _MEDIAN_PRICE[category] * np.exp(0.5 * rng.standard_normal(LISTINGS))
    rating = 4.4 + 0.006 * (quality - 60) + 0.2 * rng.standard_normal(LISTINGS)
    return Listings(
        seller=seller,
        category=category,
        second_category=np.where(rng.random(LISTINGS) < _IN_SECOND, second, -1),
        quality=quality,
        price=np.round(price, 1),
        rating=np.clip(rating, 1, 5).round(1).astype(np.float64),
    )


def _pick(
    rural: NDArray[np.bool_], shares: Mapping[bool, tuple[float, ...]], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw one index per seller from the shares of its kind of place."""
    at = rng.random(rural.size)
    bounds = {place: np.cumsum(row)[:-1] for place, row in shares.items()}
    in_rural, in_urban = (np.searchsorted(bounds[place], at) for place in (True, False))
    return np.where(rural, in_rural, in_urban).astype(np.int64)


def _flag(
    rural: NDArray[np.bool_], share: Mapping[bool, float], rng: np.random.Generator
) -> NDArray[np.bool_]:
    return rng.random(rural.size) < np.where(rural, share[True], share[False])


def _between(
    ranges: tuple[tuple[float, float], ...], size: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw one whole number per seller, log-uniform in the range of its size."""
    low, high = np.array(ranges, dtype=float)[size].T
    drawn = np.floor(low * (high / low) ** rng.random(size.size))
    whole: NDArray[np.int64] = np.clip(drawn, low, high - 1).astype(np.int64)
    return whole
