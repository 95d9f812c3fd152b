"""The gate's section of ``audit.toml`` or ``pyproject.toml``: rules and waivers.

::

    [gate]                                   # [tool.fairshelf.gate] in pyproject.toml

    [[gate.rules]]
    id = "rural-per-listing"
    rule = 'exposure_ratio[group="rural"] >= 0.8'
    level = "error"                          # off, warn or error

    [[gate.waivers]]
    rule = "rural-per-listing"
    reason = "new model under trial on 5% of traffic"
    owner = "ranking team"
    expires = 2027-01-31
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotation
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.gate.grammar import parse

if TYPE_CHECKING:
    from pathlib import Path

Level = Literal["off", "warn", "error"]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class RuleEntry(BaseModel):
    """A rule, what it is called, and how grave a breach is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,80}$")]
    rule: Text
    level: Level = "error"
    line: int = 0


class Waiver(BaseModel):
    """Leave to break a rule, by whom, why and until when (that day included)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    reason: Text
    owner: Text
    expires: dt.date


class Gate(BaseModel):
    """Rules and waivers; ``file`` is where they stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[RuleEntry, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    file: str = ""


def load_gate(path: Path | None, typed: tuple[str, ...] = ()) -> Gate:
    """Read the gate's section, and add rules that were typed.

    Raises
    ------
    UsageError
        ``config_missing``, ``config_not_toml``; ``gate_bad_value`` for a key that is none or a
        value of a wrong kind; ``gate_twice``: two rules of one id; ``gate_no_rule``: a waiver of
        no rule; ``gate_empty``: no rule at all; those of
        :func:`fairshelf.audits.gate.grammar.parse`.
    """
    section, text = _section(path)
    name = "" if path is None else str(path)
    for key in ("file", "line"):
        if key in section:
            raise UsageError("gate_bad_value", key=key, file=name, why="unknown key")
    try:
        gate = Gate.model_validate({**section, "file": name})
    except ValidationError as error:
        raise _bad(error, name) from error
    rules = [one.model_copy(update={"line": _line(text, one.id)}) for one in gate.rules] + [
        RuleEntry(id=f"rule-{n}", rule=rule) for n, rule in enumerate(typed, start=1)
    ]
    ids = [one.id for one in rules]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise UsageError("gate_twice", rule=twice, file=name)
    if not rules:
        raise UsageError("gate_empty", file=name)
    for waiver in gate.waivers:
        if waiver.rule not in ids:
            raise UsageError(
                "gate_no_rule", rule=waiver.rule, file=name, known=nearest(waiver.rule, ids) or ids
            )
    for one in rules:
        parse(one.rule, one.id)
    return gate.model_copy(update={"rules": tuple(rules)})


def _section(path: Path | None) -> tuple[dict[str, Any], str]:
    if path is None:
        return {}, ""
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text)
    except OSError as error:
        raise UsageError("config_missing", file=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError("config_not_toml", file=str(path), why=str(error)) from error
    section: Any = document
    for name in ("tool", "fairshelf", "gate") if "tool" in document else ("gate",):
        section = section.get(name, {}) if isinstance(section, dict) else {}
    if not isinstance(section, dict):
        raise UsageError("gate_bad_value", key="gate", file=str(path), why="not a table")
    return section, text


def _line(text: str, name: str) -> int:
    """Give the line on which a rule's id stands, for annotations; 1 where it is not found."""
    for number, line in enumerate(text.splitlines(), start=1):
        key, sign, value = line.partition("=")
        if sign and key.strip() == "id" and value.strip().strip("\"'").split('"')[0] == name:
            return number
    return 1


def _bad(error: ValidationError, name: str) -> UsageError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    why = first["msg"]
    if first["type"] == "extra_forbidden":
        known = ["rules", "waivers", "id", "rule", "level", "reason", "owner", "expires"]
        why = " / ".join(nearest(str(first["loc"][-1]), known)) or "unknown key"
    return UsageError("gate_bad_value", key=key, file=name, why=why)
