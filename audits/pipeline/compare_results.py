"""Two results of audits beside each other: their primary ratios, and the factor between them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from math import exp, log
from typing import TYPE_CHECKING

from fairshelf.audits.errors import DataError
from fairshelf.audits.gate.noise import difference

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Results

_LEVEL = 0.95
"""Of intervals, where the settings do not say."""

_MOST = log(sys.float_info.max)
"""Above this no float has the exponential."""


@dataclass(frozen=True, slots=True)
class Factor:
    """After divided by before, with its interval; None where a side is open."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """An estimate in two results; ``factor`` is None where one of them has no value."""

    before: Estimate
    after: Estimate
    factor: Factor | None


@dataclass(frozen=True, slots=True)
class ComparedResults:
    """Two results beside each other.

    ``only`` counts primary estimates that only the first, and only the second, has; ``differ``
    names settings in which they differ.
    """

    names: tuple[str, str]
    pairs: tuple[Pair, ...]
    only: tuple[int, int]
    differ: tuple[str, ...]
    level: float


def compare_results(before: Results, after: Results, names: tuple[str, str]) -> ComparedResults:
    """Compare the estimates that the findings of two results rest on.

    Results hold no sellers, so the two cannot be paired: the interval of the factor is made of
    theirs on the logarithm, as if they were independent (Zou and Donner, Statistics in Medicine 27
    (2008), 1693-1702). For the same sellers it is too wide; ``audit compare`` with the models or
    the logs pairs them.

    Raises
    ------
    DataError
        ``compare_nothing_in_common``.
    """
    sides = [_primary(one) for one in (before, after)]
    both = [key for key in sides[0] if key in sides[1]]
    if not both:
        raise DataError("compare_nothing_in_common", before=names[0], after=names[1])
    keys = sorted({*before.settings, *after.settings})
    return ComparedResults(
        names=names,
        pairs=tuple(_pair(sides[0][key], sides[1][key]) for key in both),
        only=(len(sides[0]) - len(both), len(sides[1]) - len(both)),
        differ=tuple(key for key in keys if before.settings.get(key) != after.settings.get(key)),
        level=float(str(before.settings.get("level", _LEVEL))),
    )


def _primary(results: Results) -> dict[str, Estimate]:
    """Give the estimates that findings rest on, by key, in the order of the findings."""
    by_key = {one.key: one for one in results.estimates}
    keys = [key for finding in results.findings for key in finding.keys]
    return {key: by_key[key] for key in dict.fromkeys(keys) if key in by_key}


def _pair(before: Estimate, after: Estimate) -> Pair:
    if not (before.value and after.value) or min(before.value, after.value) <= 0:
        return Pair(before, after, None)
    found = difference(_logged(after), _logged(before), 1.0, 0.0)
    value = _raised(found.value)
    if value is None:
        return Pair(before, after, None)
    return Pair(before, after, Factor(value, _raised(found.low), _raised(found.high)))


def _raised(end: float | None) -> float | None:
    """Leave the logarithm; what is too large for a float is open."""
    return exp(end) if end is not None and end < _MOST else None


def _logged(one: Estimate) -> Estimate:
    """Put an estimate and its interval on the logarithm; an end at 0 is open."""
    low = log(one.low) if one.low is not None and one.low > 0 else None
    high = log(one.high) if one.high is not None and one.high > 0 else None
    return replace(one, value=log(one.value or 1.0), low=low, high=high)
