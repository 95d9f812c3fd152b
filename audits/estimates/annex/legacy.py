"""rND, rKL and rRD: the mean over lists of how far prefixes are from the whole list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from fairshelf.audits.estimates.annex.lists import begin
from fairshelf.audits.metrics import prefix_distance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.annex.lists import Lists
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.metrics.distance import Legacy
    from fairshelf.audits.results import Estimate

CUT = 10
"""Every how many places a list is looked at, the authors' own (Yang and Stoyanovich 2017)."""


def legacy_estimates(
    ctx: Context, grouping: Grouping, lists: Lists, names: Sequence[str]
) -> list[Estimate]:
    """Estimate those of rND, rKL and rRD that are asked for, for each group against its reference.

    Lists are taken with the places of the two groups only. One without either, or too short to
    have a prefix that can differ, has no value and is left out of the mean; they are without an
    interval, for a list is measured against itself and not against the sellers there are.

    Parameters
    ----------
    ctx, grouping, lists
        The audit, the attribute, and its whole lists.
    names
        ``rnd``, ``rkl``, ``rrd``.
    """
    told = []
    for level, reference in grouping.contrasts() if names else ():
        ours, theirs = (grouping.levels.index(name) for name in (level, reference))
        both = (lists.group == ours) | (lists.group == theirs)
        request, inside = lists.rows.request[both], lists.group[both] == ours
        cuts = np.flatnonzero(np.diff(request)) + 1
        parts = np.split(inside, cuts) if request.size else []
        for name in names:
            values = _values(parts, name)
            start = begin(
                ctx, grouping, name, group=level, reference=reference, requests=int(values.size)
            )
            told.append(
                replace(start, value=float(values.mean()))
                if values.size
                else replace(start, note="no_list_with_both")
            )
    return told


def _values(parts: list[NDArray[np.bool_]], name: str) -> NDArray[np.float64]:
    values = np.array(
        [prefix_distance(part, cast("Legacy", name), CUT) for part in parts], dtype=np.float64
    )
    return values[np.isfinite(values)]
