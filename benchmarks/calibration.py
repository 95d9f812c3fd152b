"""How often intervals hold the truth and outcomes are wrong, on simulated platforms.

    python benchmarks/calibration.py [REPLICATES [PERMUTATIONS [SEED]]]
    python benchmarks/calibration.py --fairlearn

Two kinds of platform, sellers redrawn each time. *Sellers*: every seller's exposure is lognormal,
the group's times the true ratio; one primary estimate. *Lists*: requests rank all sellers by appeal
and luck (Plackett and Luce), so that sellers compete for places; the primary family is that of an
audit, exposure ratio and first page, through the engine's own estimates. There the truth is the
ratio of the mean exposures over all replicates. Where sellers have several listings their number is
heavy-tailed and the ratio is per listing. Beside it what a row bootstrap would say (rows resampled
as if independent, percentile interval); with ``--fairlearn`` that of fairlearn's ``MetricFrame``
itself, in two cells of 100 replicates. Prints a table for ``docs/calibration.md``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.estimates.amounts import amounts_of
from fairshelf.audits.estimates.arrays import Grouping, seller_arrays, units_by_baseline
from fairshelf.audits.estimates.context import Context
from fairshelf.audits.estimates.contrasts import contrast_answers
from fairshelf.audits.estimates.keys import sealed
from fairshelf.audits.findings import Contrast, Primary, Rules, grade
from fairshelf.audits.inference.gap import ratio_intervals
from fairshelf.audits.inference.permutation import draw
from fairshelf.audits.inference.tails import tail_diagnostic
from fairshelf.audits.tally import Cells, Counts, Tally

LOWER, UPPER = 0.8, 1.25
RULES = Rules((LOWER, UPPER), 0.95, ())
RESAMPLES = 200


@dataclass(frozen=True)
class Cell:
    """One design: sellers of the two groups, log spreads, true ratio (or tilt), requests."""

    group: int
    reference: int
    spread: tuple[float, float]
    ratio: float = 1.0
    requests: int = 0
    zeros: float = 0.0
    listings: tuple[float, float] = (1, 1)


SELLERS = (
    Cell(5, 20, (1, 1)),
    Cell(10, 10, (1, 1)),
    Cell(10, 40, (0.5, 0.5)),
    Cell(10, 40, (2, 2)),
    Cell(20, 60, (1, 1)),
    Cell(20, 60, (1, 1), zeros=0.5),
    Cell(60, 200, (1.5, 1.5)),
    Cell(400, 400, (2, 2)),
    Cell(10, 40, (0.5, 0.5), listings=(5, 5)),
    Cell(20, 60, (1, 1), listings=(3, 20)),
    Cell(60, 200, (1, 1), listings=(3, 20)),
    Cell(60, 200, (0.5, 0.5), 0.8, listings=(3, 20)),
    Cell(20, 60, (0.5, 1.5)),
    Cell(20, 60, (1.5, 0.5)),
    Cell(60, 200, (2, 0.5)),
    Cell(10, 40, (0.5, 0.5), 0.8),
    Cell(60, 200, (0.5, 0.5), 0.8),
    Cell(400, 400, (0.5, 0.5), 0.8),
    Cell(60, 200, (0.5, 0.5), 1.25),
    Cell(400, 400, (1, 1), 0.8),
    Cell(5, 20, (0.5, 0.5), 0.4),
    Cell(10, 40, (0.5, 0.5), 0.5),
    Cell(20, 60, (0.5, 0.5), 0.6),
    Cell(20, 60, (1, 1), 0.5),
    Cell(60, 200, (0.5, 0.5), 0.6),
    Cell(400, 400, (0.5, 0.5), 0.6),
    Cell(400, 400, (0.5, 0.5), 1.0),
)
LISTS = (
    Cell(10, 40, (0.5, 0.5), requests=40),
    Cell(10, 40, (1, 1), requests=300),
    Cell(20, 60, (0.5, 0.5), requests=300),
    Cell(20, 60, (1.5, 1.5), requests=1000),
    Cell(5, 20, (0.5, 0.5), requests=300),
    Cell(10, 40, (0.5, 0.5), 0.5, 300),
    Cell(60, 140, (1, 1), requests=40),
    Cell(60, 140, (1, 1), requests=5000),
    Cell(60, 140, (1, 1), 0.5, 300),
    Cell(60, 140, (0.5, 0.5), 0.7, 300),
)
FAIRLEARN = (Cell(10, 40, (0.5, 0.5), requests=40), Cell(20, 60, (0.5, 0.5), requests=300))
LONG = 10


@dataclass(frozen=True)
class Outcome:
    """What one replicate gave."""

    low: float | None
    high: float | None
    outcome: str
    certainty: str
    fires: bool
    means: tuple[float, float]
    rows: tuple[float, float] | None = None


def from_sellers(cell: Cell, permutations: int, rng: np.random.Generator) -> Outcome:
    """Draw independent sellers and grade their one ratio."""
    size = cell.group + cell.reference
    ours = np.arange(size) < cell.group
    spread = np.where(ours, *cell.spread)
    exposure = np.exp(rng.normal(0, 1, size) * spread - spread**2 / 2)
    exposure *= np.where(ours, cell.ratio, 1.0) * (rng.random(size) >= cell.zeros)
    more = (np.where(ours, *cell.listings) - 1) * np.exp(rng.normal(0, 1, size) - 0.5)
    units = np.asarray(1.0 + rng.poisson(more), dtype=np.float64)
    exposure *= units
    plan = draw(ours, None, permutations, rng)
    found = ratio_intervals([(exposure, units)], plan, hypotheses=(LOWER, UPPER))[0]
    tails = tail_diagnostic(exposure, ours, denominator=units).fires
    primary = Primary(
        "ratio",
        found.value,
        found.low,
        found.high,
        found.p_value,
        found.p_at.get(LOWER),
        found.p_at.get(UPPER),
        estimable=found.p_value is not None,
        tails=tails,
    )
    told = grade([Contrast("a", "g", "r", (primary,), ())], RULES)[0]
    means = (
        float(exposure[ours].sum() / units[ours].sum()),
        float(exposure[~ours].sum() / units[~ours].sum()),
    )
    return Outcome(found.low, found.high, told.outcome, told.certainty, tails, means)


def from_lists(cell: Cell, permutations: int, rng: np.random.Generator, seed: int) -> Outcome:
    """Rank sellers in requests and grade what an audit would."""
    order, ours = ranked(cell, rng)
    ctx, grouping = _context(order, ours, permutations, seed)
    answers = contrast_answers(ctx, grouping, "g", "r")
    primaries = []
    for answer in answers:
        if answer.primary:
            one = sealed(answer.estimate)
            primaries.append(
                Primary(
                    one.key,
                    one.value,
                    one.low,
                    one.high,
                    one.p_value,
                    answer.p_at.get(LOWER),
                    answer.p_at.get(UPPER),
                    estimable=one.p_value is not None,
                    topk=answer.topk,
                    reference_empty=answer.reference_empty,
                    tails=bool(answer.tails),
                )
            )
    told = grade([Contrast("a", "g", "r", tuple(primaries), ())], RULES)[0]
    lead = next(a for a in answers if a.primary and not a.topk)
    held = ctx.amounts["dcg"].seller
    means = (float(held[ours].mean()), float(held[~ours].mean()))
    return Outcome(
        lead.estimate.low,
        lead.estimate.high,
        told.outcome,
        told.certainty,
        bool(lead.tails),
        means,
        row_bootstrap(order, ours, rng),
    )


def ranked(cell: Cell, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw sellers and rank them, the first ten of each request; and which are of the group."""
    size = cell.group + cell.reference
    ours = np.arange(size) < cell.group
    spread = np.where(ours, *cell.spread)
    appeal = rng.normal(0, 1, size) * spread - spread**2 / 2 + np.where(ours, np.log(cell.ratio), 0)
    order = np.empty((cell.requests, LONG), dtype=np.int64)
    for start in range(0, cell.requests, 500):
        score = appeal + rng.gumbel(0, 1, (min(500, cell.requests - start), size))
        order[start : start + len(score)] = np.argsort(-score, axis=1)[:, :LONG]
    return order, ours


