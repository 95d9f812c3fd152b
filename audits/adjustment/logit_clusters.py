"""Errors of a logistic regression whose rows belong to clusters, by leaving clusters out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

FEWEST = 5
"""Clusters of a group below which no interval is given."""

INDICATIVE = 10
"""Clusters of a group below which an interval is indicative only."""

SINGULAR = 1e-10
"""A direction in which less than this share of the information is left has lost all of it."""

LOST = 1e-6
"""A coefficient of which more than this lies in lost directions cannot be told any more."""


@dataclass(frozen=True, slots=True)
class Held:
    """The clusters of one group's rows.

    ``number`` counts them; ``effective`` is how many of one size tell as much, (sum n)^2 / sum n^2
    over their rows (Kish 1965).
    """

    number: int
    effective: float


def held(cluster: Ints) -> Held:
    """Count the clusters of some rows, shape (n,)."""
    rows = np.unique(cluster, return_counts=True)[1].astype(np.float64)
    if rows.size == 0:
        return Held(0, 0.0)
    return Held(int(rows.size), float(rows.sum() ** 2 / np.square(rows).sum()))


def freedom(one: Held, other: Held) -> float | None:
    """Give the degrees of freedom of a contrast of two groups: the fewer effective clusters less 1.

    Returns
    -------
    At least 1; None where either group has fewer than :data:`FEWEST` clusters.
    """
    if min(one.number, other.number) < FEWEST:
        return None
    return max(min(one.effective, other.effective) - 1, 1.0)


def jackknife_errors(matrix: Floats, outcome: Bools, coefficients: Floats, cluster: Ints) -> Floats:
    """Give the errors of logistic coefficients by leaving one cluster out at a time.

    The variance is (G - 1) / G times the sum of squares of what the coefficients change by, which
    is CV3 of MacKinnon, Nielsen and Webb (J. Applied Econometrics 38 (2023), 671-694). The change
    is that of one Newton step from the whole fit, -(H - H_g)^-1 s_g with the score s_g and the
    information H_g of the cluster: the linearised one of the same authors for logistic regression
    (arXiv 2406.00650), which hardly differs from fitting anew each time, and exists where a fit
    without a cluster would not settle.

    Parameters
    ----------
    matrix
        Columns, the constant among them, shape (n, k).
    outcome
        Shape (n,).
    coefficients
        Of the fit with all rows, shape (k,).
    cluster
        The cluster of each row, shape (n,).

    Returns
    -------
    Shape (k,); NaN for a coefficient that one cluster alone tells. Such a covariate does not take
    the errors of the others away.
    """
    chance = expit(matrix @ coefficients)
    score = matrix * (outcome - chance)[:, None]
    root = matrix * np.sqrt(chance * (1 - chance))[:, None]
    scale = np.sqrt(np.square(root).sum(axis=0))
    scale[scale == 0] = 1.0
    score, root = score / scale, root / scale
    whole = root.T @ root
    values, vectors = np.linalg.eigh(whole)
    least = float(values[0])
    white = vectors / np.sqrt(values) if least > SINGULAR else None
    code = np.unique(cluster, return_inverse=True)[1].reshape(-1)
    order = np.argsort(code, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(code[order])) + 1)
    total = np.zeros(coefficients.size)
    for rows in parts:
        summed = score[rows].sum(axis=0)
        part = None if white is None else root[rows] @ white
        if white is not None and part is not None and _leaves(part) * least > SINGULAR:
            total += np.square(white @ _step(part, white.T @ summed))
            continue
        values, vectors = np.linalg.eigh(whole - root[rows].T @ root[rows])
        known = values > SINGULAR
        step = vectors[:, known].T @ summed / values[known]
        total += np.square(vectors[:, known] @ step)
        total[np.square(vectors[:, ~known]).sum(axis=1) > LOST] = np.nan
    variance = total * (len(parts) - 1) / len(parts) / np.square(scale)
    return np.asarray(np.sqrt(variance), dtype=np.float64)


def _leaves(part: Floats) -> float:
    """Give a share of the information that is left in every direction without these rows.

    Of no direction do rows hold more than the sum of their leverages. Leverages add up to the
    number of columns, so that nearly every cluster leaves something, and only few have to be
    looked at one direction after the other.
    """
    return 1.0 - float(np.square(part).sum())


def _step(part: Floats, summed: Floats) -> Floats:
    """Solve (I - part' part) x = summed by whichever is smaller, its rows or its columns.

    ``part`` has shape (rows, k), ``summed`` (k,).
    """
    if part.shape[0] >= part.shape[1]:
        found = np.linalg.solve(np.eye(part.shape[1]) - part.T @ part, summed)
    else:
        inner = np.linalg.solve(np.eye(part.shape[0]) - part @ part.T, part @ summed)
        found = summed + part.T @ inner
    return np.asarray(found, dtype=np.float64)
