"""The quality of an order, by hand and against scikit-learn and SciPy."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.replay.quality import (
    COLUMNS,
    mean_with_interval,
    ndcg_by_request,
    pairs_in_order,
    quality,
)


def test_pairs_by_hand() -> None:
    """Gains 3, 1, 2 in this order: of three pairs two are right; tau is (2 - 1) / 3."""
    accuracy, tau = pairs_in_order(np.array([1, 2, 3]), np.array([3.0, 1.0, 2.0]))
    assert accuracy == pytest.approx(2 / 3)
    assert tau == pytest.approx(1 / 3)


def test_equal_gains_have_no_pairs() -> None:
    """Where every candidate is as good as the next there is no right order."""
    assert np.isnan(pairs_in_order(np.array([1, 2]), np.array([1.0, 1.0]))).all()


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=60))
def test_tau_is_scipys(gains: list[int]) -> None:
    """Kendall's tau-b is SciPy's, ties included."""
    from scipy.stats import kendalltau

    worth = np.array(gains, dtype=float)
    position = np.random.default_rng(len(gains)).permutation(len(gains)) + 1
    _, tau = pairs_in_order(position, worth)
    if np.unique(worth).size > 1:
        assert tau == pytest.approx(kendalltau(-position, worth).statistic)


def test_long_lists_are_counted_in_halves() -> None:
    """The count of pairs is the same above the length at which it is split."""
    rng = np.random.default_rng(1)
    worth = rng.integers(0, 9, 5_000).astype(float)
    accuracy, _ = pairs_in_order(np.arange(5_000), worth)
    differs = worth[:, None] != worth[None, :]
    right = (worth[:, None] > worth[None, :]) & np.triu(differs, 1)
    assert accuracy == pytest.approx(right.sum() / np.triu(differs, 1).sum())


@pytest.mark.parametrize("cutoff", [1, 3, 10])
def test_ndcg_is_scikit_learns(cutoff: int) -> None:
    """NDCG of each request is scikit-learn's; a request without a gain has none."""
    from sklearn.metrics import ndcg_score

    rng = np.random.default_rng(2)
    rows = pd.DataFrame(
        {
            "request": np.repeat([f"q{n:02d}" for n in range(20)], 8),
            "position": np.tile(np.arange(1, 9), 20),
            "relevance": rng.integers(0, 3, 160),
        }
    )
    rows.loc[rows.request == "q07", "relevance"] = 0
    found = (
        ndcg_by_request(ibis.memtable(pa.Table.from_pandas(rows)), "relevance", cutoff)
        .to_pyarrow()
        .to_pandas()
    )
    told = dict(zip(found.request, found.ndcg, strict=True))
    assert "q07" not in told
    for request, part in rows.groupby("request"):
        if part.relevance.any():
            want = ndcg_score([part.relevance], [-part.position.astype(float)], k=cutoff)
            assert told[request] == pytest.approx(want)


def test_interval_over_requests() -> None:
    """The interval is Student's t on the requests' values."""
    from scipy.stats import t

    values = np.array([0.2, 0.4, 0.9])
    mean, low, high, se = mean_with_interval(values, 0.95)
    want = t.interval(0.95, 2, loc=values.mean(), scale=values.std(ddof=1) / np.sqrt(3))
    assert (low, high) == pytest.approx(want)
    assert (mean, se) == pytest.approx((0.5, values.std(ddof=1) / np.sqrt(3)))
    assert mean_with_interval(values[:1], 0.95) == (0.2, None, None, None)
    assert mean_with_interval(values[:0], 0.95) == (None, None, None, None)


def test_groups_are_ordered_among_themselves() -> None:
    """A group's figure looks at its own listings only: rural is in order, urban is not."""
    rows = pd.DataFrame(
        {
            "request": ["a"] * 4,
            "listing": list("wxyz"),
            "seller": ["r1", "u1", "r2", "u2"],
            "position": [1, 2, 3, 4],
            "relevance": [2, 1, 1, 3],
        }
    )
    labels = {"locality": {"r1": "rural", "r2": "rural", "u1": "urban", "u2": "urban"}}
    table = quality(ibis.memtable(pa.Table.from_pandas(rows)), "relevance", [10], 0.95, 0, labels)
    assert table is not None
    assert table.columns == COLUMNS
    told = {(row[0], row[3]): row[4] for row in table.rows}
    assert told["pairwise_accuracy", "rural"] == 1.0
    assert told["pairwise_accuracy", "urban"] == 0.0
    assert told["ndcg", "rural"] == 1.0
    assert told["pairwise_accuracy", None] == pytest.approx(2 / 5)
