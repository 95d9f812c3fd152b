"""Naive orders a surrogate is held against: chance, single columns, what stood high before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from fairshelf.audits.rankers.fitting.measures import by_chance, by_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from fairshelf.audits.rankers.fitting.split import Split

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A naive order and how it does on each held-out list.

    ``kind``: ``chance``, ``column`` (one column, the way up or down that fitted better) or
    ``history`` (listings by their mean place in the lists fitted to). ``ascending``: the least
    stands first. ``measures``: as :func:`fairshelf.audits.rankers.fitting.measures.by_list`.
    """

    kind: Literal["chance", "column", "history"]
    name: str
    ascending: bool
    measures: Mapping[str, Floats]


def baselines(split: Split, columns: Mapping[str, Floats], cutoff: int) -> tuple[Baseline, ...]:
    """Try the naive orders.

    Parameters
    ----------
    split
        What is fitted to, for the direction of each column, and what is tried on.
    columns
        Numbers of all rows of the table the lists come from, NaN where missing (the median stands
        in), shape (rows,) each.
    cutoff
        As of :func:`by_list`.
    """
    told = [Baseline("chance", "", False, by_chance(split.held, cutoff))]  # noqa: FBT003 - no order
    for name, values in columns.items():
        known = values[split.fitted.rows]
        known = known[np.isfinite(known)]
        if known.size == 0 or np.ptp(known) == 0:
            continue
        filled = np.where(np.isfinite(values), values, np.median(known))
        before = by_list(split.fitted, filled[split.fitted.rows], cutoff)["pairs"]
        ascending = bool(np.nanmean(before) < 1 / 2)
        score = -filled if ascending else filled
        measures = by_list(split.held, score[split.held.rows], cutoff)
        told.append(Baseline("column", name, ascending, measures))
    if split.shared:
        measures = by_list(split.held, _history(split), cutoff)
        told.append(Baseline("history", "", False, measures))  # noqa: FBT003 - as it stood
    return tuple(told)


def _history(split: Split) -> Floats:
    """Give held-out entries the mean height at which their listing stood before; else a half."""
    lists = split.fitted
    number = lists.number()
    place = np.arange(lists.size) - lists.starts[:-1][number]
    height = 1 - place / (lists.lengths()[number] - 1)
    names, code = np.unique(lists.listing, return_inverse=True)
    mean = np.bincount(code.ravel(), weights=height) / np.bincount(code.ravel())
    at = np.minimum(np.searchsorted(names, split.held.listing), names.size - 1)
    return np.where(names[at] == split.held.listing, mean[at], 0.5)
