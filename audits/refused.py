"""Why a value of a settings file, a case or results cannot be used: a code, no sentence.

The library that reads these files says it in English; what a reader sees is said in the reader's
language, by the codes here (``fault.CODE`` in the words of the reports).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KINDS: Final[dict[str, str]] = {
    "greater_than_equal": "at_least",
    "greater_than": "above",
    "less_than_equal": "at_most",
    "less_than": "below",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_parsing_size": "whole",
    "int_from_float": "whole",
    "float_type": "number",
    "float_parsing": "number",
    "finite_number": "number",
    "bool_type": "truth",
    "bool_parsing": "truth",
    "string_type": "text",
    "string_pattern_mismatch": "mark",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "literal_error": "one_of",
    "tuple_type": "list",
    "list_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
    "dataclass_type": "table",
    "too_short": "too_few",
    "too_long": "too_many",
    "missing": "missing",
    "date_type": "date",
    "date_parsing": "date",
    "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
}
"""Kind of a fault as pydantic 2 names it -> code."""

OWN: Final = ("bounds", "permutations", "top_share", "column_name", "level", "one_line")
"""What our own validators raise: the text of their ValueError."""

LIMITS: Final = ("ge", "gt", "le", "lt", "min_length", "max_length")


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Give an object of JSON (as ``object_pairs_hook``) in which every name stands once.

    Raises
    ------
    ValueError
        One stands twice: readers differ over which of the two holds.
    """
    told: dict[str, Any] = {}
    for name, value in pairs:
        if name in told:
            twice = f"{name[:80]}: …, {name[:80]}: …"
            raise ValueError(twice)
        told[name] = value
    return told


def shown(value: object, longest: int = 80) -> str:
    """Spell a value that was refused, cut to a length; one that is too deep is not spelt."""
    try:
        return str(value)[:longest]
    except RecursionError:
        return "[[[…]]]"


def reason(first: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of why a value is refused.

    Parameters
    ----------
    first
        One of the ``errors()`` of a ``pydantic.ValidationError``.

    Returns
    -------
    dict
        ``why``: ``fault.CODE``; ``limit``: what the value is held against, a number, a list of the
        words that may stand there, or ``""``.
    """
    told = first.get("ctx", {})
    if first["type"] == "value_error" and str(told.get("error")) in OWN:
        return {"why": f"fault.{told['error']}", "limit": ""}
    code = KINDS.get(first["type"], "other")
    limit: Any = next((told[name] for name in LIMITS if name in told), "")
    if code == "one_of":
        limit = re.findall(r"'([^']*)'", told["expected"]) or [told["expected"]]
    return {"why": f"fault.{code}", "limit": limit}
