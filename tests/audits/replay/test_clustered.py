"""Ratios of sums with clusters: closed forms, and coverage where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from fairshelf.audits.replay.clustered import ratio_of_sums


def test_single_rows_give_the_t_interval_of_a_mean() -> None:
    """With one row a cluster and equal weights it is Student's interval."""
    values = np.array([1.0, 4, 2, 8, 5, 7])
    found = ratio_of_sums(values, np.ones(6), (np.arange(6),), 0.95)
    low, high = stats.t.interval(0.95, 5, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.clusters == 6


def test_copies_within_a_cluster_add_nothing() -> None:
    """A hundred copies of each row leave the interval as it is."""
    values = np.array([1.0, 4, 2, 8, 5, 7])
    one = ratio_of_sums(values, np.ones(6), (np.arange(6),), 0.95)
    many = ratio_of_sums(
        np.repeat(values, 100), np.ones(600), (np.repeat(np.arange(6), 100),), 0.95
    )
    assert (many.low, many.high) == pytest.approx((one.low, one.high))


def test_a_single_cluster_has_no_interval() -> None:
    """One seller tells nothing of others; nothing to divide by gives no figure."""
    assert ratio_of_sums(np.ones(3), np.ones(3), (np.zeros(3, int),), 0.95).low is None
    assert np.isnan(ratio_of_sums(np.ones(3), np.zeros(3), (np.arange(3),), 0.95).value)


def test_two_ways_of_clustering_cover() -> None:
    """Effects of sellers and of requests together: 95% intervals cover in 93 to 99% of 400."""
    rng = np.random.default_rng(1)
    seller, request = np.repeat(np.arange(30), 20), np.tile(np.arange(20), 30)
    hits = 0
    for _ in range(400):
        values = rng.normal(size=30)[seller] + rng.normal(size=20)[request] + rng.normal(size=600)
        found = ratio_of_sums(values, np.ones(600), (seller, request), 0.95)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0 <= found.high
    assert 0.93 <= hits / 400 <= 0.99
