"""Which estimate a rule speaks of: keys that are told must fit, those left out are the primary.

Left out, ``adjusted`` is false, ``ads`` all, ``period`` and ``definition`` none, ``baseline``,
``browsing`` and ``cutoff`` those the results lead with, ``reference`` that of the attribute,
``attribute`` the declared one (or none: the whole platform), ``method`` the one that findings rest
on. Where more than one estimate is left nothing is guessed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.audits.errors import nearest
from fairshelf.audits.estimates.keys import key_of
from fairshelf.audits.gate.grammar import KEYS
from fairshelf.audits.groups.spoken import level_named
from fairshelf.audits.results import Estimate, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.gate.records import Statement
    from fairshelf.audits.results import Fact, Results

_OF_CONTRAST = ("attribute", "group", "reference")
_METHODS = ("permutation", "hypergeometric", "exact", "two_way", "seller", "jackknife")
"""Which method speaks where no finding rests on either, first the one that decides gaps."""

_SCOPE_OF_QUALITY = "quality"
_SHOWN = 12


def estimates_of(results: Results) -> tuple[Estimate, ...]:
    """Give all estimates, those of an order's quality among them."""
    table = results.tables.get("quality")
    if table is None:
        return results.estimates
    level = results.settings.get("level", 0.95)
    told = [
        _quality(dict(zip(table.columns, row, strict=True)), float(str(level)))
        for row in table.rows
    ]
    return (*results.estimates, *told)


def _quality(row: dict[str, str | int | float | None], level: float) -> Estimate:
    def number(name: str) -> float | None:
        value = row.get(name)
        return None if value is None else float(value)

    def word(name: str) -> str | None:
        value = row.get(name)
        return None if value is None else str(value)

    count = number("requests")
    bare = Estimate(
        key="",
        metric=str(row["metric"]),
        attribute=word("attribute"),
        group=word("group"),
        cutoff=word("cutoff"),
        scope=_SCOPE_OF_QUALITY,
        value=number("value"),
        low=number("low"),
        high=number("high"),
        level=level,
        method="request",
        question="log",
        se=number("se"),
        requests=None if count is None else int(count),
    )
    return replace(bare, key=key_of(bare))


def resolve(statement: Statement, results: Results) -> Estimate | Message:
    """Find the estimate a statement speaks of.

    Returns
    -------
    Estimate
        The only one that fits.
    Message
        ``gate_not_estimated``: none of that metric. ``gate_no_match``: a key fits none.
        ``gate_ambiguous``: several fit.
    """
    left = [one for one in estimates_of(results) if one.metric == statement.metric]
    if not left:
        return Message("gate_not_estimated", {"metric": statement.metric})
    for name, wanted in statement.keys:
        fitting = [one for one in left if _told(one, name) == wanted]
        if not fitting:
            return _no_match(name, wanted, left)
        left = fitting
    told = {name for name, _ in statement.keys}
    for name in _LEFT_OUT:
        if name not in told and len(left) > 1:
            left = _preferred(left, name, results, told)
    return left[0] if len(left) == 1 else _ambiguous(left)


def alike(found: Estimate, results: Results) -> tuple[Estimate, ...]:
    """Give every estimate of the same metric and contrast, over the whole time."""
    return tuple(
        one
        for one in estimates_of(results)
        if one.metric == found.metric
        and all(getattr(one, name) == getattr(found, name) for name in _OF_CONTRAST)
        and one.period == found.period
    )


_LEFT_OUT = (
    *("adjusted", "ads", "period", "definition", "attribute", "reference"),
    *("baseline", "browsing", "cutoff", "question", "method"),
)


def _told(estimate: Estimate, name: str) -> str | None:
    value = getattr(estimate, name)
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _preferred(left: list[Estimate], name: str, results: Results, told: set[str]) -> list[Estimate]:
    """Keep the estimates under the primary setting of a key, where there are any."""
    if name == "attribute":
        return _of_attribute(left, results, told)
    if name == "method":
        return _of_method(left, results)
    if name == "reference":
        references = {group.name: group.reference for group in results.groups}
        return [one for one in left if one.reference == references.get(one.attribute or "")] or left
    wanted = _primary(name, results)
    fitting = [one for one in left if _told(one, name) == wanted]
    return fitting or left


def _primary(name: str, results: Results) -> str | None:
    usual = {"adjusted": "false", "ads": "all"}
    if name in usual:
        return usual[name]
    led = {
        "question": "question",
        "baseline": "primary_baseline",
        "browsing": "primary_browsing",
        "cutoff": "primary_cutoff",
    }
    if name in led:
        value = results.provenance.get(led[name])
        return None if value is None else str(value)
    return None


def _of_attribute(left: list[Estimate], results: Results, told: set[str]) -> list[Estimate]:
    if "group" not in told:
        whole = [one for one in left if one.attribute is None]
        if whole:
            return whole
    declared = {group.name for group in results.groups if group.declared}
    return [one for one in left if one.attribute in declared] or left


def _of_method(left: list[Estimate], results: Results) -> list[Estimate]:
    rested = {key for finding in results.findings for key in finding.keys}
    graded = [one for one in left if one.key in rested]
    if graded:
        return graded
    for method in _METHODS:
        fitting = [one for one in left if one.method == method]
        if fitting:
            return fitting
    return left


def _no_match(name: str, wanted: str, left: list[Estimate]) -> Message:
    known = _values(left, name)
    facts: dict[str, Fact] = {"key": name, "typed": wanted, "known": known[:_SHOWN]}
    said = level_named(wanted, known) if name in ("group", "reference") else None
    near = [said] if said else nearest(wanted, known)
    if not near:
        return Message("gate_none_like", facts)
    return Message("gate_no_match", {**facts, "suggestions": near})


def _ambiguous(left: list[Estimate]) -> Message:
    for name in KEYS:
        values = _values(left, name)
        if len({_told(one, name) for one in left}) > 1:
            return Message("gate_ambiguous", {"key": name, "values": values[:_SHOWN]})
    return Message("gate_ambiguous", {"key": "method", "values": [one.key for one in left]})


def _values(left: Sequence[Estimate], name: str) -> list[str]:
    return list(dict.fromkeys(told for one in left if (told := _told(one, name)) is not None))
