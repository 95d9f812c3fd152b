"""P-values of several tests, adjusted so that their family keeps its error rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def holm(p_values: ArrayLike) -> Floats:
    """Adjust for the family-wise error rate, whatever the dependence (Holm 1979), shape (n,).

    A p-value that is nan (not estimable) stays nan and does not count as a test.
    """
    return _adjusted(p_values, _step_down)


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjust for the false discovery rate (Benjamini & Hochberg 1995), shape (n,).

    A p-value that is nan (not estimable) stays nan and does not count as a test.
    """
    return _adjusted(p_values, _step_up)


def _step_down(ascending: Floats) -> Floats:
    tests = ascending.size
    return np.asarray(np.maximum.accumulate(ascending * (tests - np.arange(tests))))


def _step_up(ascending: Floats) -> Floats:
    tests = ascending.size
    scaled = ascending * tests / np.arange(1, tests + 1)
    return np.asarray(np.minimum.accumulate(scaled[::-1])[::-1])


def _adjusted(p_values: ArrayLike, step: Callable[[Floats], Floats]) -> Floats:
    given = np.asarray(p_values, dtype=float)
    if np.any((given < 0) | (given > 1)):
        message = "a p-value lies between 0 and 1"
        raise ValueError(message)
    tested = np.flatnonzero(~np.isnan(given))
    order = tested[np.argsort(given[tested], kind="stable")]
    result = np.full(given.shape, np.nan)
    if order.size:
        result[order] = np.minimum(step(given[order]), 1.0)
    return result
