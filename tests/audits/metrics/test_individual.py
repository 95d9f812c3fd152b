"""Inequity of amortized attention."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.metrics import iaa

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

    Record = dict[str, Any]
    Load = Callable[[str], Any]
    Holds = Callable[[Record, object], None]

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 5), st.floats(0.01, 1), st.floats(0.01, 1)),
    min_size=1,
    max_size=30,
)


def _columns(rows: list[tuple[int, int, float, float]]) -> tuple[NDArray[Any], ...]:
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@pytest.mark.golden(
    "IAA (amortised, per-ranking normalised, L1)", "IAA / number of rankings", "IAA FairRankTune"
)
def test_iaa_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """IAA holds over all rankings; FairRankTune scores the first alone and is not reproduced."""
    case = rankings(record["case"])
    result = iaa(case.lists, case.items, case.weights("dcg"), case.relevance)
    holds(record, result.per_list if "number" in record["metric"] else result.total)
    assert (result.lists, result.left_out) == (len(case.queries), 0)


def test_iaa_by_hand() -> None:
    """Equal items at (3/4, 1/4): .5 in one list, made good in a second one the other way round."""
    lists, items = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    attention = np.array([3.0, 1.0, 1.0, 3.0])
    assert iaa(lists[:2], items[:2], attention[:2], np.ones(2)).total == pytest.approx(0.5)
    assert iaa(lists, items, attention, np.ones(4)).total == pytest.approx(0)


def test_a_list_without_relevance_has_no_target() -> None:
    """It is left out and counted; with no other list the value is undefined."""
    lists, items = np.array([0, 0, 2, 2]), np.array([0, 1, 0, 1])
    attention, relevance = np.array([3.0, 1, 3, 1]), np.array([1.0, 1, 0, 0])
    got = iaa(lists, items, attention, relevance)
    assert (got.lists, got.left_out) == (1, 1)
    assert got.per_list == pytest.approx(0.5)
    assert math.isnan(iaa(lists, items, attention, np.zeros(4)).total)
    empty = np.array([], int)
    assert math.isnan(iaa(empty, empty, empty.astype(float), empty.astype(float)).per_list)


@settings(deadline=None)
@given(ROWS, st.randoms())
def test_iaa_does_not_know_the_order_of_rows(
    rows: list[tuple[int, int, float, float]], random: Random
) -> None:
    """Permuting rows changes nothing; a duplicate log has twice the sum and the same mean."""
    first = iaa(*_columns(rows))
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert iaa(*_columns(shuffled)).total == pytest.approx(first.total, abs=1e-12)
    assert 0 <= first.per_list <= 2 + 1e-12
    again = [(code + 4, item, given_, earned) for code, item, given_, earned in rows]
    twice = iaa(*_columns(rows + again))
    assert twice.total == pytest.approx(2 * first.total, abs=1e-12)
    assert twice.per_list == pytest.approx(first.per_list, abs=1e-12)


@settings(deadline=None)
@given(ROWS, st.floats(0.1, 10))
def test_attention_as_earned_is_fair(
    rows: list[tuple[int, int, float, float]], scale: float
) -> None:
    """Attention in the proportions of relevance has no inequity, whatever its scale."""
    lists, items, _, relevance = _columns(rows)
    assert iaa(lists, items, relevance * scale, relevance).total == pytest.approx(0, abs=1e-12)
