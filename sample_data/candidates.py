"""Candidate sets of the sample platform, with the very rule that ranks them.

    python -m fairshelf.sample_data.candidates OUT [--seed N] [--requests N]

Writes ``candidates.csv`` (every listing that stood for choice in each request, with what the rule
reads of it), ``sellers.csv`` and ``rule.toml`` (the rule, its location term planted). The rule
applied to the candidates gives the order in which the platform would show them, so that whatever a
replay or a remedy says of it can be held against what was planted.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.sample_data import market
from fairshelf.sample_data.ranking import TERMS, Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 20260302
REQUESTS = 120

HEADINGS = (
    *("request", "listing", "seller", "relevance", "quality", "own_category"),
    *("text_match", "standing", "rest", "rural"),
)
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


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows of candidate sets; every array has shape (rows,).

    ``relevance`` is the chance of a click by who looks, as the sample's log draws clicks:
    quality / 400. ``standing`` is the seller's, ``rest`` all that the rule weighs and nobody sees.
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
            "rest": rng.standard_normal(listing.size),
            "rural": sellers.rural[seller].astype(np.float64),
        },
    )


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
        writer.writerow(("seller", "locality"))
        writer.writerows(
            (f"S{number + 1:03d}", "rural" if rural else "urban")
            for number, rural in enumerate(platform.sellers.rural.tolist())
        )
    text = _RULE.format(rule=rule or Rule())
    (folder / "rule.toml").write_text(text, encoding="utf-8")


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
