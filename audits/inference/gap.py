"""The interval of a gap by the method that fits it: permutation where scaling has a meaning.

Dividing a group's exposure by rho says nothing where the group has none, or where every seller
either is in or is not (a 0/1 outcome): there the exact conditional interval takes over.

That interval speaks of sellers. Where a ratio per listing is asked for and the groups' sellers have
different numbers of listings, parity per listing is not parity per seller (a seller of twenty
listings is on the page more easily than a seller of one). For a group without exposure both
readings are taken and the more cautious one is told: the wider bound, the larger p-value.
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
"""Sellers a group needs for any interval: fewer tell too little of how sellers differ."""


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
        A group with fewer sellers (of those whose denominator is above zero) gets its ratio
        without an interval, note ``few_sellers``.

    Returns
    -------
    list of RatioInterval
        In the order of ``pairs``. ``method`` says which way each went; ``exact`` bounds compare how
        many sellers hold anything: per seller (the ratio itself for a 0/1 outcome), or for a group
        with nothing per seller and per unit of the denominator, whichever is wider.
    """
    told: dict[int, RatioInterval] = {}
    scaled: list[int] = []
    for place, (exposure, denominator) in enumerate(pairs):
        note = sums_note(exposure, denominator, plan.protected)
        if note in {"no_sellers", "no_denominator", "both_zero"}:
            told[place] = RatioInterval(None, None, None, None, note=note)
        elif _fewest_sellers(denominator, plan) < fewest:
            value = group_ratio(exposure, denominator, plan.protected) if note is None else None
            value = 0.0 if note == "protected_zero" else value
            told[place] = RatioInterval(value, None, None, None, note="few_sellers")
        elif note is not None:
            told[place] = _one_sided((exposure, denominator), plan, level, hypotheses)
        elif _is_zero_one(exposure, denominator):
            told[place] = selection_ratio(
                exposure, plan.protected, level=level, hypotheses=hypotheses
            )
        else:
            scaled.append(place)
    permuted = permutation_ratios(
        [pairs[place] for place in scaled], plan, level=level, hypotheses=hypotheses
    )
    told.update(zip(scaled, permuted, strict=True))
    return [told[place] for place in range(len(pairs))]


def _one_sided(
    pair: tuple[Floats, Floats],
    plan: PermutationPlan,
    level: float,
    hypotheses: tuple[float, ...],
) -> RatioInterval:
    """Bound the ratio of groups of which one has nothing, per seller and per denominator."""
    exposure, denominator = pair
    ours, theirs = denominator[plan.protected].mean(), denominator[~plan.protected].mean()
    scale = float(ours / theirs)
    asked = (1.0, *hypotheses)
    both = selection_ratio(
        exposure,
        plan.protected,
        level=level,
        hypotheses=(*asked, *(rho * scale for rho in asked)),
    )
    p_at = {rho: max(both.p_at[rho], both.p_at[rho * scale]) for rho in asked}
    return replace(
        both,
        low=None if both.low is None else min(both.low, both.low / scale),
        high=None if both.high is None else max(both.high, both.high / scale),
        p_value=p_at[1.0],
        p_at={rho: p_at[rho] for rho in hypotheses},
    )


def _fewest_sellers(denominator: Floats, plan: PermutationPlan) -> int:
    """Count the sellers of the smaller group that the ratio is over at all."""
    counted = denominator > 0
    return min(int((counted & plan.protected).sum()), int((counted & ~plan.protected).sum()))


def _is_zero_one(exposure: Floats, denominator: Floats) -> bool:
    """Tell whether every seller has nothing or the same, over the same denominator."""
    held = exposure[exposure > 0]
    return bool(held.size < exposure.size and np.ptp(held) == 0 and np.ptp(denominator) == 0)
