"""Where two results differ, field by field, each by its place."""

from __future__ import annotations

import math
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSE = 1e-9
"""Two machines may add in another order: numbers that agree to nine digits are the same."""

SHOWN = 60
_NOTHING = object()


def differences(theirs: object, ours: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Walk through two JSON values.

    Parameters
    ----------
    theirs, ours
        What is told, and what was computed.
    place
        Where in the results they stand.

    Yields
    ------
    The place of each value that differs, and ``theirs / ours``.
    """
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in [*theirs, *(key for key in ours if key not in theirs)]:
            below = f"{place}.{key}" if place else str(key)
            yield from differences(theirs.get(key, _NOTHING), ours.get(key, _NOTHING), below)
    elif isinstance(theirs, list) and isinstance(ours, list):
        if _keyed(theirs) and _keyed(ours):
            yield from _by_key(theirs, ours, place)
            return
        for number, (one, two) in enumerate(zip_longest(theirs, ours, fillvalue=_NOTHING)):
            yield from differences(one, two, f"{place}[{number}]")
    elif not _same(theirs, ours):
        yield place, f"{_short(theirs)} / {_short(ours)}"


def _keyed(told: list[Any]) -> bool:
    return bool(told) and all(isinstance(one, dict) and "key" in one for one in told)


def _by_key(theirs: list[Any], ours: list[Any], place: str) -> Iterator[tuple[str, str]]:
    """Match by key, so that one estimate more does not make all behind it differ."""
    yield from differences(_named(theirs), _named(ours), place)
    order = [[one["key"] for one in told] for told in (theirs, ours)]
    if order[0] != order[1] and sorted(map(str, order[0])) == sorted(map(str, order[1])):
        yield place, "order"


def _named(told: list[Any]) -> dict[str, Any]:
    """Name each by its key; the second of one key is another thing, not the same again."""
    seen: Counter[str] = Counter()
    named: dict[str, Any] = {}
    for one in told:
        seen[one["key"]] += 1
        number = seen[one["key"]]
        named[one["key"] if number == 1 else f"{one['key']} #{number}"] = one
    return named


def _same(one: object, two: object) -> bool:
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, float) and isinstance(two, float):
        return math.isclose(one, two, rel_tol=CLOSE, abs_tol=CLOSE)
    return one == two


def _short(value: object) -> str:
    return "-" if value is _NOTHING else str(value)[:SHOWN]
