"""Measure whether a fitted surrogate finds what was planted in a ranking, and nothing where not.

Usage: ``python benchmarks/surrogate.py [SEEDS]`` (default 50).
Platforms of known scoring rule: a listing's score is 0.5 per standard deviation of quality, 0.3 per
log unit of price (rural goods are cheaper and of lower quality on average), a seller's appeal,
which nobody sees, the location effect, and luck of the Gumbel kind, drawn anew in each request. A
request ranks some listings drawn at random. A row gives, of so many seeds, how often the nominal
95% interval of the location effect holds what was planted, the mean estimate, its spread over the
seeds beside the mean standard error, how often zero is excluded, and how often an interval that
clusters by requests holds it. ``first 20 of 100`` knows the first 20 places of 100 and nothing of
the other candidates; ``with the 80`` knows those as candidates that were not shown.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from fairshelf.audits.rankers.fitting.design import Features
from fairshelf.audits.rankers.fitting.lists import Lists, ordered
from fairshelf.audits.rankers.fitting.models import fit_linear
from fairshelf.audits.rankers.fitting.spread import spread_of

PLANTED = -0.4


@dataclass(frozen=True, slots=True)
class Design:
    """Sellers, listings of each, requests, candidates and places in each, spread of the appeal.

    ``unshown``: whether the candidates without a place are known.
    """

    name: str
    sellers: int
    listings: int
    requests: int
    candidates: int
    shown: int
    appeal: float
    unshown: bool = False


DESIGNS = (
    Design("60 sellers, 200 requests of 20", 60, 3, 200, 20, 20, 0.0),
    Design("the same, sellers differ by 0.3", 60, 3, 200, 20, 20, 0.3),
    Design("20 sellers, 60 requests of 12", 20, 3, 60, 12, 12, 0.3),
    Design("400 sellers, 300 requests of 20", 400, 2, 300, 20, 20, 0.3),
    Design("one list of 1,200, 800 sellers", 800, 2, 1, 1200, 1200, 0.3),
    Design("60 sellers differ by 1.0", 60, 3, 200, 20, 20, 1.0),
    Design("first 20 of 100, 200 sellers", 200, 3, 300, 100, 20, 0.3),
    Design("the same, with the 80", 200, 3, 300, 100, 20, 0.3, unshown=True),
)


def platform(design: Design, planted: float, rng: np.random.Generator) -> tuple[Lists, Features]:
    """Draw a platform and let it rank; a quarter of the sellers are rural."""
    count = design.sellers * design.listings
    seller = np.repeat(np.arange(design.sellers), design.listings)
    rural = rng.permutation(design.sellers) < design.sellers / 4
    away = rural[seller]
    quality = rng.standard_normal(count) - 0.5 * away
    price = np.exp(4 + 0.7 * rng.standard_normal(count) - 0.3 * away)
    appeal = design.appeal * rng.standard_normal(design.sellers)
    fixed = 0.5 * quality + 0.3 * np.log(price) + appeal[seller] + planted * away
    chosen = rng.permuted(np.tile(np.arange(count), (design.requests, 1)), axis=1)
    chosen = chosen[:, : design.candidates]
    score = fixed[chosen] + rng.gumbel(size=chosen.shape)
    ranked = np.take_along_axis(chosen, np.argsort(-score, axis=1), axis=1)
    ranked = ranked if design.unshown else ranked[:, : design.shown]
    listing = ranked.ravel()
    request = np.repeat(np.arange(design.requests), ranked.shape[1])
    position = np.tile(np.arange(ranked.shape[1]), design.requests)
    shown = position < design.shown
    lists = ordered(request, position, listing, seller[listing], rng, shown=shown)
    words = np.where(away, "rural", "urban").astype(object)
    features = Features(
        {"quality": quality[listing], "price": price[listing]},
        {"location": words[listing]},
        {"location": "urban"},
    )
    return lists, features


def one(design: Design, planted: float, seed: int) -> tuple[float, ...]:
    """Fit one platform: estimate, standard error, holds it, excludes zero, by requests holds it."""
    lists, features = platform(design, planted, np.random.default_rng(seed))
    told = features.at(lists.rows)
    fitted = fit_linear(lists, told)
    columns = fitted.design.columns if fitted.design else ()
    place = next(n for n, column in enumerate(columns) if column.label == "rural")
    df = np.array([column.df for column in columns])
    assert fitted.design is not None  # noqa: S101 - the linear model has one
    assert fitted.luce is not None  # noqa: S101 - as above
    found = spread_of(lists, fitted.design.matrix(told), fitted.luce, df)
    weight, low, high = fitted.luce.weights[place], found.low[place], found.high[place]
    reach = stdtrit(max(lists.count - 1, 1), 0.975) * found.request[place]
    return (
        float(weight),
        float(found.se[place]),
        float(low <= planted <= high),
        float(low > 0 or high < 0),
        float(abs(weight - planted) <= reach),
    )


def main() -> None:
    """Print the table."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    print(f"{seeds} seeds each; planted location effect, in the log odds of standing above")
    print(f"{'':34}planted   holds   mean    spread  error  not 0  by requests")
    for design in DESIGNS:
        for planted in (PLANTED, 0.0):
            told = np.array([one(design, planted, seed) for seed in range(seeds)])
            mean = told.mean(axis=0)
            holds, excludes, by_requests = (int(told[:, n].sum()) for n in (2, 3, 4))
            print(
                f"{design.name:34}{planted:7.1f}{holds:8d}{mean[0]:9.3f}{told[:, 0].std():8.3f}"
                f"{mean[1]:8.3f}{excludes:6d}{by_requests if design.requests > 1 else '-':>10}"
            )


if __name__ == "__main__":
    main()
