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
from fairshelf.reports.disclosure.estimates import published
from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.disclosure.tables import public_tables

if TYPE_CHECKING:
    from fairshelf.audits.results import (
        AttributeRecord,
        Fact,
        Finding,
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

FILES = frozenset(("file", "original", "folder", "files", "members", "sheet", "others_sheets"))
"""Facts of notices that name files."""

VALUES = frozenset(
    ("value", "values", "example", "examples", "typed", "row", "rows_seen", "seller", "listing")
)
"""Facts of notices that quote the data."""


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
    roles = {one.name: shown.name for one, shown in zip(results.inputs, inputs, strict=True)}
    return replace(
        results,
        settings={k: v for k, v in results.settings.items() if k not in LOCAL_SETTINGS},
        inputs=inputs,
        rows=_rows(results.rows, closed, limits),
        joins=_joins(results.joins, limits),
        groups=tuple(_record(one, closed, limits) for one in results.groups),
        estimates=estimates,
        findings=tuple(_finding(one, closed) for one in results.findings),
        tables=public_tables(results, closed, limits),
        notices=tuple(_notice(one, roles, closed, limits) for one in results.notices),
        limits=(*(_notice(one, roles, closed, limits) for one in results.limits), *_said(told)),
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
    """Call a file by its role, with a digest that no list of digests of likely files holds."""
    alike = [one for one in results.inputs if one.role == file.role]
    name = file.role if len(alike) == 1 else f"{file.role} {alike.index(file) + 1}"
    salt = "|".join(one.sha256 for one in results.inputs)
    digest = hashlib.sha256(f"fairshelf public input|{salt}|{file.sha256}".encode()).hexdigest()
    return replace(
        file,
        name=name,
        sha256=digest,
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
        if _may_show(rule, limits) and rule.level in open_levels
    )
    return replace(record, levels=levels, mapping=mapping)


def _may_show(rule: LevelRule, limits: Rules) -> bool:
    return rule.sellers >= limits.k


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


def _finding(finding: Finding, closed: Withheld) -> Finding:
    """Say of a finding about a withheld group only that it is withheld."""
    pair = ((finding.attribute, one) for one in (finding.group, finding.reference))
    if not any(one in closed.closed for one in pair):
        return finding
    return replace(
        finding,
        outcome="not_estimable",
        direction="none",
        size="none",
        certainty="very_low",
        keys=(),
        reasons=(),
        withheld=True,
    )


def _notice(message: Message, roles: dict[str, str], closed: Withheld, limits: Rules) -> Message:
    """Round the counts of a notice, and leave out files' names and what it quotes of the data."""
    facts: dict[str, Fact] = {}
    if message.code == "limit_unlabelled":
        attribute = str(message.facts["attribute"])
        if (attribute, "unknown") in closed.summed:
            return Message("limit_unlabelled_few", {"attribute": attribute, "k": limits.k})
    for name, value in message.facts.items():
        if name in VALUES:
            facts[name] = ["…"] if isinstance(value, list) else "…"
        elif name in FILES:
            many = isinstance(value, list)
            called = [
                roles.get(str(one), "…") for one in (value if isinstance(value, list) else [value])
            ]
            facts[name] = called if many else called[0]
        elif isinstance(value, int) and not isinstance(value, bool) and "seller" in name:
            facts[name] = limits.sellers(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            facts[name] = limits.rounded(value)
        else:
            facts[name] = value
    return Message(message.code, facts)


def _provenance(told: dict[str, object], limits: Rules) -> dict[str, object]:
    return {
        name: limits.rounded(value) if name == "requests" and isinstance(value, int) else value
        for name, value in told.items()
    }
