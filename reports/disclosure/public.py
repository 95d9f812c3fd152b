"""Results as they may be published: no small group, no seller, no file, counts rounded.

What stays is what is listed here: tables that later versions add are left out until it is decided.
The same results give the same public results, and public results stay as they are.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from fairshelf.audits.results import Joins, Level, Message, Rows
from fairshelf.reports.disclosure.cells import withheld
from fairshelf.reports.disclosure.estimates import marks, published
from fairshelf.reports.disclosure.messages import Telling
from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.disclosure.tables import public_tables

if TYPE_CHECKING:
    from fairshelf.audits.results import (
        AttributeRecord,
        Fact,
        InputFile,
        LevelRule,
        Results,
    )
    from fairshelf.reports.disclosure.cells import Withheld
    from fairshelf.reports.disclosure.rules import Rules

MARK = "disclosure"
"""The entry of ``provenance`` that tells public results."""

LOCAL_SETTINGS = frozenset(("name_pattern", "sheet"))
"""Settings that hold names of files or sheets."""


def is_public(results: Results) -> bool:
    """Tell whether results have been through disclosure control."""
    return MARK in results.provenance


def public(results: Results) -> Results:
    """Apply disclosure control to results.

    Parameters
    ----------
    results
        Of an audit, or public already.

    Returns
    -------
    Results
        Estimates of withheld groups with ``suppressed`` set and without numbers; findings on them
        with ``withheld`` set; inputs by role and salted digest; a limit that counts what was
        withheld.
    """
    if is_public(results):
        return results
    limits = rules()
    closed = withheld(results, limits)
    if closed.summed:
        limits = replace(limits, step=limits.coarse)
    estimates = tuple(published(one, closed, results, limits) for one in results.estimates)
    told = {
        "k": limits.k,
        "groups_small": len(closed.small),
        "groups_dominated": len(closed.dominated),
        "groups_beside": len(closed.beside),
        "estimates_withheld": sum(one.suppressed for one in estimates),
    }
    account = results.rows
    adds_up = account.read == account.used + account.rejected + account.duplicate
    inputs = tuple(_input(one, results, limits) for one in results.inputs)
    groups = tuple(_record(one, closed, limits) for one in results.groups)
    telling = Telling(
        {one.name: shown.name for one, shown in zip(results.inputs, inputs, strict=True)},
        _words(groups),
        marks(results),
        closed,
        limits,
    )
    return replace(
        results,
        settings={k: v for k, v in results.settings.items() if k not in LOCAL_SETTINGS},
        inputs=inputs,
        rows=_rows(results.rows, closed, limits),
        joins=_joins(results.joins, limits),
        groups=groups,
        estimates=estimates,
        findings=tuple(telling.finding(one) for one in results.findings),
        tables=public_tables(results, closed, limits),
        notices=tuple(telling.notice(one) for one in results.notices),
        limits=(*(telling.notice(one) for one in results.limits), *_said(told)),
        provenance={
            **_provenance(results.provenance, limits),
            MARK: {**told, "rows_add_up": adds_up},
        },
    )


def _said(told: dict[str, int]) -> tuple[Message, ...]:
    facts: dict[str, Fact] = {**told}
    rounded = Message("limit_counts_rounded", {"k": told["k"]})
    if not told["estimates_withheld"]:
        return (rounded,)
    groups = told["groups_small"] + told["groups_dominated"] + told["groups_beside"]
    code = "limit_withheld" if groups else "limit_withheld_few"
    return (Message(code, facts), rounded)


def _input(file: InputFile, results: Results, limits: Rules) -> InputFile:
    """Call a file by its role, with a digest that no list of digests of likely files holds.

    A table of an engine has none.
    """
    alike = [one for one in results.inputs if one.role == file.role]
    name = file.role if len(alike) == 1 else f"{file.role} {alike.index(file) + 1}"
    salt = "|".join(one.sha256 for one in results.inputs)
    digest = hashlib.sha256(f"fairshelf public input|{salt}|{file.sha256}".encode()).hexdigest()
    return replace(
        file,
        name=name,
        sha256=digest if file.sha256 else "",
        bytes=limits.rounded(file.bytes) or 0,
        rows=limits.rounded(file.rows) or 0,
        sheet=None,
        unused=(),
    )


def _rows(rows: Rows, closed: Withheld, limits: Rules) -> Rows:
    counts = {one.name: limits.rounded(getattr(rows, one.name)) or 0 for one in fields(rows)}
    told = Rows(**counts)
    few = any(group == "unknown" for _, group in closed.summed)
    return replace(told, unlabelled=None) if few else told


def _joins(joins: Joins, limits: Rules) -> Joins:
    told: dict[str, Any] = {}
    for one in fields(Joins):
        value = getattr(joins, one.name)
        if isinstance(value, int):
            seller = "seller" in one.name
            told[one.name] = limits.sellers(value) if seller else limits.rounded(value)
    return replace(joins, **told)


def _record(record: AttributeRecord, closed: Withheld, limits: Rules) -> AttributeRecord:
    levels = tuple(_level(record.name, level, closed, limits) for level in record.levels)
    open_levels = {
        level.level for level in record.levels if (record.name, level.level) not in closed.summed
    }
    mapping = tuple(
        replace(rule, sellers=limits.sellers(rule.sellers) or 0)
        for rule in record.mapping
        if _may_show(rule, closed, limits) and rule.level in open_levels
    )
    return replace(record, levels=levels, mapping=mapping)


def _may_show(rule: LevelRule, closed: Withheld, limits: Rules) -> bool:
    """Tell a value of enough sellers that is no withheld group of another attribute."""
    return rule.sellers >= limits.k and all(level != rule.value for _, level in closed.summed)


def _words(groups: tuple[AttributeRecord, ...]) -> frozenset[str]:
    """Give the words of the data that the report shows: groups, and values of enough sellers."""
    levels = {level.level for record in groups for level in record.levels}
    return frozenset(levels | {rule.value for record in groups for rule in record.mapping})


def _level(attribute: str, level: Level, closed: Withheld, limits: Rules) -> Level:
    if (attribute, level.level) in closed.summed:
        return Level(level.level, None, None, None, None, None)
    return Level(
        level.level,
        limits.sellers(level.sellers),
        limits.sellers(level.sellers_shown),
        limits.rounded(level.listings),
        limits.rounded(level.listings_shown),
        limits.rounded(level.impressions),
    )


def _provenance(told: dict[str, object], limits: Rules) -> dict[str, object]:
    return {
        name: limits.rounded(value) if name == "requests" and isinstance(value, int) else value
        for name, value in told.items()
    }
