"""The ranking rule of the sample: who stands where on each page, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.sample_data.market import Platform, demand

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAGE = 20
AD_POSITIONS = (5, 15)
TERMS = 6

_ORGANIC = np.array([place for place in range(PAGE) if place + 1 not in AD_POSITIONS])
_ADS = np.array(AD_POSITIONS) - 1


@dataclass(frozen=True, slots=True)
class Rule:
    """The weights of the score a listing is ranked by, in units of the score.

    ``quality`` counts per 15 points of the quality score, ``text`` and ``noise`` per standard
    deviation, ``own_category`` where the query's category is the listing's own rather than its
    second one, ``rural`` is added for every listing of a rural seller. No weight exists for the
    ethnic-minority region: the rule cannot read it.
    """

    quality: float = 0.5
    own_category: float = 0.5
    text: float = 0.4
    noise: float = 1.2
    rural: float = -0.4

    def blind(self) -> Rule:
        """Give the same rule without its location term."""
        return replace(self, rural=0.0)


@dataclass(frozen=True, slots=True)
class Pages:
    """Requests and what they showed.

    Attributes
    ----------
    category, term
        What was asked for, shape (requests,).
    listing
        The listing at each position, shape (requests, 20).
    sponsored
        Whether the position is an advertisement, shape (20,): the same on every page.
    """

    category: NDArray[np.int64]
    term: NDArray[np.int64]
    listing: NDArray[np.int64]
    sponsored: NDArray[np.bool_]


def show(platform: Platform, rule: Rule, requests: int, rng: np.random.Generator) -> Pages:
    """Answer requests by the rule.

    Eighteen positions go to the highest scores among the listings of the category asked for; two
    are advertisements, drawn from the rest of that category with equal chances.

    Parameters
    ----------
    platform
        Who sells what.
    rule
        How listings are scored.
    requests
        How many requests to answer.
    rng
        The source of randomness.
    """
    category = np.searchsorted(np.cumsum(demand())[:-1], rng.random(requests))
    term = rng.integers(0, TERMS, requests)
    listing = np.zeros((requests, PAGE), dtype=np.int64)
    for asked in range(demand().size):
        rows = np.flatnonzero(category == asked)
        listing[rows] = _answer(platform, rule, asked, term[rows], rng)
    sponsored = np.isin(np.arange(PAGE), _ADS)
    return Pages(category, term, listing, sponsored)


def _answer(
    platform: Platform,
    rule: Rule,
    asked: int,
    term: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Fill the pages of the requests for one category, shape (requests, 20)."""
    listings, sellers = platform.listings, platform.sellers
    own = listings.category == asked
    pool = np.flatnonzero(own | (listings.second_category == asked))
    seller = listings.seller[pool]
    fixed = (
        rule.quality * (listings.quality[pool] - 60) / 15
        + rule.own_category * own[pool]
        + rule.rural * sellers.rural[seller]
        + sellers.effect[seller]
    )
    text = rng.standard_normal((TERMS, pool.size))
    score = fixed + rule.text * text[term]
    score += rule.noise * rng.standard_normal(score.shape)
    pages = np.zeros((term.size, PAGE), dtype=np.int64)
    organic = _best(score, _ORGANIC.size)
    pages[:, _ORGANIC] = pool[organic]
    bid = rng.random(score.shape)
    np.put_along_axis(bid, organic, -1.0, axis=1)
    pages[:, _ADS] = pool[_best(bid, _ADS.size)]
    return pages


def _best(score: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Give the columns of the highest scores of each row, best first."""
    chosen = np.argpartition(-score, count, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(score, chosen, axis=1), axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1)
