"""The spread of a figure that one seller dominates: what really becomes of it without each.

Influences are of first order. A seller who holds the share p moves a Gini coefficient or a top
share by about 1 / (1 - p) times what they say, and at p = 0.9 a closed form can be a twentieth of
what leaving that seller out shows. Sellers this large are left out in turn (Tukey's jackknife, on
the scale of the interval); for all others the first order is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def jackknifed(
    influence: Floats,
    held: Floats,
    counted: Bools,
    without: Callable[[int], float],
    large: float,
) -> Floats | None:
    """Give influences whose squares sum up to the jackknife variance, shape (S,).

    Parameters
    ----------
    influence
        First-order influences of the sellers on the figure, on the interval's scale, shape (S,).
    held
        What each seller holds, shape (S,).
    counted
        The sellers that the figure is over, shape (S,).
    without
        The change of the figure, on that scale, when a seller is left out.
    large
        Share of all that is held from which on a seller is left out rather than approximated.

    Returns
    -------
    None where without one of them there is no figure.
    """
    sellers = int(counted.sum())
    grown = sellers / max(sellers - 1, 1)
    moved = -influence * grown
    for seller in np.flatnonzero(held >= large * held.sum()):
        moved[seller] = without(int(seller))
    if not np.isfinite(moved).all():
        return None
    centred = np.where(counted, moved - moved[counted].mean(), 0.0)
    return np.asarray(centred / grown**0.5)
