"""All estimates and findings of an audit, in their order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from fairshelf.audits.estimates.annex import (
    annex_estimates,
    individual_estimates,
    wanted,
    with_bh,
)
from fairshelf.audits.estimates.concentration import concentration_estimates, lorenz_table
from fairshelf.audits.estimates.contrasts import contrast_answers
from fairshelf.audits.estimates.funnel import funnel_estimates
from fairshelf.audits.estimates.keys import sealed
from fairshelf.audits.estimates.levels import level_estimates
from fairshelf.audits.findings import adjusted_parity, grade
from fairshelf.audits.pipeline.adjusting import adjust, adjusted_tables
from fairshelf.audits.pipeline.grading import contrast_of, nothing_to_compare, rules
from fairshelf.audits.pipeline.over_time import over_time, placebo_table
from fairshelf.audits.pipeline.placing import placement_table
from fairshelf.audits.pipeline.robust import check, robust_tables
from fairshelf.audits.pipeline.tables import dominance, exposure_by_position, label_cells
from fairshelf.audits.pipeline.within import within_strata
from fairshelf.audits.results import Message
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.config import Settings
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.estimates.contrasts import Answer
    from fairshelf.audits.findings import Contrast
    from fairshelf.audits.pipeline.adjusting import Adjusted
    from fairshelf.audits.pipeline.robust import Checked
    from fairshelf.audits.results import Cell, Estimate, Finding, Table
    from fairshelf.audits.stages import Stages


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured."""

    estimates: tuple[Estimate, ...]
    findings: tuple[Finding, ...]
    tables: dict[str, Table]


def measure(
    ctx: Context,
    groups: Sequence[Grouping],
    settings: Settings,
    stage: Stages = QUIET,
    *,
    doubts: tuple[Message, ...] = (),
) -> Measured:
    """Estimate everything, grade the declared contrasts, and lay out the figures' tables.

    ``doubts``: what lowers the certainty of every finding, known before anything is estimated.
    """
    checked: list[tuple[str, str, str, Checked]] = []
    placebos: list[tuple[Cell, ...]] = []
    beside: list[Adjusted] = []
    estimates: list[Estimate] = []
    contrasts: list[Contrast] = []
    alone: list[Finding] = []
    asked = wanted(settings.metrics, annex=settings.annex)
    of = sum(len(tuple(grouping.contrasts())) for grouping in groups)
    begun = count()
    for grouping in groups:
        levels = [sealed(estimate) for estimate in level_estimates(ctx, grouping)]
        estimates += levels
        if grouping.declared:
            estimates += [sealed(estimate) for estimate in annex_estimates(ctx, grouping, asked)]
        if grouping.declared and not grouping.contrasts():
            alone.append(nothing_to_compare(grouping))
        for level, reference in grouping.contrasts():
            stage.count(next(begun), of, "comparisons")
            answers = [
                replace(answer, estimate=sealed(answer.estimate))
                for answer in contrast_answers(ctx, grouping, level, reference)
            ]
            estimates += [answer.estimate for answer in answers]
            estimates += [sealed(e) for e in funnel_estimates(ctx, grouping, level, reference)]
            if not grouping.declared:
                continue
            held = adjust(
                ctx, groups, grouping, (level, reference), settings, _raw_interval(ctx, answers)
            )
            if held is not None:
                beside.append(held)
                estimates.append(sealed(held.estimate))
            within = within_strata(ctx, groups, grouping, (level, reference), settings.strata)
            if within is not None:
                estimates.append(sealed(within))
            found = check(ctx, groups, grouping, level, reference)
            if found is not None:
                checked.append((grouping.name, level, reference, found))
                estimates += [sealed(estimate) for estimate in found.estimates]
            series, rows = over_time(ctx, grouping, level, reference, settings)
            estimates += [sealed(estimate) for estimate in series]
            placebos += rows
            support = _support(levels, answers, level, reference)
            said = [*doubts, *_adjustment(held), *(found.messages if found is not None else ())]
            contrasts.append(contrast_of(ctx, grouping, answers, support, tuple(said)))
    stage.count(of, of, "comparisons")
    estimates += [
        sealed(estimate) for estimate in concentration_estimates(ctx, groups, asked=asked)
    ]
    estimates += [sealed(estimate) for estimate in individual_estimates(ctx, asked)]
    adjusted = adjusted_parity(contrasts)
    shown = [group for group in groups if group.declared]
    return Measured(
        estimates=tuple(
            with_bh(
                [replace(estimate, p_adjusted=adjusted.get(estimate.key)) for estimate in estimates]
            )
        ),
        findings=(*grade(contrasts, rules(ctx)), *alone),
        tables={
            "exposure_by_position": exposure_by_position(ctx.tally, shown, ctx.depths),
            "lorenz": lorenz_table(ctx, groups),
            **_for_disclosure(ctx, groups),
            **adjusted_tables(beside),
            **robust_tables(checked),
            **placebo_table(placebos),
            **(placement_table(ctx, groups) if settings.annex else {}),
        },
    )


def _for_disclosure(ctx: Context, groups: Sequence[Grouping]) -> dict[str, Table]:
    """Lay out what decides which groups may be published; not public itself."""
    if not ctx.has_sellers or not groups:
        return {}
    return {"label_cells": label_cells(groups), "dominance": dominance(ctx, groups)}


def _raw_interval(ctx: Context, answers: list[Answer]) -> tuple[float | None, float | None]:
    """Find the interval of the ratio per catalogue listing under the leading model."""
    wanted = ("exposure_ratio", "catalogue", ctx.models[0].name)
    for answer in answers:
        one = answer.estimate
        if (one.metric, one.baseline, one.browsing) == wanted:
            return one.low, one.high
    return None, None


def _adjustment(held: Adjusted | None) -> list[Message]:
    """Say that nothing was held equal, or what holding it equal leaves open."""
    if held is None or held.estimate.value is None:
        return [Message("certainty_not_adjusted")]
    return [held.message] if held.message is not None else []


def _support(
    levels: list[Estimate], answers: list[Answer], level: str, reference: str
) -> tuple[str, ...]:
    """Name what the sentences mention: first-page shares, shares of impressions, one ratio."""
    depth = next((e.cutoff for e in levels if e.metric == "topk_share"), None)
    told = [
        estimate.key
        for metric in ("topk_share", "impression_share")
        for group in (level, reference)
        for estimate in levels
        if (estimate.metric, estimate.group) == (metric, group) and estimate.cutoff in (None, depth)
    ]
    primaries = {answer.estimate.key for answer in answers if answer.primary}
    return tuple(key for key in told if key not in primaries)
