"""Closed-form clustered intervals against the golden log, scipy and closed forms."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from fairshelf.audits.inference.influence import (
    log_ratio_influence,
    ratio_influence,
    summed_by,
)
from fairshelf.audits.inference.linear import (
    Influences,
    clustered_variance,
    linear_interval,
    rescaled,
)

if TYPE_CHECKING:
    from pathlib import Path

TIGHT = 1e-9
"""The tolerance of golden.json."""


@dataclass(frozen=True)
class GoldenLog:
    """The golden log as arrays, one entry per row, and its catalogue summed by seller."""

    attention: np.ndarray
    rural: np.ndarray
    query: np.ndarray
    seller: np.ndarray
    pair: np.ndarray
    listings: np.ndarray
    rural_seller: np.ndarray


def numbers(values: list[str]) -> np.ndarray:
    """Give each distinct value a number, from 0."""
    return np.unique(values, return_inverse=True)[1]


@pytest.fixture(scope="module")
def log(golden: Path) -> GoldenLog:
    """Give the golden log under the dcg browsing model."""
    with (golden / "log_2000.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (golden / "log_catalogue.csv").open(encoding="utf-8") as file:
        catalogue = list(csv.DictReader(file))
    sellers = sorted({row["seller_id"] for row in catalogue})
    place = {seller: number for number, seller in enumerate(sellers)}
    areas = {row["seller_id"]: row["area"] for row in catalogue}
    return GoldenLog(
        attention=np.array([1 / np.log2(1 + int(row["position"])) for row in rows]),
        rural=np.array([row["area"] == "rural" for row in rows]),
        query=numbers([row["query_id"] for row in rows]),
        seller=np.array([place[row["seller_id"]] for row in rows]),
        pair=numbers([row["query_id"] + row["seller_id"] for row in rows]),
        listings=np.bincount([place[row["seller_id"]] for row in catalogue]).astype(float),
        rural_seller=np.array([areas[seller] == "rural" for seller in sellers]),
    )


def expected(golden: Path, metric: str) -> list[float]:
    """Give the estimate and standard error of a golden record, by hand where there is one."""
    records = json.loads((golden / "golden.json").read_text(encoding="utf-8"))["records"]
    (record,) = [row for row in records if row["case"] == "LOG2" and row["metric"] == metric]
    return list(record["hand"])


def total_by(values: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Sum by cluster."""
    return summed_by(values, cluster, int(cluster.max()) + 1)


@pytest.mark.parametrize("ways", ["row (HC)", "query cluster", "seller cluster", "two-way"])
def test_exposure_share_has_the_golden_standard_errors(
    golden: Path, log: GoldenLog, ways: str
) -> None:
    """Row, query, seller and two-way clustered errors of the rural share are the golden ones."""
    influence = ratio_influence(log.attention * log.rural, log.attention)
    by_query, by_seller = total_by(influence, log.query), total_by(influence, log.seller)
    given = {
        "row (HC)": Influences(requests=influence),
        "query cluster": Influences(requests=by_query),
        "seller cluster": Influences(sellers=by_seller),
        "two-way": Influences(by_seller, by_query, total_by(influence, log.pair)),
    }[ways]
    name = "two-way query+seller (CGM)" if ways == "two-way" else ways
    share, error = expected(golden, f"exposure_share rural: [estimate, SE] {name}")
    if ways == "two-way":
        # the golden figure has no floor; ours is never below the larger one-way error
        parts = (given.sellers, given.requests, given.pairs)
        seller, query, pair = (np.square(part).sum() for part in parts if part is not None)
        assert np.sqrt(seller + query - pair) == pytest.approx(error, rel=TIGHT)
        error = max(error, np.sqrt(seller))
    value = float((log.attention * log.rural).sum() / log.attention.sum())
    result = linear_interval(value, given, df=10)
    assert (result.value, result.se) == pytest.approx((share, error), rel=TIGHT)


def test_log_exposure_ratio_has_the_golden_standard_error(golden: Path, log: GoldenLog) -> None:
    """The rural/urban log ratio per listing of the catalogue and its seller error are golden."""
    exposure = summed_by(log.attention, log.seller, log.listings.size)
    rural = log.rural_seller
    rates = [exposure[at].sum() / log.listings[at].sum() for at in (rural, ~rural)]
    influence = log_ratio_influence(exposure, log.listings, rural)
    name = "ln exposure ratio rural/urban: [estimate, SE seller cluster]"
    estimate, error = expected(golden, name)
    result = linear_interval(
        rates[0] / rates[1], Influences(influence), df=rural.sum() - 1, scale="log"
    )
    assert np.log(result.value) == pytest.approx(estimate, rel=TIGHT)
    assert result.se == pytest.approx(error, rel=TIGHT)
    assert np.log(result.high / result.value) == pytest.approx(
        stats.t.ppf(0.975, rural.sum() - 1) * error, rel=TIGHT
    )


