"""Shares and averages of attention by group, and what they are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def share(amount: Floats) -> Floats:
    """Give each group's share of a total.

    With impressions this is ``impression_share``, with attention ``exposure_share``
    (Singh and Joachims, KDD 2018), with impressions among the first k ``topk_share``.

    Parameters
    ----------
    amount
        Impressions or attention by group, shape (G,), not negative.

    Returns
    -------
    Shares that sum to 1, shape (G,); NaN where there is nothing to share.
    """
    total = amount.sum()
    if total <= 0:
        return np.full(amount.shape, np.nan)
    return np.asarray(amount / total, dtype=np.float64)


def per_unit(amount: Floats, units: Floats) -> Floats:
    """Give attention per unit: per impression, seller, listing or unit of merit.

    Per impression this is ``attention_per_impression``, what fairlearn's ``MetricFrame`` of the
    mean position weight gives.

    Parameters
    ----------
    amount
        Attention by group, shape (G,).
    units
        Impressions, sellers, listings or summed merit by group, shape (G,).

    Returns
    -------
    shape (G,); NaN for a group with no unit.
    """
    out = np.full(amount.shape, np.nan)
    np.divide(amount, units, out=out, where=units > 0)
    return out


def representation_ratio(amount: Floats, units: Floats) -> Floats:
    """Give each group's exposure share over its share of the units.

    1 is proportional. The target is the group's share of sellers, catalogue listings, impressions
    or merit, whichever the baseline names.

    Parameters
    ----------
    amount
        Attention by group, shape (G,).
    units
        Units by group, shape (G,).

    Returns
    -------
    shape (G,); NaN where the group has no units ("not applicable").
    """
    return per_unit(share(amount), share(units))
