"""Equity of attention: over many requests, each seller's attention in step with its relevance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import DataError
from fairshelf.audits.remedies.rules.blocks import discounts, placed, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

POOL = 100
"""Candidates of a request from whom the top is chosen."""

SLACK = 1e-9
"""What NDCG may lack by rounding."""


def merit(
    lists: Lists,
    attention: Floats,
    theta: float,
    cutoff: int,
    *,
    pool: int = POOL,
    seconds: float = np.inf,
) -> Ints:
    """Rank requests one after another so that sellers' attention keeps step with relevance.

    Source: Biega, Gummadi and Weikum, SIGIR 2018. In each request, candidates are put at the
    places 1..cutoff so that ``sum over sellers |A + a - R - r|`` is least, A and R being attention
    and relevance so far, a and r those of this request, each normalised to sum to 1 in it; subject
    to NDCG at the cut-off of at least ``theta``. NDCG has a linear gain, as everywhere here.
    Attention below the cut-off counts as none. Who is not put there follows in present order.
    Requests in which nothing has worth stay as they are and are left out of the account.

    Unlike in the paper, where a subject appears once, a seller may have several candidates in one
    request; their attention is then summed before the absolute value is taken.

    How it is solved: without the demand on NDCG, and with sellers that appear once, this is an
    assignment, solved by the Hungarian method; if its NDCG suffices it is the optimum. Otherwise
    the integer programme itself is solved by HiGHS, to its relative gap of 1e-4. The relaxation to
    a linear programme would not do: the one row for NDCG makes its corners fractional.

    Cost, measured a request at a cut-off of 10: an assignment half a millisecond; an integer
    programme some 20 milliseconds with 20 candidates and half a second with 100; with 20
    candidates of sellers of whom some have several, half a second too.

    Parameters
    ----------
    lists
        The candidates, with worth, requests in the order of time.
    attention
        Attention by place, never rising, shape (m,).
    theta
        Least NDCG of each request, 0 to 1; 1 allows only candidates of equal worth to change
        places.
    cutoff
        Places that are filled, and that NDCG counts.
    pool
        At most this many candidates are considered: those of the ideal top, then those to whom
        most attention is owed.
    seconds
        Longest time for one integer programme; then the best ranking found so far is taken, or
        the ideal one.

    Returns
    -------
    New ranks, shape (n,).

    Raises
    ------
    UsageError
        ``remedy_bad_value``, ``remedy_too_low``, ``remedy_attention_rises``.
    DataError
        ``remedy_needs_worth``.
    """
    within("merit", "theta", theta, 0.0, 1.0)
    within("merit", "cutoff", cutoff, 1, np.inf)
    if lists.worth is None:
        raise DataError("remedy_needs_worth", rule="merit")
    owed = np.zeros(int(lists.seller.max(initial=-1)) + 1)
    rank = lists.rank
    for begin, end in zip(lists.start[:-1], lists.start[1:], strict=True):
        worth, seller = lists.worth[begin:end], lists.seller[begin:end]
        if worth.sum() <= 0:
            continue
        weight = placed(attention[:cutoff], end - begin)
        weight = weight / weight.sum() if weight.sum() > 0 else weight
        np.add.at(owed, seller, worth / worth.sum())
        chosen = _considered(worth, owed[seller], cutoff, pool)
        request = _Request(worth[chosen], seller[chosen], owed[seller[chosen]], weight[:cutoff])
        top = chosen[_top(request, theta, seconds)]
        order = np.concatenate((top, np.setdiff1d(np.arange(end - begin), top)))
        rank[begin + order] = np.arange(1, order.size + 1)
        np.subtract.at(owed, seller[order], weight)
    return rank


@dataclass(frozen=True, slots=True)
class _Request:
    """The candidates considered, shape (m,), the ideal top first; attention by place, shape (k,).

    ``owed`` is what the candidate's seller is owed with this request's relevance: R + r - A.
    """

    worth: Floats
    seller: Ints
    owed: Floats
    weight: Floats

    @property
    def quality(self) -> Floats:
        """What a candidate adds to NDCG at each place, shape (m, k)."""
        discount = discounts(self.weight.size, self.weight.size)
        best = self.worth[: self.weight.size] @ discount
        return np.outer(self.worth, discount) / best

    @property
    def cost(self) -> Floats:
        """What placing a candidate adds to inequity if its seller has no other, shape (m, k)."""
        return np.abs(self.owed[:, None] - self.weight) - np.abs(self.owed)[:, None]


def _considered(worth: Floats, owed: Floats, cutoff: int, pool: int) -> Ints:
    """Choose the candidates of the programme, the ideal top first."""
    ideal = np.argsort(-worth, kind="stable")
    top, rest = ideal[:cutoff], np.sort(ideal[cutoff:])
    most = max(pool - top.size, 0)
    return np.concatenate((top, rest[np.argsort(-owed[rest], kind="stable")[:most]]))


def _top(request: _Request, theta: float, seconds: float) -> Ints:
    """Give who of the candidates considered stands at each place, shape (k,)."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - a quarter of a second

    quality = request.quality
    places = np.arange(request.weight.size)
    if np.unique(request.seller).size == request.seller.size:
        _, free = linear_sum_assignment(request.cost.T)
        if quality[free, places].sum() >= theta - SLACK:
            return np.asarray(free, dtype=np.int64)
    bound = _programme(request, theta, seconds)
    if bound is not None and quality[bound, places].sum() >= theta - SLACK:
        return bound
    return places


def _programme(request: _Request, theta: float, seconds: float) -> Ints | None:
    """Solve the integer programme; None where no solution was found in time.

    Unknowns: whether candidate i stands at place j, and for each seller with several candidates
    the absolute value of what it is still owed.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - as above
    from scipy.sparse import csr_array, eye_array, hstack, kron, vstack  # noqa: PLC0415 - as above

    count, places = request.worth.size, request.weight.size
    _, code, times = np.unique(request.seller, return_inverse=True, return_counts=True)
    several = np.flatnonzero(times > 1)
    first = np.unique(code, return_index=True)[1][several]
    owed = request.owed[first]
    cost = np.where((times[code] > 1)[:, None], 0.0, request.cost)
    mine = csr_array((code == several[:, None]).astype(np.float64))
    got = kron(mine, request.weight[None, :])
    one, away = eye_array(several.size), csr_array((count + places + 1, several.size))
    square = vstack(
        [
            kron(np.ones((1, count)), eye_array(places)),
            kron(eye_array(count), np.ones((1, places))),
            csr_array(request.quality.reshape(1, -1)),
        ]
    )
    rows = vstack([hstack([square, away]), hstack([got, one]), hstack([-got, one])])
    low = np.concatenate((np.ones(places), np.zeros(count), [theta], owed, -owed))
    high = np.concatenate((np.ones(places), np.ones(count), np.full(1 + 2 * several.size, np.inf)))
    cells = count * places
    found = milp(
        np.concatenate((cost.ravel(), np.ones(several.size))),
        integrality=np.repeat([1, 0], [cells, several.size]),
        bounds=Bounds(0.0, np.repeat([1.0, np.inf], [cells, several.size])),
        constraints=LinearConstraint(rows, low, high),
        options={"time_limit": seconds} if np.isfinite(seconds) else {},
    )
    if found.x is None:
        return None
    return np.asarray(found.x[:cells].reshape(count, places).argmax(axis=0), dtype=np.int64)
