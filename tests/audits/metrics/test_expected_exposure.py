"""Expected exposure of items and groups, and the cascade that weighs positions for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.metrics import (
    cascade_weights,
    expected_exposure,
    expected_group_exposure,
    target_exposure,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.metrics import ExpectedExposure

    Record = dict[str, Any]
    Load = Callable[[str], Any]
    Holds = Callable[[Record, object], None]

VALUES = st.lists(st.floats(0, 1), min_size=5, max_size=5).map(np.array)


def _three(result: ExpectedExposure) -> list[float]:
    return [result.disparity, result.relevance, result.loss]


@pytest.mark.golden("EE item-level [EE-D, EE-R, EE-L]", "EE group-level [EE-D, EE-R, EE-L]")
def test_expected_exposure_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """EE-D, EE-R and EE-L of one ranking hold for items and for groups."""
    case = rankings(record["case"])
    weights = case.weights(f"rbp:{record['parameters']['p']}")
    target = target_exposure((case.relevance >= 0.6).astype(float), weights)
    if "groups" in record["parameters"]:
        holds(record, _three(expected_group_exposure(weights, target, case.groups, 2)))
    else:
        holds(record, _three(expected_exposure(weights, target)))


@pytest.mark.golden("EE group vs population target [EE-D, EE-R, EE-L]")
def test_group_exposure_against_the_catalogue(record: Record, rankings: Load, holds: Holds) -> None:
    """With the catalogue as target, mean group exposure over the rankings holds."""
    case = rankings(record["case"])
    exposure = case.by_list(case.weights("logclip"))
    target = case.target * exposure.sum(axis=1).mean()
    holds(record, _three(expected_exposure(exposure, target)))


@pytest.mark.golden("EE group, uniform target over listed items [EEL, EED, EER]")
def test_group_exposure_against_the_lists(record: Record, rankings: Load, holds: Holds) -> None:
    """With each list's composition as target it is Raj and Ekstrand's, whose EE-R is doubled."""
    case = rankings(record["case"])
    exposure = case.by_list(case.weights("logclip"))
    listed = case.by_list(np.ones(case.ranks.size))
    target = (listed * (exposure.sum(axis=1) / listed.sum(axis=1))[:, None]).mean(axis=0)
    result = expected_exposure(exposure, target)
    holds(record, [result.loss, result.disparity, 2 * result.relevance])


def test_expected_exposure_by_hand() -> None:
    """Two equal items taking turns at (1, .5) have what they earn; without turns EE-L is .125."""
    target = target_exposure(np.array([1.0, 1.0]), np.array([1.0, 0.5]))
    assert target.tolist() == [0.75, 0.75]
    turns = expected_exposure(np.array([[1.0, 0.5], [0.5, 1.0]]), target)
    assert _three(turns) == [1.125, 1.125, 0]
    fixed = expected_exposure(np.array([1.0, 0.5]), target)
    assert _three(fixed) == [1.25, 1.125, 0.125]
    assert math.isnan(expected_exposure(np.empty((0, 2)), target).loss)


def test_target_exposure_by_hand() -> None:
    """The best item earns the first position; the three that tie share the rest equally."""
    got = target_exposure(np.array([0.0, 2.0, 0.0, 0.0]), np.array([1.0, 0.6, 0.3, 0.0]))
    np.testing.assert_allclose(got, [0.3, 1.0, 0.3, 0.3])


@settings(deadline=None)
@given(VALUES, VALUES)
def test_the_three_are_one_identity(exposure: np.ndarray, target: np.ndarray) -> None:
    """EE-L = EE-D - 2 EE-R + |e*|^2."""
    got = expected_exposure(exposure, target)
    wanted = got.disparity - 2 * got.relevance + target @ target
    assert got.loss == pytest.approx(wanted, abs=1e-12)
    assert got.loss >= 0


@settings(deadline=None)
@given(VALUES, VALUES, st.permutations(range(5)))
def test_the_order_of_items_does_not_matter(
    relevance: np.ndarray, weights: np.ndarray, order: list[int]
) -> None:
    """Permuting the candidates permutes the targets; the whole attention is handed out."""
    target = target_exposure(relevance, weights)
    np.testing.assert_allclose(target_exposure(relevance[order], weights), target[order])
    assert target.sum() == pytest.approx(weights.sum())
    groups = np.array([0, 1, 1, 2, 2])
    first = expected_group_exposure(weights, target, groups, 3)
    second = expected_group_exposure(weights[order], target[order], groups[order], 3)
    np.testing.assert_allclose(_three(first), _three(second), atol=1e-12)


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5).map(np.array), VALUES)
def test_a_duplicate_log_has_the_same_expectation(exposure: np.ndarray, target: np.ndarray) -> None:
    """Reading every ranking twice changes nothing."""
    twice = expected_exposure(np.concatenate([exposure, exposure]), target)
    np.testing.assert_allclose(_three(twice), _three(expected_exposure(exposure, target)))


@pytest.mark.golden("cascade (gERR) exposure per position", "cascade exposure per position")
def test_cascade_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Attention in a cascade falls by the items above; an item never lowers its own."""
    relevant = (rankings(record["case"]).relevance >= 0.6).astype(float)
    values = record["parameters"]
    holds(record, cascade_weights(relevant, values["p"], values["u"]))


def test_cascade_by_hand() -> None:
    """After a fully relevant first item half go on at u = .5, and of these .9 to the next."""
    got = cascade_weights(np.array([1.0, 0.0, 1.0]), 0.9, 0.5)
    np.testing.assert_allclose(got, [1, 0.45, 0.405])
    assert cascade_weights(np.array([]), 0.9, 0.5).size == 0


@settings(deadline=None)
@given(VALUES, st.floats(0.01, 1), st.floats(0, 1))
def test_a_cascade_without_satisfaction_is_rank_biased(
    relevance: np.ndarray, patience: float, satisfaction: float
) -> None:
    """With u = 0 the cascade is RBP, else never above it; what the last item is worth is unused."""
    plain = patience ** np.arange(5.0)
    np.testing.assert_allclose(cascade_weights(relevance, patience, 0.0), plain)
    got = cascade_weights(relevance, patience, satisfaction)
    assert (got <= plain + 1e-12).all()
    changed = np.append(relevance[:-1], 1.0)
    np.testing.assert_array_equal(cascade_weights(changed, patience, satisfaction), got)
