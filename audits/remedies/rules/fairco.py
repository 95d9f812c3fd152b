"""FairCo: a controller that adds to the score what the group is owed so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.remedies.rules.blocks import within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST_MERIT = 1e-4
"""Floor of a group's mean merit, which attention is divided by: the one of the authors' code."""


def fairco(lists: Lists, attention: Floats, gain: float) -> Ints:
    """Rank requests one after another, each with the group's arrears added to its scores.

    Source: Morik et al., SIGIR 2020. After ``t - 1`` requests the disparity is the
    *difference* ``D = E_a / U_a - E_b / U_b``, E being a group's attention and U its merit, each a
    mean per candidate so far. In request t every candidate of the group that is behind has
    ``gain * (t - 1) * |D|`` added to the score; the other group has nothing added. Where gain and
    scores allow, ``|D|`` falls as 1 / t.

    There, all requests rank the same candidates; here each has its own, so that attention, merit
    and number of candidates are summed over those seen. While a group has not been seen there is
    no disparity.

    Parameters
    ----------
    lists
        The candidates, requests in the order of time. ``worth`` is merit; where it is None every
        candidate has the same, and the aim is equal attention.
    attention
        Attention by place, shape (m,); 0 beyond.
    gain
        Lambda, 0 or more, in units of the score per unit of disparity; 0 changes nothing.

    Returns
    -------
    New ranks, shape (n,).

    Raises
    ------
    UsageError
        ``remedy_too_low``.
    """
    within("fairco", "gain", gain, 0.0, np.inf)
    rank = np.empty(lists.seller.size, dtype=np.int64)
    account = _Account(lists)
    for number, (begin, end) in enumerate(zip(lists.start[:-1], lists.start[1:], strict=True)):
        behind = gain * number * account.disparity()
        protected = lists.protected[begin:end]
        owed = np.where(protected, max(-behind, 0.0), max(behind, 0.0))
        order = np.argsort(-(lists.score[begin:end] + owed), kind="stable")
        rank[begin + order] = np.arange(1, end - begin + 1)
        account.add(number, rank[begin:end], attention)
    return rank


def disparities(lists: Lists, rank: Ints, attention: Floats) -> Floats:
    """Give the disparity after each request of a ranking, shape (Q,): below 0, the group is behind.

    Parameters
    ----------
    lists, rank
        The candidates and their ranks, requests in the order of time.
    attention
        Attention by place, shape (m,).
    """
    account = _Account(lists)
    path = np.empty(lists.start.size - 1)
    for number in range(path.size):
        account.add(number, rank[lists.start[number] : lists.start[number + 1]], attention)
        path[number] = account.disparity()
    return path


class _Account:
    """Attention that the two groups had so far, with their merit and their candidates."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.ours = lists.protected.astype(np.float64)
        self.merit = np.ones(self.ours.size) if lists.worth is None else lists.worth
        # by group, the protected one first: attention, merit, candidates
        self.sums = np.zeros((2, 3))

    def add(self, number: int, rank: Ints, attention: Floats) -> None:
        """Enter a request."""
        rows = slice(self.lists.start[number], self.lists.start[number + 1])
        ours, merit = self.ours[rows], self.merit[rows]
        reach = np.minimum(rank, attention.size + 1) - 1
        got = np.append(attention, 0.0)[reach]
        mine = np.array([got @ ours, merit @ ours, ours.sum()])
        self.sums[0] += mine
        self.sums[1] += np.array([got.sum(), merit.sum(), rank.size]) - mine

    def disparity(self) -> float:
        """Give D; 0 while a group has no candidate."""
        (got, worth, seen), (other, other_worth, others) = self.sums.tolist()
        if seen == 0 or others == 0:
            return 0.0
        per_merit = got / seen / max(worth / seen, LEAST_MERIT)
        return float(per_merit - other / others / max(other_worth / others, LEAST_MERIT))
