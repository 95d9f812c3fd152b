"""Attention in a cascade: who finds what they want higher up does not read on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def cascade_weights(relevance: Floats, patience: float, satisfaction: float) -> Floats:
    """Give the attention at each position of one list under the cascade (gERR) model.

    ``p ** (r - 1) * prod_{j < r} (1 - u rel_j)``: only the items **above** take attention away,
    never the item itself. With p = 1 this is the browsing model of expected reciprocal rank
    (Chapelle et al., CIKM 2009); with p < 1 that of expected exposure (Diaz et al., CIKM 2020).

    Parameters
    ----------
    relevance
        Relevance (or click) of the items from the top, in [0, 1], shape (n,).
    patience
        Probability p of going on to the next position, in (0, 1].
    satisfaction
        Probability u of stopping at a fully relevant item, in [0, 1].

    Returns
    -------
    shape (n,), in [0, 1], not rising; the first is 1.
    """
    survived = np.cumprod(np.concatenate([[1.0], 1.0 - satisfaction * relevance[:-1]]))
    return np.asarray(patience ** np.arange(relevance.size) * survived[: relevance.size])
