"""Measure what the clustered intervals of ``audit gap`` cover when there are few clusters.

Usage: ``python benchmarks/gap_coverage.py [REPLICATES]`` (default 500; a minute or two). Clusters
(counties, sellers) belong to one group each and have rows of a yes-or-no outcome, whose log odds
differ from cluster to cluster with a standard deviation of 1; groups do not differ. A row gives how
often nominal 95% intervals of the odds ratio hold 1, and how often that of the first group's rate
holds the true rate: beside them the sandwich of scores summed by cluster (CRV1) with normal
quantiles, which many programs print. The standard error of a coverage of 95% is 1 point at 500
replicates.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import statsmodels.api as sm
from scipy.special import expit
from scipy.stats import norm

from fairshelf.audits.adjustment.binary import binary_gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDES = ((2, 2), (3, 3), (4, 4), (5, 5), (8, 8), (15, 15), (5, 40), (30, 30))
CENTRE, SPREAD = -0.8, 1.0
"""Mean and standard deviation of the clusters' log odds."""
ROWS = 30
UNEVEN = (5, 100)
"""Rows of a cluster where clusters are uneven: from and to, evenly on the logarithm."""


@dataclass(frozen=True)
class Drawn:
    """The rows of one replicate."""

    outcome: NDArray[np.bool_]
    group: NDArray[np.object_]
    cluster: NDArray[np.int64]


def draw(rng: np.random.Generator, sides: tuple[int, int], *, even: bool) -> Drawn:
    """Draw clusters of two groups that do not differ."""
    many = sum(sides)
    low, high = np.log(UNEVEN)
    rows = np.full(many, ROWS) if even else np.exp(rng.uniform(low, high, many)).astype(int)
    cluster = np.repeat(np.arange(many), rows)
    chance = expit(CENTRE + SPREAD * rng.standard_normal(many))
    return Drawn(
        rng.random(cluster.size) < chance[cluster],
        np.where(cluster < sides[0], "ours", "the others").astype(object),
        cluster,
    )


def sandwich(told: Drawn) -> tuple[float, float]:
    """Give the log odds and their CRV1 error."""
    matrix = sm.add_constant((told.group == "ours").astype(float))
    how = {"cov_type": "cluster", "cov_kwds": {"groups": told.cluster}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.Logit(told.outcome.astype(float), matrix).fit(disp=0, **how)
    return float(fit.params[1]), float(fit.bse[1])


def true_rate() -> float:
    """Give the rate over clusters without end."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    return float((expit(CENTRE + SPREAD * nodes) * weights).sum() / weights.sum())


def row(sides: tuple[int, int], replicates: int, *, even: bool) -> str:
    """Give one row of the table."""
    rng = np.random.default_rng([*sides, even])
    rate, reach = true_rate(), float(norm.ppf(0.975))
    before, after, rates = [], [], []
    for _ in range(replicates):
        told = draw(rng, sides, even=even)
        found = binary_gap(told.outcome, told.group, "the others", ({}, {}), told.cluster)
        if not found.alone:
            continue
        log, error = sandwich(told)
        before.append(abs(log) <= reach * error)
        odds, first = found.alone[0], found.rates[1]
        if odds.low is not None and odds.high is not None:
            after.append(odds.low <= 1 <= odds.high)
        if first.low is not None and first.high is not None:
            rates.append(first.low <= rate <= first.high)
    cells = [f"{np.mean(one):.1%}" if one else "no interval" for one in (before, after, rates)]
    return f"| {sides[0]} / {sides[1]} | {'even' if even else 'uneven'} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    print("| clusters | sizes | CRV1, normal | odds ratio | rate |\n|---|---|---|---|---|")
    for even in (True, False):
        for sides in SIDES:
            print(row(sides, replicates, even=even), flush=True)


if __name__ == "__main__":
    main()
