"""How often the intervals of concentration hold the truth, and how often they are marked.

    python benchmarks/concentration_coverage.py [REPLICATES]

Sellers' exposure is drawn from laws whose figures are known in closed form: lognormal of log
spread s (Gini 2 Phi(s / sqrt 2) - 1, Theil s^2 / 2, Atkinson (1/2) 1 - exp(-s^2 / 4), share of the
top tenth Phi(s - z_0.9)), exponential, and Pareto of exponent a. Nominal 95%; each cell tells the
coverage, and in brackets how often the figure bears the note ``unequal_sellers``. The last rows sum
up: how often it stands where coverage is below 85, below 90, and 92% or more.
"""

from __future__ import annotations

import sys
from math import log, pi
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.concentration import covers_too_little
from fairshelf.audits.inference.influence import (
    atkinson_influence,
    gini_influence,
    theil_influence,
    top_share_influence,
)
from fairshelf.audits.inference.linear import Influences, linear_interval, rescaled
from fairshelf.audits.metrics import atkinson, gini, theil, top_share

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.inference.linear import Scale

    Law = tuple[str, Callable[[np.random.Generator, int], np.ndarray], tuple[float, ...]]

SIZES = (20, 60, 200, 600)
NAMES = ("Gini", "Theil", "Atkinson", "top 10%")


def lognormal(spread: float) -> Law:
    """Give the law and its four figures."""
    normal = NormalDist()
    truths = (
        2 * normal.cdf(spread / 2**0.5) - 1,
        spread**2 / 2,
        1 - float(np.exp(-(spread**2) / 4)),
        normal.cdf(spread - normal.inv_cdf(0.9)),
    )
    return f"lognormal {spread:g}", lambda rng, n: np.exp(rng.normal(0, spread, n)), truths


def pareto(exponent: float) -> Law:
    """Give the law and its four figures."""
    a = exponent
    truths = (
        1 / (2 * a - 1),
        1 / (a - 1) + log((a - 1) / a),
        1 - a * (a - 1) / (a - 0.5) ** 2,
        0.1 ** ((a - 1) / a),
    )
    return f"Pareto {a:g}", lambda rng, n: 1 + rng.pareto(a, n), truths


def exponential() -> Law:
    """Give the law and its four figures."""
    truths = (0.5, 1 - float(np.euler_gamma), 1 - pi / 4, 0.1 * (1 + log(10)))
    return "exponential", lambda rng, n: rng.exponential(size=n), truths


LAWS = (
    *(lognormal(spread) for spread in (0.5, 1.0, 1.5, 2.0)),
    *(exponential(), pareto(3.0), pareto(1.8)),
)


def covered(law: Law, sellers: int, replicates: int) -> np.ndarray:
    """Give the coverage of each interval and how often it is marked, shape (2, 4)."""
    _, draw, truths = law
    rng = np.random.default_rng(sellers)
    held = np.zeros((2, len(NAMES)))
    scales: tuple[Scale, ...] = ("logit", "log", "logit", "logit")
    for _ in range(replicates):
        x = draw(rng, sellers)
        values = (gini(x), theil(x), atkinson(x), top_share(x, "10%"))
        influences = (
            *(gini_influence(x), theil_influence(x), atkinson_influence(x)),
            top_share_influence(x, 0.1),
        )
        for place, truth in enumerate(truths):
            grown = influences[place] * (sellers / (sellers - 1)) ** 0.5
            moved = rescaled(grown, values[place], scales[place])
            told = linear_interval(
                values[place],
                Influences(sellers=moved),
                df=sellers - 1,
                level=0.95,
                scale=scales[place],
            )
            if told.low is not None and told.high is not None:
                held[0, place] += told.low <= truth <= told.high
            held[1, place] += covers_too_little(influences[place])
    return held / replicates


def main() -> None:
    """Print the table."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"| exposure | sellers | {' | '.join(NAMES)} |\n|---|---|---|---|---|---|")
    found = []
    for law in LAWS:
        for sellers in SIZES:
            told = covered(law, sellers, replicates)
            found.append(told)
            cells = " | ".join(f"{one:.0%} ({marked:.0%})" for one, marked in told.T)
            print(f"| {law[0]} | {sellers} | {cells} |", flush=True)
    coverage, marked = np.array(found).transpose(1, 2, 0)
    for name, low, high in (
        ("below 85%", 0, 0.85),
        ("below 90%", 0, 0.9),
        ("92% and more", 0.92, 2),
    ):
        rows = (coverage >= low) & (coverage < high)
        cells = " | ".join(f"{one[row].mean():.0%}" for one, row in zip(marked, rows, strict=True))
        print(f"| marked where coverage is {name} | | {cells} |")


if __name__ == "__main__":
    main()
