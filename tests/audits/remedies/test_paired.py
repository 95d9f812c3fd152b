"""Orders compared in pairs: planted differences, equal orders, both sides of parity."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.inference.linear import linear_interval
from fairshelf.audits.remedies.paired import Trace, clearly_better, ratio_influences
from fairshelf.audits.replay.clustered import ratio_of_sums
from fairshelf.audits.replay.paired import change_of_ratio, request_influence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SELLERS, REQUESTS = 60, 80
PROTECTED = np.arange(SELLERS) < 25
UNITS = np.full(SELLERS, 10.0)


def _trace(cells: Floats, utility: Floats) -> Trace:
    """Make the trace of an order from what each seller gets in each request, (Q, S)."""
    held = cells.sum(0)
    sides = cells[:, PROTECTED].sum(1), cells[:, ~PROTECTED].sum(1)
    influences = ratio_influences(held, UNITS, PROTECTED, sides)
    assert influences is not None
    ratio = float(held[PROTECTED].mean() / held[~PROTECTED].mean())
    return Trace(ratio, influences, utility, 24)


def _cells(rng: np.random.Generator, spread: float = 0.6) -> Floats:
    """Draw what sellers of very different size get in requests of different length."""
    sizes = rng.lognormal(0, spread, SELLERS)
    return np.asarray(sizes * rng.lognormal(0, 0.3, (REQUESTS, 1)), dtype=np.float64)


def _planted(seed: int = 3) -> tuple[Trace, Trace]:
    """Give a present order, and one with 15% more for the group and 2% more for users."""
    rng = np.random.default_rng(seed)
    now = _cells(rng)
    now[:, PROTECTED] *= 0.35
    lift = np.where(PROTECTED, 1.15, 1.0) * rng.lognormal(0, 0.03, (REQUESTS, SELLERS))
    worth = rng.lognormal(0, 1.0, REQUESTS)
    return _trace(now, worth), _trace(now * lift, worth * rng.normal(1.02, 0.02, REQUESTS))


def test_what_is_certain_in_pairs_though_intervals_overlap() -> None:
    """15% more exposure and 2% more utility are certain; each order's own intervals overlap."""
    present, order = _planted()
    alone = [
        linear_interval(one.ratio, one.influences, df=one.df, scale="log")
        for one in (present, order)
    ]
    assert alone[0].high > alone[1].low, "exposure ratios overlap"
    ones = np.ones(REQUESTS)
    means = [
        ratio_of_sums(one.utility, ones, (np.arange(REQUESTS),), 0.95) for one in (present, order)
    ]
    assert means[0].high is not None
    assert means[1].low is not None
    assert means[0].high > means[1].low, "utilities overlap"
    for_present, for_order = clearly_better((present, order), present.utility, 0.95)
    assert for_order is None
    assert for_present is not None
    assert (for_present.order, for_present.orders) == (1, 1)
    assert for_present.factor.bounds is not None
    assert for_present.factor.bounds[0] < 1.15 < for_present.factor.bounds[1]
    assert for_present.utility.bounds is not None
    assert for_present.utility.bounds[0] < 0.02 < for_present.utility.bounds[1]


def test_the_paired_interval_is_that_of_the_change() -> None:
    """For two orders it is the interval that a what-if gives the change of the ratio."""
    rng = np.random.default_rng(5)
    now = _cells(rng)
    now[:, PROTECTED] *= 0.5
    then = now * np.where(PROTECTED, 1.2, 1.0) * rng.lognormal(0, 0.05, now.shape)
    worth = rng.lognormal(size=REQUESTS)
    sides = [(one[:, PROTECTED].sum(1), one[:, ~PROTECTED].sum(1)) for one in (now, then)]
    change = change_of_ratio(
        (now.sum(0), UNITS),
        (then.sum(0), UNITS),
        PROTECTED,
        request_influence(*sides) * (REQUESTS / (REQUESTS - 1)) ** 0.5,
        0.95,
    ).interval
    found = clearly_better((_trace(now, worth), _trace(then, worth * 1.1 + 0.01)), worth, 0.95)[0]
    assert change is not None
    assert found is not None
    assert found.factor.bounds == pytest.approx((change.low, change.high))


