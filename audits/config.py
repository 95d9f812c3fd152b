"""The settings of an audit, checked: ``audit.toml``, ``[tool.fairshelf]`` and the command line.

Every key stands here with its default. An unknown key is an error that names the nearest known one.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.refused import reason, shown

if TYPE_CHECKING:
    from pathlib import Path


BROWSING = ("dcg", "rbp:0.85", "reciprocal", "uniform")
MOST_PERMUTATIONS = 1_000_000
SECTIONS = ("case", "gate", "fit")
"""Tables of a settings file that are no settings of an audit: each has a reader of its own."""
DEEPEST = 1_000_000
"""Ranks below which no page is cut."""
_TOP = re.compile(r"[1-9]\d{0,8}|(100|\d{1,2}(\.\d{1,6})?)%")


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


LEAST_BOUND = 0.001
"""A materiality bound further from parity than a thousandfold is a slip of the pen."""

LEAST_PERMUTATIONS = 99
"""Fewer labellings than this cannot give a p-value below 0.01."""


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
    browsing: Annotated[tuple[str, ...], Field(min_length=1)] = BROWSING
    cutoffs: tuple[Annotated[int, Field(ge=1, le=DEEPEST)], ...] = ()
    top_share: tuple[str, ...] = ("5", "10%")
    baseline: Literal["auto", "sellers", "catalogue", "shown", "merit"] = "auto"
    merit_over: Literal["candidates", "shown"] = "candidates"
    bounds: tuple[float, float] = (0.8, 1.25)
    question: Literal["sellers", "log"] = "sellers"
    annex: bool = False
    metrics: tuple[str, ...] = ()
    adjust: tuple[str, ...] | None = None
    flexible: bool = False
    jurisdiction: tuple[str, ...] = ()
    cite_unverified: bool = False
    strata: tuple[str, ...] = ()
    series: Literal["auto", "none", "day", "week", "month"] = "auto"
    change_at: str | None = None
    level: float = 0.95
    permutations: Annotated[int, Field(ge=0, le=MOST_PERMUTATIONS)] = 0
    seed: Annotated[int, Field(ge=0)] = 0
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    decimal: Literal[".", ","] | None = None
    position_base: Literal[0, 1] | None = None
    page_size: Annotated[int, Field(ge=1, le=DEEPEST)] | None = None
    name_pattern: str | None = None
    reshape: Reshape | None = None

    @field_validator("bounds")
    @classmethod
    def _bounds_in_order(cls, bounds: tuple[float, float]) -> tuple[float, float]:
        if not LEAST_BOUND <= bounds[0] < 1 < bounds[1] <= 1 / LEAST_BOUND:
            raise ValueError("bounds")
        return bounds

    @field_validator("permutations")
    @classmethod
    def _enough_labellings(cls, permutations: int) -> int:
        if 0 < permutations < LEAST_PERMUTATIONS:
            raise ValueError("permutations")
        return permutations

    @field_validator("top_share")
    @classmethod
    def _tops_can_be_counted(cls, tops: tuple[str, ...]) -> tuple[str, ...]:
        for top in tops:
            if not _TOP.fullmatch(top) or not float(top.rstrip("%")):
                raise ValueError("top_share")
        return tops

    @field_validator("attributes")
    @classmethod
    def _names_can_be_columns(cls, told: dict[str, str | None]) -> dict[str, str | None]:
        for name in told:
            if not name.strip() or name.startswith("_") or not name.isprintable():
                raise ValueError("column_name")
        return told

    @field_validator("level")
    @classmethod
    def _level_is_a_share(cls, level: float) -> float:
        if not 0.5 <= level < 1:  # noqa: PLR2004 - an interval that is wrong half the time is none
            raise ValueError("level")
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
        typed = error.errors()[0]["loc"][0] in overrides
        raise _as_usage_error(error, None if typed else path) from error


def section(path: Path, name: str) -> dict[str, Any]:
    """Read one of the :data:`SECTIONS` of a settings file; empty where it has none.

    It stands at the top of ``audit.toml``, or as ``[tool.fairshelf.NAME]`` in ``pyproject.toml``.

    Raises
    ------
    UsageError
        ``config_missing``, ``config_not_toml``, ``config_bad_value`` where it is no table.
    """
    document = _document(path)
    names = ("tool", "fairshelf", name) if "tool" in document else (name,)
    return _table(document, names, path)


def _read(path: Path) -> dict[str, Any]:
    document = _document(path)
    names = ("tool", "fairshelf") if "tool" in document else ("audit",)
    found = document if names[0] in document else {names[0]: document}
    return {key: value for key, value in _table(found, names, path).items() if key not in SECTIONS}


def _document(path: Path) -> dict[str, Any]:
    try:
        if path.exists() and not path.is_file():
            raise UsageError("config_missing", file=str(path))
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError("config_missing", file=str(path)) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOMLDecodeError
        raise UsageError("config_not_toml", file=str(path), why=str(error)) from error


def _table(document: dict[str, Any], names: tuple[str, ...], path: Path) -> dict[str, Any]:
    found: Any = document
    for name in names:
        found = found.get(name, {})
        if not isinstance(found, dict):
            raise UsageError(
                "config_bad_value",
                key=name,
                file=str(path),
                value=shown(found),
                why="fault.table",
            )
    return dict(found)


def case_in(path: Path) -> bool:
    """Tell whether a settings file has a ``[case]``."""
    try:
        return "case" in tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False


def fit_in(path: Path) -> tuple[str, ...]:
    """Give the factors a settings file says a platform uses, ``[fit] disclosed``; else none."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("fit", {})
        return tuple(str(name) for name in told.get("disclosed", ()))
    except (OSError, ValueError, RecursionError, AttributeError, TypeError):
        return ()


def _as_usage_error(error: ValidationError, path: Path | None) -> UsageError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = [*Settings.model_fields, *SECTIONS]
        near = nearest(key, known) or known
        return UsageError("config_unknown_key", key=key, file=str(path or ""), suggestions=near)
    return UsageError(
        "config_bad_value",
        key=key,
        file=str(path or ""),
        value=shown(first["input"]),
        **reason(first),
    )
