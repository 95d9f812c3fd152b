"""Pairs of items in one list: how often the better, or the protected, one is above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs counted: ``right`` of ``pairs``; ``share`` is their ratio, NaN where there is none."""

    right: float
    pairs: int

    @property
    def share(self) -> float:
        """The share of pairs in the right order, in [0, 1]."""
        return self.right / self.pairs if self.pairs else float("nan")


@dataclass(frozen=True, slots=True)
class PairwiseAccuracy:
    """Pairwise accuracy of one group: over all pairs, within the group, against the others."""

    overall: Pairs
    intra: Pairs
    inter: Pairs


def pairwise_accuracy(
    lists: Integers, ranks: Integers, labels: Floats, members: Flags
) -> PairwiseAccuracy:
    """Give how often a group's better items stand above worse ones of the same list.

    ``P(r_i < r_j | y_i > y_j, i in g)``: j any item (overall), in g (intra), not in g (inter).
    Range [0, 1], .5 is a random order; report the difference between groups. Beutel et al. (KDD
    2019). Pairs are pooled over lists, so that long lists count more. Labels made from clicks
    reward the order there is. Time is O(n log n) for each level of the label.

    Parameters
    ----------
    lists, ranks
        Code of the list and rank from 1 of each impression, shape (n,). Equal ranks are not right.
    labels
        Relevance or click of each impression, shape (n,).
    members
        Whether each impression is of the group, shape (n,).

    Returns
    -------
    NaN shares where no pair differs in its label.
    """
    same, other = np.zeros(3), np.zeros(3)
    places = _places(lists, ranks)
    for level in np.unique(labels)[1:]:
        better = members & (labels == level)
        worse = labels < level
        same += _count(places, better, worse & members)
        other += _count(places, better, worse & ~members)
    intra, inter = (Pairs(float(right), int(pairs)) for right, pairs, _ in (same, other))
    overall = Pairs(intra.right + inter.right, intra.pairs + inter.pairs)
    return PairwiseAccuracy(overall, intra, inter)


def mixed_pairs_won(lists: Integers, ranks: Integers, members: Flags) -> Pairs:
    """Give the share of pairs (one of the group, one not) in which the group's item is above.

    Range [0, 1], .5 is parity. Without labels: rank parity of Kuhlman et al. (WWW 2019), and the
    Mann-Whitney ``U / (n1 n0)`` of each list, pooled over lists. Equal ranks count half.

    Parameters
    ----------
    lists, ranks, members
        As in :func:`pairwise_accuracy`.

    Returns
    -------
    NaN share where no list has both.
    """
    above, pairs, level = _count(_places(lists, ranks), members, ~members)
    return Pairs(above + level / 2.0, int(pairs))


class _Places(NamedTuple):
    """List and rank of each impression as one number, and the bounds of its list, shape (n,)."""

    key: Integers
    start: Integers
    end: Integers


def _places(lists: Integers, ranks: Integers) -> _Places:
    step = int(ranks.max(initial=0)) + 1
    start = lists.astype(np.int64) * step
    return _Places(start + ranks, start, start + step)


def _count(places: _Places, first: Flags, second: Flags) -> tuple[float, float, float]:
    """Count pairs of one list: the first above the second, all of them, and equal ranks."""
    ordered = np.sort(places.key[second])
    begin = np.searchsorted(ordered, places.start[first])
    before = np.searchsorted(ordered, places.key[first], side="left")
    after = np.searchsorted(ordered, places.key[first], side="right")
    end = np.searchsorted(ordered, places.end[first])
    return float((end - after).sum()), float((end - begin).sum()), float((after - before).sum())
