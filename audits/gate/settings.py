"""The ``[gate]`` of ``audit.toml``, or ``[tool.fairshelf.gate]`` of ``pyproject.toml``, checked.

::

    [gate]
    baseline = "baseline/results.json"
    fail_on = ["error"]

    [[gate.rules]]
    name = "Rural sellers"
    rule = 'exposure_ratio[attribute="locality", group="rural"] >= 0.8'
    level = "error"
    waiver = { reason = "...", owner = "ranking team", expires = 2027-03-31 }
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

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Text = Annotated[str, Field(min_length=1, max_length=2_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class WaiverTable(_Strict):
    """A waiver: all three must be said."""

    reason: Text
    owner: Text
    expires: date


class RuleTable(_Strict):
    """A rule; a bare text in ``rules`` is one at level ``error``."""

    rule: Text
    level: Level = "error"
    name: Text | None = None
    waiver: WaiverTable | None = None


class GateTable(_Strict):
    """A gate: its rules, when it fails, and what it looks at where the command does not say.

    Paths are relative to the settings file.
    """

    rules: tuple[RuleTable, ...] = ()
    fail_on: tuple[FailOn, ...] = ("error",)
    missing: Level = "error"
    baseline: str | None = None
    model: str | None = None
    features: tuple[str, ...] = ()
    shown: Annotated[int, Field(ge=1)] | None = None
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
        ``config_key_missing``, ``config_bad_value``.
    """
    if path is None:
        return GateTable()
    told = section(path, "gate")
    try:
        return GateTable.model_validate(told)
    except ValidationError as error:
        raise _as_usage_error(error, path) from error


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
    return tuple(
        _rule(one, Place(shown, line)) for one, line in zip(gate.rules, lines, strict=True)
    )


def typed_rules(texts: Sequence[str]) -> tuple[Rule, ...]:
    """Read rules typed on the command line."""
    return tuple(_rule(RuleTable.model_construct(rule=text.strip()), Place()) for text in texts)


def _rule(told: RuleTable, place: Place) -> Rule:
    try:
        statement = parse(told.rule)
    except UsageError as error:
        if place.file is not None:
            told_place = f"{place.file}:{place.line}"
            error.facts.update(file=place.file, line=place.line, place=told_place)
        raise
    held = told.waiver
    waiver = None if held is None else Waiver(held.reason, held.owner, held.expires.isoformat())
    return Rule(
        text=told.rule,
        canonical=canonical(statement),
        statement=statement,
        level=told.level,
        name=told.name,
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
    return UsageError("config_bad_value", **facts, value=str(first["input"])[:80], why=first["msg"])


def _table_of(loc: tuple[int | str, ...]) -> type[_Strict]:
    """Give the table in which a key stands."""
    parents = loc[:-1]
    if "waiver" in parents:
        return WaiverTable
    return RuleTable if parents else GateTable
