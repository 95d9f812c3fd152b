"""An exposure ratio over time, by day, week or month, and its change at a stated date.

Sellers stay the unit: they are the same before and after, so that what a change is held against is
how differently the sellers of a group moved, not how many rows there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.estimates.closed import beside
from fairshelf.audits.estimates.context import MIN_SELLERS, bare, few
from fairshelf.audits.inference.changes import changed_ratio
from fairshelf.audits.inference.gap import ratio_intervals
from fairshelf.audits.inference.influence import log_ratio_influence
from fairshelf.audits.inference.linear import Influences, linear_interval
from fairshelf.audits.inference.permutation import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.inference.linear import LinearInterval
    from fairshelf.audits.inference.records import RatioInterval
    from fairshelf.audits.results import Estimate

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Step = Literal["day", "week", "month"]

LABELLINGS = 999
MOST_PERIODS = 120
"""Periods of one series at most; with more, take longer ones."""

LEAST_DAYS = 3
"""Days that each side of a date needs for a change to be told."""


def step_for(days: Sequence[str]) -> Step:
    """Choose the length of periods by the days a log has: days to a month, weeks to half a year."""
    count = len([day for day in days if day])
    return "day" if count <= 31 else "week" if count <= 183 else "month"  # noqa: PLR2004 - a month, half a year


def period(day: str, step: Step) -> str:
    """Name the period of a day: ``2026-03-01``, ``2026-W09`` (ISO 8601), ``2026-03``."""
    if step == "day":
        return day
    if step == "month":
        return day[:7]
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class Days:
    """Attention and units of every seller by day.

    ``names``: days in order; ``attention`` and ``units``: shape (days, sellers). Units that do not
    hang on the day (listings, sellers, merit) are those of the whole log, and ``constant`` is True.
    """

    names: tuple[str, ...]
    attention: Floats
    units: Floats
    constant: bool


def days_of(ctx: Context) -> Days | None:
    """Lay the leading model's attention out by day; None where the log tells no days."""
    margin = ctx.tally.margins.get("period")
    if margin is None or ctx.primary in ctx.amounts[ctx.models[0].name].narrowed:
        return None
    kept = [place for place, name in enumerate(margin.values) if _is_day(name)]
    sellers = ctx.tally.sellers
    held = margin.by_seller(margin.counts.attention(ctx.models[0]), sellers)[kept]
    constant = ctx.primary != "shown"
    shown = margin.by_seller(margin.counts.impressions.astype(np.float64), sellers)[kept]
    units = np.broadcast_to(ctx.units[ctx.primary], held.shape) if constant else shown
    return Days(tuple(margin.values[place] for place in kept), held, units, constant)


def _is_day(name: str) -> bool:
    try:
        date.fromisoformat(name)
    except ValueError:
        return False
    return True


def _start(ctx: Context, grouping: Grouping, level: str, reference: str) -> Estimate:
    return bare(
        "exposure_ratio",
        attribute=grouping.name,
        group=level,
        reference=reference,
        browsing=ctx.models[0].name,
        baseline=ctx.primary,
        **ctx.counts(grouping, level, reference),
    )


def series_estimates(
    ctx: Context, grouping: Grouping, level: str, reference: str, days: Days, step: Step
) -> list[Estimate]:
    """Estimate the leading exposure ratio in every period.

    One plan of labellings serves all periods. Days are those written in the log; ISO weeks.

    Raises
    ------
    UsageError
        ``too_many_periods``: more than 120.
    """
    names = [period(day, step) for day in days.names]
    periods = sorted(set(names))
    if len(periods) > MOST_PERIODS:
        raise UsageError("too_many_periods", periods=len(periods), most=MOST_PERIODS, step=step)
    both = grouping.mask(level) | grouping.mask(reference)
    ours = grouping.mask(level)[both]
    pairs = []
    for wanted in periods:
        rows = [place for place, name in enumerate(names) if name == wanted]
        units = days.units[rows[0]] if days.constant else days.units[rows].sum(axis=0)
        pairs.append((days.attention[rows].sum(axis=0)[both], units[both]))
    plan = draw(ours, None, LABELLINGS, ctx.rng("series", grouping.name, level, reference))
    found = ratio_intervals(pairs, plan, level=ctx.level, fewest=MIN_SELLERS)
    start = _start(ctx, grouping, level, reference)
    told = []
    for name, (attention, units), one in zip(periods, pairs, found, strict=True):
        bounded = one.low is not None or one.high is not None
        held = min(int(((units > 0) & side).sum()) for side in (ours, ~ours))
        told.append(
            replace(
                start,
                period=name,
                value=one.value,
                low=one.low,
                high=one.high,
                level=ctx.level if bounded else None,
                method="permutation" if one.method == "permutation" else "hypergeometric",
                question="sellers" if bounded else None,
                p_value=one.p_value,
                sellers=int((attention > 0).sum()),
                impressions=None,
                requests=None,
                note=few(held) or one.note,
            )
        )
    return told


