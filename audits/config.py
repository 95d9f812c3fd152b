"""The settings of an audit, checked: ``audit.toml``, ``[tool.fairshelf]`` and the command line.

Every key stands here with its default. An unknown key is an error that names the nearest known one.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fairshelf.audits.errors import UsageError


class Reshape(BaseModel):
    """A wide file turned long: one row per request, one column per slot or per group.

    ``pattern`` names the columns with one placeholder, such as ``position_{position}`` (the name
    tells the position, the cell holds the listing) or ``first_{group}`` (the name tells a column's
    value, the cell holds the position). ``cell`` is the canonical (or user) column the cell fills;
    ``also`` maps further columns to patterns with the same placeholder.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: str
    cell: str
    also: dict[str, str] = Field(default_factory=dict)


class Settings(BaseModel):
    """Everything an audit can be told.

    Bounds are ratios; ``level`` is the coverage of every interval; ``permutations`` 0 chooses by
    the number of sellers; ``browsing`` lists browsing models, the first one leading.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    attributes: dict[str, str | None] = Field(default_factory=dict)
    reference: dict[str, str] = Field(default_factory=dict)
    standard: dict[str, str] = Field(default_factory=dict)
    map: dict[str, str] = Field(default_factory=dict)
    browsing: tuple[str, ...] = ("dcg", "rbp:0.85", "reciprocal", "uniform")
    cutoffs: tuple[int, ...] = ()
    top_share: tuple[str, ...] = ("5", "10%")
    baseline: Literal["auto", "sellers", "catalogue", "shown", "merit"] = "auto"
    merit_over: Literal["candidates", "shown"] = "candidates"
    bounds: tuple[float, float] = (0.8, 1.25)
    question: Literal["sellers", "log"] = "sellers"
    level: float = 0.95
    permutations: int = 0
    seed: int = 0
    annex: bool = False
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    decimal: Literal[".", ","] | None = None
    position_base: Literal[0, 1] | None = None
    page_size: int | None = None
    name_pattern: str | None = None
    reshape: Reshape | None = None

    @field_validator("bounds")
    @classmethod
    def _bounds_in_order(cls, bounds: tuple[float, float]) -> tuple[float, float]:
        if not 0 < bounds[0] < 1 < bounds[1]:
            message = "the lower bound must lie between 0 and 1 and the upper above 1"
            raise ValueError(message)
        return bounds

    @field_validator("level")
    @classmethod
    def _level_is_a_share(cls, level: float) -> float:
        if not 0.5 <= level < 1:  # noqa: PLR2004 - an interval that is wrong half the time is none
            message = "the level must lie between 0.5 and 1"
            raise ValueError(message)
        return level


def load(path: Path | None, overrides: dict[str, Any]) -> Settings:
    """Read settings from a file (or none) and lay the command line's over them.

    Parameters
    ----------
    path
        ``audit.toml`` (its ``[audit]`` table or its top level) or a ``pyproject.toml`` with
        ``[tool.fairshelf]``; None for the defaults.
    overrides
        Values from the command line; tables (``map``, ``attributes`` ...) are merged key by key.

    Raises
    ------
    UsageError
        ``config_missing``, ``config_not_toml``, ``config_unknown_key``, ``config_bad_value``.
    """
    values = _read(path) if path else {}
    for key, value in overrides.items():
        if isinstance(value, dict) and isinstance(values.get(key), dict):
            values[key] = {**values[key], **value}
        else:
            values[key] = value
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _as_usage_error(error, path) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError("config_missing", file=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("config_not_toml", file=str(path), why=str(error)) from error
    if "tool" in document:
        section = document["tool"].get("fairshelf", {})
    else:
        section = document.get("audit", document)
    return dict(section)


def _as_usage_error(error: ValidationError, path: Path | None) -> UsageError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = list(Settings.model_fields)
        return UsageError(
            "config_unknown_key", key=key, file=str(path or ""), suggestions=nearest(key, known)
        )
    return UsageError(
        "config_bad_value",
        key=key,
        file=str(path or ""),
        value=str(first["input"]),
        why=first["msg"],
    )


def nearest(name: str, known: list[str], count: int = 3) -> list[str]:
    """Give the known names most like a mistyped one, best first; empty where none is like it."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only when something is mistyped

    found = process.extract(name, known, scorer=fuzz.WRatio, limit=count, score_cutoff=60)
    return [match for match, _, _ in found]
