"""The ``[gate]`` of ``audit.toml``, or ``[tool.fairshelf.gate]`` of ``pyproject.toml``, checked.

::

    [gate]
    baseline = "baseline/results.json"
    fail_on = ["error"]

    [[gate.rules]]
    id = "rural-exposure"
    rule = 'exposure_ratio[attribute="locality", group="rural"] >= 0.8'
    level = "error"                      # off, warn or error

    [[gate.waivers]]
    rule = "rural-exposure"
    reason = "a new model on 5% of traffic"
    owner = "ranking team"
    expires = 2027-03-31                 # holds on that day, not after it
"""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fairshelf.audits.config import section
from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.gate.grammar import canonical, parse
from fairshelf.audits.gate.places import lines_of
from fairshelf.audits.gate.records import FailOn, Level, Place, Rule, Waiver
from fairshelf.audits.refused import reason, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Text = Annotated[str, Field(min_length=1, max_length=2_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WaiverTable(_Strict):
    """Leave to break the rule of an id; everything must be said."""

    rule: Text
    reason: Text
    owner: Text
    expires: date


class RuleTable(_Strict):
    """A rule; a bare text in ``rules`` is one at level ``error`` and without an id."""

    rule: Text
    id: Annotated[str, Field(pattern=r"^[\w.-]{1,80}$")] | None = None
    level: Level = "error"


class GateTable(_Strict):
    """A gate: its rules, when it fails, and what it looks at where the command does not say.

    Paths are relative to the settings file.
    """

    rules: tuple[RuleTable, ...] = ()
    waivers: tuple[WaiverTable, ...] = ()
    fail_on: tuple[FailOn, ...] = ("error",)
    missing: Level = "error"
    baseline: str | None = None
    model: str | None = None
    features: tuple[str, ...] = ()
    shown: Annotated[int, Field(ge=1)] | None = None
    output: str | None = None
    log: tuple[str, ...] = ()
    sellers: str | None = None
    catalogue: str | None = None

    @field_validator("rules", mode="before")
    @classmethod
    def _rules_may_be_texts(cls, told: object) -> object:
        if not isinstance(told, list | tuple):
            return told
        return [{"rule": one} if isinstance(one, str) else one for one in told]

    @field_validator("fail_on", "log", mode="before")
    @classmethod
    def _one_may_stand_alone(cls, told: object) -> object:
        return [told] if isinstance(told, str) else told


def load_gate(path: Path | None) -> GateTable:
    """Read the gate of a settings file; the defaults where there is none.

    Raises
    ------
    UsageError
        ``config_missing``, ``config_not_toml``, ``config_unknown_key`` with the nearest names,
        ``config_key_missing``, ``config_bad_value``; ``gate_twice``: two rules, or two waivers, of
        one id; ``gate_no_rule``: a waiver of no rule.
    """
    if path is None:
        return GateTable()
    told = section(path, "gate")
    try:
        gate = GateTable.model_validate(told)
    except ValidationError as error:
        raise _as_usage_error(error, path) from error
    _require_one_each(gate, path)
    return gate


def _require_one_each(gate: GateTable, path: Path) -> None:
    """Refuse two rules of one id, and a waiver that belongs to no rule."""
    ids = [one.id for one in gate.rules if one.id is not None]
    waived = [one.rule for one in gate.waivers]
    for names in (ids, waived):
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            raise UsageError("gate_twice", rule=twice, file=str(path))
    for name in waived:
        if name not in ids:
            raise UsageError(
                "gate_no_rule", rule=name, file=str(path), known=nearest(name, ids) or ids
            )


def rules_of(gate: GateTable, path: Path | None, shown: str | None) -> tuple[Rule, ...]:
    """Read the rules of a settings file, each with its place.

    Parameters
    ----------
    gate, path
        The gate and the file it was read from.
    shown
        What the file is called in annotations.

    Raises
    ------
    UsageError
        Those of :func:`fairshelf.audits.gate.grammar.parse`, with ``file`` and ``line``.
    """
    if path is None or not gate.rules:
        return ()
    text = path.read_text(encoding="utf-8-sig")
    lines = lines_of(text, [one.rule for one in gate.rules])
    waivers = {
        one.rule: Waiver(one.reason, one.owner, one.expires.isoformat()) for one in gate.waivers
    }
    return tuple(
        _rule(one, Place(shown, line), waivers.get(one.id or ""))
        for one, line in zip(gate.rules, lines, strict=True)
    )


def typed_rules(texts: Sequence[str]) -> tuple[Rule, ...]:
    """Read rules typed on the command line."""
    return tuple(_rule(RuleTable.model_construct(rule=text.strip()), Place()) for text in texts)


def _rule(told: RuleTable, place: Place, waiver: Waiver | None = None) -> Rule:
    try:
        statement = parse(told.rule)
    except UsageError as error:
        if place.file is not None:
            told_place = f"{place.file}:{place.line}"
            error.facts.update(file=place.file, line=place.line, place=told_place)
        raise
    return Rule(
        text=told.rule,
        canonical=canonical(statement),
        statement=statement,
        level=told.level,
        id=told.id,
        waiver=waiver,
        place=place,
    )


def _as_usage_error(error: ValidationError, path: Path) -> UsageError:
    first = error.errors()[0]
    loc = first["loc"]
    facts: dict[str, Any] = {"key": ".".join(str(part) for part in ("gate", *loc))}
    facts["file"] = str(path)
    if first["type"] == "extra_forbidden":
        known = list(_table_of(loc).model_fields)
        suggestions = nearest(str(loc[-1]), known) or known
        return UsageError("config_unknown_key", **facts, suggestions=suggestions)
    if first["type"] == "missing":
        return UsageError("config_key_missing", **facts)
    return UsageError("config_bad_value", **facts, value=shown(first["input"]), **reason(first))


def _table_of(loc: tuple[int | str, ...]) -> type[_Strict]:
    """Give the table in which a key stands."""
    tables: dict[int | str, type[_Strict]] = {"rules": RuleTable, "waivers": WaiverTable}
    return tables[loc[0]] if len(loc) > 1 else GateTable
