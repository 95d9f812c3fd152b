"""The leading ratio with covariates held equal, beside the raw one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.adjustment.balance import balance, overlap
from fairshelf.audits.adjustment.design import design
from fairshelf.audits.adjustment.flexible import flexible_gap
from fairshelf.audits.adjustment.poisson import adjusted_ratio
from fairshelf.audits.estimates.context import bare, few
from fairshelf.audits.metrics import exposure_ratio
from fairshelf.audits.pipeline.covariates import covariates, gathered
from fairshelf.audits.pipeline.decomposing import linear_parts, mix_parts, strengths
from fairshelf.audits.results import Message, Table
from fairshelf.audits.sensitivity.hidden_cause import e_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.adjustment.design import Design
    from fairshelf.audits.adjustment.poisson import AdjustedRatio
    from fairshelf.audits.config import Settings
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.results import Cell, Estimate

    Floats = NDArray[np.float64]
    Words = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One contrast adjusted: the estimate, what it says of certainty, and rows of tables."""

    estimate: Estimate
    message: Message | None
    summary: tuple[Cell, ...]
    balance: tuple[tuple[Cell, ...], ...]
    parts: tuple[tuple[Cell, ...], ...]
    strengths: tuple[tuple[Cell, ...], ...]
    flexible: tuple[Cell, ...] | None = None


def adjust(
    ctx: Context,
    groups: Sequence[Grouping],
    grouping: Grouping,
    names: tuple[str, str],
    settings: Settings,
    raw_interval: tuple[float | None, float | None] = (None, None),
) -> Adjusted | None:
    """Adjust one contrast's exposure ratio per catalogue listing.

    Parameters
    ----------
    ctx, groups, grouping
        The audit, all its groupings and the one that is compared.
    names
        Group and reference.
    settings
        ``adjust``: covariates by name, ``legitimate`` for the preset, none to hold nothing equal.
    raw_interval
        The interval of the raw ratio per catalogue listing, which stands beside the adjusted one.

    Returns
    -------
    None without a catalogue, without covariates, or where nothing was asked for.

    Raises
    ------
    UsageError
        ``unknown_covariate``: a name that is neither a covariate of the catalogue nor an attribute.
    """
    listings = ctx.tally.listings
    if listings is None or not ctx.tally.has_catalogue or not ctx.has_sellers:
        return None
    told = gathered(ctx, groups, grouping, settings)
    if not told.numbers and not told.words:
        return None
    level, reference = names
    owner = listings.seller
    ours, theirs = ((owner >= 0) & grouping.mask(name)[np.maximum(owner, 0)] for name in names)
    kept = listings.in_catalogue & (ours | theirs)
    exposure = listings.counts.total(listings.counts.attention(ctx.models[0]), owner.size)
    columns = design(ours, told.numbers, told.words, kept)
    found = adjusted_ratio(exposure, owner, columns, level=ctx.level)
    raw = _raw(exposure, ours, kept)
    estimate = _estimate(ctx, grouping, names, found, columns)
    here = (grouping.name, level, reference)
    rng = ctx.rng("decomposition", grouping.name, level, reference)
    parts = linear_parts(exposure, columns, owner, rng, ctx.level)
    if "category" in told.words:
        category = told.words["category"]
        known = kept & (category != "")
        parts += mix_parts(
            exposure[known], ours[known], category[known], owner[known], rng, ctx.level
        )
    side = {name: values[kept] for name, values in {**told.numbers, **told.words}.items()}
    return Adjusted(
        estimate,
        _message(raw, found, estimate),
        (*here, *_summary(raw, raw_interval, found, columns)),
        tuple((*here, *row) for row in _balance(ours[kept], side)),
        tuple((*here, *row) for row in parts),
        tuple((*here, *row) for row in strengths(exposure, columns, owner)),
        (*here, *_forests(ctx, exposure, columns, here)) if settings.flexible else None,
    )


def _forests(
    ctx: Context, exposure: Floats, columns: Design, here: tuple[str, str, str]
) -> tuple[Cell, ...]:
    """Give the gap by forests and its robustness value; empty cells where it cannot be told."""
    listings = ctx.tally.listings
    assert listings is not None  # noqa: S101 - the caller asked
    rng = ctx.rng("flexible", *here)
    found = flexible_gap(exposure, listings.seller, columns, rng, ctx.level)
    if found is None:
        return (None,) * 5
    return (found.value, found.low, found.high, found.p_value, found.robustness_value)


def _raw(exposure: Floats, ours: NDArray[np.bool_], kept: NDArray[np.bool_]) -> float:
    """Give the ratio per catalogue listing with nothing held equal."""
    sides = (kept & ours, kept & ~ours)
    sums = [(float(exposure[side].sum()), float(side.sum())) for side in sides]
    return exposure_ratio(*sums[0], *sums[1])


