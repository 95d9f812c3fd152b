"""The leading ratio over time, and its change at the date that was named."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from fairshelf.audits.errors import DataError
from fairshelf.audits.estimates.series import (
    MOST_PERIODS,
    change_at,
    change_estimate,
    days_of,
    series_estimates,
    step_for,
)
from fairshelf.audits.results import Table

if TYPE_CHECKING:
    from fairshelf.audits.config import Settings
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.estimates.series import Step
    from fairshelf.audits.results import Cell, Estimate

LEAST_DAYS = 2
"""Days from which on a log has a course over time."""


def over_time(
    ctx: Context, grouping: Grouping, level: str, reference: str, settings: Settings
) -> tuple[list[Estimate], list[tuple[Cell, ...]]]:
    """Estimate one contrast over time.

    Returns
    -------
    estimates, placebos
        The series and the change; rows of ``results.tables["placebo"]``.

    Raises
    ------
    DataError
        ``no_days``: a date was named and the log tells no days; ``date_outside``.
    UsageError
        ``bad_date``, ``too_many_periods``.
    """
    days = days_of(ctx)
    if settings.change_at is not None and (days is None or not days.names):
        raise DataError("no_days", date=settings.change_at)
    if days is None or not ctx.has_sellers:
        return [], []
    told: list[Estimate] = []
    asked = settings.series not in ("auto", "none")
    if asked or (settings.series == "auto" and len(days.names) >= LEAST_DAYS):
        step = cast("Step", settings.series) if asked else step_for(days.names)
        if asked or len(days.names) <= MOST_PERIODS * 7:
            told += series_estimates(ctx, grouping, level, reference, days, step)
    placebos: list[tuple[Cell, ...]] = []
    if settings.change_at is not None:
        masks = (grouping.mask(level), grouping.mask(reference))
        rng = ctx.rng("change", grouping.name, level, reference)
        change = change_at(days, *masks, settings.change_at, rng, ctx.level)
        told.append(change_estimate(ctx, grouping, level, reference, change))
        names = (grouping.name, level, reference)
        placebos.append((*names, change.at, change.placebos, change.placebos_as_large))
    return told, placebos


def placebo_table(rows: list[tuple[Cell, ...]]) -> dict[str, Table]:
    """Lay the placebo checks out, where there are any."""
    columns = ("attribute", "group", "reference", "date", "placebos", "as_large")
    return {"placebo": Table(columns, tuple(rows))} if rows else {}
