"""Pairs in the right order, with labels and without."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.metrics import mixed_pairs_won, pairwise_accuracy

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

    Record = dict[str, Any]
    Load = Callable[[str], Any]
    Holds = Callable[[Record, object], None]

Row = tuple[int, int, float, bool]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(1, 9), st.sampled_from([0.0, 1.0, 2.0]), st.booleans()
    ),
    min_size=1,
    max_size=25,
)


def _columns(rows: list[Row]) -> tuple[NDArray[Any], ...]:
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@pytest.mark.golden(
    *(f"pairwise accuracy {kind}-group (Beutel)" for kind in ("intra", "inter", "overall")),
)
def test_pairwise_accuracy_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Pairwise accuracy within, across and overall holds for both groups, and so do the counts."""
    case, values = rankings(record["case"]), record["parameters"]
    members = case.groups == case.names.index(values["group"])
    kind = record["metric"].split()[2].split("-")[0]
    got = getattr(pairwise_accuracy(case.lists, case.ranks, case.clicked, members), kind)
    holds(record, got.share)
    assert got.pairs == values["pairs"]


@pytest.mark.golden("pairwise accuracy inter-group, one query")
def test_pairwise_accuracy_of_one_query(record: Record, rankings: Load, holds: Holds) -> None:
    """Of one query it is scikit-learn's area under the curve."""
    case, values = rankings(record["case"]), record["parameters"]
    rows = case.lists == case.queries.index(values["query"])
    members = case.groups[rows] == case.names.index(values["group"])
    holds(
        record,
        pairwise_accuracy(
            case.lists[rows], case.ranks[rows], case.clicked[rows], members
        ).inter.share,
    )


@pytest.mark.golden(
    "rank parity: share of mixed pairs with protected above", "FPR (favoured-pair share) by group"
)
def test_mixed_pairs_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The share of mixed pairs won is FARE's rank parity, Mann-Whitney's U and favoured pairs."""
    case = rankings(record["case"])
    groups = case.order(record) if "groups" in record["parameters"] else [0]
    holds(record, [mixed_pairs_won(case.lists, case.ranks, case.groups == g).share for g in groups])


def test_pairwise_by_hand() -> None:
    """A1 B0 A0 B1: A's clicked one beats both; B's beats neither; of four mixed pairs A wins 3."""
    lists, ranks = np.zeros(4, int), np.arange(1, 5)
    labels, ours = np.array([1.0, 0, 0, 1]), np.array([True, False, True, False])
    first = pairwise_accuracy(lists, ranks, labels, ours)
    assert (first.overall.share, first.intra.pairs, first.inter.pairs) == (1, 1, 1)
    second = pairwise_accuracy(lists, ranks, labels, ~ours)
    assert (second.overall.share, second.overall.pairs) == (0, 2)
    assert mixed_pairs_won(lists, ranks, ours).share == 0.75
    assert mixed_pairs_won(lists, np.ones(4, int), ours).share == 0.5


def test_no_pairs_are_undefined() -> None:
    """One label, one group or no row leave nothing to compare, within and across lists."""
    lists, ranks, ours = np.array([0, 1]), np.array([1, 1]), np.array([True, False])
    assert math.isnan(pairwise_accuracy(lists, ranks, np.array([1.0, 0]), ours).overall.share)
    assert math.isnan(mixed_pairs_won(lists, ranks, ours).share)
    empty = np.array([], int)
    assert math.isnan(mixed_pairs_won(empty, empty, empty.astype(bool)).share)


@settings(deadline=None)
@given(ROWS, st.randoms())
def test_pairwise_is_the_definition(rows: list[Row], random: Random) -> None:
    """Counting by sorting agrees with looking at every pair, in any order of the rows."""
    pairs = [(a, b) for a in rows for b in rows if a[0] == b[0] and a[3] and a[2] > b[2]]
    shuffled = list(rows)
    random.shuffle(shuffled)
    got = pairwise_accuracy(*_columns(shuffled))
    for found, kept in (
        (got.overall, pairs),
        (got.intra, [one for one in pairs if one[1][3]]),
        (got.inter, [one for one in pairs if not one[1][3]]),
    ):
        assert (found.right, found.pairs) == (sum(a[1] < b[1] for a, b in kept), len(kept))


@settings(deadline=None)
@given(ROWS)
def test_mixed_pairs_are_mann_whitney(rows: list[Row]) -> None:
    """The wins of the group and of the others add up; in one list they are scipy's U."""
    from scipy.stats import mannwhitneyu

    lists, ranks, _, ours = _columns(rows)
    first, second = mixed_pairs_won(lists, ranks, ours), mixed_pairs_won(lists, ranks, ~ours)
    assert first.pairs == second.pairs
    assert first.right + second.right == pytest.approx(first.pairs)
    if ours.any() and not ours.all():
        one = mixed_pairs_won(np.zeros(ranks.size, int), ranks, ours)
        assert one.right == pytest.approx(mannwhitneyu(-ranks[ours], -ranks[~ours]).statistic)


@settings(deadline=None)
@given(ROWS)
def test_a_duplicate_log_has_the_same_shares(rows: list[Row]) -> None:
    """Reading every list twice counts each pair twice and changes no share."""
    lists, ranks, labels, ours = _columns([*rows, *[(one[0] + 3, *one[1:]) for one in rows]])
    half = slice(0, len(rows))
    twice = pairwise_accuracy(lists, ranks, labels, ours)
    once = pairwise_accuracy(lists[half], ranks[half], labels[half], ours[half])
    assert twice.overall.pairs == 2 * once.overall.pairs
    assert twice.overall.share == pytest.approx(once.overall.share, nan_ok=True)
    won = [
        mixed_pairs_won(lists[rows_], ranks[rows_], ours[rows_]) for rows_ in (half, slice(None))
    ]
    assert won[0].share == pytest.approx(won[1].share, nan_ok=True)
