"""Which covariate goes with how much of a gap, and how strong a hidden one would have to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.adjustment.decompose import gelbach, gelbach_without, kitagawa_by_code
from fairshelf.audits.adjustment.jackknife import TWO, blocks_of, jackknife, spread
from fairshelf.audits.estimates.context import MIN_SELLERS
from fairshelf.audits.sensitivity.hidden_cause import hidden_cause, level_model, times_as_strong

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.adjustment.design import Design
    from fairshelf.audits.adjustment.jackknife import Jackknifed
    from fairshelf.audits.results import Cell

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def linear_parts(
    exposure: Floats, columns: Design, seller: Integers, rng: np.random.Generator, level: float
) -> list[tuple[Cell, ...]]:
    """Give Gelbach's decomposition: (method, part, value, low, high) rows.

    Parameters
    ----------
    exposure, seller
        Of every listing, shape (listings,).
    columns
        The design of the adjusted model.
    rng
        Draws the groups of sellers that are left out where there are many.
    level
        Coverage of the seller-clustered intervals.
    """
    found = gelbach(exposure, columns)
    if found is None:
        return []
    names = ("gap", *(name for name, _ in found.parts), "unexplained")
    values = (found.raw, *(part for _, part in found.parts), found.left)
    rows = np.flatnonzero(columns.rows)
    ours = columns.matrix[:, columns.columns.index("group")] > 0

    fewest = _fewest(seller[rows], ours)
    block, count = blocks_of(seller[rows], rng)
    without = None
    if fewest >= MIN_SELLERS and count >= TWO:
        without = gelbach_without(exposure, columns, block)
    interval = None if without is None else spread(np.array(values), without, fewest - 1, level)
    return _rows("gelbach", names, values, interval)


def mix_parts(
    exposure: Floats,
    ours: Bools,
    category: NDArray[np.object_],
    seller: Integers,
    rng: np.random.Generator,
    level: float,
) -> list[tuple[Cell, ...]]:
    """Give Kitagawa's decomposition by category: (method, part, value, low, high) rows.

    Parameters
    ----------
    exposure, ours, category, seller
        Of the listings that are compared and whose category is known, shape (n,).
    rng, level
        As in :func:`linear_parts`.
    """
    if not (ours.any() and (~ours).any()):
        return []
    code = np.unique(category.astype(str), return_inverse=True)[1]
    split = kitagawa_by_code(exposure, ours, code)

    def figures(kept: Bools) -> Floats | None:
        held, mine = exposure[kept], ours[kept]
        if not mine.any() or mine.all() or held.sum() <= 0:
            return None
        one = kitagawa_by_code(held, mine, code[kept])
        return np.array([one.gap, one.mix, one.rates])

    names = ("gap", "category", "unexplained")
    values = (split.gap, split.mix, split.rates)
    fewest = _fewest(seller, ours)
    interval = None
    if fewest >= MIN_SELLERS:
        interval = jackknife(figures, seller, fewest - 1, rng, level)
    return _rows("kitagawa", names, values, interval)


def _fewest(seller: Integers, ours: Bools) -> int:
    """Count the sellers of the smaller group."""
    return min(np.unique(seller[mine]).size for mine in (ours, ~ours))


def _rows(
    method: str,
    names: tuple[str, ...],
    values: tuple[float, ...],
    found: Jackknifed | None,
) -> list[tuple[Cell, ...]]:
    told: list[tuple[Cell, ...]] = []
    for place, (name, value) in enumerate(zip(names, values, strict=True)):
        low, high = (
            (None, None) if found is None else (float(found.low[place]), float(found.high[place]))
        )
        told.append((method, name, value, low, high))
    return told


def strengths(exposure: Floats, columns: Design, seller: Integers) -> list[tuple[Cell, ...]]:
    """Give the robustness value, then each covariate's strength and the multiple of it needed.

    Parameters
    ----------
    exposure, seller
        Of every listing, shape (listings,).
    columns
        The design of the adjusted model.
    """
    model = level_model(exposure, columns, seller)
    if model is None or not np.isfinite(model.t):
        return []
    value = hidden_cause(model.t_clustered, model.df).robustness_value
    rows: list[tuple[Cell, ...]] = [("", value, hidden_cause(model.t, model.df).partial_r2, None)]
    rows += [
        (name, with_group, with_y, times_as_strong(model, name))
        for name, with_group, with_y in model.strengths
    ]
    return rows
