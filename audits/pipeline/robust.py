"""Whether a contrast holds when what was chosen, left out or unknown is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.context import bare
from fairshelf.audits.pipeline.grading import thresholds
from fairshelf.audits.results import Message, Table
from fairshelf.audits.sensitivity.bounds import unknown_bounds
from fairshelf.audits.sensitivity.curve import curve_table, specification_curve
from fairshelf.audits.sensitivity.definitions import definitions
from fairshelf.audits.sensitivity.influence import influence, leave_one_category_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Cell, Estimate
    from fairshelf.audits.sensitivity.bounds import UnknownBounds
    from fairshelf.audits.sensitivity.curve import Curve
    from fairshelf.audits.sensitivity.influence import CategoryInfluence, Influence

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of one contrast found."""

    curve: Curve | None
    bounds: UnknownBounds | None
    sellers: Influence | None
    categories: CategoryInfluence | None
    estimates: tuple[Estimate, ...]
    messages: tuple[Message, ...]


def check(
    ctx: Context, groups: Sequence[Grouping], grouping: Grouping, level: str, reference: str
) -> Checked | None:
    """Check one contrast's leading ratio; None where there is none or no sellers are known."""
    if not ctx.has_sellers:
        return None
    model, baseline = ctx.models[0].name, ctx.primary
    exposure, units = ctx.amounts[model].under(baseline), ctx.units[baseline]
    ours, theirs = grouping.mask(level), grouping.mask(reference)
    both = ours | theirs
    rests = influence(exposure[both], units[both], ours[both])
    if rests is None:
        return None
    kinds = definitions(groups, grouping, level, reference)
    curve = specification_curve(ctx, (grouping.name, level, reference), kinds, rests.value)
    unknown = (
        grouping.code == grouping.levels.index("unknown")
        if ("unknown" in grouping.levels)
        else np.zeros(ours.size, dtype=bool)
    )
    bounds = None
    if unknown.any():
        bounds = unknown_bounds(exposure, units, ours, theirs, unknown)
    return Checked(
        curve,
        bounds,
        rests,
        _categories(ctx, ours, theirs),
        _bound_estimates(ctx, grouping, level, reference, bounds),
        tuple(_messages(rests, bounds, curve, (model, baseline))),
    )


def _categories(
    ctx: Context, ours: NDArray[np.bool_], theirs: NDArray[np.bool_]
) -> CategoryInfluence | None:
    """Leave out each category, where its units are known: listings of it, or its impressions."""
    margin = ctx.tally.margins.get("category")
    if margin is None or ctx.primary in ctx.amounts[ctx.models[0].name].narrowed:
        return None
    sellers = ctx.tally.sellers
    listings = ctx.tally.listings
    if ctx.primary == "catalogue" and listings is not None and "category" in listings.words:
        code = np.searchsorted(np.array(margin.values), listings.words["category"].astype(str))
        kept = listings.in_catalogue & (listings.seller >= 0)
        place = code[kept] * sellers + listings.seller[kept]
        size = len(margin.values) * sellers
        counted = np.bincount(place, minlength=size).astype(np.float64)
        units = counted.reshape(len(margin.values), sellers)
    elif ctx.primary == "shown":
        units = margin.by_seller(margin.counts.impressions.astype(np.float64), sellers)
    else:
        return None
    attention = margin.counts.attention(ctx.models[0])
    return leave_one_category_out(margin, attention, units, ours, theirs)


def _bound_estimates(
    ctx: Context, grouping: Grouping, level: str, reference: str, bounds: UnknownBounds | None
) -> tuple[Estimate, ...]:
    if bounds is None:
        return ()
    start = bare(
        "exposure_ratio",
        attribute=grouping.name,
        group=level,
        reference=reference,
        browsing=ctx.models[0].name,
        baseline=ctx.primary,
        note="bound_for_unknown",
        **ctx.counts(grouping, level, reference, "unknown"),
    )
    return (
        replace(start, definition="unknown_to_group", value=bounds.all_group),
        replace(start, definition="unknown_to_reference", value=bounds.all_reference),
    )


