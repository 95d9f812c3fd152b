"""How much of a gap goes with what the groups offer, and how much is left.

None of these says why: what is "explained" goes together with a covariate, and what is not is not
thereby anybody's doing.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.adjustment.design import Design

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


NOTHING = 1e-12
"""What is left of a column's sum of squares below this share of it is rounding."""

SINGULAR = 1e-7
"""Singular values of scaled sums of products below this tell too few digits to solve them."""


@dataclass(frozen=True, slots=True)
class Kitagawa:
    """A difference of two means split into mix and rates (Kitagawa, JASA 1955): exact.

    ``gap`` is the group's attention per listing less the reference's, ``mix`` what comes from
    listing in other categories, ``rates`` what comes from getting more or less within them.
    """

    gap: float
    mix: float
    rates: float


def kitagawa(exposure: Floats, group: Bools, category: NDArray[np.object_]) -> Kitagawa:
    """Split the gap in attention per listing by category, in units of the overall mean.

    ``mix = sum (p_c - q_c) (r_c + s_c) / 2``, ``rates = sum (r_c - s_c) (p_c + q_c) / 2``, p and q
    being the groups' shares of categories, r and s their means within them. In a category that only
    one group has, the other's mean is taken to be that same one, so that it counts as mix.

    Parameters
    ----------
    exposure, group, category
        Attention, group and category of each listing of the two groups, shape (n,).
    """
    return kitagawa_by_code(
        exposure, group, np.unique(category.astype(str), return_inverse=True)[1]
    )


def kitagawa_by_code(exposure: Floats, group: Bools, code: NDArray[np.int64]) -> Kitagawa:
    """Split the gap as :func:`kitagawa` does, by categories that are numbered from 0, shape (n,).

    A number that no listing has is no category.
    """
    size = int(code.max()) + 1
    sides = (group, ~group)
    counted = [np.bincount(code[side], minlength=size) for side in sides]
    summed = [np.bincount(code[side], weights=exposure[side], minlength=size) for side in sides]
    known = counted[0] + counted[1] > 0
    shares, means = [], []
    for counts, sums in zip(counted, summed, strict=True):
        mean = np.full(np.count_nonzero(known), np.nan)
        np.divide(sums[known], counts[known], out=mean, where=counts[known] > 0)
        shares.append(counts[known] / counts.sum())
        means.append(mean)
    filled = [np.where(np.isnan(one), other, one) for one, other in (means, means[::-1])]
    scale = exposure.mean()
    mix = float(((shares[0] - shares[1]) * (filled[0] + filled[1])).sum() / 2 / scale)
    rates = float(((filled[0] - filled[1]) * (shares[0] + shares[1])).sum() / 2 / scale)
    return Kitagawa(mix + rates, mix, rates)


@dataclass(frozen=True, slots=True)
class Oaxaca:
    """A three-fold Oaxaca-Blinder decomposition of a difference of means.

    ``gap`` is the mean of the group with the higher one less the other's: ``endowment`` (other
    covariates), ``coefficient`` (other returns on the same ones), ``interaction`` (both).
    """

    gap: float
    endowment: float
    coefficient: float
    interaction: float


