"""Make the sellers and candidates of this example: synthetic, the same on every run.

Sellers in the countryside are as good as those in town. What was ordered in the past, though,
depended on where a seller was: shops far from the warehouse stood low on the page, so that few
people saw them. A model that is given the distance learns just that.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SELLERS, REQUESTS, LENGTH = 150, 240, 15
RURAL = 0.4


def sellers(rng: np.random.Generator) -> pd.DataFrame:
    """Draw sellers: 40% rural, farther from the warehouse, with goods of the same quality."""
    rural = rng.random(SELLERS) < RURAL
    return pd.DataFrame(
        {
            "seller": [f"s{n:03d}" for n in range(SELLERS)],
            "locality": np.where(rural, "rural", "urban"),
            "distance_km": np.round(np.where(rural, 60, 12) * rng.lognormal(0, 0.35, SELLERS), 1),
        }
    )


def candidates(told: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what could be shown for each request, and what was ordered of it in the past."""
    rows = []
    for request in range(REQUESTS):
        who = rng.choice(SELLERS, LENGTH, replace=False)
        rating = np.clip(rng.normal(4.4, 0.3, LENGTH), 3, 5).round(1)
        price = rng.lognormal(3.2, 0.4, LENGTH).round(2)
        far = told["distance_km"].to_numpy()[who]
        appeal = 2.2 * (rating - 4.4) / 0.3 - 0.9 * (np.log(price) - 3.2) / 0.4
        seen = 1 / (1 + np.exp((far - 35) / 8))
        orders = rng.poisson(np.exp(0.45 * appeal - 1.0) * (0.1 + 0.9 * seen))
        rows.append(
            pd.DataFrame(
                {
                    "request": f"q{request:03d}",
                    "listing": [f"l{n:03d}" for n in who],
                    "seller": told["seller"].to_numpy()[who],
                    "rating": rating,
                    "price": price,
                    "distance_km": far,
                    "orders": orders,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def main() -> None:
    """Write sellers.csv and candidates.csv beside this file."""
    rng = np.random.default_rng(20261125)
    told = sellers(rng)
    candidates(told, rng).to_csv(HERE / "candidates.csv", index=False, lineterminator="\n")
    told[["seller", "locality"]].to_csv(HERE / "sellers.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
