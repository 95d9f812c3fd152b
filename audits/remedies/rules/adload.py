"""Less of what the platform gains by: fewer sponsored results, no boost for its own brand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.rules.blocks import by_block, ranks, resorted, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def ad_load(lists: Lists, sponsored: Bools, most: int, organic: Floats | None = None) -> Ints:
    """Rank again with at most ``most`` sponsored candidates a list; the others lose their slot.

    The highest sponsored candidates keep theirs. Each of the others goes where it would stand
    without payment: right below the last unsponsored candidate with at least its organic score,
    but not past anyone with a kept place who stands above it now. Without organic scores they go
    to the end, in present order.

    Parameters
    ----------
    lists
        The candidates.
    sponsored
        Whether the place is paid for, shape (n,).
    most
        Sponsored candidates that a list may have, 0 or more.
    organic
        Score without the payment, shape (n,), in one unit for sponsored and other candidates.

    Returns
    -------
    New ranks, shape (n,).

    Raises
    ------
    UsageError
        ``remedy_too_low``.
    """
    within("ad_load", "most", most, 0.0, np.inf)

    def rule(rows: Ints) -> Ints:
        paid = sponsored[rows]
        out = paid & (np.cumsum(paid, axis=1) > most)
        own = np.full(rows.shape, -np.inf) if organic is None else organic[rows]
        unpaid = np.where(paid, -np.inf, 0.0 if organic is None else own)
        best_from_here = np.maximum.accumulate(unpaid[:, ::-1], axis=1)[:, ::-1]
        kept_above: Ints = np.cumsum(~out, axis=1) - ~out
        below = np.zeros(rows.shape, dtype=np.int64)
        for place in range(rows.shape[1]):
            below += ~out[:, [place]] & (best_from_here[:, [place]] >= own)
        key = np.where(out, np.maximum(below, kept_above) - 0.5, kept_above)
        first = np.where(out, -own, 0.0)
        return ranks(np.lexsort((first, key), axis=1))

    return by_block(lists, rule)


def unboosted(lists: Lists, own: Bools, boost: float) -> Ints:
    """Rank again without the boost that the platform gives its own brand.

    Parameters
    ----------
    lists
        The candidates.
    own
        Whether the candidate is of the platform's own brand, shape (n,).
    boost
        What was added to its score, stated or estimated, 0 or more.

    Returns
    -------
    New ranks, shape (n,); equal scores keep their present order.

    Raises
    ------
    UsageError
        ``remedy_too_low``.
    """
    within("unboosted", "boost", boost, 0.0, np.inf)
    return resorted(lists, lists.score - boost * own)
