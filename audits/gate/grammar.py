"""The grammar of a rule, as in ``exposure_ratio[group="rural", baseline="catalogue"] >= 0.8``.

::

    rule   = metric [ "[" key "=" value { "," key "=" value } "]" ] bound
    bound  = ( ">=" | "<=" | ">" | "<" ) ( number | "baseline" [ ("+" | "-") number ] )
    value  = "text in double quotes" | bare-word-or-number

Keys are the columns of ``estimates.csv`` that tell one estimate from another; those left out take
the primary settings of the audit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fairshelf.audits.errors import UsageError, nearest

KEYS = (
    *("attribute", "group", "reference", "browsing", "baseline", "cutoff", "scope"),
    *("definition", "period", "ads", "adjusted", "method", "question"),
)

Operator = Literal[">=", "<=", ">", "<"]

_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*")
_PAIR = re.compile(r'\s*([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,\]"]+))\s*')
_BOUND = re.compile(
    r"\s*(>=|<=|>|<)\s*(?:(baseline)(?:\s*([+-])\s*(\d+(?:\.\d+)?))?|(-?\d+(?:\.\d+)?))\s*$"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it was written.

    ``bound`` is the number, or what is added to the baseline's figure where ``relative``.
    """

    text: str
    metric: str
    keys: tuple[tuple[str, str], ...]
    operator: Operator
    bound: float
    relative: bool


def parse(text: str, where: str = "") -> Rule:
    """Read a rule.

    Parameters
    ----------
    text
        The rule.
    where
        What messages say of its place.

    Raises
    ------
    UsageError
        ``rule_unreadable``, with the place from which it makes no sense; ``rule_unknown_key``.
    """
    name = _NAME.match(text)
    if not name:
        raise _unreadable(text, 0, where)
    place = name.end()
    keys: list[tuple[str, str]] = []
    if text[place : place + 1] == "[":
        place, keys = _keys(text, place + 1, where)
    bound = _BOUND.match(text, place)
    if not bound:
        raise _unreadable(text, place, where)
    operator, relative, sign, more, number = bound.groups()
    amount = float(number if number is not None else more or 0)
    return Rule(
        text=text.strip(),
        metric=name.group(1),
        keys=tuple(keys),
        operator=operator,  # type: ignore[arg-type]  # one of the four
        bound=-amount if sign == "-" else amount,
        relative=relative is not None,
    )


def _keys(text: str, place: int, where: str) -> tuple[int, list[tuple[str, str]]]:
    keys: list[tuple[str, str]] = []
    while True:
        pair = _PAIR.match(text, place)
        if not pair:
            raise _unreadable(text, place, where)
        key, quoted, bare = pair.groups()
        if key not in KEYS or key in dict(keys):
            known = [one for one in KEYS if one not in dict(keys)]
            raise UsageError(
                "rule_unknown_key",
                rule=text,
                key=key,
                where=where,
                suggestions=nearest(key, known) or known,
            )
        told = bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        keys.append((key, told))
        place = pair.end()
        if text[place : place + 1] == "]":
            return place + 1, keys
        if text[place : place + 1] != ",":
            raise _unreadable(text, place, where)
        place += 1


def _unreadable(text: str, place: int, where: str) -> UsageError:
    return UsageError(
        "rule_unreadable", rule=text, at=place + 1, rest=text[place:][:40], where=where
    )
