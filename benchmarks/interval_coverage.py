"""Measure what the intervals between groups of sellers cover, and when the tail diagnostic fires.

Usage: ``python benchmarks/interval_coverage.py [REPLICATES] [PERMUTATIONS]`` (default 1,000, 499).
Sellers are independent, their exposure lognormal with mean 1, so that the true ratio is 1. A row
gives the coverage of nominal 95% intervals by the permutation test, by a normal and by a t interval
(df of the smaller group), the share of markets in which the permutation test errs to each side, and
how often the tail diagnostic fires. The standard error of a coverage is 0.7 points at 1,000.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit
from scipy.stats import nchypergeom_fisher

from fairshelf.audits.inference.exact import exact_ratio
from fairshelf.audits.inference.influence import log_ratio_influence
from fairshelf.audits.inference.permutation import draw, permutation_ratios, sums_note
from fairshelf.audits.inference.tails import tail_diagnostic

PLANS = 10
"""Sets of labellings the markets of one case are spread over."""

NORMAL = 1.959964
"""The 97.5% point of the normal law."""

EVEN = ((0.5, 0.5), (1.0, 1.0), (1.5, 1.5), (2.0, 2.0))
UNEVEN = ((0.75, 0.5), (1.0, 0.5), (1.5, 1.0), (2.0, 1.5), (1.5, 0.5), (0.5, 1.5), (2.0, 0.5))
SIZES = ((10, 40), (20, 60), (60, 200))


@dataclass(frozen=True)
class Case:
    """Sellers, log spreads and shares of zeros of two groups, and what exposure is divided by.

    ``listings`` are the mean listings of a seller in each group; (1, 1) is one listing each.
    """

    sellers: tuple[int, int]
    sigma: tuple[float, float]
    zeros: tuple[float, float] = (0.0, 0.0)
    listings: tuple[float, float] = (1.0, 1.0)

    @property
    def protected(self) -> np.ndarray:
        """Give the labels."""
        return np.arange(sum(self.sellers)) < self.sellers[0]

    def market(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Draw each seller's exposure and listings; the true ratio per listing is 1."""
        size = self.protected.size
        sigma, zeros, listings = (
            np.where(self.protected, *pair) for pair in (self.sigma, self.zeros, self.listings)
        )
        spread = np.exp(rng.standard_normal(size) - 0.5)
        denominator = 1 + rng.poisson((listings - 1) * spread).astype(float)
        exposure = denominator * np.exp(sigma * rng.standard_normal(size) - sigma**2 / 2)
        return exposure * (rng.random(size) >= zeros) / (1 - zeros), denominator


def linear_covers(
    exposure: np.ndarray, denominator: np.ndarray, protected: np.ndarray
) -> list[bool]:
    """Tell whether the normal and the t interval hold the true ratio 1."""
    means = [exposure[at].sum() / denominator[at].sum() for at in (protected, ~protected)]
    error = np.sqrt(np.square(log_ratio_influence(exposure, denominator, protected)).sum())
    far = abs(np.log(means[0] / means[1])) / error
    fewest = min(int(protected.sum()), int((~protected).sum()))
    return [bool(far <= NORMAL), bool(far <= stdtrit(fewest - 1, 0.975))]


