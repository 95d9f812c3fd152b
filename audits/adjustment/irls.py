"""Generalised linear models by iteratively reweighted least squares.

With the canonical link a step of it is a Newton step of the likelihood (McCullagh and Nelder 1989,
section 2.5). The likelihood is concave: a step that lowers it goes too far and is halved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Family = Literal["poisson", "binomial"]

MOST = 100
"""Steps, as many as the field's programs take."""

HALVINGS = 30

SMALLEST = float(np.finfo(np.float64).eps)
"""A chance no closer to 0 or 1 than this."""

ROUNDING = 1e-12
"""A deviance larger by less than this share is not larger."""


def irls(matrix: Floats, outcome: Floats, family: Family, tolerance: float) -> Floats | None:
    """Fit a Poisson model with the log link or a binomial one with the logit link.

    Parameters
    ----------
    matrix
        Columns, shape (n, p), the constant among them.
    outcome
        Counts, or 0 and 1, shape (n,).
    family
        ``poisson`` or ``binomial``.
    tolerance
        A deviance that moves by no more ends the search. Where the data are separated it moves less
        and less while a coefficient grows without end: the fit then is as far as it had come.

    Returns
    -------
    Coefficients, shape (p,); None where there is no first step, the columns being dependent.
    """
    mean = (outcome + (outcome.mean() if family == "poisson" else 0.5)) / 2
    line = np.log(mean) if family == "poisson" else np.log(mean / (1 - mean))
    found: Floats | None = None
    before = _deviance(outcome, mean, family)
    for _ in range(MOST):
        weight = mean if family == "poisson" else mean * (1 - mean)
        weighted = matrix * weight[:, None]
        working = line + (outcome - mean) / weight
        try:
            end = _solved(weighted.T @ matrix, weighted.T @ working)
        except np.linalg.LinAlgError:
            return found
        line, mean, now = _at(end, matrix, outcome, family)
        for _ in range(HALVINGS):
            if found is None or now <= before * (1 + ROUNDING):
                break
            end = (found + end) / 2
            line, mean, now = _at(end, matrix, outcome, family)
        moved, found, before = abs(before - now), end, now
        if moved <= tolerance:
            break
    return found


def _solved(matrix: Floats, vector: Floats) -> Floats:
    return np.asarray(np.linalg.solve(matrix, vector), dtype=np.float64)


def _at(
    place: Floats, matrix: Floats, outcome: Floats, family: Family
) -> tuple[Floats, Floats, float]:
    """Give the linear predictor, the mean and the deviance at coefficients."""
    line = matrix @ place
    mean = fitted(line, family)
    return line, mean, _deviance(outcome, mean, family)


def fitted(line: Floats, family: Family) -> Floats:
    """Give the mean at a linear predictor, shape (n,)."""
    if family == "poisson":
        return np.exp(np.clip(line, -50, 50))
    chance = 1 / (1 + np.exp(-np.clip(line, -500, 500)))
    return np.clip(chance, SMALLEST, 1 - SMALLEST)


def _deviance(outcome: Floats, mean: Floats, family: Family) -> float:
    if family == "poisson":
        logs = np.log(np.where(outcome > 0, outcome, mean) / mean)
        return float(2 * (outcome * logs - (outcome - mean)).sum())
    return float(-2 * np.log(np.where(outcome > 0, mean, 1 - mean)).sum())
