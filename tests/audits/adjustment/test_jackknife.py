"""The jackknife over sellers: the closed form of a mean, and what intervals of parts cover."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from fairshelf.audits.adjustment.decompose import gelbach, gelbach_without
from fairshelf.audits.adjustment.design import design
from fairshelf.audits.adjustment.jackknife import BLOCKS, blocks_of, jackknife


def test_of_a_mean_it_is_the_textbook_error() -> None:
    """One row a seller: the standard error of a mean, and Student's t around it."""
    values = np.random.default_rng(1).normal(3, 2, 40)
    found = jackknife(
        lambda kept: np.array([values[kept].mean()]),
        np.arange(40),
        39,
        np.random.default_rng(0),
    )
    assert found is not None
    error = values.std(ddof=1) / np.sqrt(40)
    assert found.se[0] == pytest.approx(error)
    assert found.high[0] - values.mean() == pytest.approx(stdtrit(39, 0.975) * error)


def test_rows_of_a_seller_leave_together() -> None:
    """Copies of every row under the same sellers add no precision."""
    values = np.random.default_rng(2).normal(0, 1, 30)

    def error(copies: int) -> float:
        rows = np.repeat(values, copies)
        found = jackknife(
            lambda kept: np.array([rows[kept].mean()]),
            np.repeat(np.arange(30), copies),
            29,
            np.random.default_rng(0),
        )
        assert found is not None
        return float(found.se[0])

    assert error(5) == pytest.approx(error(1))


def test_many_sellers_are_left_out_in_groups() -> None:
    """With more sellers than blocks the error is about the same, at a fixed number of refits."""
    values = np.random.default_rng(3).normal(0, 1, 3000)
    calls = []

    def mean(kept: np.ndarray) -> np.ndarray:
        calls.append(1)
        return np.array([values[kept].mean()])

    found = jackknife(mean, np.arange(3000), 100, np.random.default_rng(0))
    assert found is not None
    assert len(calls) == BLOCKS + 1
    assert found.se[0] == pytest.approx(values.std() / np.sqrt(3000), rel=0.2)


def test_what_cannot_be_made_has_no_interval() -> None:
    """A figure that fails without some seller, one seller, or no degree of freedom: None."""
    seller = np.arange(6)
    rng = np.random.default_rng(0)
    assert jackknife(lambda kept: np.ones(1) if kept[0] else None, seller, 5, rng) is None
    assert jackknife(lambda _: np.ones(1), np.zeros(6, dtype=int), 5, rng) is None
    assert jackknife(lambda _: np.ones(1), seller, 0, rng) is None


def test_intervals_of_a_decomposition_cover() -> None:
    """Over 300 platforms the 95% interval of the part of a covariate holds its true size."""
    held = 0
    for seed in range(300):
        rng = np.random.default_rng([5, seed])
        seller = np.repeat(np.arange(60), 4)
        group = seller < 20
        effect = rng.normal(0, 0.5, 60)[seller]
        price = rng.normal(0, 1, 240) + 0.8 * group
        exposure = 10 - price + effect + rng.normal(0, 0.5, 240)
        columns = design(group, {"price": price}, {})

        def part(kept: np.ndarray, columns=columns, exposure=exposure) -> np.ndarray | None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - bound to this turn
            one = gelbach(exposure, columns.subset(kept))
            return None if one is None else np.array([one.parts[0][1]])

        found = jackknife(part, seller, 19, rng)
        assert found is not None
        # in units of the mean: -1 times the difference of .8, over the mean 10 - .8 / 3
        held += bool(found.low[0] <= -0.8 / (10 - 0.8 / 3) <= found.high[0])
    assert held / 300 == pytest.approx(0.95, abs=0.035)


@pytest.mark.parametrize("case", ["plain", "rare", "outlier", "near"])
def test_sums_less_those_of_a_block_are_the_model_without_it(case: str) -> None:
    """Leaving a block out by its sums gives what fitting the other rows gives.

    Also where a category stands in one block only, and its column is empty without it; where one
    listing bears a price of a milliard, beside which the others have the same; where two covariates
    differ in the seventh digit.
    """
    rng = np.random.default_rng(7)
    seller = rng.integers(0, 12, 300)
    group = seller % 3 == 0
    price = rng.lognormal(3, 1, 300)
    if case == "outlier":
        price[np.flatnonzero(seller == 4)[0]] = 1e9
    second = price + 1e-7 * price.std() * rng.normal(size=300)
    kind = (
        np.where(seller == 4, "d", rng.choice(["a", "b", "c"], 300))
        if case == "rare"
        else seller % 2
    )
    exposure = rng.poisson(3, 300) + 0.01 * np.minimum(price, 1e3)
    numbers = {"price": price, "second": second} if case == "near" else {"price": price}
    columns = design(group, numbers, {"kind": kind.astype(str).astype(object)})
    block, count = blocks_of(seller, rng)
    found = gelbach_without(exposure, columns, block)
    assert found is not None
    for one in range(count):
        by_hand = gelbach(exposure, columns.subset(block != one))
        assert by_hand is not None
        expected = [by_hand.raw, *(part for _, part in by_hand.parts), by_hand.left]
        assert found[one] == pytest.approx(expected, abs=1e-8)


def test_a_block_that_holds_a_whole_group_cannot_be_left_out() -> None:
    """There is no gap without one of its sides."""
    group = np.arange(40) < 8
    columns = design(group, {"price": np.random.default_rng(0).normal(size=40)}, {})
    block = np.where(group, 0, 1 + np.arange(40) % 3)
    assert gelbach_without(np.ones(40), columns, block) is None
