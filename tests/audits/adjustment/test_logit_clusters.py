"""Clustered errors of odds against fitting anew without each cluster, and what few clusters give.

How often the intervals hold the truth: ``benchmarks/gap_coverage.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import t as student

from fairshelf.audits.adjustment.binary import BinaryGap, binary_gap
from fairshelf.audits.adjustment.irls import irls
from fairshelf.audits.adjustment.logit_clusters import freedom, held, jackknife_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _world(
    clusters: tuple[int, int], seed: int = 0, rows: int = 40
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give outcome, group and cluster: clusters of one group each, of unlike sizes and rates."""
    rng = np.random.default_rng(seed)
    many = sum(clusters)
    cluster = np.repeat(np.arange(many), rng.integers(rows // 2, rows * 2, many))
    outcome = rng.random(cluster.size) < expit(rng.normal(size=many)[cluster] - 0.5)
    return outcome, np.where(cluster < clusters[0], "g", "r").astype(object), cluster


def _gap(clusters: tuple[int, int], **more: int) -> BinaryGap:
    outcome, group, cluster = _world(clusters, **more)
    return binary_gap(outcome, group, "r", ({}, {}), cluster)


def test_leaving_out_is_fitting_anew() -> None:
    """With two covariates the errors are those of full fits without each cluster, within 2%."""
    outcome, group, cluster = _world((12, 15), seed=3)
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=(outcome.size, 2))
    matrix = np.column_stack([np.ones(outcome.size), group == "g", numbers]).astype(np.float64)

    def fit(kept: NDArray[np.bool_]) -> NDArray[np.float64]:
        found = irls(matrix[kept], outcome[kept].astype(float), "binomial", 1e-12)
        assert found is not None
        return found

    whole = fit(np.ones(outcome.size, dtype=bool))
    without = np.array([fit(cluster != one) for one in range(27)])
    anew = np.sqrt(26 / 27 * np.square(without - whole).sum(axis=0))
    told = jackknife_errors(matrix, outcome, whole, cluster)
    assert told == pytest.approx(anew, rel=0.02)
    assert not np.allclose(told, anew, rtol=1e-9)  # one step, not a fit


def test_one_cluster_in_a_group_tells_nothing_of_how_clusters_differ() -> None:
    """A group of one county has odds and no error, no interval and no p-value, and its rate none.

    An error that sums scores is 0 there, as the score of a group's only cluster is.
    """
    found = _gap((1, 12))
    (odds,) = found.alone
    assert odds.value > 0
    assert (odds.low, odds.high, odds.se, odds.p_value, odds.clusters) == (*[None] * 4, (1, 12))
    assert [rate.clusters for rate in found.rates] == [12, 1]
    assert found.rates[0].low is not None
    assert found.rates[1].low is None


@pytest.mark.parametrize(
    ("clusters", "interval", "indicative"),
    [
        ((4, 20), False, False),
        ((5, 20), True, True),
        ((20, 9), True, True),
        ((10, 10), True, False),
    ],
)
def test_few_clusters(clusters: tuple[int, int], *, interval: bool, indicative: bool) -> None:
    """No interval below five clusters on either side, an indicative one below ten."""
    (odds,) = _gap(clusters).alone
    assert (odds.low is not None, odds.indicative) == (interval, indicative)
    assert odds.clusters == clusters


def test_freedom_is_of_the_effective_clusters_of_the_smaller_side() -> None:
    """Sizes 1, 1, 1, 1 and 16 are as good as 20^2 / 260 clusters; degrees of freedom less one."""
    uneven = held(np.repeat(np.arange(5), [1, 1, 1, 1, 16]))
    even = held(np.repeat(np.arange(8), 3))
    assert uneven.number == 5
    assert uneven.effective == pytest.approx(400 / 260)
    assert even.effective == pytest.approx(8)
    assert freedom(even, even) == pytest.approx(7)
    assert freedom(even, uneven) == 1.0
    assert freedom(even, held(np.arange(4))) is None


def test_interval_and_p_value_are_students() -> None:
    """Interval and p-value of the log odds are Student's with 9 degrees of freedom."""
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(24), 30)
    outcome = rng.random(cluster.size) < expit(rng.normal(size=24)[cluster])
    group = np.where(cluster < 10, "g", "r").astype(object)
    (odds,) = binary_gap(outcome, group, "r", ({}, {}), cluster, 0.9).alone
    assert odds.se is not None
    assert odds.df == pytest.approx(9)
    reach = student.ppf(0.95, 9) * odds.se
    assert (odds.low, odds.high) == pytest.approx(
        (np.exp(odds.log_value - reach), np.exp(odds.log_value + reach))
    )
    assert odds.p_value == pytest.approx(2 * student.sf(abs(odds.log_value) / odds.se, 9))


