"""How often the intervals of concentration hold the truth, by how unequal sellers are.

    python benchmarks/concentration_coverage.py [REPLICATES]

Sellers with lognormal exposure, of which the truth is known in closed form: Gini 2 Phi(s / sqrt 2)
- 1, Theil s^2 / 2, Atkinson (1/2) 1 - exp(-s^2 / 4), share of the top tenth Phi(s - z_0.9). Nominal
95%; prints a row for each spread s of ln(exposure) and number of sellers.
"""

from __future__ import annotations

import sys
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.influence import (
    atkinson_influence,
    gini_influence,
    theil_influence,
    top_share_influence,
)
from fairshelf.audits.inference.linear import Influences, linear_interval, rescaled
from fairshelf.audits.metrics import atkinson, gini, theil, top_share

if TYPE_CHECKING:
    from fairshelf.audits.inference.linear import Scale

SPREADS, SIZES = (0.5, 1.0, 1.5, 2.0), (20, 60, 200)
NAMES = ("Gini", "Theil", "Atkinson", "top 10%")


def truths(spread: float) -> tuple[float, ...]:
    """Give the four figures of a lognormal law."""
    normal = NormalDist()
    return (
        2 * normal.cdf(spread / 2**0.5) - 1,
        spread**2 / 2,
        1 - np.exp(-(spread**2) / 4),
        normal.cdf(spread - normal.inv_cdf(0.9)),
    )


def covered(spread: float, sellers: int, replicates: int) -> np.ndarray:
    """Give the coverage of each interval, shape (4,)."""
    rng = np.random.default_rng(sellers)
    held = np.zeros(len(NAMES))
    scales: tuple[Scale, ...] = ("logit", "log", "logit", "logit")
    for _ in range(replicates):
        x = np.exp(rng.normal(0, spread, sellers))
        values = (gini(x), theil(x), atkinson(x), top_share(x, "10%"))
        influences = (
            *(gini_influence(x), theil_influence(x), atkinson_influence(x)),
            top_share_influence(x, 0.1),
        )
        for place, truth in enumerate(truths(spread)):
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
                held[place] += told.low <= truth <= told.high
    return held / replicates


def main() -> None:
    """Print the table."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print(f"| log spread | sellers | {' | '.join(NAMES)} |\n|---|---|---|---|---|---|")
    for spread in SPREADS:
        for sellers in SIZES:
            told = covered(spread, sellers, replicates)
            cells = " | ".join(f"{one:.0%}" for one in told)
            print(f"| {spread:g} | {sellers} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
