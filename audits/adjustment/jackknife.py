"""The delete-a-group jackknife over sellers, for figures without a closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

BLOCKS = 200
"""With more sellers they are left out in this many groups (Kott, J. Official Stat. 2001)."""


TWO = 2
"""Of one block alone nothing can be left out."""


@dataclass(frozen=True, slots=True)
class Jackknifed:
    """Figures with intervals by Student's t, shape (k,) each."""

    low: Floats
    high: Floats
    se: Floats


def jackknife(
    figures: Callable[[NDArray[np.bool_]], Floats | None],
    seller: Integers,
    df: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Jackknifed | None:
    """Give figures their seller-clustered intervals by leaving sellers out.

    ``V = (B - 1) / B sum_b (x_b - x)^2`` over the B figures made without a seller, or without one
    of 200 random groups of sellers where there are more.

    Parameters
    ----------
    figures
        Makes the figures, shape (k,), from the rows that are kept, bool, shape (n,); None where
        they cannot be made.
    seller
        The seller of each row, shape (n,).
    df
        Degrees of freedom: sellers of the smaller group less one.
    rng
        Draws the groups.
    level
        Coverage.

    Returns
    -------
    None where the figures cannot be made with all rows or without one of the blocks, or ``df`` is
    not above 0.
    """
    whole = figures(np.ones(seller.size, dtype=bool))
    block, count = blocks_of(seller, rng)
    if whole is None or df < 1 or count < TWO:
        return None
    without = [figures(block != one) for one in range(count)]
    made = [one for one in without if one is not None]
    return spread(whole, np.stack(made), df, level) if len(made) == count else None


def blocks_of(seller: Integers, rng: np.random.Generator) -> tuple[Integers, int]:
    """Give the block each row is left out with, shape (n,), and how many blocks there are.

    Each seller is one; where there are more than 200, they are dealt out into 200.
    """
    _, code = np.unique(seller, return_inverse=True)
    count = int(code.max()) + 1 if code.size else 0
    if count <= BLOCKS:
        return code.reshape(-1), count
    return (rng.permutation(count) % BLOCKS)[code.reshape(-1)], BLOCKS


def spread(whole: Floats, without: Floats, df: int, level: float) -> Jackknifed:
    """Give intervals from the figures of all rows, (k,), and of all but each block, (B, k)."""
    blocks = len(without)
    error = np.sqrt((blocks - 1) / blocks * np.square(without - whole).sum(axis=0))
    reach = float(stdtrit(df, 0.5 + level / 2)) * error
    return Jackknifed(whole - reach, whole + reach, error)