@pytest.mark.parametrize("gain", [0.0, 0.5])
def test_equal_orders_are_called_better_in_no_more_than_their_share_of_seeds(gain: float) -> None:
    """Of 400 pairs equally far from parity at most 5% are told apart, be utility equal or not."""
    wrong = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        common = _cells(rng, 0.5)
        common[:, PROTECTED] *= 0.6
        worth = rng.lognormal(size=REQUESTS)
        first, second = (
            _trace(
                common * rng.lognormal(0, 0.3, SELLERS) * rng.lognormal(0, 0.2, common.shape),
                worth * rng.normal(1 + more, 0.05, REQUESTS),
            )
            for more in (0.0, gain)
        )
        wrong += any(clearly_better((first, second), worth, 0.95))
    # 3 standard errors of a share of 5% in 400
    assert wrong / 400 <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5
    assert wrong or not gain, "a test that nothing ever passes would show nothing"


def test_the_best_of_many_equal_orders_is_no_better() -> None:
    """Of 200 sets of 12 orders equally far from parity, 5% at most hold one that is called better.

    Utility is better beyond doubt in all of them, so that exposure alone decides.
    """
    wrong = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        common = _cells(rng, 0.5)
        common[:, PROTECTED] *= 0.6
        worth = rng.lognormal(size=REQUESTS)
        orders = [
            _trace(common * rng.lognormal(0, 0.3, SELLERS), worth * (1.0 + 0.5 * (n > 0)))
            for n in range(13)
        ]
        for order in orders[1:]:
            order.utility[0] += 1e-9  # a difference of no spread has no interval
        wrong += clearly_better(orders, worth, 0.95)[0] is not None
    assert wrong / 200 <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5


def test_as_far_on_the_other_side_is_no_nearer() -> None:
    """From 0.5 to 2 nothing is gained, from 2 to 1.5 it is, from 0.5 to 1.9 it is not certain."""
    rng = np.random.default_rng(8)
    now = _cells(rng, 0.4)
    base = now[:, PROTECTED].sum(0).mean() / now[:, ~PROTECTED].sum(0).mean()
    worth = rng.lognormal(size=REQUESTS)

    def at(ratio: float, utility: float) -> Trace:
        cells = now * np.where(PROTECTED, ratio / base, 1.0)
        return _trace(cells * rng.lognormal(0, 0.01, now.shape), worth * utility)

    def better(before: float, after: float) -> bool:
        more = at(after, 1.1)
        more.utility[0] *= 1.001
        return clearly_better((at(before, 1.0), more), worth, 0.95)[0] is not None

    assert [better(0.5, 2.0), better(0.5, 1.9)] == [False, False]
    assert [better(2.0, 1.5), better(0.5, 0.6), better(0.5, 1.0)] == [True, True, True]
    assert [better(0.6, 0.5), better(1.5, 2.0)] == [False, False]


def test_many_orders_make_for_wider_intervals() -> None:
    """Compared with 20 orders the interval is that of the level 1 - 0.05 / 20."""
    present, order = _planted()
    many = (present, *[order] * 20)
    found = clearly_better(many, present.utility, 0.95)[0]
    alone = clearly_better((present, order), present.utility, 1 - 0.05 / 20)[0]
    assert found is not None
    assert alone is not None
    assert found.orders == 20
    assert found.factor.bounds == pytest.approx(alone.factor.bounds)
    assert found.utility.bounds == pytest.approx(alone.utility.bounds)
    narrow = clearly_better((present, order), present.utility, 0.95)[0]
    assert narrow is not None
    assert narrow.factor.low is not None
    assert found.factor.low is not None
    assert log(narrow.factor.low) > log(found.factor.low)


def test_without_interval_nothing_is_certain() -> None:
    """An order without a trace, or too few requests worth anything: nothing is called better."""
    present, order = _planted()
    assert clearly_better((present, None), present.utility, 0.95) == (None, None)
    few = np.where(np.arange(REQUESTS) < 9, present.utility, 0.0)
    assert clearly_better((present, order), few, 0.95) == (None, None)
    cells = np.ones((4, SELLERS))
    sides = cells[:, PROTECTED].sum(1), cells[:, ~PROTECTED].sum(1)
    assert ratio_influences(cells.sum(0), UNITS, PROTECTED, sides) is None
