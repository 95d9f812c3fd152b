"""What is held equal in an adjusted comparison: covariates of listings, by name and on a scale."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.checks import CleanSide
    from fairshelf.audits.config import Settings
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context

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
class Told:
    """Covariates of every listing, shape (listings,) each: numbers on their scale, and words."""

    numbers: dict[str, Floats]
    words: dict[str, Words]


def require_catalogue(settings: Settings, catalogue: CleanSide | None) -> None:
    """Make sure that what was asked to be held equal can be, before anything is counted.

    Raises
    ------
    UsageError
        ``adjust_needs_catalogue``: covariates stand in the catalogue, and there is none.
    """
    asked = [name for name in settings.adjust or () if name != NOTHING]
    if asked and catalogue is None:
        raise UsageError("adjust_needs_catalogue", covariates=asked)


def gathered(
    ctx: Context, groups: Sequence[Grouping], grouping: Grouping, settings: Settings
) -> Told:
    """Gather what is held equal, per listing.

    Raises
    ------
    UsageError
        ``unknown_covariate``: a name that is neither a covariate of the catalogue nor an attribute.
    """
    listings = ctx.tally.listings
    assert listings is not None  # noqa: S101 - the caller asked
    table = covariates()
    by_attribute = {group.name: group for group in groups if "*" not in group.name}
    short = {name.partition(":")[0]: name for name in by_attribute}
    numbers = dict(listings.numbers)
    if not np.isnan(listings.merit).all():
        numbers["relevance"] = listings.merit
    told = Told({}, {})
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