def _context(
    order: np.ndarray, ours: np.ndarray, permutations: int, seed: int
) -> tuple[Context, Grouping]:
    requests, size = len(order), ours.size
    place = order * LONG + np.arange(LONG)
    counts = np.bincount(place.ravel(), minlength=size * LONG)
    kept = np.flatnonzero(counts)
    by_seller = Counts(kept // LONG, kept % LONG + 1, counts[kept])
    label = (~ours).astype(np.int64)
    shards = min(requests, 2000)
    shard = np.arange(requests) % shards
    cell = (shard[:, None] * 2 + label[order]) * LONG + np.arange(LONG)
    held = np.bincount(cell.ravel(), minlength=shards * 2 * LONG)
    used = np.flatnonzero(held)
    keys, number = np.unique(used // LONG, return_inverse=True)
    cells = Cells(Counts(number, used % LONG + 1, held[used]), keys // 2, keys % 2)
    tally = Tally(
        size,
        label,
        np.array([[0], [1]]),
        requests,
        shards,
        by_seller,
        cells,
        None,
        None,
        np.ones(size, bool),
        has_catalogue=False,
        has_seller_table=True,
    )
    models, depths = (parse("dcg"),), (5,)
    amounts = amounts_of(tally, models, depths)
    arrays = seller_arrays(tally, amounts, models, depths)
    grouping = Grouping("a", ("g", "r"), label, np.array([0, 1]), "r", declared=True)
    context = Context(
        tally=tally,
        amounts=amounts,
        arrays=arrays,
        models=models,
        units=units_by_baseline(arrays, "candidates", named_sellers=True),
        primary="sellers",
        depths=depths,
        top_shares=(),
        bounds=(LOWER, UPPER),
        level=0.95,
        question="sellers",
        permutations=permutations,
        seed=seed,
        has_sellers=True,
        baseline_note={},
    )
    return context, grouping


def fairlearn_bootstrap(
    order: np.ndarray, ours: np.ndarray, seed: int, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Give the interval of the exposure ratio by fairlearn's own bootstrap of rows."""
    from fairlearn.metrics import MetricFrame  # noqa: PLC0415 - slow to import

    def ratio(weight: np.ndarray, mine: np.ndarray) -> float:
        held, side = np.asarray(weight), np.asarray(mine).astype(bool)
        return float(held[side].sum() / ours.sum() / (held[~side].sum() / (~ours).sum()))

    weight = np.tile(1 / np.log2(np.arange(2, LONG + 2)), len(order))
    mine = ours[order.ravel()]
    frame = MetricFrame(
        metrics=ratio,
        y_true=weight,
        y_pred=mine,
        sensitive_features=np.zeros(weight.size, dtype=int),
        n_boot=resamples,
        ci_quantiles=[0.025, 0.975],
        random_state=seed,
    )
    low, high = frame.overall_ci
    return float(low), float(high)


def row_bootstrap(
    order: np.ndarray, ours: np.ndarray, rng: np.random.Generator, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Give the percentile interval of the exposure ratio with rows taken as independent."""
    weight = np.tile(1 / np.log2(np.arange(2, LONG + 2)), len(order))
    mine = ours[order.ravel()]
    draws = []
    for _ in range(resamples):
        chosen = rng.integers(0, weight.size, weight.size)
        held, side = weight[chosen], mine[chosen]
        draws.append(held[side].sum() / ours.sum() / (held[~side].sum() / (~ours).sum()))
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def measured(cell: Cell, replicates: int, permutations: int, seed: int) -> str:
    """Run one cell and give its row of the table."""
    told = []
    for one in range(replicates):
        rng = np.random.default_rng([seed, one, *_numbers(cell)])
        if cell.requests:
            told.append(from_lists(cell, permutations, rng, one))
        else:
            told.append(from_sellers(cell, permutations, rng))
    truth = cell.ratio
    if cell.requests:
        sums = np.array([one.means for one in told]).sum(axis=0)
        truth = float(sums[0] / sums[1]) if cell.ratio != 1 else 1.0
    inside = np.mean([_holds(one.low, one.high, truth) for one in told])
    rate = {
        name: np.mean([one.outcome == name for one in told])
        for name in (
            "material_disparity",
            "disparity",
            "no_material_disparity",
            "inconclusive",
        )
    }
    rows = "–"
    if cell.requests:
        rows = f"{np.mean([one.rows is not None and _holds(*one.rows, truth) for one in told]):.1%}"
    fires = np.mean([one.fires for one in told])
    kind = f"{cell.requests:,} requests" if cell.requests else "sellers"
    spread = " / ".join(f"{part:g}" for part in cell.spread)
    zeros = ", half without any" if cell.zeros else ""
    if cell.listings != (1, 1):
        zeros = ", {:g} and {:g} listings each".format(*cell.listings)
    outcomes = " | ".join(f"{value:.1%}" for value in rate.values())
    return (
        f"| {kind} | {cell.group} / {cell.reference}{zeros} | {spread} | {truth:.2f} | "
        f"{inside:.1%} | {rows} | {outcomes} | {fires:.0%} |"
    )


def _numbers(cell: Cell) -> tuple[int, ...]:
    return (
        cell.group,
        cell.reference,
        int(100 * cell.spread[0]),
        int(100 * cell.spread[1]),
        int(100 * cell.ratio),
        cell.requests,
        int(100 * cell.zeros),
        *(int(part) for part in cell.listings),
    )


def beside_fairlearn(replicates: int = 100) -> None:
    """Print how often fairlearn's interval and the row bootstrap of numpy hold the truth, 1."""
    print("| platform | sellers | fairlearn covers | row bootstrap covers |\n|---|---|---|---|")
    for cell in FAIRLEARN:
        theirs, here = [], []
        for one in range(replicates):
            rng = np.random.default_rng([0, one, *_numbers(cell)])
            order, ours = ranked(cell, rng)
            theirs.append(_holds(*fairlearn_bootstrap(order, ours, one), 1.0))
            here.append(_holds(*row_bootstrap(order, ours, rng), 1.0))
        print(
            f"| {cell.requests:,} requests | {cell.group} / {cell.reference} | "
            f"{np.mean(theirs):.0%} | {np.mean(here):.0%} |",
            flush=True,
        )


def _holds(low: float | None, high: float | None, truth: float) -> bool:
    return (low is None or low <= truth) and (high is None or truth <= high)


def main() -> None:
    """Print the table."""
    if "--fairlearn" in sys.argv:
        beside_fairlearn()
        return
    given = [int(part) for part in sys.argv[1:4]]
    replicates, permutations, seed = (*given, *(2000, 499, 0)[len(given) :])
    print(
        "| platform | sellers, group / reference | log spread | true ratio | interval covers | "
        "row bootstrap covers | material | disparity | no material | inconclusive | tails fire |"
    )
    print("|" + "---|" * 11)
    for cell in (*SELLERS, *LISTS):
        count = replicates if not cell.requests else max(1, replicates // 4)
        print(measured(cell, count, permutations, seed), flush=True)


if __name__ == "__main__":
    main()
