"""Whether the numbers of a results file can be those of an audit: finite, in order, in range."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from fairshelf.audits.errors import DataError
from fairshelf.reports.disclosure.estimates import EXACT
from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.names import RATIOS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fairshelf.audits.results import Estimate, Results

MOST = 10**15
"""Nothing is counted, and nothing but a ratio estimated, above this."""

MOST_RATIO = 1e300
"""A ratio has no natural end: models of attention that fade by a factor a place reach 1e60."""

CLOSE = 1e-9
"""An estimate may lie outside its interval by the noise of floats, relative to its size."""

SEARCHED = 1e-5
"""The same where ends were searched for, to six significant digits."""

_SHARES = ("p_value", "p_adjusted", "level")
_LONGEST = 40
_COUNTS = ("sellers", "listings", "requests", "impressions")


def require_sound(results: Results) -> None:
    """Refuse numbers that no audit gives.

    Every number is finite and below its bound, counts are not negative, p-values and levels lie
    within 0 and 1, and each interval begins before it ends and holds its estimate. In a public
    file the figures are rounded, so that an estimate may lie beyond its interval by that.

    Raises
    ------
    DataError
        ``results_broken``, with the first field that cannot be.
    """
    slack = None
    if "disclosure" in results.provenance:
        limits = rules()
        slack = 10.0 ** (2 - min(limits.figures, limits.beside))
    for place, one in enumerate(results.estimates):
        _estimate(one, f"estimates.{place}", slack)
    for field, count in _counts(results):
        _bounded(field, count, 0, MOST)
    for field, value in _facts(results):
        _bounded(field, value, -MOST_RATIO, MOST_RATIO)
    _settings(results.settings)


def _estimate(one: Estimate, where: str, slack: float | None) -> None:
    most = MOST_RATIO if one.metric in RATIOS else MOST
    for name in ("value", "low", "high"):
        _bounded(f"{where}.{name}", getattr(one, name), -most, most)
    for name in ("df", "se"):
        _bounded(f"{where}.{name}", getattr(one, name), 0, MOST_RATIO)
    for name in _SHARES:
        _bounded(f"{where}.{name}", getattr(one, name), 0, 1)
    for name in _COUNTS:
        _bounded(f"{where}.{name}", getattr(one, name), 0, MOST)
    near = max(SEARCHED if one.method == "permutation" else CLOSE, slack or 0.0)
    _ordered(where, ("low", one.low), ("high", one.high), near)
    if slack is not None and one.method in EXACT:
        return  # its ends are rounded more coarsely than itself
    if one.low is not None and one.high is not None:
        _ordered(where, ("low", one.low), ("value", one.value), near)
        _ordered(where, ("high", one.high), ("value", one.value), -near)


def _ordered(
    where: str, end: tuple[str, float | None], other: tuple[str, float | None], near: float
) -> None:
    """Hold an end of an interval against another number; a negative ``near`` turns the order."""
    (name, one), (against, two) = end, other
    if one is None or two is None:
        return
    beyond, sign = (one - two, ">") if near > 0 else (two - one, "<")
    if beyond > abs(near) * max(abs(one), abs(two)):
        field, why = f"{where}.{name}", f"{one:.6g} {sign} {against} = {two:.6g}"
        raise _broken(field, why)


def _bounded(field: str, value: object, least: float, most: float) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _broken(field, repr(value)[:_LONGEST])
    if isinstance(value, float) and not math.isfinite(value):
        raise _broken(field, str(value))
    if value < least:
        raise _broken(field, f"{_told(value)} < {_told(least)}")
    if value > most:
        raise _broken(field, f"{_told(value)} > {_told(most)}")


def _told(value: float) -> str:
    """Give a number in short, also one that no float holds."""
    held = max(-sys.float_info.max, min(sys.float_info.max, value))
    return f"{held:.3g}"


def _settings(settings: Mapping[str, object]) -> None:
    """Hold the settings that are read back as numbers against what they can be."""
    _bounded("settings.level", settings.get("level"), 0, 1)
    bounds = settings.get("bounds")
    if isinstance(bounds, list | tuple):
        for place, bound in enumerate(bounds):
            _bounded(f"settings.bounds.{place}", bound, 0, MOST_RATIO)


def _counts(results: Results) -> Iterator[tuple[str, int | None]]:
    """Give every count beside those of the estimates, and where it stands."""
    told: list[tuple[str, object]] = [("rows", results.rows), ("joins", results.joins)]
    told += [(f"inputs.{place}", one) for place, one in enumerate(results.inputs)]
    for place, attribute in enumerate(results.groups):
        where = f"groups.{place}"
        told += [(f"{where}.levels.{n}", level) for n, level in enumerate(attribute.levels)]
        told += [(f"{where}.mapping.{n}", rule) for n, rule in enumerate(attribute.mapping)]
    for where, record in told:
        for name in type(record).__slots__:  # type: ignore[attr-defined]  # records of slots
            value = getattr(record, name)
            if isinstance(value, int) and not isinstance(value, bool):
                yield f"{where}.{name}", value


def _facts(results: Results) -> Iterator[tuple[str, float]]:
    """Give every number of tables and messages, and where it stands."""
    for name, table in results.tables.items():
        for place, row in enumerate(table.rows):
            yield from _numbers(f"tables.{name}.rows.{place}", dict(enumerate(row)))
    messages = [("notices", results.notices), ("limits", results.limits)]
    messages += [(f"findings.{n}.reasons", one.reasons) for n, one in enumerate(results.findings)]
    for where, said in messages:
        for place, message in enumerate(said):
            yield from _numbers(f"{where}.{place}.facts", message.facts)


def _numbers(
    where: str, held: Mapping[str, object] | Mapping[int, object]
) -> Iterator[tuple[str, float]]:
    for key, value in held.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{where}.{key}", value


def _broken(field: str, why: str) -> DataError:
    return DataError("results_broken", field=field, why=why)
