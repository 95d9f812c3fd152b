"""JSON from an enemy: one value for each key, finite numbers, no endless nesting, plain UTF-8.

Where readers of JSON differ (the first or the last of two keys, what NaN is), two people could read
two things in one file; such files are refused.
"""

from __future__ import annotations

import json
import math
from typing import Any

from fairshelf.reports.bundle.problems import Problem

DEEPEST = 32
"""Levels; no record of a bundle has more than twelve."""

LARGEST = 2**63


class _OddError(ValueError):
    """JSON that readers could take differently, by its code and a detail."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def read_json(content: bytes, name: str) -> tuple[Any, Problem | None]:
    """Read JSON strictly.

    Parameters
    ----------
    content
        The bytes of a file.
    name
        Its name, for the problem.

    Returns
    -------
    The value, and None or what is wrong: ``not_json``, ``json_twice`` (a key stands there twice),
    ``json_number`` (NaN, infinity, an integer beyond 64 bits) or ``json_deep``.
    """
    try:
        value = json.loads(
            content.decode("utf-8"),
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_small,
            object_pairs_hook=_once,
        )
        if _is_deep(value):
            return None, Problem("json_deep", name)
        json.dumps(value, ensure_ascii=False).encode()  # halves of characters are no text
    except _OddError as odd:
        return None, Problem(odd.code, name, odd.detail)
    except RecursionError:
        return None, Problem("json_deep", name)
    except ValueError:
        return None, Problem("not_json", name)
    return value, None


def _no_constant(name: str) -> float:
    raise _OddError("json_number", name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _OddError("json_number", text[:40])
    return number


def _small(text: str) -> int:
    if len(text) > len(str(LARGEST)) + 1 or abs(int(text)) >= LARGEST:
        raise _OddError("json_number", text[:40])
    return int(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key, value in pairs:
        if key in told:
            raise _OddError("json_twice", key[:80])
        told[key] = value
    return told


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True
