"""The leading ratio with covariates held equal, beside the raw one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.adjustment.balance import balance, overlap
from fairshelf.audits.adjustment.decompose import gelbach, kitagawa
from fairshelf.audits.adjustment.design import design
from fairshelf.audits.adjustment.poisson import adjusted_ratio
from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.estimates.context import bare, few
from fairshelf.audits.metrics import exposure_ratio
from fairshelf.audits.results import Message, Table
from fairshelf.audits.sensitivity.hidden_cause import (
    e_value,
    hidden_cause,
    level_model,
    times_as_strong,
)

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

PRESET = "legitimate"
"""Stands for every covariate that a listed legitimate difference can be told by."""

NOTHING = "none"
"""Holds nothing equal."""


@cache
def covariates() -> dict[str, dict[str, Any]]:
    """Read the table of covariates of the standards."""
    text = files("fairshelf.audits").joinpath("standards", "covariates.toml").read_text("utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One contrast adjusted: the estimate, what it says of certainty, and rows of tables."""

    estimate: Estimate
    message: Message | None
    summary: tuple[Cell, ...]
    balance: tuple[tuple[Cell, ...], ...]
    parts: tuple[tuple[Cell, ...], ...]
    strengths: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class _Told:
    numbers: dict[str, Floats]
    words: dict[str, Words]


def adjust(
    ctx: Context,
    groups: Sequence[Grouping],
    grouping: Grouping,
    names: tuple[str, str],
    settings: Settings,
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
    told = _covariates(ctx, groups, grouping, settings)
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
    side = {name: values[kept] for name, values in {**told.numbers, **told.words}.items()}
    return Adjusted(
        estimate,
        _message(raw, found, estimate),
        (*here, *_summary(raw, found, columns)),
        tuple((*here, *row) for row in _balance(ours[kept], side)),
        tuple((*here, *row) for row in _parts(exposure, ours, kept, columns, told)),
        tuple((*here, *row) for row in _strengths(exposure, columns)),
    )


def _raw(exposure: Floats, ours: NDArray[np.bool_], kept: NDArray[np.bool_]) -> float:
    """Give the ratio per catalogue listing with nothing held equal."""
    sides = (kept & ours, kept & ~ours)
    sums = [(float(exposure[side].sum()), float(side.sum())) for side in sides]
    return exposure_ratio(*sums[0], *sums[1])


def _covariates(
    ctx: Context, groups: Sequence[Grouping], grouping: Grouping, settings: Settings
) -> _Told:
    """Gather what is held equal, per listing; numbers on their scale."""
    listings = ctx.tally.listings
    assert listings is not None  # noqa: S101 - the caller asked
    table = covariates()
    by_attribute = {group.name: group for group in groups if "*" not in group.name}
    short = {name.partition(":")[0]: name for name in by_attribute}
    numbers = dict(listings.numbers)
    if not np.isnan(listings.merit).all():
        numbers["relevance"] = listings.merit
    told = _Told({}, {})
    for name in _wanted(settings, table, (*numbers, *listings.words, *by_attribute, *short)):
        if name in numbers:
            scale = table.get(name, {}).get("scale")
            told.numbers[name] = _on_scale(numbers[name], scale)
        elif name in listings.words:
            told.words[name] = listings.words[name]
        elif short.get(name, name) in by_attribute:
            group = by_attribute[short.get(name, name)]
            if group.name.partition(":")[0] != grouping.name.partition(":")[0]:
                levels = np.array(group.levels, dtype=object)
                owner = np.maximum(listings.seller, 0)
                told.words[name] = np.where(listings.seller >= 0, levels[group.code[owner]], "")
    return told


def _wanted(
    settings: Settings, table: dict[str, dict[str, Any]], known: Sequence[str]
) -> list[str]:
    if settings.adjust is None:
        return [name for name, one in table.items() if one["auto"] and name in known]
    told: list[str] = []
    for name in settings.adjust:
        if name == NOTHING:
            return []
        if name == PRESET:
            told += [one for one in table if one in known]
        elif name in known:
            told.append(name)
        else:
            have = sorted(set(known))
            raise UsageError(
                "unknown_covariate",
                covariate=name,
                known=have,
                suggestions=nearest(name, have) or have,
            )
    return list(dict.fromkeys(told))


def _on_scale(values: Floats, scale: str | None) -> Floats:
    if scale != "log":
        return values
    lowest = float(np.nanmin(values)) if np.isfinite(values).any() else 1.0
    if lowest < 0:
        return values
    return np.asarray(np.log(values) if lowest > 0 else np.log1p(values), dtype=np.float64)


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
    if not np.isfinite(raw) or estimate.low is None or estimate.high is None:
        return None
    if (raw < 1) == (estimate.high < 1) and (raw > 1) == (estimate.low > 1):
        return None
    facts = {"value": found.value, "low": estimate.low, "high": estimate.high}
    return Message("certainty_adjusted_open", dict(facts))


def _summary(raw: float, found: AdjustedRatio, columns: Design) -> tuple[Cell, ...]:
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


def _parts(
    exposure: Floats,
    ours: NDArray[np.bool_],
    kept: NDArray[np.bool_],
    columns: Design,
    told: _Told,
) -> list[tuple[Cell, ...]]:
    """Give the decompositions: which covariate goes with how much of the gap."""
    rows: list[tuple[Cell, ...]] = []
    linear = gelbach(exposure, columns)
    if linear is not None:
        rows.append(("gelbach", "gap", linear.raw))
        rows += [("gelbach", name, part) for name, part in linear.parts]
        rows.append(("gelbach", "unexplained", linear.left))
    if "category" in told.words:
        known = kept & (told.words["category"] != "")
        split = kitagawa(exposure[known], ours[known], told.words["category"][known])
        rows += [
            ("kitagawa", "gap", split.gap),
            ("kitagawa", "category", split.mix),
            ("kitagawa", "unexplained", split.rates),
        ]
    return rows


def _strengths(exposure: Floats, columns: Design) -> list[tuple[Cell, ...]]:
    model = level_model(exposure, columns)
    if model is None or not np.isfinite(model.t):
        return []
    whole = hidden_cause(model.t, model.df)
    rows: list[tuple[Cell, ...]] = [
        ("", whole.robustness_value, whole.partial_r2, None),
    ]
    rows += [
        (name, with_group, with_y, times_as_strong(model, name))
        for name, with_group, with_y in model.strengths
    ]
    return rows


def adjusted_tables(found: Sequence[Adjusted]) -> dict[str, Table]:
    """Lay the adjusted contrasts out, where there are any."""
    if not found:
        return {}
    here = ("attribute", "group", "reference")
    return {
        "adjusted": Table(
            (
                *here,
                "covariates",
                "dropped",
                "mediators",
                "listings",
                "incomplete",
                "raw",
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
            (*here, "method", "part", "value"), tuple(row for one in found for row in one.parts)
        ),
        "hidden_cause": Table(
            (*here, "covariate", "with_group", "with_outcome", "times"),
            tuple(row for one in found for row in one.strengths),
        ),
    }
