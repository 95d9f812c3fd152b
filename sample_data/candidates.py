"""Candidate sets of the sample platform, with the very rule that ranks them.

    python -m fairshelf.sample_data.candidates OUT [--seed N] [--requests N]

Writes ``candidates.csv`` (every listing that stood for choice in each request, with what the rules
read of it), ``sellers.csv`` (place, county, staff and revenue), ``rule.toml`` (the rule, its
location term planted) and ``rule-history.toml`` (the same, with ratings and reviews counted too, as
pooling needs). The rule applied to the candidates gives the order in which the platform would show
them, so that whatever a replay or a remedy says of it can be held against what was planted.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.sample_data import market, tables
from fairshelf.sample_data.ranking import TERMS, Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 20260302
REQUESTS = 120

HEADINGS = (
    *("request", "listing", "seller", "relevance", "quality", "own_category"),
    *("text_match", "standing", "rest", "rural", "price", "rating", "reviews"),
)
SELLER_HEADINGS = (
    *("seller", "locality", "region_code", "address", "employees", "annual_revenue", "sector"),
)
COUNTY_SIGNS = "东南西北上下大小"
"""First signs of the names of its counties and districts, which do not exist."""
MEDIAN_REVIEWS = {True: 8.0, False: 25.0}
"""Reviews of a listing of a rural seller, and of an urban one."""
SPREAD_OF_REVIEWS = 1.0
"""Standard deviation of their logarithm."""

_RULE = """\
# The rule of the sample platform: score = sum of weight * (x - mean) / scale.
[weights]
quality = {rule.quality}
own_category = {rule.own_category}
text_match = {rule.text}
standing = 1.0
rest = {rule.noise}
rural = {rule.rural}      # planted: what the rule holds against a rural seller

[mean]
quality = 60.0
[scale]
quality = 15.0
"""
_HISTORY = """\
# The same rule, counting a listing's rating and its number of reviews too.
log1p = ["reviews"]

[weights]
quality = {rule.quality}
own_category = {rule.own_category}
text_match = {rule.text}
standing = 1.0
rest = {rule.noise}
rural = {rule.rural}
rating = 0.2
reviews = 0.4

[mean]
quality = 60.0
rating = 4.4
reviews = 2.7
[scale]
quality = 15.0
rating = 0.2
"""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows of candidate sets; every array has shape (rows,).

    ``relevance`` is the chance of a click by who looks, as the sample's log draws clicks:
    quality / 400. ``standing`` is the seller's, ``rest`` all that the rule weighs and nobody sees.
    ``reviews`` are drawn for candidates alone; the sample's log knows nothing of them.
    """

    request: NDArray[np.int64]
    listing: NDArray[np.int64]
    seller: NDArray[np.int64]
    relevance: NDArray[np.float64]
    features: dict[str, NDArray[np.float64]]


def make(platform: market.Platform, requests: int, rng: np.random.Generator) -> Candidates:
    """Draw requests and everything that could be shown in each.

    Parameters
    ----------
    platform
        Who sells what.
    requests
        How many requests.
    rng
        The source of randomness.
    """
    listings, sellers = platform.listings, platform.sellers
    category = np.searchsorted(np.cumsum(market.demand())[:-1], rng.random(requests))
    term = rng.integers(0, TERMS, requests)
    text = rng.standard_normal((market.demand().size, TERMS, listings.seller.size))
    rows = []
    for number in range(requests):
        asked = category[number]
        own = listings.category == asked
        pool = np.flatnonzero(own | (listings.second_category == asked))
        rows.append((np.full(pool.size, number), pool, own[pool], text[asked, term[number], pool]))
    request, listing, own, match = (np.concatenate(part) for part in zip(*rows, strict=True))
    seller = listings.seller[listing]
    rest = rng.standard_normal(listing.size)
    return Candidates(
        request=request,
        listing=listing,
        seller=seller,
        relevance=listings.quality[listing] / 400,
        features={
            "quality": listings.quality[listing].astype(np.float64),
            "own_category": own.astype(np.float64),
            "text_match": match,
            "standing": sellers.effect[seller],
            "rest": rest,
            "rural": sellers.rural[seller].astype(np.float64),
            "price": listings.price[listing],
            "rating": listings.rating[listing],
            "reviews": _reviews(platform, rng)[listing],
        },
    )


def _reviews(platform: market.Platform, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw each listing's number of reviews, fewer in villages, shape (listings,)."""
    rural = platform.sellers.rural[platform.listings.seller]
    median = np.where(rural, MEDIAN_REVIEWS[True], MEDIAN_REVIEWS[False])
    drawn = np.exp(SPREAD_OF_REVIEWS * rng.standard_normal(rural.size))
    return np.asarray(np.floor(median * drawn), dtype=np.float64)


def write(
    folder: Path, seed: int = SEED, requests: int = REQUESTS, rule: Rule | None = None
) -> None:
    """Write candidates, sellers and the rule into a folder.

    Parameters
    ----------
    folder
        Where to; it is made where it is missing.
    seed
        Of the platform and the requests.
    requests
        How many requests.
    rule
        Another rule than the sample's.
    """
    rng = np.random.default_rng(seed)
    platform = market.draw(rng)
    told = make(platform, requests, rng)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "candidates.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS)
        numbers = [told.features[name] for name in HEADINGS[4:]]
        for row in range(told.request.size):
            writer.writerow(
                (
                    f"Q{told.request[row] + 1:04d}",
                    f"L{told.listing[row] + 1:04d}",
                    f"S{told.seller[row] + 1:03d}",
                    f"{told.relevance[row]:.4f}",
                    *(f"{values[row]:.6g}" for values in numbers),
                )
            )
    with (folder / "sellers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(SELLER_HEADINGS)
        writer.writerows(
            (row[0], "rural" if rural else "urban", row[2], _address(row[2]), *row[3:6])
            for row, rural in zip(
                tables.sellers("en", platform)[1:], platform.sellers.rural.tolist(), strict=True
            )
        )
    for name, text in (("rule.toml", _RULE), ("rule-history.toml", _HISTORY)):
        filled = text.format(rule=rule or Rule())
        (folder / name).write_text(filled, encoding="utf-8")


def _address(region_code: str) -> str:
    """Give an address that says no more than the code does: prefecture and county."""
    number = int(region_code[4:6])
    county = number > tables.FIRST_COUNTY
    sign = COUNTY_SIGNS[number - tables.FIRST_COUNTY - 1 if county else number - 1]
    return f"样例市{sign}禾{'县' if county else '区'}"


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(prog="python -m fairshelf.sample_data.candidates")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    asked = parser.parse_args()
    write(asked.out, asked.seed, asked.requests)


if __name__ == "__main__":
    main()
