"""FA*IR: at every prefix no fewer protected candidates than a fair draw would show."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.metrics.prefix_tests import fair_adjusted, fair_table
from fairshelf.audits.remedies.rules.blocks import within
from fairshelf.audits.remedies.rules.prefixes import merged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists
    from fairshelf.audits.remedies.rules.prefixes import Least

    Ints = NDArray[np.int64]


def fair_topk(
    lists: Lists, share: float, alpha: float, *, depth: int | None = None, adjusted: bool = True
) -> Ints:
    """Rank again so that every list passes the ranked group fairness test.

    Source: Zehlike et al., CIKM 2017. Candidates stand in present order except where
    the m-table makes a protected one due. A list with too few protected candidates has all of them
    as high as the table asks.

    Parameters
    ----------
    lists
        The candidates.
    share
        Least proportion p of the protected group in the draw that would be fair, 0 to 1.
    alpha
        Significance, 0 to 1: of the whole list where ``adjusted``, of each prefix otherwise.
    depth
        Places that are tested; the whole list where not given. Below them the present order holds.
    adjusted
        Correct for testing many prefixes, by the exact level for the list's own length.

    Returns
    -------
    New ranks, shape (n,).

    Raises
    ------
    UsageError
        ``remedy_bad_value``.
    """
    within("fair_topk", "share", share, 0.0, 1.0)
    within("fair_topk", "alpha", alpha, 0.0, 1.0)
    return merged(lists, fair_least(share, alpha, depth=depth, adjusted=adjusted))


def fair_least(
    share: float, alpha: float, *, depth: int | None = None, adjusted: bool = True
) -> Least:
    """Give FA*IR's minima by length of the list; parameters as in :func:`fair_topk`."""

    @cache
    def table(tested: int) -> Ints:
        if adjusted:
            return fair_adjusted(tested, share, alpha).table
        return fair_table(tested, share, alpha)

    def least(length: int) -> Ints:
        tested = length if depth is None else min(depth, length)
        if tested < 1:
            return np.zeros(length, dtype=np.int64)
        return np.pad(table(tested), (0, length - tested), mode="edge")

    return least
