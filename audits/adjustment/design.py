"""The columns of an adjusted model: a group, covariates that are numbers, and words as dummies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

FEWEST = 5
"""Listings a word needs for a column of its own; rarer words share one."""

MOST_WORDS = 100
"""Words of one covariate with a column of their own; the others share one."""

REST = "\u0001rest"


@dataclass(frozen=True, slots=True)
class Design:
    """A design matrix and what became of each covariate.

    Attributes
    ----------
    matrix
        Intercept, group (0 or 1), then the covariates, shape (n, p).
    columns
        The covariate each column belongs to; ``""`` for the intercept, ``group`` for the group.
    rows
        Listings that are complete, bool, shape (all listings,).
    used, dropped
        Covariates in the model; (covariate, why) pairs of those left out: ``constant`` or
        ``collinear``.
    incomplete
        Listings left out since a covariate is missing.
    """

    matrix: Floats
    columns: tuple[str, ...]
    rows: Bools
    used: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]
    incomplete: int

    def subset(self, kept: Bools) -> Design:
        """Give the design over some of its rows, bool, shape (n,)."""
        rows = self.rows.copy()
        rows[np.flatnonzero(self.rows)[~kept]] = False
        return replace(self, matrix=self.matrix[kept], rows=rows)


def design(
    group: Bools,
    numbers: Mapping[str, Floats],
    words: Mapping[str, NDArray[np.object_]],
    kept: Bools | None = None,
) -> Design:
    """Lay out the columns of a model of listings.

    Parameters
    ----------
    group
        Whether each listing is of the group (else of the reference), shape (n,).
    numbers
        Covariates that are numbers, NaN where missing, shape (n,) each; used as they are given.
    words
        Covariates that are words, ``""`` where missing, shape (n,) each; one dummy for each word.
    kept
        Listings to take at all; None for all.

    Returns
    -------
    Design
        Numbers are centred and scaled, which changes no ratio between the groups.
    """
    rows = np.ones(group.size, dtype=bool) if kept is None else kept.copy()
    before = int(rows.sum())
    for values in numbers.values():
        rows &= np.isfinite(values)
    for told in words.values():
        rows &= told != ""
    parts: list[tuple[str, Floats]] = [
        ("", np.ones((int(rows.sum()), 1))),
        ("group", group[rows, None].astype(np.float64)),
    ]
    parts += [(name, _scaled(values[rows])) for name, values in numbers.items()]
    parts += [(name, _dummies(told[rows])) for name, told in words.items()]
    matrix, columns, dropped = _independent(parts)
    return Design(
        matrix,
        columns,
        rows,
        tuple(name for name in (*numbers, *words) if name in columns),
        dropped,
        before - int(rows.sum()),
    )


def _scaled(values: Floats) -> Floats:
    spread = values.std() if values.size else 0.0
    centred = values - values.mean() if values.size else values
    return np.asarray(centred / spread if spread > 0 else centred * 0.0)[:, None]


def _dummies(told: NDArray[np.object_]) -> Floats:
    """Give a column for each word but the most frequent; rare words share one."""
    _, code, counts = np.unique(told.astype(str), return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    own = [place for place in order[:MOST_WORDS] if counts[place] >= FEWEST]
    columns = [(code == place).astype(np.float64) for place in own[1:]]
    rest = ~np.isin(code, own)
    if rest.any() and own:
        columns.append(rest.astype(np.float64))
    return np.stack(columns, axis=1) if columns else np.empty((told.size, 0))


def _independent(
    parts: list[tuple[str, Floats]],
) -> tuple[Floats, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Take columns in order, leaving out those that say nothing new (Gram-Schmidt)."""
    kept: list[Floats] = []
    base: list[Floats] = []
    names: list[str] = []
    why: dict[str, str] = {}
    for name, block in parts:
        taken = False
        for column in block.T:
            left = column.copy()
            for one in base:
                left -= (one @ left) * one
            size = float(np.linalg.norm(left))
            if size > 1e-8 * max(1.0, float(np.linalg.norm(column))):
                base.append(left / size)
                kept.append(column)
                names.append(name)
                taken = True
        if not taken:
            flat = block.size == 0 or not np.ptp(block, axis=0).any()
            why[name] = "constant" if flat else "collinear"
    matrix = np.stack(kept, axis=1) if kept else np.empty((0, 0))
    return matrix, tuple(names), tuple(why.items())