def test_a_rate_leaves_clusters_out_too() -> None:
    """A rate's interval is Student's on the logit, near that of rates without each cluster."""
    outcome, group, cluster = _world((30, 30), seed=2)
    rate = binary_gap(outcome, group, "r", ({}, {}), cluster).rates[1]
    ours, of = outcome[group == "g"], cluster[group == "g"]
    left = np.array([logit(ours[of != one].mean()) for one in np.unique(of)])
    error = np.sqrt(29 / 30 * np.square(left - logit(ours.mean())).sum())
    sizes = np.bincount(of)
    reach = student.ppf(0.975, sizes.sum() ** 2 / np.square(sizes).sum() - 1) * error
    assert rate.low == pytest.approx(expit(logit(ours.mean()) - reach), rel=0.01)
    assert rate.high == pytest.approx(expit(logit(ours.mean()) + reach), rel=0.01)
    plain = binary_gap(outcome, group, "r", ({}, {})).rates[1]
    assert rate.low is not None
    assert plain.low is not None
    assert rate.low < plain.low - 0.02


def test_a_covariate_of_one_cluster_does_not_take_the_interval_away() -> None:
    """Where a word stands in one cluster only, leaving that out still tells the group's odds."""
    outcome, group, cluster = _world((12, 12), seed=4)
    kind = np.where(cluster == 3, "only", np.where(np.arange(cluster.size) % 2, "a", "b"))
    found = binary_gap(outcome, group, "r", ({}, {"kind": kind.astype(object)}), cluster)
    assert found.adjusted[0].low is not None
    assert found.adjusted[0].low < found.adjusted[0].value


def test_clusters_that_cross_the_groups() -> None:
    """Areas with rows of both groups count on both sides, and rows of a pair add nothing."""
    rng = np.random.default_rng(7)
    cluster = np.repeat(np.arange(15), 20)
    group = np.where(np.arange(300) % 2, "g", "r").astype(object)
    outcome = rng.random(300) < expit(2 * rng.normal(size=15)[cluster])
    (odds,) = binary_gap(outcome, group, "r", ({}, {}), cluster).alone
    (alone,) = binary_gap(outcome, group, "r", ({}, {})).alone
    assert odds.clusters == (15, 15)
    assert odds.se is not None
    assert alone.se is not None
    assert odds.se < alone.se * 1.1  # what an area has cancels within it


def test_few_clusters_are_looked_at_one_direction_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 400 sellers the one that alone tells a covariate is taken apart, the others are not.

    The errors of the rest are those of inverting what each seller leaves, and the covariate that
    one seller tells has none.
    """
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(400), rng.integers(1, 9, 400))
    only = cluster == 17
    matrix = np.column_stack([np.ones(cluster.size), rng.normal(size=cluster.size) * 1e3, only])
    outcome = rng.random(cluster.size) < expit(matrix[:, 1] / 2e3)
    coefficients = np.array([0.1, 4e-4, 0.3])
    calls = []
    taken_apart = np.linalg.eigh

    def counted(held: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        calls.append(held)
        values, vectors = taken_apart(held)
        return values, vectors

    monkeypatch.setattr(np.linalg, "eigh", counted)
    told = jackknife_errors(matrix, outcome, coefficients, cluster)
    assert np.isnan(told).tolist() == [False, False, True]
    assert len(calls) <= 1 + matrix.shape[1]
    chance = expit(matrix @ coefficients)
    whole = (matrix.T * (chance * (1 - chance))) @ matrix
    total = np.zeros(2)
    for one in range(400):
        here = cluster == one
        score = (outcome - chance)[here] @ matrix[here]
        left = whole - (matrix[here].T * (chance * (1 - chance))[here]) @ matrix[here]
        known = 2 if one == 17 else 3
        total += np.square(np.linalg.solve(left[:known, :known], score[:known])[:2])
    assert told[:2] == pytest.approx(np.sqrt(total * 399 / 400), rel=1e-9)
