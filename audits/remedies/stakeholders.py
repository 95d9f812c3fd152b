"""Who sits at the table and what each can accept: ``stakeholders.toml``, checked.

::

    [[parties]]
    id = "growers"
    name = { zh = "果农合作社", en = "Growers' co-operative" }   # or one text for both
    kind = "coop"                        # platform, sellers, coop, regulator or consumers
    baselines = ["catalogue", "sellers"] # what may count as equal treatment; left out: any
    bounds = [0.8, 1.25]                 # ratios within which a gap is accepted
    max_utility_loss = 0.02              # share of the present utility
    losing = { more_than = 0.05, at_most = 0.2 }
                                         # at most 20% of sellers may lose more than 5% of exposure
    remedies = ["floor"]                 # left out: any; an empty list: none

What a party leaves out does not bind it.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fairshelf.audits.config import LEAST_BOUND
from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.refused import reason, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Kind = Literal["platform", "sellers", "coop", "regulator", "consumers"]
Baseline = Literal["sellers", "catalogue", "shown", "merit"]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Bound = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=200)]

FEWEST_PARTIES = 2
"""One party alone does not deliberate."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Names(_Strict):
    """What a party is called in each language."""

    zh: Text
    en: Text

    @field_validator("zh", "en")
    @classmethod
    def _can_be_printed(cls, name: str) -> str:
        if not name.isprintable():
            raise ValueError("one_line")
        return name


class Losing(_Strict):
    """At most a share of the sellers may lose more than a share of their exposure."""

    more_than: Share
    at_most: Share


class Party(_Strict):
    """One party and what it can accept; None where it sets no bound."""

    id: Annotated[str, Field(pattern=r"^[\w.-]{1,80}$")]
    name: Names
    kind: Kind
    baselines: Annotated[tuple[Baseline, ...], Field(min_length=1)] | None = None
    bounds: tuple[Bound, Bound] | None = None
    max_utility_loss: Share | None = None
    losing: Losing | None = None
    remedies: tuple[Text, ...] | None = None

    @field_validator("name", mode="before")
    @classmethod
    def _one_text_for_both(cls, told: object) -> object:
        return {"zh": told, "en": told} if isinstance(told, str) else told

    @field_validator("bounds")
    @classmethod
    def _in_order(cls, bounds: tuple[float, float] | None) -> tuple[float, float] | None:
        if bounds is not None and not LEAST_BOUND <= bounds[0] <= 1 <= bounds[1] <= 1 / LEAST_BOUND:
            raise ValueError("bounds")
        return bounds


class Stakeholders(_Strict):
    """All parties of a file."""

    parties: Annotated[tuple[Party, ...], Field(min_length=FEWEST_PARTIES)]


def load_stakeholders(path: Path, remedies: Sequence[str]) -> tuple[Party, ...]:
    """Read the parties of a file.

    Parameters
    ----------
    path
        ``stakeholders.toml``.
    remedies
        The names of the remedies there are.

    Raises
    ------
    UsageError
        ``stakeholders_missing``, ``stakeholders_not_toml``, ``stakeholders_unknown_key`` and
        ``stakeholders_unknown_remedy`` with the nearest names, ``stakeholders_key_missing``,
        ``stakeholders_bad_value``, ``stakeholders_twice``: two parties of one id.
    """
    told = _document(path)
    try:
        parties = Stakeholders.model_validate(told).parties
    except ValidationError as error:
        raise _as_usage_error(error, path) from error
    _require_one_each(parties, path)
    _require_known(parties, remedies, path)
    return parties


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError("stakeholders_missing", file=str(path)) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOMLDecodeError
        raise UsageError("stakeholders_not_toml", file=str(path), why=str(error)) from error


def _require_one_each(parties: Sequence[Party], path: Path) -> None:
    ids = [party.id for party in parties]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise UsageError("stakeholders_twice", party=twice, file=str(path))


def _require_known(parties: Sequence[Party], remedies: Sequence[str], path: Path) -> None:
    for place, party in enumerate(parties, start=1):
        for name in party.remedies or ():
            if name not in remedies:
                raise UsageError(
                    "stakeholders_unknown_remedy",
                    remedy=name,
                    key=f"parties.{place}.remedies",
                    file=str(path),
                    suggestions=nearest(name, list(remedies)) or list(remedies),
                )


def _as_usage_error(error: ValidationError, path: Path) -> UsageError:
    first = error.errors()[0]
    loc = first["loc"]
    facts: dict[str, Any] = {"key": _spelled(loc), "file": str(path)}
    if first["type"] == "extra_forbidden":
        known = list(_table_of(loc).model_fields)
        suggestions = nearest(str(loc[-1]), known) or known
        return UsageError("stakeholders_unknown_key", **facts, suggestions=suggestions)
    if first["type"] == "missing":
        return UsageError("stakeholders_key_missing", **facts)
    value = shown(first["input"])
    return UsageError("stakeholders_bad_value", **facts, value=value, **reason(first))


def _spelled(loc: tuple[int | str, ...]) -> str:
    """Spell a place as its writer counts, the first party being parties.1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)


def _table_of(loc: tuple[int | str, ...]) -> type[_Strict]:
    """Give the table in which a key stands."""
    inner: dict[int | str, type[_Strict]] = {"name": Names, "losing": Losing}
    return inner.get(loc[-2], Party) if len(loc) > 1 else Stakeholders
