"""How unevenly exposure is spread over listings and sellers, those never shown included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


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


def hhi(exposure: Floats) -> float:
    """Give the Herfindahl-Hirschman index ``sum s_i^2`` of exposure shares.

    Range [1/n, 1]: 1/n is equality, 1 one unit has all; 1/HHI is the number of equal units that
    would be as concentrated. Units never shown add nothing (Hirschman 1945; Herfindahl 1950).

    Parameters
    ----------
    exposure
        Attention per unit, not negative, shape (n,).

    Returns
    -------
    NaN where nothing was shown.
    """
    total = exposure.sum()
    return float(((exposure / total) ** 2).sum()) if total > 0 else float("nan")


def generalised_entropy(exposure: Floats, power: float) -> float:
    """Give the generalised entropy index GE(a): 0 is equality.

    ``1/(a (a - 1)) (mean((x/mu)^a) - 1)``; GE(1) is Theil's T, ``mean((x/mu) ln(x/mu))``, GE(0) the
    mean log deviation ``-mean(ln(x/mu))``, GE(2) half the squared coefficient of variation. The
    larger a is, the more the top counts (Shorrocks, Econometrica 1980).

    Parameters
    ----------
    exposure
        Attention per unit, not negative, shape (n,).
    power
        a.

    Returns
    -------
    Infinite for a <= 0 where any unit was never shown; NaN where nothing was.
    """
    if exposure.size == 0 or exposure.sum() <= 0:
        return float("nan")
    relative = exposure / exposure.mean()
    if power == 1:
        held = relative[relative > 0]
        return float((held * np.log(held)).sum() / exposure.size)
    with np.errstate(divide="ignore"):
        if power == 0:
            return float(-np.log(relative).mean())
        return float(((relative**power).mean() - 1.0) / (power * (power - 1.0)))


def theil(exposure: Floats) -> float:
    """Give Theil's T, ``1/n sum (x/mu) ln(x/mu)`` with 0 ln 0 = 0.

    Range [0, ln n], 0 is equality (Theil 1967). Unlike GE(0) it is defined with units never shown.

    Parameters
    ----------
    exposure
        Attention per unit, not negative, shape (n,).

    Returns
    -------
    NaN where nothing was shown.
    """
    return generalised_entropy(exposure, 1)


@dataclass(frozen=True, slots=True)
class TheilSplit:
    """Theil's T and what it is made of: ``total = between + within``, exactly.

    ``between`` is the T that would be left if all units of a group had its mean. A small
    ``between_share`` is no proof of parity: a 2 to 1 gap can hide in a wide spread within groups.
    """

    total: float
    between: float
    within: float

    @property
    def between_share(self) -> float:
        """Between over total, in [0, 1]; NaN where all units have the same."""
        return self.between / self.total if self.total > 0 else float("nan")


def theil_split(exposure: Floats, groups: Integers) -> TheilSplit:
    """Split Theil's T between and within groups.

    ``T_b = sum_g (n_g/n)(mu_g/mu) ln(mu_g/mu)`` and ``T_w = sum_g (n_g/n)(mu_g/mu) T_g`` (Theil
    1967; Shorrocks 1980).

    Parameters
    ----------
    exposure
        Attention per unit, those never shown included, shape (n,).
    groups
        Group code of each unit, from 0, shape (n,).

    Returns
    -------
    NaN where nothing was shown.
    """
    total = theil(exposure)
    if exposure.size == 0 or exposure.sum() <= 0:
        return TheilSplit(total, total, total)
    sizes = np.bincount(groups)
    sums = np.bincount(groups, weights=exposure)
    held = sums > 0
    parts = sums[held] / exposure.sum()
    between = float((parts * np.log(parts * exposure.size / sizes[held])).sum())
    inner = [theil(exposure[groups == group]) for group in np.flatnonzero(held)]
    return TheilSplit(total, between, float(parts @ np.array(inner)))


def atkinson(exposure: Floats, aversion: float = 0.5) -> float:
    """Give Atkinson's index ``1 - mean(x^(1 - e))^(1/(1 - e)) / mu``; at e = 1 the geometric mean.

    Range [0, 1], 0 is equality: the share of all exposure that could go if the rest were spread
    equally and welfare kept. For e >= 1 it is 1 as soon as one unit was never shown, which is why
    .5 is the default (Atkinson, JET 1970).

    Parameters
    ----------
    exposure
        Attention per unit, not negative, shape (n,).
    aversion
        Aversion to inequality e, above 0.

    Returns
    -------
    NaN where nothing was shown.
    """
    if exposure.size == 0 or exposure.sum() <= 0:
        return float("nan")
    relative = exposure / exposure.mean()
    if aversion >= 1 and relative.min() == 0:
        return 1.0
    if aversion == 1:
        return float(1.0 - np.exp(np.log(relative).mean()))
    power = 1.0 - aversion
    return float(1.0 - (relative**power).mean() ** (1.0 / power))