def _estimate(
    ctx: Context, grouping: Grouping, names: tuple[str, str], found: AdjustedRatio, columns: Design
) -> Estimate:
    start = bare(
        "exposure_ratio",
        attribute=grouping.name,
        group=names[0],
        reference=names[1],
        browsing=ctx.models[0].name,
        baseline="catalogue",
        adjusted=True,
        **ctx.counts(grouping, *names),
    )
    note = few(found.df + 1)
    bounded = found.low is not None and note != "too_few_sellers"
    return replace(
        start,
        value=found.value,
        low=found.low if bounded else None,
        high=found.high if bounded else None,
        level=ctx.level if bounded else None,
        method="poisson_crv3" if bounded else None,
        question="sellers" if bounded else None,
        df=float(found.df) if bounded else None,
        se=found.se * found.value if bounded and found.se and found.value else None,
        p_value=found.p_value if bounded else None,
        direction=_direction(found) if bounded else None,
        listings=int(columns.rows.sum()),
        note=found.note or note,
    )


def _direction(found: AdjustedRatio) -> Any:  # noqa: ANN401 - one of three words
    if found.high is not None and found.high < 1:
        return "lower"
    return "higher" if found.low is not None and found.low > 1 else "none"


def _message(raw: float, found: AdjustedRatio, estimate: Estimate) -> Message | None:
    """Say what adjusting leaves of the gap, where it lowers the certainty."""
    if found.note == "one_seller_holds_all":
        return Message("certainty_adjusted_one_seller")
    if not np.isfinite(raw) or estimate.low is None or estimate.high is None:
        return None
    if (raw < 1) == (estimate.high < 1) and (raw > 1) == (estimate.low > 1):
        return None
    facts = {"value": found.value, "low": estimate.low, "high": estimate.high}
    return Message("certainty_adjusted_open", dict(facts))


def _summary(
    raw: float,
    raw_interval: tuple[float | None, float | None],
    found: AdjustedRatio,
    columns: Design,
) -> tuple[Cell, ...]:
    like = overlap(columns)
    limit = None
    if found.low is not None and found.high is not None:
        limit = (
            1.0 if found.low <= 1 <= found.high else (found.high if found.high < 1 else found.low)
        )
    value = found.value or None
    return (
        ";".join(columns.used),
        ";".join(f"{name}:{why}" for name, why in columns.dropped),
        ";".join(name for name in columns.used if covariates().get(name, {}).get("mediator")),
        int(columns.rows.sum()),
        columns.incomplete,
        raw if np.isfinite(raw) else None,
        *raw_interval,
        found.value,
        found.low,
        found.high,
        None if value is None else e_value(value),
        None if limit is None or limit <= 0 else e_value(limit),
        None if like is None else like.inside,
        None if like is None else like.auc,
    )


def _balance(ours: NDArray[np.bool_], told: dict[str, Any]) -> list[tuple[Cell, ...]]:
    numbers = {name: values for name, values in told.items() if values.dtype != object}
    words = {name: values for name, values in told.items() if values.dtype == object}
    return [
        (one.covariate, one.word, *_finite(one.group_mean, one.reference_mean), one.difference)
        for one in balance(ours, numbers, words)
    ]


def _finite(*values: float) -> tuple[float | None, ...]:
    return tuple(value if np.isfinite(value) else None for value in values)


def adjusted_tables(found: Sequence[Adjusted]) -> dict[str, Table]:
    """Lay the adjusted contrasts out, where there are any."""
    if not found:
        return {}
    here = ("attribute", "group", "reference")
    forests = tuple(one.flexible for one in found if one.flexible is not None)
    columns = (*here, "value", "low", "high", "p_value", "robustness_value")
    return {
        **({"flexible": Table(columns, forests)} if forests else {}),
        "adjusted": Table(
            (
                *here,
                "covariates",
                "dropped",
                "mediators",
                "listings",
                "incomplete",
                "raw",
                "raw_low",
                "raw_high",
                "value",
                "low",
                "high",
                "e_value",
                "e_value_limit",
                "overlap",
                "auc",
            ),
            tuple(one.summary for one in found),
        ),
        "balance": Table(
            (*here, "covariate", "word", "group_mean", "reference_mean", "difference"),
            tuple(row for one in found for row in one.balance),
        ),
        "decomposition": Table(
            (*here, "method", "part", "value", "low", "high"),
            tuple(row for one in found for row in one.parts),
        ),
        "hidden_cause": Table(
            (*here, "covariate", "with_group", "with_outcome", "times"),
            tuple(row for one in found for row in one.strengths),
        ),
    }