def _messages(
    rests: Influence,
    bounds: UnknownBounds | None,
    curve: Curve | None,
    lead: tuple[str, str],
) -> list[Message]:
    table = thresholds()["certainty"]
    told = []
    few = rests.to_parity
    if few is not None and few <= table["few_carry"]["sellers"] and rests.value != 1:
        told.append(Message("certainty_few_carry", {"sellers": few, "of": rests.sellers}))
    if bounds is not None and _turns(bounds):
        facts = {"low": bounds.lowest, "high": bounds.highest, "sellers": bounds.sellers}
        told.append(Message("certainty_unknown_turns", dict(facts)))
    if curve is not None:
        told += _about_definitions(curve, lead, table["definitions_disagree"]["apart"])
    return told


def _turns(bounds: UnknownBounds) -> bool:
    """Say whether some way to label them puts the ratio on the other side of parity.

    The bounds are those of any way (Manski 2003), not of all sellers on one side, which lie within.
    """
    return bounds.highest > 1 if bounds.value < 1 else bounds.lowest < 1


def _about_definitions(curve: Curve, lead: tuple[str, str], apart: float) -> list[Message]:
    """Tell that a definition other than the audit's own turns the ratio around.

    ``lead`` names the leading browsing model and baseline.
    """
    alike = [row for row in curve.rows if row.ads == "all" and (row.browsing, row.baseline) == lead]
    if all(row.definition != curve.attribute for row in alike):
        return []
    low, high = min(row.value for row in alike), max(row.value for row in alike)
    if low >= 1 or high <= 1 or (low > 0 and high / low <= apart):
        return []
    return [Message("certainty_definitions_disagree", {"low": low, "high": high})]


def robust_tables(checked: Sequence[tuple[str, str, str, Checked]]) -> dict[str, Table]:
    """Lay the checks of all contrasts out: the curve, and one row of numbers for each contrast."""
    curves = [one.curve for *_, one in checked if one.curve is not None]
    columns = (
        "attribute",
        "group",
        "reference",
        "specifications",
        "share_agree",
        "share_firm",
        "p_median",
        "lowest",
        "highest",
        "sellers",
        "seller_lowest",
        "seller_highest",
        "sellers_to_parity",
        "categories",
        "category_lowest",
        "category_highest",
        "unknown_sellers",
        "unknown_lowest",
        "unknown_highest",
        "same_specifications",
        "same_agree",
        "same_firm",
        "p_same",
        "same_lowest",
        "same_highest",
    )
    rows = tuple((*names, *_numbers(one)) for *names, one in checked)
    return {
        "specification_curve": curve_table(curves),
        "robustness": Table(columns, tuple(tuple(row) for row in rows)),
    }


def _same(curve: Curve | None) -> list[Cell]:
    """Give the numbers of the specifications that ask the headline's question."""
    values = [row.value for row in curve.rows if row.same] if curve is not None else []
    if curve is None or not values:
        return [None] * 6
    shares = (curve.same_agree, curve.same_firm, curve.p_same)
    return [len(values), *shares, min(values), max(values)]


def _numbers(one: Checked) -> tuple[Cell, ...]:
    curve, bounds, sellers, categories = one.curve, one.bounds, one.sellers, one.categories
    told: list[Cell] = [None] * 6
    if curve is not None:
        ends = (curve.rows[0].value, curve.rows[-1].value)
        told = [len(curve.rows), curve.share_agree, curve.share_firm, curve.p_median, *ends]
    told += (
        [None] * 4
        if sellers is None
        else [sellers.sellers, sellers.lowest, sellers.highest, sellers.to_parity]
    )
    told += (
        [None] * 3
        if categories is None
        else [categories.categories, categories.lowest, categories.highest]
    )
    told += [None] * 3 if bounds is None else [bounds.sellers, bounds.lowest, bounds.highest]
    told += _same(curve)
    return tuple(
        None if isinstance(cell, float) and not np.isfinite(cell) else cell for cell in told
    )
