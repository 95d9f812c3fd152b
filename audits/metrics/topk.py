"""Who is among the first k: rates of selection and their ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.metrics.shares import per_unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def topk_selection_rate(selected: Floats, units: Floats) -> Floats:
    """Give the share of each group's units that stood among the first k at least once.

    It grows with the length of the log, since every listing appears there sooner or later:
    compare groups within one log only.

    Parameters
    ----------
    selected
        Distinct listings (or sellers) of each group seen at a position <= k, shape (G,).
    units
        Listings (or sellers) of each group that could have been, shape (G,).

    Returns
    -------
    shape (G,); NaN for a group with no unit.
    """
    return per_unit(selected, units)


def topk_impact_ratio(rate: float, reference_rate: float) -> float:
    """Give a group's top-k selection rate over that of its reference.

    With the best group as reference this is the impact ratio computed in the manner of 6 RCNY
    5-301 and 29 CFR 1607.4(D), employment rules that serve here as a benchmark only.

    Returns
    -------
    NaN where the reference rate is zero or either is undefined.
    """
    return rate / reference_rate if reference_rate > 0 else float("nan")