def measure(case: Case, replicates: int, permutations: int) -> str:
    """Simulate one case and give its row."""
    rng = np.random.default_rng(1)
    protected = case.protected
    covered, linear, fires, below, above, told = 0, np.zeros(2), 0, 0, 0, 0
    for _ in range(PLANS):
        plan = draw(protected, None, permutations, rng)
        markets = [case.market(rng) for _ in range(replicates // PLANS)]
        markets = [pair for pair in markets if sums_note(*pair, protected) is None]
        told += len(markets)
        for result, pair in zip(permutation_ratios(markets, plan), markets, strict=True):
            low = 0.0 if result.low is None else result.low
            high = np.inf if result.high is None else result.high
            covered += low <= 1 <= high
            below, above = below + (high < 1), above + (low > 1)
            linear += linear_covers(*pair, protected)
            fires += tail_diagnostic(pair[0], protected).fires
    shares = np.array([covered, *linear, below, above, fires]) / told
    name = (
        f"{case.sellers[0]:>3} / {case.sellers[1]:<3}  sigma {case.sigma[0]:<4} {case.sigma[1]:<4}"
        f"  zeros {case.zeros[0]:<3} {case.zeros[1]:<3}"
        f"  listings {case.listings[0]:<4} {case.listings[1]:<4}"
    )
    return name + "".join(f"{share:9.3f}" for share in shares)


def cases() -> list[Case]:
    """List the cases: alike tails, unlike tails, zeros, varying numbers of listings."""
    listed = [Case(sellers, sigma) for sellers in SIZES for sigma in (*EVEN, *UNEVEN)]
    listed += [Case((5, 20), (1.0, 1.0)), Case((7, 200), (1.5, 1.5)), Case((200, 600), (2.0, 2.0))]
    for zeros in ((0.5, 0.5), (0.6, 0.3), (0.7, 0.3), (0.8, 0.3)):
        listed += [Case(sellers, (1.0, 1.0), zeros) for sellers in ((20, 60), (40, 160))]
    for listings in ((5.0, 5.0), (3.0, 20.0), (20.0, 3.0)):
        listed += [Case(sellers, (1.0, 1.0), listings=listings) for sellers in SIZES]
    return listed


def exact_coverage(ours: int, theirs: int, selected: int, odds: float) -> float:
    """Sum the chances of the outcomes whose exact interval holds the planted ratio of shares."""
    law = nchypergeom_fisher(ours + theirs, ours, selected, odds)
    expected = law.mean()
    truth = expected / ours / ((selected - expected) / theirs)
    covered = 0.0
    for count in range(max(0, selected - theirs), min(ours, selected) + 1):
        result = exact_ratio((count, ours), (selected - count, theirs))
        high = np.inf if result.high is None else result.high
        covered += law.pmf(count) * ((result.low or 0.0) <= truth <= high)
    return float(covered)


def page_coverage(ours: int, theirs: int, places: int, odds: float, replicates: int) -> float:
    """Rank sellers at random, protected ones with other odds, and see what the interval covers.

    Sellers are drawn without replacement one place after another with chances in proportion to
    their odds: a ranking, not the noncentral law the interval is derived from. The truth is the
    ratio of the mean shares over all replicates.
    """
    rng = np.random.default_rng(2)
    weight = np.where(np.arange(ours + theirs) < ours, odds, 1.0)
    race = rng.exponential(size=(replicates, weight.size)) / weight
    counts = (np.argsort(race, axis=1)[:, :places] < ours).sum(axis=1)
    truth = counts.mean() / ours / ((places - counts.mean()) / theirs)
    covered = 0
    for count, often in zip(*np.unique(counts, return_counts=True), strict=True):
        result = exact_ratio((int(count), ours), (int(places - count), theirs))
        high = np.inf if result.high is None else result.high
        covered += often * ((result.low or 0.0) <= truth <= high)
    return float(covered / replicates)


def main() -> None:
    """Print the tables."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    permutations = int(sys.argv[2]) if len(sys.argv) > 2 else 499  # noqa: PLR2004 - the second one
    print(f"{'':64}permuted   normal        t  too low too high    fires")
    for case in cases():
        print(measure(case, replicates, permutations), flush=True)
    print("\nexact interval of a ratio of shares: coverage, by its law and on ranked pages")
    for ours, theirs, places in ((10, 40, 12), (20, 60, 20), (15, 300, 49), (60, 200, 50)):
        for odds in (0.1, 0.5, 1.0, 2.0):
            law = exact_coverage(ours, theirs, places, odds)
            page = page_coverage(ours, theirs, places, odds, 10 * replicates)
            print(
                f"{ours:>3} / {theirs:<3}  places {places:<3} odds {odds:<4} {law:9.3f}{page:9.3f}"
            )


if __name__ == "__main__":
    main()
