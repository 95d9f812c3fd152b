"""How unevenly exposure is spread over listings and sellers, those never shown included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def gini(exposure: Floats) -> float:
    """Give the Gini coefficient, normalised by n: 0 is equality, (n - 1) / n one unit has all.

    ``sum((2 i - n - 1) x_(i)) / (n sum x)`` with x sorted; equals PySAL's and LensKit's. Leaving
    out units that were never shown hides inequality: pass them as zeros.

    Parameters
    ----------
    exposure
        Attention per listing or per seller, not negative, shape (n,).

    Returns
    -------
    NaN where nothing was shown.
    """
    total = exposure.sum()
    if exposure.size == 0 or total <= 0:
        return float("nan")
    ordered = np.sort(exposure)
    size = ordered.size
    weights = 2.0 * np.arange(1, size + 1) - size - 1
    return float((weights * ordered).sum() / (size * total))


def top_share(exposure: Floats, top: str) -> float:
    """Give the share of all exposure that the best-placed units hold.

    Parameters
    ----------
    exposure
        Attention per unit, shape (n,).
    top
        A count (``"5"``) or a percentage of the units (``"10%"``; a part of a unit counts in
        part, so that the figure is the height of the Lorenz curve and does not jump with n).

    Returns
    -------
    NaN where nothing was shown.
    """
    total = exposure.sum()
    if exposure.size == 0 or total <= 0:
        return float("nan")
    count = top_count(exposure.size, top)
    ordered = np.sort(exposure)[::-1]
    whole = int(count)
    held = ordered[:whole].sum()
    if whole < ordered.size:
        held += (count - whole) * ordered[whole]
    return float(held / total)


def top_count(size: int, top: str) -> float:
    """Give how many of ``size`` units ``top`` means, parts of a unit included."""
    if top.endswith("%"):
        return size * float(top[:-1]) / 100.0
    return float(min(int(top), size))


def coverage(shown: int, units: int) -> float:
    """Give the share of units that were shown at least once; NaN where there are none."""
    return shown / units if units else float("nan")


def lorenz(exposure: Floats, points: int = 41) -> tuple[Floats, Floats]:
    """Give the Lorenz curve: the share of exposure held by the least exposed share of units.

    Parameters
    ----------
    exposure
        Attention per unit, shape (n,).
    points
        How many points to give, evenly spaced over the units.

    Returns
    -------
    share_of_units, share_of_exposure
        Both of shape (points,), from (0, 0) to (1, 1); exposure shares are NaN where nothing was
        shown.
    """
    grid = np.linspace(0.0, 1.0, points)
    total = exposure.sum()
    if exposure.size == 0 or total <= 0:
        return grid, np.full(points, np.nan)
    held = np.concatenate([[0.0], np.cumsum(np.sort(exposure))]) / total
    return grid, np.interp(grid, np.linspace(0.0, 1.0, held.size), held)
