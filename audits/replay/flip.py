"""One listing shown to a model otherwise, all others as they are: where it would stand then."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.replay.clustered import Mean, ratio_of_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Flip:
    """What flipping does to the listings that are flipped, one at a time.

    Attributes
    ----------
    places
        Mean change of the place; below 0 is towards the top.
    exposure
        Change of exposure, relative to what they have.
    rows
        Candidates that were flipped.
    up, down
        Shares of them that come to stand higher and lower.
    """

    places: Mean
    exposure: Mean
    rows: int
    up: float
    down: float


def places_alone(request: Ints, score: Floats, other: Floats, rows: Bools) -> tuple[Ints, Ints]:
    """Give the places each row would share with another score, all others keeping theirs.

    Equal scores share the places from the first to the last of them. Rows without a score stand
    last.

    Parameters
    ----------
    request
        Code of each row's request, never falling, shape (n,).
    score, other
        Present and other score, shape (n,); NaN where there is none.
    rows
        Those asked for, shape (n,).

    Returns
    -------
    first, last
        Shape (rows.sum(),) each, in the order of the rows; the same where nothing is tied.
    """
    present = np.where(np.isnan(score), -np.inf, score)
    asked = np.where(np.isnan(other), -np.inf, other)
    starts = np.searchsorted(request, np.arange(int(request[-1]) + 2))
    firsts, lasts = [], []
    for start, end in pairwise(starts.tolist()):
        chosen = np.flatnonzero(rows[start:end])
        if chosen.size == 0:
            continue
        own, new = present[start:end][chosen], asked[start:end][chosen]
        ranked = np.sort(present[start:end])
        above = ranked.size - np.searchsorted(ranked, new, side="right") - (own > new)
        equal = np.searchsorted(ranked, new, side="right") - np.searchsorted(ranked, new)
        firsts.append(1 + above)
        lasts.append(1 + above + equal - (own == new))
    none = np.empty(0, dtype=np.int64)
    if not firsts:
        return none, none
    return np.concatenate(firsts).astype(np.int64), np.concatenate(lasts).astype(np.int64)


def shared(weight: Floats, first: Ints, last: Ints) -> Floats:
    """Give the mean weight of the places from first to last, shape (m,).

    Parameters
    ----------
    weight
        By place from 1, shape (longest,).
    first, last
        Shape (m,) each.
    """
    summed = np.concatenate(([0.0], np.cumsum(weight)))
    return np.asarray((summed[last] - summed[first - 1]) / (last - first + 1))


def flip(
    request: Ints,
    seller: Ints,
    scores: tuple[Floats, Floats],
    rows: Bools,
    weight: Floats,
    level: float,
) -> Flip:
    """Measure what another score would do for each listing by itself.

    Intervals are over sellers and requests.

    Parameters
    ----------
    request
        Code of each row's request, never falling, shape (n,).
    seller
        Code of each row's seller, shape (n,).
    scores
        Present score, and the score with the flipped feature, shape (n,) each.
    rows
        Candidates that are flipped, shape (n,).
    weight
        Attention by place from 1, shape (longest,); tied rows have the mean of their places'.
    level
        Coverage.
    """
    now = places_alone(request, scores[0], scores[0], rows)
    then = places_alone(request, scores[0], scores[1], rows)
    clusters = (seller[rows], request[rows])
    before, after = (now[0] + now[1]) / 2, (then[0] + then[1]) / 2
    first, second = shared(weight, *now), shared(weight, *then)
    ones = np.ones(before.size)
    return Flip(
        places=ratio_of_sums(after - before, ones, clusters, level),
        exposure=ratio_of_sums(second - first, first, clusters, level),
        rows=int(before.size),
        up=float((after < before).mean()) if before.size else float("nan"),
        down=float((after > before).mean()) if before.size else float("nan"),
    )
