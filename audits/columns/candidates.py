"""Which headings may stand for which canonical columns, and how sure that is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from fairshelf.audits.columns.canonical import BY_NAME, CORE
from fairshelf.audits.columns.headings import Known, known_headings, lookup, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

How = Literal["given", "canonical", "table", "normalised", "similar"]

ACCEPT = 0.90
"""Similarity from which a heading that is in no table is taken for what it resembles."""

SUGGEST = 0.70
"""Similarity from which a heading is named as what might have been meant."""

WEAK_RANK = 3
"""Ranks from here on are taken only with a word of warning (``序号`` for a position)."""

_SURE: dict[How, float] = {"given": 1.0, "canonical": 1.0, "table": 0.99, "normalised": 0.95}
_RANK_COST = 0.05
_SHORT = 4
_AGAIN = re.compile(r"(.+) \([0-9]+\)")
"""How a heading is told from one before it that says the same."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One heading that may stand for one canonical column; a lower ``rank`` is preferred."""

    canonical: str
    heading: str
    how: How
    confidence: float
    rank: int


def candidates(headings: Iterable[str], role: str) -> dict[str, tuple[Candidate, ...]]:
    """Find what each heading may stand for, best first for each canonical column.

    Parameters
    ----------
    headings
        Headings nobody has claimed yet.
    role
        ``log``, ``sellers`` or ``catalogue``: only its canonical columns are looked for.

    Returns
    -------
    dict
        Canonical name -> candidates, including those below :data:`ACCEPT`.
    """
    found: dict[str, list[Candidate]] = {}
    unclaimed = list(headings)
    folded = {heading.casefold() for heading in unclaimed}
    for heading in unclaimed:
        candidate = _of_repeated(heading, folded, role) or _of_heading(heading, role)
        if candidate is not None:
            found.setdefault(candidate.canonical, []).append(candidate)
    return {name: tuple(sorted(entries, key=order)) for name, entries in found.items()}


def order(candidate: Candidate) -> tuple[int, int, float]:
    """Give the sort key: what is known before what is only alike, then rank, then confidence."""
    return (candidate.how == "similar", candidate.rank, -candidate.confidence)


def fits(canonical: str, role: str) -> bool:
    """Say whether a name is a canonical column of a table of this role."""
    column = BY_NAME.get(canonical)
    return column is not None and role in column.tables


def _of_heading(heading: str, role: str) -> Candidate | None:
    if fits(heading.strip().casefold(), role):
        return Candidate(heading.strip().casefold(), heading, "canonical", _SURE["canonical"], 1)
    known = lookup(heading)
    if known:
        return _of_known(heading, known, role)
    return _of_likeness(heading, role)


def _of_repeated(heading: str, folded: Collection[str], role: str) -> Candidate | None:
    """Take ``seller (2)``, a second ``seller`` or ``Seller``, for a core column as well as that."""
    again = _AGAIN.fullmatch(heading)
    if again is None or again[1].casefold() not in folded:
        return None
    candidate = _of_heading(again[1], role)
    if candidate is None or candidate.how == "similar" or candidate.canonical not in CORE:
        return None
    return replace(candidate, heading=heading)


def _of_known(heading: str, known: tuple[Known, ...], role: str) -> Candidate | None:
    for entry in known:
        if fits(entry.canonical, role):
            how: How = "table" if entry.exact else "normalised"
            sure = _SURE[how] - _RANK_COST * (entry.rank - 1)
            return Candidate(entry.canonical, heading, how, round(sure, 2), entry.rank)
        if role != "sellers" and entry.canonical not in BY_NAME:
            return None
    return None


def _of_likeness(heading: str, role: str) -> Candidate | None:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only for headings in no table

    asked = words(heading)
    choices, names = _choices()
    found = process.extract(asked, choices, scorer=fuzz.ratio, limit=12, score_cutoff=100 * SUGGEST)
    if not found:
        return None
    best = names[found[0][2]]
    if not fits(best, role):
        return None
    likeness = round(found[0][1] / 100, 2)
    rivals = {names[place] for _, score, place in found if score >= 100 * ACCEPT}
    if rivals - {best} or len(asked) < _SHORT or _numbers(asked) != _numbers(found[0][0]):
        likeness = min(likeness, ACCEPT - 0.01)
    return Candidate(best, heading, "similar", likeness, WEAK_RANK - 1)


def _numbers(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


@cache
def _choices() -> tuple[list[str], list[str]]:
    table = [*((name, name) for name in BY_NAME), *known_headings()]
    return [words(heading) for _, heading in table], [canonical for canonical, _ in table]
