"""DetConstSort: in every prefix at least a share of the protected group, rounded down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.remedies.rules.blocks import within
from fairshelf.audits.remedies.rules.prefixes import merged, share_least

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Ints = NDArray[np.int64]


DIGITS = 12
"""Decimals to which two shares are added: 0.9 and 0.1 are not above 1."""


def det_const_sort(lists: Lists, share: float, rest: float = 0.0) -> Ints:
    """Rank again with at least ``floor(share * k)`` protected candidates in every prefix k.

    Source: Geyik, Ambler and Kenthapadi, KDD 2019 (DetConstSort). There every candidate has a
    deadline, the first prefix whose minimum counts it; candidates enter in the order of their
    deadlines and move up past lower scores as long as nobody misses theirs. With two groups the
    same list comes of taking the best candidate at every place unless a deadline is due, which is
    what is done here, for all requests at once. A deadline counts places from 1: an implementation
    that compares it with places counted from 0 lets candidates sink one place too far.

    The paper fixes a share for every group, ``rest = 1 - share``; the protected group then never
    has more than ``ceil(share * k)`` either, and is moved down where it stands above. The default
    asks a minimum of the protected group alone: nobody of the group ever stands lower than before.

    Parameters
    ----------
    lists
        The candidates.
    share
        Least share of the protected group, 0 to 1.
    rest
        Least share of the others, 0 to ``1 - share``.

    Returns
    -------
    New ranks, shape (n,).

    Raises
    ------
    UsageError
        ``remedy_bad_value``.
    """
    within("det_const_sort", "share", share, 0.0, 1.0)
    within("det_const_sort", "rest", rest, 0.0, round(1.0 - share, DIGITS))
    return merged(lists, share_least(share), share_least(rest))
