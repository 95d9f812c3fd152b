"""Where on the page, given being shown: position weight on the group, within requests.

This is the third step of the funnel and nothing more. It compares listings of one request with each
other, so it holds the request equal; but it knows only what was shown, and being shown is itself
part of the treatment: conditioning on it hides exclusion (a collider). A group that is almost never
shown can look equal here. Never print it as the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr, stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]


WORK = 1e9
"""Numbers that are demeaned again in all refits together, up to which each refit is exact."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The coefficient of the group in attention per impression, within requests.

    ``value`` is a difference of attention, 0 for parity. Standard errors: ``iid`` classical;
    ``by_request`` and ``by_seller`` CRV1 (Liang and Zeger 1986); ``two_way`` by both (Cameron,
    Gelbach and Miller 2011); ``jackknife`` CRV3 by seller (MacKinnon, Nielsen and Webb 2023), the
    one to use: (G-1)/G times the sum of squares, as published. pyfixest also multiplies that
    variance by G/(G-1) and (n-1)/(n-k), so with few sellers its errors are larger. ``low``,
    ``high`` and ``p_value`` are by ``jackknife`` and Student's t with ``df``.
    """

    value: float
    iid: float
    by_request: float
    by_seller: float
    two_way: float
    jackknife: float
    low: float
    high: float
    p_value: float
    df: int


def placement(
    attention: Floats,
    group: NDArray[np.bool_],
    request: Integers,
    seller: Integers,
    covariates: Floats | None = None,
    level: float = 0.95,
) -> Placement | None:
    """Regress attention per impression on the group with request effects.

    Parameters
    ----------
    attention
        Attention of each impression's position, shape (n,).
    group
        Whether it is of the group (else of the reference), bool, shape (n,).
    request, seller
        Codes, shape (n,); requests with a single row say nothing and are absorbed.
    covariates
        Further columns, shape (n, k), numbers without missing values; None for none.
    level
        Coverage of the interval.

    Returns
    -------
    None where within no request both groups are shown, or a group has a single seller.

    Notes
    -----
    Small-sample factors are those of fixest and pyfixest: (n - 1) / (n - k) with the request
    effects counted where they are not nested in the clusters, times G / (G - 1), G the smaller of
    the two numbers of clusters for two-way errors; CRV3 is (G - 1) / G times the sum of squares.
    """
    _, request = np.unique(request, return_inverse=True)
    _, seller = np.unique(seller, return_inverse=True)
    extra = np.empty((attention.size, 0)) if covariates is None else covariates
    columns = np.column_stack([group.astype(np.float64), extra, attention])
    inside = _within(columns, request)
    matrix, outcome = inside[:, :-1], inside[:, -1]
    sellers = [np.unique(seller[side]).size for side in (group, ~group)]
    if request.max() == 0:  # one list: nothing is compared between requests
        return None
    if min(sellers) < 2 or np.square(matrix[:, 0]).sum() <= 1e-12 * attention.size:  # noqa: PLR2004 - one seller has no spread
        return None
    bread = np.linalg.pinv(matrix.T @ matrix)
    found = bread @ (matrix.T @ outcome)
    rest = outcome - matrix @ found
    size, width = matrix.shape
    effects = int(request.max()) + 1
    shops = int(seller.max()) + 1
    scores = matrix * rest[:, None]

    def meat(code: Integers) -> Floats:
        summed = np.zeros((int(code.max()) + 1, width))
        np.add.at(summed, code, scores)
        return np.asarray(bread @ (summed.T @ summed) @ bread)

    full = (size - 1) / (size - width - effects)
    nested = (size - 1) / (size - width - 1)  # request effects lie within request clusters
    both = np.unique(request * shops + seller, return_inverse=True)[1]
    request_term, seller_term = effects / (effects - 1), shops / (shops - 1)
    fewer = min(effects, shops)
    crossed = meat(request) + meat(seller) - meat(both)
    variances = {
        "iid": bread * float(rest @ rest) / (size - width - effects),
        "by_request": nested * request_term * meat(request),
        "by_seller": full * seller_term * meat(seller),
        "two_way": nested * fewer / (fewer - 1) * crossed,
        "jackknife": _jackknife(columns, request, seller, found),
    }
    errors = {name: float(np.sqrt(max(one[0, 0], 0.0))) for name, one in variances.items()}
    df = min(sellers) - 1
    reach = float(stdtrit(df, 0.5 + level / 2)) * errors["jackknife"]
    value = float(found[0])
    statistic = abs(value) / errors["jackknife"] if errors["jackknife"] > 0 else np.inf
    return Placement(
        value,
        **errors,
        low=value - reach,
        high=value + reach,
        p_value=float(2 * stdtr(df, -statistic)),
        df=df,
    )


def _within(columns: Floats, request: Integers) -> Floats:
    """Take each request's mean away."""
    counts = np.bincount(request).astype(np.float64)
    means = np.stack([np.bincount(request, weights=one) for one in columns.T], axis=1)
    return np.asarray(columns - (means / counts[:, None])[request])


def _jackknife(columns: Floats, request: Integers, seller: Integers, found: Floats) -> Floats:
    """Fit again without each seller, requests demeaned anew: the covariance of the coefficients.

    Where that is too much work the means of the requests stay as they were.
    """
    shops = int(seller.max()) + 1
    if shops * columns.size > WORK:
        return _jackknife_at_once(_within(columns, request), seller, found)
    moved = []
    for one in range(shops):
        kept = seller != one
        inside = _within(columns[kept], np.unique(request[kept], return_inverse=True)[1])
        again, *_ = np.linalg.lstsq(inside[:, :-1], inside[:, -1], rcond=None)
        moved.append(again - found)
    stacked = np.stack(moved)
    return np.asarray((len(moved) - 1) / len(moved) * stacked.T @ stacked)


def _jackknife_at_once(inside: Floats, seller: Integers, found: Floats) -> Floats:
    """Leave each seller out of the sums of the demeaned rows: (X'X - P'P)^-1 P'e."""
    matrix = inside[:, :-1]
    scores = matrix * (inside[:, -1] - matrix @ found)[:, None]
    width, shops = matrix.shape[1], int(seller.max()) + 1
    own = np.zeros((shops, width, width))
    for i in range(width):
        for j in range(width):
            own[:, i, j] = np.bincount(seller, weights=matrix[:, i] * matrix[:, j])
    summed = np.stack([np.bincount(seller, weights=one) for one in scores.T], axis=1)
    left = matrix.T @ matrix - own
    moved = np.einsum("gij,gj->gi", np.linalg.pinv(left, rcond=1e-12), summed)
    return np.asarray((shops - 1) / shops * moved.T @ moved)
