"""How often the interval of an adjusted ratio holds the truth, by kind of clustered error.

    python benchmarks/adjusted_coverage.py [REPLICATES]

Sellers of four listings, an appeal of their own (lognormal), dearer in the group; the true adjusted
ratio is 0.7. Nominal 95%; prints a row for each design.
"""

from __future__ import annotations

import sys
from typing import Literal

import numpy as np

from fairshelf.audits.adjustment.design import design
from fairshelf.audits.adjustment.poisson import adjusted_ratio

TRUTH, LISTINGS = 0.7, 4
DESIGNS = ((15, 45, 1.5), (15, 45, 0.5), (60, 200, 1.0))
KINDS: tuple[Literal["CRV1", "CRV3"], ...] = ("CRV1", "CRV3")


def covered(group: int, reference: int, spread: float, replicates: int) -> dict[str, float]:
    """Give the coverage of both kinds."""
    held = dict.fromkeys(KINDS, 0)
    for seed in range(replicates):
        rng = np.random.default_rng(seed)
        sellers = group + reference
        appeal = rng.normal(0, spread, sellers) - spread**2 / 2
        seller = np.repeat(np.arange(sellers), LISTINGS)
        ours = seller < group
        price = rng.normal(0, 1, seller.size) + 0.5 * ours
        mean = np.exp(appeal[seller] - 0.5 * price + np.log(TRUTH) * ours)
        exposure = mean * rng.gamma(2, 0.5, seller.size)
        columns = design(ours, {"price": price}, {})
        for kind in KINDS:
            found = adjusted_ratio(exposure, seller, columns, clustering=kind)
            if found.low is not None and found.high is not None:
                held[kind] += found.low <= TRUTH <= found.high
    return {kind: count / replicates for kind, count in held.items()}


def main() -> None:
    """Print the table."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print("| sellers | log spread | CRV1 | CRV3 |\n|---|---|---|---|")
    for group, reference, spread in DESIGNS:
        told = covered(group, reference, spread, replicates)
        cells = " | ".join(f"{told[kind]:.1%}" for kind in KINDS)
        print(f"| {group} / {reference} | {spread:g} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
