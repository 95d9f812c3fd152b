"""Expected exposure: what items get over repeated rankings against what their relevance earns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ExpectedExposure:
    """The three numbers of expected exposure for one request.

    ``disparity`` (EE-D) ``|e|^2``, lower is more randomised; ``relevance`` (EE-R) ``e . e*``,
    without the factor 2 that some code puts in; ``loss`` (EE-L) ``|e - e*|^2``, 0 is fair.
    ``EE-L = EE-D - 2 EE-R + |e*|^2``.
    """

    disparity: float
    relevance: float
    loss: float


def target_exposure(relevance: Floats, weights: Floats) -> Floats:
    """Give the exposure that each item earns: equal relevance, equal exposure.

    Ordered by relevance, the items of one level fill a block of positions and share its attention
    equally (Diaz et al., CIKM 2020).

    Parameters
    ----------
    relevance
        Relevance of all candidates of one request, shape (n,).
    weights
        Attention at the positions 1..n, 0 below the last one shown, shape (n,).

    Returns
    -------
    shape (n,), in the order of ``relevance``; sums to the sum of ``weights``.
    """
    levels, level = np.unique(-relevance, return_inverse=True)
    size = np.bincount(level, minlength=levels.size)
    until = np.concatenate([[0.0], np.cumsum(weights)])
    end = np.cumsum(size)
    block = (until[end] - until[end - size]) / size
    return np.asarray(block[level], dtype=np.float64)


def expected_exposure(exposure: Floats, target: Floats) -> ExpectedExposure:
    """Give EE-D, EE-R and EE-L of items (Diaz et al., CIKM 2020).

    Values scale with the length of the list. A single ranking that never changes has a large EE-D
    by construction: EE-L says little without repeated rankings of one request.

    Parameters
    ----------
    exposure
        Attention of each candidate, those never shown included: shape (n,), or one row for each
        of S rankings of the request, shape (S, n), then averaged.
    target
        What each earns, shape (n,): :func:`target_exposure`, or any other target.

    Returns
    -------
    NaN where there is no ranking.
    """
    rows = np.atleast_2d(exposure)
    if rows.shape[0] == 0:
        return ExpectedExposure(np.nan, np.nan, np.nan)
    mean = rows.mean(axis=0)
    gap = mean - target
    return ExpectedExposure(float(mean @ mean), float(mean @ target), float(gap @ gap))


def expected_group_exposure(
    exposure: Floats, target: Floats, groups: Integers, count: int
) -> ExpectedExposure:
    """Give EE-D, EE-R and EE-L of groups: exposure and target are summed by group first.

    Parameters
    ----------
    exposure, target
        As in :func:`expected_exposure`.
    groups
        Group code of each candidate, shape (n,).
    count
        Number of groups G; a group without candidates adds 0.
    """
    member = np.asarray(groups[:, None] == np.arange(count), dtype=np.float64)
    return expected_exposure(np.atleast_2d(exposure) @ member, target @ member)
