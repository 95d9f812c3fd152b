"""The case an audit belongs to: who asked, who looked, how the data came, what was replied.

What an evidence report must say of itself (Delegated Regulation (EU) 2024/436, IEEE 7003-2024, the
Berkeley Protocol; Chinese civil evidence rules, articles 19 and 93). Nothing here is needed to
audit; what is not given is printed as not reported.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.refused import reason

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 5_000
Text = Annotated[str, Field(max_length=LONGEST)]

EvidenceType = Literal[
    "platform_log",
    "crawl",
    "sock_puppet",
    "sellers_exports",
    "official_data",
    "public_page",
    "platform_reply",
    "consented_panel",
]


class Case(BaseModel):
    """A case file. Every field is text (dates as 2026-03-01), and none is required."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    case_id: Text | None = None
    title: Text | None = None
    question: Text | None = None
    platform: Text | None = None
    place: Text | None = None
    period: Text | None = None
    commissioned_by: Text | None = None
    audited_by: Text | None = None
    independence: Text | None = None
    funding: Text | None = None
    addressee: Text | None = None
    evidence_type: EvidenceType | None = None
    collected_by: Text | None = None
    collected_how: Text | None = None
    collected_when: Text | None = None
    lawful_basis: Text | None = None
    consent: Text | None = None
    risk_to_sellers: Text | None = None
    platform_asked: Text | None = None
    platform_answered: Text | None = None
    platform_reply: Text | None = None
    notes: Text | None = None


ITEMS: tuple[str, ...] = tuple(name for name in Case.model_fields if name != "question")


def load_case(path: Path) -> dict[str, object]:
    """Read a case file: ``case.toml`` with its fields at the top or in ``[case]``.

    Parameters
    ----------
    path
        The file; of an ``audit.toml`` its ``[case]`` table is read.

    Returns
    -------
    dict
        The fields that were given.

    Raises
    ------
    UsageError
        ``case_missing``, ``case_not_toml``, ``case_unknown_key`` with the nearest names,
        ``case_bad_value``.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError("case_missing", file=str(path)) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOMLDecodeError
        raise UsageError("case_not_toml", file=str(path), why=str(error)) from error
    return checked(document.get("case", document), str(path))


def checked(values: Any, file: str) -> dict[str, object]:  # noqa: ANN401 - what a file holds
    """Check the fields of a case.

    Raises
    ------
    UsageError
        ``case_unknown_key``, ``case_bad_value``.
    """
    if not isinstance(values, dict):
        raise UsageError("case_bad_value", file=file, key="case", why="fault.table")
    told = {key: str(v) if hasattr(v, "isoformat") else v for key, v in values.items()}
    try:
        case = Case.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = list(Case.model_fields)
            near = nearest(key, known) or known[:5]
            raise UsageError("case_unknown_key", file=file, key=key, suggestions=near) from error
        raise UsageError("case_bad_value", file=file, key=key, **reason(first)) from error
    return {name: value for name, value in case.model_dump().items() if value not in (None, "")}
