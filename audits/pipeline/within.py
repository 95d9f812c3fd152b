"""The leading ratio among sellers alike in something else: labels move within strata only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.estimates.context import bare, few
from fairshelf.audits.estimates.contrasts import direction
from fairshelf.audits.inference.permutation import draw, permutations_for
from fairshelf.audits.inference.strata import stratified_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate


def within_strata(
    ctx: Context,
    groups: Sequence[Grouping],
    grouping: Grouping,
    names: tuple[str, str],
    strata: tuple[str, ...],
) -> Estimate | None:
    """Estimate the leading exposure ratio within strata of sellers.

    Parameters
    ----------
    ctx, groups, grouping
        The audit, all its groupings and the one that is compared.
    names
        Group and reference.
    strata
        Attributes; sellers of one stratum agree in all of them. The attribute that is compared is
        passed over.

    Returns
    -------
    None where no other attribute is named, or sellers are not what varies.

    Raises
    ------
    UsageError
        ``unknown_strata``: no attribute has that name.
    """
    others = [group for name in strata if (group := _found(groups, name)) is not None]
    others = [one for one in others if _family(one.name) != _family(grouping.name)]
    if not others or ctx.question == "log" or not ctx.has_sellers:
        return None
    level, reference = names
    ours, theirs = grouping.mask(level), grouping.mask(reference)
    both = ours | theirs
    code = _codes(others)[both]
    rng = ctx.rng("strata", grouping.name, level, reference)
    wanted = ctx.permutations or permutations_for(int(both.sum()))
    plan = draw(ours[both], code, wanted, rng)
    exposure = ctx.amounts[ctx.models[0].name].under(ctx.primary)[both]
    units = ctx.units[ctx.primary][both]
    start = bare(
        "exposure_ratio",
        attribute=grouping.name,
        group=level,
        reference=reference,
        browsing=ctx.models[0].name,
        baseline=ctx.primary,
        definition="within:" + "*".join(one.name for one in others),
        **ctx.counts(grouping, level, reference),
    )
    compared = _compared(code, plan.protected, units)
    note = few(compared)
    if note == "too_few_sellers":
        return replace(start, note=note)
    found = stratified_ratio((exposure, units), code, plan, level=ctx.level)
    bounded = found.low is not None or found.high is not None
    return replace(
        start,
        value=found.value,
        low=found.low,
        high=found.high,
        level=ctx.level if bounded else None,
        method="permutation_strata" if bounded else None,
        question="sellers" if bounded else None,
        se=None if found.se is None or found.value is None else found.se * found.value,
        p_value=found.p_value,
        direction=direction(found.low, found.high) if bounded else None,
        note=note or (found.note if found.note != "unbounded" else None),
    )


def _found(groups: Sequence[Grouping], name: str) -> Grouping | None:
    known = {group.name: group for group in groups if "*" not in group.name}
    short = {_family(one): group for one, group in known.items()}
    if name not in known and name not in short:
        have = sorted(known)
        raise UsageError(
            "unknown_strata", strata=name, known=have, suggestions=nearest(name, have) or have
        )
    return known.get(name, short.get(name))


def _family(name: str) -> str:
    return name.partition(":")[0]


def _codes(groups: Sequence[Grouping]) -> NDArray[np.int64]:
    """Give a number to each combination of levels, shape (sellers,)."""
    code = np.zeros(groups[0].code.size, dtype=np.int64)
    for group in groups:
        code = code * len(group.levels) + group.code
    return code


def _compared(
    code: NDArray[np.int64], protected: NDArray[np.bool_], units: NDArray[np.float64]
) -> int:
    """Count the sellers of the smaller side in the strata that hold both."""
    sides = [0, 0]
    for one in np.unique(code):
        mine = (code == one) & (units > 0)
        counts = (int((mine & protected).sum()), int((mine & ~protected).sum()))
        if min(counts):
            sides = [sum(pair) for pair in zip(sides, counts, strict=True)]
    return min(sides)
