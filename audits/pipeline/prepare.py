"""Decide what is not told: reference groups, the leading baseline, the depth of the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.estimates.amounts import amounts_of
from fairshelf.audits.estimates.arrays import Grouping, seller_arrays, units_by_baseline
from fairshelf.audits.estimates.context import MIN_SELLERS, Context
from fairshelf.audits.groups.spoken import level_named
from fairshelf.audits.pipeline.partial import left_out
from fairshelf.audits.tally import empirical_bias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.browsing import BrowsingModel
    from fairshelf.audits.checks.records import CleanLog
    from fairshelf.audits.config import Settings
    from fairshelf.audits.groups import Labels
    from fairshelf.audits.tally import Tally

PAGE = 10
"""The depth of a first page where neither the user nor the length of the lists says otherwise."""

SHORT_PAGE = 3

MOST_UNRATED = 0.05
"""Share of a log's rows without relevance from which on nothing is told per unit of it: their
attention would stand over a relevance of 0, however relevant they are."""

MOST_UNWEIGHED = 0.05
"""The same of rows without attention, where it is the log's own: they count as 0, as if nobody had
looked."""

MOST_LEVELS = 200
"""Groups of one attribute above which it is no grouping of sellers but a name for each."""

CUSTOMARY = ("urban", "城镇", "城市", "large", "大型", "medium", "中型")
"""Levels taken as reference, in this order, where none is named."""


def groupings(labels: Sequence[Labels], settings: Settings, tally: Tally) -> tuple[Grouping, ...]:
    """Turn labels into groupings, each with its reference level.

    Raises
    ------
    UsageError
        ``unknown_attribute_reference``, ``unknown_reference``: a reference for an attribute that
        is not there, or a level that is not among its groups. Those of :func:`grouping_of`.
    """
    names = [label.name for label in labels]
    wanted = {_named(name, labels): level for name, level in settings.reference.items()}
    for name in wanted:
        if name not in names:
            raise UsageError(
                "unknown_attribute_reference",
                attribute=name,
                known=names,
                suggestions=nearest(name, names) or names,
            )
    impressions = tally.by_seller.total(tally.by_seller.impressions, tally.sellers)
    told = []
    for place, label in enumerate(labels):
        grouping_of(label, names)
        code = label.codes.astype(np.int64)
        held = np.bincount(code, weights=impressions, minlength=len(label.levels))
        told.append(
            Grouping(
                name=label.name,
                levels=label.levels,
                code=code,
                label_code=tally.labels[:, place],
                reference=reference_level(label, wanted.get(label.name), held),
                declared=label.declared,
            )
        )
    return tuple(told)


def grouping_of(label: Labels, names: Sequence[str]) -> None:
    """Refuse an attribute that tells every seller from every other.

    Parameters
    ----------
    label
        The attribute.
    names
        Of all attributes; one that a standard made of this one is named as the way out.

    Raises
    ------
    UsageError
        ``too_many_levels``; ``too_many_codes`` where a standard reads the same column.
    """
    if len(label.levels) <= MOST_LEVELS:
        return
    facts = {"attribute": label.name, "levels": len(label.levels), "most": MOST_LEVELS}
    read = [name.partition(":")[2] for name in names if name.startswith(f"{label.name}:")]
    if read:
        raise UsageError("too_many_codes", standard=read[0], **facts)
    raise UsageError("too_many_levels", **facts)


def _named(name: str, labels: Sequence[Labels]) -> str:
    """Let a bare name stand for the mapping that took its place (``size`` for ``size:class``)."""
    if any(label.name == name for label in labels):
        return name
    beside = [label.name for label in labels if label.name.split(":")[0] == name]
    leading = [label.name for label in labels if label.declared and label.name in beside]
    return (leading or beside or [name])[0]


def _level_of(label: Labels, asked: str, present: Sequence[str]) -> str:
    """Let a word of the data, or of a page, stand for the level it was read as: 城镇 for urban."""
    if asked in present:
        return asked
    read = (rule.level for rule in label.mapping if rule.value == asked)
    mapped = next((level for level in read if level in present), None)
    return mapped or level_named(asked, present) or asked


def reference_level(label: Labels, asked: str | None, held: np.ndarray) -> str | None:
    """Choose the level the others are held against: the one named, a customary one, the largest.

    Parameters
    ----------
    label
        The attribute.
    asked
        The level the user named.
    held
        How much each level holds, shape (levels,).

    Raises
    ------
    UsageError
        ``unknown_reference``.
    """
    present = [
        level
        for level, sellers in zip(label.levels, label.sellers, strict=True)
        if sellers and level != "unknown"
    ]
    if asked is not None:
        asked = _level_of(label, asked, present)
        if asked not in present:
            raise UsageError(
                "unknown_reference",
                attribute=label.name,
                group=asked,
                known=present,
                suggestions=nearest(asked, present) or present,
            )
        return asked
    if not present:
        return None
    if label.name.split(":")[0] in ("locality", "size"):
        sizes = dict(zip(label.levels, label.sellers.tolist(), strict=True))
        enough = [level for level in present if sizes[level] >= MIN_SELLERS]
        customary = next((level for level in CUSTOMARY if level in enough), None)
        if customary is not None:
            return customary
    return max(present, key=lambda level: float(held[label.levels.index(level)]))


def browsing_models(
    log: ir.Table,
    settings: Settings,
    columns: Collection[str],
    in_some: Mapping[str, Sequence[str]],
) -> tuple[BrowsingModel, ...]:
    """Read the browsing models that were asked for; ``empirical`` is estimated from the log.

    ``columns`` are those of the log, of which ``log`` may hold only what clicks are told from;
    ``in_some`` are those that were left out since some of its files lack them, with these files.

    Raises
    ------
    UsageError
        ``unknown_browsing``, ``bad_browsing``.
    DataError
        ``no_attention``: ``given`` was asked for and the log has no ``attention`` column;
        ``attention_in_some_files``: some of its files have none;
        those of :func:`fairshelf.audits.tally.empirical_bias`.
    """
    models = tuple({model.name: model for model in map(parse, settings.browsing)}.values())
    if any(model.given for model in models) and "attention" not in columns:
        if "attention" in in_some:
            raise DataError("attention_in_some_files", files=list(in_some["attention"]))
        raise DataError("no_attention")
    return tuple(
        empirical_bias(log).model(model) if model.name == "empirical" else model for model in models
    )


def context(
    tally: Tally, log: CleanLog, settings: Settings, models: tuple[BrowsingModel, ...]
) -> Context:
    """Decide under what the estimates of an audit are made.

    Raises
    ------
    UsageError
        ``baseline_not_there``.
    DataError
        ``relevance_missing``: merit was to lead, and too many rows of the log tell none;
        ``relevance_in_some_files``: and some of its files have no such column;
        ``attention_missing``: attention is the log's own, and too many rows tell none.
    """
    unweighed = tally.unweighed or 0.0
    if unweighed > MOST_UNWEIGHED and any(model.given for model in models):
        raise DataError("attention_missing", share=unweighed, most=MOST_UNWEIGHED)
    depths = settings.cutoffs or (_page(tally),)
    amounts = amounts_of(tally, models, depths)
    arrays = seller_arrays(tally, amounts, models, depths)
    has_sellers = log.seller_is != "none"
    merit_over = settings.merit_over if tally.has_catalogue else "shown"
    units = units_by_baseline(arrays, merit_over, named_sellers=has_sellers)
    if merit_over == "shown" and (tally.unrated or 0.0) > MOST_UNRATED:
        units.pop("merit", None)
        if settings.baseline == "merit":
            raise DataError("relevance_missing", share=tally.unrated, most=MOST_UNRATED)
    without = left_out(log).get("relevance")
    if settings.baseline == "merit" and "merit" not in units and without:
        raise DataError("relevance_in_some_files", files=list(without))
    return Context(
        tally=tally,
        amounts=amounts,
        arrays=arrays,
        models=models,
        units=units,
        primary=_primary(tally, units, settings),
        depths=depths,
        top_shares=settings.top_share,
        bounds=settings.bounds,
        level=settings.level,
        question=settings.question if has_sellers else "log",
        permutations=settings.permutations,
        seed=settings.seed,
        has_sellers=has_sellers,
        baseline_note=_notes(tally, units, merit_over),
    )


def _page(tally: Tally) -> int:
    deepest = int(tally.by_seller.position.max())
    if deepest > PAGE:
        return PAGE
    return SHORT_PAGE if deepest > SHORT_PAGE else 1


def _primary(tally: Tally, units: dict[str, np.ndarray], settings: Settings) -> str:
    if settings.baseline != "auto":
        if settings.baseline not in units:
            raise UsageError("baseline_not_there", baseline=settings.baseline, known=list(units))
        return settings.baseline
    if tally.has_catalogue:
        return "catalogue"
    return "sellers" if tally.has_seller_table else "shown"


def _notes(tally: Tally, units: dict[str, np.ndarray], merit_over: str) -> dict[str, str]:
    notes = {}
    if not tally.has_seller_table and "sellers" in units:
        notes["sellers"] = "shown_sellers_only"
    if merit_over == "shown" and "merit" in units:
        notes["merit"] = "merit_over_shown"
    return notes
