"""The adjusted exposure ratio: a Poisson model of what every listing of the catalogue received.

Never-shown listings are in it as zeros. Without covariates ``exp(coefficient)`` is the exposure
ratio per listing exactly; with them it is the ratio among listings alike in what the covariates
say. A Poisson likelihood needs no Poisson data: the coefficient is consistent as long as the mean
is log-linear (Gourieroux, Monfort and Trognon 1984; Santos Silva and Tenreyro 2006).

Errors are clustered by seller with the jackknife (CRV3): the model is fitted again without each
seller. With few, unequal sellers that covers where the usual sandwich (CRV1) does not (MacKinnon,
Nielsen and Webb 2023). Where there are many, each refit is one Newton step (their CV3L).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from fairshelf.audits.adjustment.irls import irls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.adjustment.design import Design

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

Clustering = Literal["CRV1", "CRV3"]

WORK = 3e9
"""Multiplications up to which every refit runs until it stands still."""

AT_ONCE = 1_000
"""Sellers whose first steps are worked out together: what is in memory is this times p**2."""

TURNS = 25
CLOSE = 1e-10

STILL = 1e-12
"""A deviance per listing that moves by no more stands still."""


@dataclass(frozen=True, slots=True)
class AdjustedRatio:
    """An exposure ratio with covariates held equal.

    Attributes
    ----------
    value, low, high
        Group over reference; bounds by t with ``df``. None where it cannot be told.
    se
        Standard error of the logarithm.
    df
        Sellers of the smaller group less one.
    p_value
        Two-sided, of a ratio of 1.
    coefficients
        Of every column of the design, shape (p,), on its scale; empty where there is no fit.
    note
        ``group_empty`` (a group has no listing, or no attention), ``no_convergence``,
        ``one_seller_holds_all`` (CRV3 only: without that seller a group has no attention, the
        logarithm of the ratio is infinite, and the jackknife has no variance).
    """

    value: float | None
    low: float | None
    high: float | None
    se: float | None
    df: int
    p_value: float | None
    coefficients: Floats
    note: str | None = None

    def p_at(self, ratio: float) -> float | None:
        """Give the two-sided p-value of another ratio."""
        if self.value is None or self.se is None:
            return None
        if self.se == 0:
            return 1.0 if self.value == ratio else 0.0
        return float(2 * stdtr(self.df, -abs(np.log(self.value / ratio)) / self.se))


def adjusted_ratio(
    exposure: Floats,
    seller: Integers,
    columns: Design,
    *,
    level: float = 0.95,
    clustering: Clustering = "CRV3",
) -> AdjustedRatio:
    """Fit the adjusted exposure ratio.

    Parameters
    ----------
    exposure
        Attention of every listing, never-shown ones as 0, shape (all listings,).
    seller
        The seller of every listing, shape (all listings,).
    columns
        The design over the complete listings.
    level
        Coverage.
    clustering
        ``CRV3`` (jackknife) or ``CRV1`` (sandwich times G/(G-1)(n-1)/(n-p)).
    """
    matrix = columns.matrix
    held, owner = exposure[columns.rows], seller[columns.rows]
    place = columns.columns.index("group") if "group" in columns.columns else -1
    nothing = np.empty(0)
    if place < 0 or held.sum() <= 0:
        return AdjustedRatio(None, None, None, None, 0, None, nothing, "group_empty")
    ours = matrix[:, place] > 0
    sellers = min(np.unique(owner[side]).size for side in (ours, ~ours))
    if min(held[ours].sum(), held[~ours].sum()) <= 0:
        value = 0.0 if held[~ours].sum() > 0 else None
        return AdjustedRatio(value, None, None, None, sellers - 1, None, nothing, "group_empty")
    scaled = held / held.mean()
    found = _fit(matrix, scaled)
    if found is None:
        return AdjustedRatio(None, None, None, None, sellers - 1, None, nothing, "no_convergence")
    if clustering == "CRV3" and any(_of_one(held[side], owner[side]) for side in (ours, ~ours)):
        value = float(np.exp(found[place]))
        return AdjustedRatio(
            value, None, None, None, max(sellers - 1, 0), None, found, "one_seller_holds_all"
        )
    variance = _clustered(matrix, scaled, owner, found, clustering)[place, place]
    return _told(found, place, float(variance) ** 0.5, max(sellers - 1, 0), level)


def _of_one(held: Floats, owner: Integers) -> bool:
    """Say whether all that is held belongs to one seller."""
    return bool(np.unique(owner[held > 0]).size == 1)


def _told(found: Floats, place: int, error: float, df: int, level: float) -> AdjustedRatio:
    value = float(np.exp(found[place]))
    if df < 1:
        return AdjustedRatio(value, None, None, error, df, None, found)
    reach = float(stdtrit(df, 0.5 + level / 2)) * error
    centre = float(found[place])
    p_value = float(2 * stdtr(df, -abs(centre) / error)) if error > 0 else float(centre == 0)
    low, high = np.exp([centre - reach, centre + reach])
    return AdjustedRatio(value, float(low), float(high), error, df, p_value, found)


def _fit(matrix: Floats, held: Floats) -> Floats | None:
    """Fit by iteratively reweighted least squares; None where it does not settle."""
    near = irls(matrix, held, "poisson", STILL * held.size)
    settled = None if near is None else _newton(matrix, held, near, TURNS)
    return settled if settled is not None and np.isfinite(settled).all() else None


def _newton(matrix: Floats, held: Floats, start: Floats, turns: int) -> Floats | None:
    """Take Newton steps of the Poisson likelihood from a start near its top."""
    found = start.copy()
    for _ in range(turns):
        mean = np.exp(np.clip(matrix @ found, -50, 50))
        try:
            step = np.linalg.solve((matrix * mean[:, None]).T @ matrix, matrix.T @ (held - mean))
        except np.linalg.LinAlgError:
            return None
        found = found + step
        if float(np.abs(step).max()) < CLOSE:
            return found
    return found if turns == 1 else None


def _clustered(
    matrix: Floats, held: Floats, owner: Integers, found: Floats, clustering: Clustering
) -> Floats:
    """Give the seller-clustered covariance of the coefficients, shape (p, p)."""
    mean = np.exp(np.clip(matrix @ found, -50, 50))
    order = np.argsort(owner, kind="stable")
    starts = np.concatenate([[0], np.flatnonzero(np.diff(owner[order])) + 1, [owner.size]])
    rows = [order[a:b] for a, b in pairwise(starts)]
    scores = np.add.reduceat((matrix * (held - mean)[:, None])[order], starts[:-1], axis=0)
    clusters, (size, width) = len(rows), matrix.shape
    if clustering == "CRV1":
        bread = np.linalg.inv((matrix * mean[:, None]).T @ matrix)
        factor = clusters / (clusters - 1) * (size - 1) / (size - width)
        return np.asarray(factor * bread @ (scores.T @ scores) @ bread)
    left_out = found + _steps_without(matrix, mean, rows, scores)
    if clusters * size * width**2 <= WORK:
        left_out = np.stack(
            [_without(matrix, held, one, start) for one, start in zip(rows, left_out, strict=True)]
        )
    moved = left_out - found
    return np.asarray((clusters - 1) / clusters * moved.T @ moved)


def _steps_without(matrix: Floats, mean: Floats, rows: list[Integers], scores: Floats) -> Floats:
    """Give the Newton step from the whole fit that leaving each seller out asks for, shape (G, p).

    At the whole fit the scores add up to nothing, so that the others' are minus the seller's own.
    """
    weighted = matrix * mean[:, None]
    hessian = weighted.T @ matrix
    steps = np.empty_like(scores)
    for first in range(0, len(rows), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        left = np.stack([hessian - weighted[one].T @ matrix[one] for one in rows[part]])
        inverse = np.linalg.pinv(left, rcond=1e-12, hermitian=True)
        steps[part] = -np.einsum("gij,gj->gi", inverse, scores[part])
    return steps


def _without(matrix: Floats, held: Floats, rows: Integers, start: Floats) -> Floats:
    """Fit without one seller, from the step that leads there."""
    others = np.ones(held.size, dtype=bool)
    others[rows] = False
    settled = _newton(matrix[others], held[others], start, TURNS)
    return start if settled is None else settled
