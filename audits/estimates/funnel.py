"""Where an exposure ratio arises: not shown, shown rarely, or shown low."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.estimates.amounts import IMPRESSIONS
from fairshelf.audits.estimates.context import bare
from fairshelf.audits.metrics import FunnelCounts, exposure_funnel

if TYPE_CHECKING:
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Estimate


def funnel_estimates(
    ctx: Context, grouping: Grouping, level: str, reference: str
) -> list[Estimate]:
    """Split the leading exposure ratio into reach, frequency and placement.

    Over catalogue listings where there is a catalogue, else over the sellers of the seller table;
    none where neither says what was never shown.
    """
    known = {"catalogue": ctx.tally.has_catalogue, "sellers": ctx.tally.has_seller_table}
    if not known.get(ctx.primary):
        return []
    over = ctx.units[ctx.primary]
    shown = ctx.arrays.shown_listings if ctx.primary == "catalogue" else ctx.arrays.shown
    assert shown is not None  # noqa: S101 - a catalogue names listings
    model = ctx.models[0]
    counted = [
        FunnelCounts(
            *(
                float(values[grouping.mask(name)].sum())
                for values in (
                    over,
                    shown,
                    ctx.amounts[IMPRESSIONS].under(ctx.primary),
                    ctx.amounts[model.name].under(ctx.primary),
                )
            )
        )
        for name in (level, reference)
    ]
    funnel = exposure_funnel(*counted)
    steps = (
        ("funnel_reach", funnel.reach),
        ("funnel_frequency", funnel.frequency),
        ("funnel_placement", funnel.placement),
    )
    return [
        bare(
            metric,
            attribute=grouping.name,
            group=level,
            reference=reference,
            browsing=model.name,
            baseline=ctx.primary,
            value=value,
            note="part_of_exposure_ratio",
            **ctx.counts(grouping, level, reference),
        )
        for metric, value in steps
    ]