def oaxaca(exposure: Floats, group: Bools, covariates: Floats) -> Oaxaca:
    """Decompose by statsmodels (Oaxaca 1973; Blinder 1973).

    Parameters
    ----------
    exposure, group
        Attention and group of each listing, shape (n,).
    covariates
        Without intercept, shape (n, k).
    """
    from statsmodels.stats.oaxaca import OaxacaBlinder  # noqa: PLC0415 - slow, only where asked

    told = np.column_stack([covariates, group.astype(np.float64)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = OaxacaBlinder(exposure, told, covariates.shape[1], hasconst=False).three_fold()
    endowment, coefficient, interaction, gap = (float(part) for part in fit.params)
    return Oaxaca(gap, endowment, coefficient, interaction)


@dataclass(frozen=True, slots=True)
class Gelbach:
    """What each covariate accounts for in the change from the raw to the adjusted gap.

    All in units of the overall mean of attention per listing; ``raw = left + sum of parts``.
    """

    raw: float
    left: float
    parts: tuple[tuple[str, float], ...]


def gelbach(exposure: Floats, columns: Design) -> Gelbach | None:
    """Attribute the raw gap to covariates whatever their order (Gelbach, JLE 2016).

    In the linear model of ``exposure / mean``: the part of covariate k is the sum over its columns
    of its coefficient times its difference between the groups, which is exact by the algebra of
    omitted variables.

    Parameters
    ----------
    exposure
        Attention of every listing, shape (all listings,).
    columns
        The design of the adjusted model.

    Returns
    -------
    None where there are no more listings than columns or no group.
    """
    matrix, names = columns.matrix, columns.columns
    held = exposure[columns.rows]
    if "group" not in names or held.size <= matrix.shape[1] or held.mean() <= 0:
        return None
    outcome = held / held.mean()
    place = names.index("group")
    whole, *_ = np.linalg.lstsq(matrix, outcome, rcond=None)
    ours = matrix[:, place] > 0
    moved = matrix[ours].mean(axis=0) - matrix[~ours].mean(axis=0)
    parts = {
        name: float(sum(whole[k] * moved[k] for k, one in enumerate(names) if one == name))
        for name in dict.fromkeys(names)
        if name not in ("", "group")
    }
    raw = float(outcome[ours].mean() - outcome[~ours].mean())
    return Gelbach(raw, float(whole[place]), tuple(parts.items()))


def gelbach_without(exposure: Floats, columns: Design, block: NDArray[np.int64]) -> Floats | None:
    """Give Gelbach's decomposition without each block of rows in turn.

    The linear model rests on sums of products alone, so that a block is left out by taking its own
    sums away: one pass over the rows for all blocks. Where columns are all but collinear without a
    block, the model is fitted to the rows that stay: products square what digits are lost.

    Parameters
    ----------
    exposure, columns
        As for :func:`gelbach`, which gives a decomposition with all rows.
    block
        The block of each row of the design, 0 .. B - 1, shape (n,).

    Returns
    -------
    ndarray or None
        Raw gap, the parts in their order, what is left; shape (B, parts + 2). None where a block
        holds all that a group has, or all attention, or too few rows stay.
    """
    matrix, names = columns.matrix, columns.columns
    held = exposure[columns.rows]
    group = names.index("group")
    order = np.argsort(block, kind="stable")
    ends = np.cumsum(np.bincount(block))
    sums = [_sums(matrix[rows], held[rows], group) for rows in np.split(order, ends[:-1])]
    total = tuple(np.sum(parts, axis=0) for parts in zip(*sums, strict=True))
    covariates = [name for name in dict.fromkeys(names) if name not in ("", "group")]
    told = []
    for number, one in enumerate(sums):
        products, crossed, ours, theirs = (
            whole - part for whole, part in zip(total, one, strict=True)
        )
        size, attention = ours[0] + theirs[0], ours[1] + theirs[1]
        if min(ours[0], theirs[0]) < 1 or size <= matrix.shape[1] or attention <= 0:
            return None
        mean = attention / size
        whole = _solved(products, crossed, np.diag(total[0]))
        if whole is None:
            rest = block != number
            whole, *_ = np.linalg.lstsq(matrix[rest], held[rest], rcond=None)
        whole = whole / mean
        moved = whole * (ours[2:] / ours[0] - theirs[2:] / theirs[0])
        parts = [
            sum(m for m, own in zip(moved, names, strict=True) if own == k) for k in covariates
        ]
        raw = (ours[1] / ours[0] - theirs[1] / theirs[0]) / mean
        told.append([raw, *parts, whole[group]])
    return np.array(told, dtype=np.float64)


def _solved(products: Floats, crossed: Floats, before: Floats) -> Floats | None:
    """Give coefficients from sums of products, 0 for empty columns; None where digits are lost."""
    squares = np.diag(products)
    kept = squares > NOTHING * before
    size = np.sqrt(squares[kept])
    scaled = products[np.ix_(kept, kept)] / np.outer(size, size)
    found, _, _, singular = np.linalg.lstsq(scaled, crossed[kept] / size, rcond=None)
    if singular[-1] < SINGULAR * singular[0]:
        return None
    told = np.zeros(squares.size)
    told[kept] = found / size
    return told


def _sums(matrix: Floats, held: Floats, group: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Sum products of columns, and of columns with attention; count and sum each group's rows."""
    ours = matrix[:, group] > 0
    sides = [
        np.concatenate([[side.sum(), held[side].sum()], matrix[side].sum(axis=0)])
        for side in (ours, ~ours)
    ]
    return matrix.T @ matrix, matrix.T @ held, sides[0], sides[1]
