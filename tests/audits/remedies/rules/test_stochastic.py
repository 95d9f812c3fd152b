"""Fair lotteries: the linear programme, and its matrix as a mixture of rankings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.lottery import lottery, mean, sample
from fairshelf.audits.remedies.rules.stochastic import lotteries, policy, stochastic

from .conftest import DCG, every_rank, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Kind = Literal["parity", "treatment"]


def best_mixture(
    utility: Floats, protected: NDArray[np.bool_], units: Floats, tolerance: float
) -> float | None:
    """Give the best utility of all mixtures of all rankings within the tolerance."""
    from scipy.optimize import linprog

    weight = DCG[: utility.size]
    got = np.array([weight[rank - 1] for rank in every_rank(utility.size)])
    scale = weight.sum() / units.sum()
    per = np.where(protected, 1 / units[protected].sum(), -1 / units[~protected].sum()) / scale
    found = linprog(
        -(got @ utility),
        A_ub=np.vstack((got @ per, -got @ per)),
        b_ub=np.full(2, tolerance),
        A_eq=np.ones((1, len(got))),
        b_eq=[1.0],
    )
    return None if found.x is None else -float(found.fun)


@pytest.mark.parametrize("constraint", ["parity", "treatment"])
@pytest.mark.parametrize("tolerance", [0.0, 0.2])
@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_all_mixtures(constraint: Kind, tolerance: float, seed: int) -> None:
    """The programme's value is the optimum over all mixtures of the n! rankings."""
    rng = np.random.default_rng(seed)
    size = 3 + seed % 2
    utility = rng.uniform(0.2, 1.0, size)
    protected = np.arange(size) >= size // 2
    units = np.ones(size) if constraint == "parity" else utility
    found = policy(utility, protected, DCG, constraint, tolerance)
    expected = best_mixture(utility, protected, units, tolerance)
    assert found.reached == (expected is not None)
    if expected is not None:
        assert found.utility == pytest.approx(expected, abs=1e-9)
        assert abs(found.gap) <= tolerance + 1e-9
    assert np.allclose(found.chance.sum(axis=0), 1)
    assert np.allclose(found.chance.sum(axis=1), 1)


def test_two_candidates_by_hand() -> None:
    """One of each group, utility 1 and .5, attention 1 and .5: parity tosses a coin, 1.125."""
    found = policy(np.array([1.0, 0.5]), np.array([False, True]), np.array([1.0, 0.5]))
    assert np.allclose(found.chance, 0.5)
    assert found.utility == pytest.approx(1.125)
    assert found.gap == pytest.approx(0.0, abs=1e-12)


def test_attention_in_step_with_merit_by_hand() -> None:
    """Merits 3 and 2 share attention 3 and 2 as they stand: the plain order, without a lottery."""
    found = policy(np.array([3.0, 2.0]), np.array([False, True]), np.array([3.0, 2.0]), "treatment")
    assert np.allclose(found.chance, np.eye(2))


def test_a_gap_that_cannot_be_closed() -> None:
    """Merit 1 against .01 with attention 1 and .5: at best (1/1 - .5/.01) / (1.5/1.01)."""
    found = policy(
        np.array([1.0, 0.01]), np.array([True, False]), np.array([1.0, 0.5]), "treatment"
    )
    assert not found.reached
    assert found.gap == pytest.approx(-49 / (1.5 / 1.01))


def test_nothing_to_compare() -> None:
    """With one group, or a group without merit, the most useful order is taken."""
    utility = np.array([0.1, 0.9, 0.5])
    best = np.eye(3)[[2, 0, 1]]
    alone = policy(utility, np.zeros(3, dtype=bool), DCG)
    assert (alone.chance == best).all()
    assert np.isnan(alone.gap)
    none = policy(np.array([0.0, 1.0]), np.array([True, False]), DCG, "treatment")
    assert (none.chance == np.eye(2)[::-1]).all()


def test_merit_beside_utility() -> None:
    """Merit may be another figure than utility: equal merits ask for equal attention."""
    found = policy(
        np.array([1.0, 0.1]), np.array([True, False]), DCG, "treatment", merit=np.ones(2)
    )
    assert np.allclose(found.chance, 0.5)


@given(st.integers(1, 7), st.integers(1, 12), st.integers(0, 10_000))
@settings(max_examples=40)
def test_the_mixture_adds_up_to_its_matrix(size: int, parts: int, seed: int) -> None:
    """Rankings times chances give the matrix back to 1e-9, with at most (n - 1)^2 + 1 rankings."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.ones(parts))
    matrix = sum(share * np.eye(size)[rng.permutation(size)] for share in shares)
    told = lottery(np.asarray(matrix))
    assert np.abs(mean(told) - matrix).max() < 1e-9
    assert told.chance.size <= (size - 1) ** 2 + 1
    assert (np.sort(told.rank, axis=1) == np.arange(1, size + 1)).all()
    assert told.chance.sum() == pytest.approx(1.0)
    assert (np.diff(told.chance) <= 0).all()


def test_draws_have_the_matrix_as_their_mean() -> None:
    """Of 4,000 draws the shares at each place lie within four standard errors of the chances."""
    rng = np.random.default_rng(2)
    found = policy(rng.uniform(0.1, 1, 5), np.array([0, 1, 0, 1, 1], dtype=bool), DCG)
    told = lottery(found.chance)
    draws = np.array([sample(told, rng) for _ in range(4_000)])
    shares = (draws[:, :, None] == np.arange(1, 6)).mean(axis=0)
    error = np.sqrt(found.chance * (1 - found.chance) / 4_000)
    assert (np.abs(shares - found.chance) <= 4 * error + 1e-9).all()


def test_the_rule_draws_for_every_request() -> None:
    """Over many equal requests the two groups have the same attention per candidate."""
    lists = listed(" ".join(["RP"] * 64), worth=[1.0, 0.5] * 64)
    rank = stochastic(lists, DCG, np.random.default_rng(3))
    assert verify.permutation(lists, rank).broken == 0
    first = (rank[lists.protected] == 1).mean()
    assert first == pytest.approx(0.5, abs=4 * 0.0625)
    again = stochastic(lists, DCG, np.random.default_rng(3))
    assert (rank == again).all()


def test_lotteries_are_checked_in_expectation() -> None:
    """Held where the gap is closed, impossible where it cannot be, broken where it could."""
    lists = listed("RP PR RR", worth=[1.0, 0.8, 1.0, 0.01, 1.0, 1.0])
    half = np.array([1.0, 0.5])
    fair = lotteries(lists, half, "treatment")
    told = verify.lotteries(lists, fair, half, "treatment", 0.0)
    assert (told.requests, told.checked, told.held, told.impossible, told.worst) == (3, 2, 1, 1, 0)
    plain = [lottery(np.eye(2))] * 3
    told = verify.lotteries(lists, plain, half, "treatment", 0.0)
    # 1/1 against .5/.8 in units of 1.5/1.8
    assert (told.held, told.impossible, told.broken) == (0, 1, 1)
    assert told.worst == pytest.approx(0.375 * 1.8 / 1.5)
    assert verify.lotteries(lists, plain, half, "treatment", 0.5).held == 1


def test_utility_has_to_be_known() -> None:
    """Without worth there is nothing to maximise; a negative tolerance is refused."""
    with pytest.raises(DataError) as caught:
        stochastic(listed("RP"), DCG, np.random.default_rng(0))
    assert caught.value.code == "remedy_needs_worth"
    with pytest.raises(UsageError):
        policy(np.ones(2), np.array([True, False]), DCG, tolerance=-1.0)