@dataclass(frozen=True, slots=True)
class Change:
    """The exposure ratio after a date over that before it.

    Attributes
    ----------
    at
        First day of the time after.
    found
        The ratio of ratios with its permutation interval; None where it cannot be told.
    placebos
        Other dates, all in the time before, at which the same was computed.
    placebos_as_large
        Those whose change is as many standard errors from none.
    """

    at: str
    found: RatioInterval | None
    placebos: int
    placebos_as_large: int


def change_at(
    days: Days,
    protected: Bools,
    reference: Bools,
    at: str,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Change:
    """Tell how an exposure ratio changed at a date.

    The interval is that of :func:`fairshelf.audits.inference.changes.changed_ratio`. The placebo
    check looks at every date in the time before (three days or more on either side), in standard
    errors: a change at the stated date that is no larger than those is no sign of a rule. These are
    the errors of the statistic whose rank among labellings is the interval's p-value, so that the
    check and the headline ask the same. Neighbouring dates share most of their days: on simulated
    platforms where sellers only drift, none of 11 earlier dates was as large 20 to 33% of the time.

    Parameters
    ----------
    days
        Attention and units by day.
    protected, reference
        Who is of the two groups, shape (sellers,).
    at
        ``2026-03-01``: the first day of the time after.
    rng
        Draws the labellings.
    level
        Coverage.

    Raises
    ------
    UsageError
        ``bad_date``.
    DataError
        ``date_outside``: fewer than three days of the log lie on a side of the date.
    """
    if not _is_day(at):
        raise UsageError("bad_date", typed=at)
    cut = sum(day < at for day in days.names)
    if cut < LEAST_DAYS or len(days.names) - cut < LEAST_DAYS:
        raise DataError(
            "date_outside",
            date=at,
            first=days.names[0] if days.names else "",
            last=days.names[-1] if days.names else "",
            least=LEAST_DAYS,
        )
    both = protected | reference
    ours = protected[both]
    held, units = days.attention[:, both], days.units[:, both]

    def parts(start: int, middle: int, end: int) -> list[tuple[Floats, Floats]]:
        return [
            (held[a:b].sum(axis=0), units[a:b].sum(axis=0))
            for a, b in ((start, middle), (middle, end))
        ]

    whole = parts(0, cut, len(days.names))
    found = _ratio_of_ratios(whole, ours, level)
    others = [
        one
        for place in range(LEAST_DAYS, cut - LEAST_DAYS + 1)
        if (one := _ratio_of_ratios(parts(0, place, cut), ours, level)) is not None
    ]
    as_large = sum(found is not None and _errors(one) >= _errors(found) for one in others)
    told = None
    if found is not None:
        told = changed_ratio(whole[0], whole[1], draw(ours, None, LABELLINGS, rng), level=level)
    return Change(at, told, len(others), as_large)


def _errors(found: LinearInterval) -> float:
    return abs(float(np.log(found.value))) / found.se if found.se > 0 else 0.0


def _ratio_of_ratios(
    parts: list[tuple[Floats, Floats]], ours: Bools, level: float
) -> LinearInterval | None:
    logs, influences = [], np.zeros(ours.size)
    for sign, (held, units) in zip((-1.0, 1.0), parts, strict=True):
        sums = [(held[side].sum(), units[side].sum()) for side in (ours, ~ours)]
        if min(min(one) for one in sums) <= 0:
            return None
        logs.append(sign * float(np.log(sums[0][0] / sums[0][1] / (sums[1][0] / sums[1][1]))))
        influences += sign * log_ratio_influence(held, units, ours)
    smaller = min(int(ours.sum()), int((~ours).sum()))
    if smaller < MIN_SELLERS:
        return None
    for side in (ours, ~ours):
        influences[side] *= (side.sum() / (side.sum() - 1)) ** 0.5
    value = float(np.exp(sum(logs)))
    spread = Influences(sellers=influences)
    return linear_interval(value, spread, df=smaller - 1, level=level, scale="log", null=1.0)


def change_estimate(
    ctx: Context, grouping: Grouping, level: str, reference: str, change: Change
) -> Estimate:
    """Give a change as an estimate: ``period`` is ``change:2026-03-01``."""
    start = replace(_start(ctx, grouping, level, reference), period=f"change:{change.at}")
    found = change.found
    if found is None:
        return replace(start, note="no_change_told")
    return replace(
        start,
        value=found.value,
        low=found.low,
        high=found.high,
        level=ctx.level,
        method="permutation",
        question="sellers",
        se=None if found.se is None or found.value is None else found.se * found.value,
        p_value=found.p_value,
        note=beside(few(ctx.sellers_in(grouping, level, reference)), found.note),
    )
