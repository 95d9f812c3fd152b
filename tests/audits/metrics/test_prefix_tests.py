"""Tests on one list: exact probabilities, against the golden values and brute force."""

from __future__ import annotations

import math
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.metrics import (
    fair_adjusted,
    fair_fail_probability,
    fair_passes,
    fair_table,
    hypergeometric_sequential,
    hypergeometric_topk,
    mean_prefix_probability,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Record = dict[str, Any]
    Load = Callable[[str], Any]
    Holds = Callable[[Record, object], None]


ADJUSTED_BY_PEER = {  # fairsearchcore's level for (k, p) at alpha = .1: "FA*IR adjusted alpha"
    (10, 0.4): 0.1,
    (10, 0.5): 0.07500000000000001,
    (8, 0.5): 0.08750000000000001,
    (20, 0.3): 0.059375,
    (50, 0.4): 0.03125,
    (100, 0.5): 0.020693969726562504,
}
SHARES = st.floats(0.05, 0.95)
FLAGS = st.lists(st.booleans(), min_size=1, max_size=9).map(lambda x: np.array(x, bool))


@pytest.mark.golden("FA*IR unadjusted m-table")
def test_table_golden(record: Record, holds: Holds) -> None:
    """The table of the unadjusted test holds."""
    values = record["parameters"]
    holds(record, fair_table(values["k"], values["p"], values["alpha"]))


@pytest.mark.golden("FA*IR adjusted m-table")
def test_table_at_the_peers_level(record: Record, holds: Holds) -> None:
    """At the level that fairsearchcore chose, its table holds."""
    values = record["parameters"]
    holds(record, fair_table(values["k"], values["p"], ADJUSTED_BY_PEER[values["k"], values["p"]]))


@pytest.mark.golden("FA*IR fail probability, unadjusted")
def test_fail_probability_golden(record: Record, holds: Holds) -> None:
    """The exact fail probability counts a step of the table at the last rank too."""
    values = record["parameters"]
    table = fair_table(values["k"], values["p"], values["alpha"])
    holds(record, fair_fail_probability(table, values["p"]))


@pytest.mark.golden("FA*IR fail probability, adjusted")
def test_fail_probability_at_the_peers_level(record: Record, holds: Holds) -> None:
    """At fairsearchcore's level the exact probability is what it claims or, mostly, more."""
    key = record["parameters"]["k"], record["parameters"]["p"]
    holds(record, fair_fail_probability(fair_table(*key, ADJUSTED_BY_PEER[key]), key[1]))


@pytest.mark.golden("FA*IR adjusted alpha")
def test_adjusted_level_golden(record: Record) -> None:
    """The peer's level gives our table, unless it fails more fair lists than it was asked to."""
    depth, share, alpha = (record["parameters"][name] for name in ("k", "p", "alpha"))
    assert ADJUSTED_BY_PEER[depth, share] == record["value"]
    ours, peer = fair_adjusted(depth, share, alpha), fair_table(depth, share, record["value"])
    assert ours.fail_probability <= alpha
    if fair_fail_probability(peer, share) <= alpha:
        np.testing.assert_array_equal(ours.table, peer)
        assert ours.alpha >= record["value"]
    else:
        assert ours.alpha < record["value"]
        assert not np.array_equal(ours.table, peer)


@pytest.mark.golden("FA*IR verdict (adjusted)")
def test_verdict_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The exact adjusted test comes to the same verdict on the small lists."""
    values = record["parameters"]
    protected = rankings(record["case"]).each()[0] == 0
    test = fair_adjusted(values["k"], values["p"], values["alpha"])
    holds(record, fair_passes(protected, test.table))


@pytest.mark.golden("FA*IR mean prefix binomial CDF")
def test_mean_prefix_probability_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The mean prefix probability of Raj and Ekstrand holds."""
    protected = rankings(record["case"]).each()[0] == 0
    holds(record, mean_prefix_probability(protected, record["parameters"]["p"]))


def test_fail_probability_by_hand() -> None:
    """Of two draws at p = .5, a table (0, 1) fails with .25 and (1, 1) with .5."""
    assert fair_fail_probability(np.array([0, 1]), 0.5) == pytest.approx(0.25)
    assert fair_fail_probability(np.array([1, 1]), 0.5) == pytest.approx(0.5)
    assert fair_table(4, 0.5, 0.1).tolist() == [0, 0, 0, 1]
    assert fair_passes(np.array([False, True]), np.array([0, 1]))
    assert not fair_passes(np.array([False, True]), np.array([1, 1]))
    assert math.isnan(mean_prefix_probability(np.array([], bool), 0.5))


def test_the_adjusted_level_by_hand() -> None:
    """At k = 10, p = .5 it is 1/16 = P(none of four), which fails 77 of 1,024 lists."""
    test = fair_adjusted(10, 0.5, 0.1)
    assert (test.alpha, test.fail_probability) == (1 / 16, 77 / 1024)
    assert test.table.tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 2, 3]


