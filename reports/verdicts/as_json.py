"""A gate as its record: numbers in full, sentences as codes and facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fairshelf.reports.exports import as_json_lines

if TYPE_CHECKING:
    from fairshelf.audits.gate.records import Gate

_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]")
"""Signs that turn, break or hide text where it is shown."""


def as_json(gate: Gate) -> str:
    """Write a gate as JSON; ``audit schema check`` prints its schema."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", as_json_lines(gate))


def gate_schema() -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a gate."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow, and only needed here

    from fairshelf.audits.gate.records import Gate  # noqa: PLC0415 - as above

    schema = TypeAdapter(Gate).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
