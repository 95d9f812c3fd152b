"""How strong a cause that nobody measured would have to be to explain a gap away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.adjustment.design import Design

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

HALVINGS = 60
MOST_TIMES = 100.0
"""A hidden cause more than a hundred times as strong as a known one is told as that."""


@dataclass(frozen=True, slots=True)
class HiddenCause:
    """What a hidden cause would need (Cinelli and Hazlett, JRSS B 2020).

    Attributes
    ----------
    robustness_value
        The partial R2 that it would need with both the group and the outcome to bring the estimate
        to nothing; 0 to 1.
    partial_r2
        Share of the outcome's remaining variance that the group accounts for: a cause that explains
        all the rest would need this much with the group.
    """

    robustness_value: float
    partial_r2: float


def hidden_cause(t: float, df: float, q: float = 1.0) -> HiddenCause:
    """Give the robustness value and the partial R2 of a coefficient.

    ``f = q |t| / sqrt(df)``, ``RV = (sqrt(f^4 + 4 f^2) - f^2) / 2``, ``R2 = t^2 / (t^2 + df)``.

    Parameters
    ----------
    t
        Coefficient over its standard error; a clustered one makes the value smaller as a rule.
    df
        Residual degrees of freedom of the regression.
    q
        The part of the estimate to be explained away; 1 for all of it.
    """
    square = (q * abs(t)) ** 2 / df
    value = (np.sqrt(square**2 + 4 * square) - square) / 2
    return HiddenCause(float(value), float(t * t / (t * t + df)))


def e_value(ratio: float) -> float:
    """Give the E-value of a ratio (VanderWeele and Ding, Annals of Internal Medicine 2017).

    The ratio that a hidden cause would need with both the group and the outcome to explain it away,
    ``RR + sqrt(RR (RR - 1))``, a ratio below 1 being turned over first. 1 where there is no gap.
    """
    if ratio <= 0:
        return float("inf")
    turned = max(ratio, 1 / ratio)
    return float(turned + np.sqrt(turned * (turned - 1)))


@dataclass(frozen=True, slots=True)
class LevelModel:
    """The linear model of ``exposure / mean`` that strengths are told in.

    ``t`` (by classical errors) and residual ``df`` of the group, ``t_clustered`` by errors that
    leave sellers out in turn (CRV3), and for each covariate its partial R2 with the group and with
    the outcome.
    """

    t: float
    t_clustered: float
    df: int
    strengths: tuple[tuple[str, float, float], ...]


def level_model(exposure: Floats, columns: Design, seller: Integers) -> LevelModel | None:
    """Fit the level model by least squares, with classical and with seller-clustered errors.

    Parameters
    ----------
    exposure, seller
        Attention and seller of every listing, shape (all listings,).
    columns
        The design of the adjusted model.

    Returns
    -------
    None where there are no more listings than columns.
    """
    matrix, names = columns.matrix, columns.columns
    held = exposure[columns.rows]
    if "group" not in names or held.size <= matrix.shape[1] or held.mean() <= 0:
        return None
    outcome = held / held.mean()
    df = held.size - matrix.shape[1]
    place = names.index("group")
    whole = _residual(matrix, outcome)
    without = _residual(np.delete(matrix, place, axis=1), outcome)
    gained = max(without - whole, 0.0)
    t = float(np.sqrt(gained / (whole / df))) if whole > 0 else float("inf")
    clustered = _clustered_t(matrix, outcome, seller[columns.rows], place)
    strengths = []
    for name in dict.fromkeys(one for one in names if one not in ("", "group")):
        mine = np.array([one == name for one in names])
        with_y = _partial(matrix, mine, outcome)
        own = np.delete(matrix, place, axis=1)
        with_group = _partial(own, np.delete(mine, place), matrix[:, place])
        strengths.append((name, with_group, with_y))
    return LevelModel(t, min(t, clustered), df, tuple(strengths))


def _clustered_t(matrix: Floats, outcome: Floats, owner: Integers, place: int) -> float:
    """Give the t of a coefficient by the jackknife over sellers (CRV3), refits in closed form."""
    crossed = matrix.T @ matrix
    found, *_ = np.linalg.lstsq(matrix, outcome, rcond=None)
    rest = outcome - matrix @ found
    order = np.argsort(owner, kind="stable")
    cuts = np.flatnonzero(np.diff(owner[order])) + 1
    moved = []
    for rows in np.split(order, cuts):
        part = matrix[rows]
        step, *_ = np.linalg.lstsq(crossed - part.T @ part, part.T @ rest[rows], rcond=1e-12)
        moved.append(float(step[place]))
    clusters = len(moved)
    error = np.sqrt((clusters - 1) / clusters * np.square(moved).sum())
    return float(abs(found[place]) / error) if error > 0 else float("inf")


def _residual(matrix: Floats, outcome: Floats) -> float:
    found, *_ = np.linalg.lstsq(matrix, outcome, rcond=None)
    return float(np.square(outcome - matrix @ found).sum())


def _partial(matrix: Floats, mine: NDArray[np.bool_], outcome: Floats) -> float:
    """Give the partial R2 of some columns given the others."""
    without = _residual(matrix[:, ~mine], outcome)
    return float(1 - _residual(matrix, outcome) / without) if without > 0 else 0.0


def times_as_strong(model: LevelModel, name: str) -> float | None:
    """Give how many times as strong as a covariate a hidden cause would have to be.

    Strong in both its ties: with the group and with the outcome (Cinelli and Hazlett 2020, section
    4.4, the bound on ``k`` times the partial R2 of an observed covariate).

    Parameters
    ----------
    model
        The level model.
    name
        The covariate it is held against.

    Returns
    -------
    None where the covariate has no tie with the group or with the outcome, so that no multiple of
    it would suffice, or more than a hundred times is needed.
    """
    with_group, with_y = next((d, y) for one, d, y in model.strengths if one == name)
    if with_group <= 0 or with_y <= 0:
        return None

    def enough(times: float) -> bool:
        r2_d = times * with_group / (1 - with_group)
        if r2_d >= 1 or times * with_group >= 1:
            return True
        r2_z = times * with_group**2 / ((1 - times * with_group) * (1 - with_group))
        if r2_z >= 1:
            return True
        scale = (np.sqrt(times) + np.sqrt(r2_z)) / np.sqrt(1 - r2_z)
        r2_y = min(1.0, float(scale**2 * with_y / (1 - with_y)))
        return bool(np.sqrt(r2_y * r2_d / (1 - r2_d)) * np.sqrt(model.df) >= model.t_clustered)

    if not enough(MOST_TIMES):
        return None
    low, high = 0.0, MOST_TIMES
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