def test_a_known_wrong_oracle_is_not_reproduced() -> None:
    """At k = 20, p = .25, alpha = .1, .1469 of fair lists fail, not fairsearchcore's .1152."""
    value = fair_fail_probability(fair_table(20, 0.25, 0.1), 0.25)
    assert value == pytest.approx(0.146887188699111, rel=1e-9)
    assert value != pytest.approx(0.1152, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 8), SHARES, st.floats(0.01, 0.4))
def test_fail_probability_is_brute_force(depth: int, share: float, alpha: float) -> None:
    """The dynamic programme agrees with adding up every possible list."""
    table = fair_table(depth, share, alpha)
    lists = [np.array(one, bool) for one in product([False, True], repeat=depth)]
    failing = [one for one in lists if not fair_passes(one, table)]
    wanted = sum(share ** one.sum() * (1 - share) ** (~one).sum() for one in failing)
    assert fair_fail_probability(table, share) == pytest.approx(wanted, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), SHARES, st.sampled_from([0.01, 0.05, 0.1]))
def test_the_adjusted_test_is_the_strictest_that_holds(
    depth: int, share: float, alpha: float
) -> None:
    """It fails at most alpha of fair lists, and a level above it either fails more or is alpha."""
    test = fair_adjusted(depth, share, alpha)
    assert test.fail_probability <= alpha
    assert test.alpha <= alpha
    above = fair_table(depth, share, test.alpha * (1 + 1e-9))
    assert test.alpha == alpha or fair_fail_probability(above, share) > alpha


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), SHARES, st.floats(0.001, 0.5))
def test_the_table_is_scipys_quantile(depth: int, share: float, alpha: float) -> None:
    """The m-table is the quantile of the binomial; at a tie scipy's own may be one too high."""
    from scipy.stats import binom

    table, size = fair_table(depth, share, alpha), np.arange(1, depth + 1)
    assert (binom.cdf(table, size, share) >= alpha - 1e-12).all()
    assert (binom.cdf(table - 1, size, share) < alpha).all()


@pytest.mark.golden("hypergeometric top-k under-representation p")
def test_hypergeometric_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The hypergeometric p-value of the first k holds, the list itself being the pool."""
    protected = rankings(record["case"]).each()[0] == 0
    depth = record["parameters"]["k"]
    pool = int(protected.sum()), protected.size
    holds(record, hypergeometric_topk(int(protected[:depth].sum()), depth, *pool))


@pytest.mark.golden("hypergeometric sequential (all prefixes) p, Monte Carlo")
def test_hypergeometric_sequential_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The exact sequential p-value holds; ties are kept, which hyperfair loses."""
    holds(record, hypergeometric_sequential(rankings(record["case"]).each()[0] == 0))


def test_hypergeometric_by_hand() -> None:
    """One protected of three comes last: P(none in the first two) = 1/3, and no order is worse."""
    assert hypergeometric_topk(0, 2, 1, 3) == pytest.approx(1 / 3)
    assert hypergeometric_topk(1, 5, 1, 3) == pytest.approx(1)
    assert hypergeometric_topk(0, 0, 1, 3) == 1
    assert hypergeometric_sequential(np.array([False, False, True])) == pytest.approx(1 / 3)
    assert hypergeometric_sequential(np.array([True, False, False])) == pytest.approx(1)
    assert math.isnan(hypergeometric_sequential(np.array([], bool)))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.data())
def test_hypergeometric_is_scipys(pool: int, data: st.DataObject) -> None:
    """The p-value of one prefix is scipy's distribution function."""
    from scipy.stats import hypergeom

    protected, depth = (data.draw(st.integers(0, pool)) for _ in range(2))
    found = data.draw(st.integers(0, depth))
    wanted = hypergeom.cdf(found, pool, protected, depth)
    assert hypergeometric_topk(found, depth, protected, pool) == pytest.approx(wanted, abs=1e-11)


@settings(max_examples=30, deadline=None)
@given(FLAGS, st.integers(0, 3), st.integers(0, 3))
def test_the_sequential_p_is_brute_force(flags: np.ndarray, more: int, others: int) -> None:
    """It is the share of orders of the whole pool whose worst prefix is at least as bad."""
    depth, inside = flags.size, int(flags.sum()) + more
    pool = depth + more + others

    def worst(listed: np.ndarray) -> float:
        counts = enumerate(np.cumsum(listed), start=1)
        return min(hypergeometric_topk(int(found), i, inside, pool) for i, found in counts)

    tables: dict[tuple[bool, ...], float] = {}
    values = []
    for places in combinations(range(pool), inside):
        head = tuple(place in places for place in range(depth))
        if head not in tables:
            tables[head] = worst(np.array(head))
        values.append(tables[head])
    wanted = np.mean(np.array(values) <= worst(flags) + 1e-12)
    got = hypergeometric_sequential(flags, inside, pool)
    assert got == pytest.approx(wanted, abs=1e-11)
