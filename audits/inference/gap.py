"""The interval of a gap by the method that fits it: permutation where scaling has a meaning.

Dividing a group's exposure by rho says nothing where the group has none, or where every seller
either is in or is not (a 0/1 outcome): there the exact conditional interval takes over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.inference.exact import selection_ratio
from fairshelf.audits.inference.permutation import group_ratio, permutation_ratios, sums_note
from fairshelf.audits.inference.records import RatioInterval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.inference.permutation import PermutationPlan

    Floats = NDArray[np.float64]

FEWEST = 5
"""Sellers a group needs for any interval (METRICS.md section 5, guard rails)."""


def ratio_intervals(
    pairs: Sequence[tuple[Floats, Floats]],
    plan: PermutationPlan,
    *,
    level: float = 0.95,
    hypotheses: tuple[float, ...] = (),
    fewest: int = FEWEST,
) -> list[RatioInterval]:
    """Give the interval of (sum E_p / sum N_p) / (sum E_r / sum N_r) for several pairs E, N.

    Parameters
    ----------
    pairs
        Exposure and denominator of each seller, shape (S,), in the order of ``plan.protected``.
    plan
        The labellings of this contrast.
    level
        Coverage, 0.95 for 95%.
    hypotheses
        Further ratios to test, such as the materiality bounds.
    fewest
        A group with fewer sellers gets its ratio without an interval, note ``few_sellers``.

    Returns
    -------
    list of RatioInterval
        In the order of ``pairs``. ``method`` says which way each went; ``exact`` bounds compare the
        shares of sellers that hold anything, which is the ratio itself for a 0/1 outcome and, for
        a group with nothing, the part of the ratio that the data speak to.
    """
    told: dict[int, RatioInterval] = {}
    scaled: list[int] = []
    for place, (exposure, denominator) in enumerate(pairs):
        note = sums_note(exposure, denominator, plan.protected)
        if note in {"no_sellers", "no_denominator", "both_zero"}:
            told[place] = RatioInterval(None, None, None, None, note=note)
        elif _fewest_sellers(plan) < fewest:
            value = group_ratio(exposure, denominator, plan.protected) if note is None else None
            value = 0.0 if note == "protected_zero" else value
            told[place] = RatioInterval(value, None, None, None, note="few_sellers")
        elif note is not None or _is_zero_one(exposure, denominator):
            exact = selection_ratio(exposure, plan.protected, level=level, hypotheses=hypotheses)
            told[place] = replace(exact, note=note)
        else:
            scaled.append(place)
    permuted = permutation_ratios(
        [pairs[place] for place in scaled], plan, level=level, hypotheses=hypotheses
    )
    told.update(zip(scaled, permuted, strict=True))
    return [told[place] for place in range(len(pairs))]


def _fewest_sellers(plan: PermutationPlan) -> int:
    ours = int(plan.protected.sum())
    return min(ours, plan.sellers - ours)


def _is_zero_one(exposure: Floats, denominator: Floats) -> bool:
    """Tell whether every seller has nothing or the same, over the same denominator."""
    held = exposure[exposure > 0]
    return bool(held.size < exposure.size and np.ptp(held) == 0 and np.ptp(denominator) == 0)