def test_writing_the_log_twice_leaves_the_seller_error_unchanged(log: GoldenLog) -> None:
    """Duplicated rows halve a row-wise variance and leave the seller-clustered one alone."""
    part, seller = log.attention * log.rural, log.seller
    once = ratio_influence(part, log.attention)
    twice = ratio_influence(np.tile(part, 2), np.tile(log.attention, 2))
    by_seller = [total_by(once, seller), total_by(twice, np.tile(seller, 2))]
    assert clustered_variance(Influences(by_seller[1])) == pytest.approx(
        clustered_variance(Influences(by_seller[0]))
    )
    assert np.square(twice).sum() == pytest.approx(np.square(once).sum() / 2)


def test_a_mean_has_students_interval() -> None:
    """The interval of a mean is scipy's t interval, its p-value that of the t test."""
    values = np.random.default_rng(1).normal(3, 2, 25)
    influence = ratio_influence(values, np.ones(25)) * np.sqrt(25 / 24)
    result = linear_interval(float(values.mean()), Influences(influence), df=24, null=2.5)
    test = stats.ttest_1samp(values, 2.5)
    assert (result.low, result.high) == pytest.approx(tuple(test.confidence_interval()))
    assert result.p_value == pytest.approx(test.pvalue)


def test_two_ways_are_never_narrower_than_one() -> None:
    """Pairs that cancel nearly everything leave the larger one-way variance."""
    sellers, requests = np.array([3.0, -3.0]), np.array([1.0, -1.0])
    crowded = Influences(sellers, requests, pairs=np.array([10.0, -10.0]))
    assert clustered_variance(crowded) == pytest.approx(18)
    assert clustered_variance(Influences(sellers, requests, np.array([1.0]))) == pytest.approx(19)


def test_leaving_out_the_pairs_is_wider_and_says_so() -> None:
    """Without pairs both ways are added, and the record names what was done."""
    sellers, requests, pairs = (np.array([0.3, -0.3]), np.array([0.1]), np.array([0.05, 0.05]))
    kinds = {
        "sellers": Influences(sellers),
        "requests": Influences(requests=requests),
        "both": Influences(sellers, requests, pairs),
        "both_without_pairs": Influences(sellers, requests),
    }
    results = {name: linear_interval(1.0, given, df=9) for name, given in kinds.items()}
    assert [result.clusters for result in results.values()] == list(kinds)
    assert results["both_without_pairs"].se > results["both"].se > results["sellers"].se


def test_shares_and_ratios_keep_their_range() -> None:
    """On the logit and log scales no bound leaves (0, 1) or (0, inf)."""
    share = linear_interval(
        0.02, Influences(rescaled(np.array([0.02]), 0.02, "logit")), df=5, scale="logit"
    )
    ratio = linear_interval(
        0.1, Influences(rescaled(np.array([0.2]), 0.1, "log")), df=5, scale="log", null=1.0
    )
    assert 0 < share.low < 0.02 < share.high < 1
    assert 0 < ratio.low < 0.1 < ratio.high
    assert share.se == pytest.approx(1 / 0.98)
    assert ratio.se == pytest.approx(2)
    assert ratio.p_value == pytest.approx(2 * stats.t.sf(abs(np.log(0.1)) / 2, 5))


@pytest.mark.parametrize(
    ("value", "influences", "df", "scale"),
    [
        (1.0, Influences(), 5.0, "identity"),
        (1.0, Influences(np.ones(2)), 0.0, "identity"),
        (0.0, Influences(np.ones(2)), 5.0, "log"),
        (1.0, Influences(np.ones(2)), 5.0, "logit"),
    ],
)
def test_what_has_no_interval_is_refused(
    value: float, influences: Influences, df: float, scale: str
) -> None:
    """No clusters, no degrees of freedom or a value off the scale raise, never a silent nan."""
    with pytest.raises(ValueError, match=r"degree|scale|sellers"):
        linear_interval(value, influences, df=df, scale=scale)  # type: ignore[arg-type]
