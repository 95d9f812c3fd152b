"""Which column is what: the headings of a file laid against the canonical columns.

What the user says goes first, then a heading that is our own name, then the table of known
headings, then what is very much like one of them. Nothing is guessed silently: two columns that
could both be a core column, or a core column that is not there, end in an error that lists the
candidates and the option to type.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fairshelf.audits.columns import missing
from fairshelf.audits.columns.blocks import only_first_rows
from fairshelf.audits.columns.candidates import (
    ACCEPT,
    WEAK_RANK,
    Candidate,
    candidates,
    fits,
    order,
)
from fairshelf.audits.columns.canonical import BY_NAME, COLUMNS, CORE
from fairshelf.audits.columns.headings import words
from fairshelf.audits.columns.moments import counts, told_by
from fairshelf.audits.columns.sample import distinct, fits_kind, same_values
from fairshelf.audits.columns.units import factor_of
from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.results import ColumnMatch, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fairshelf.audits.columns.places import Place
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.errors import FairshelfError


JOINED = 0.95
"""How sure it is that columns of units of places make one place together."""


@dataclass(frozen=True, slots=True)
class Detection:
    """What was taken for what in one file.

    Attributes
    ----------
    matches
        One per canonical column found, in the order of the canonical table.
    extras
        (attribute name, heading) of the user's own columns that this file has.
    unused
        Headings that stand for nothing here.
    candidates
        Canonical name -> (heading, confidence) of every heading that was considered for it.
    notices
        What was preferred, and what was left out and why.
    problems
        What keeps the file from being audited; :func:`detect` raises the first.
    features
        (column, heading, whether it is text) of what a ranking model reads, where one is asked.
    """

    matches: tuple[ColumnMatch, ...]
    extras: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    candidates: dict[str, tuple[tuple[str, float], ...]]
    notices: tuple[Message, ...] = ()
    problems: tuple[FairshelfError, ...] = ()
    features: tuple[tuple[str, str, bool], ...] = ()

    def heading(self, canonical: str) -> str | None:
        """Give the heading that was taken for a canonical column, or None."""
        return next((found.heading for found in self.matches if found.canonical == canonical), None)

    @property
    def found(self) -> frozenset[str]:
        """The canonical columns that were found."""
        return frozenset(match.canonical for match in self.matches)


@dataclass(frozen=True, slots=True)
class _Choice:
    match: ColumnMatch | None = None
    notices: tuple[Message, ...] = ()
    problem: FairshelfError | None = None


def detect(raw: RawTable, given: Mapping[str, str], extras: Mapping[str, str]) -> Detection:
    """Lay the headings of a file against the canonical columns, or say why that fails.

    Parameters
    ----------
    raw
        The file as it was read.
    given
        Canonical name -> heading, as in ``--map position=排名``. A heading that only another file
        has is passed over; :func:`require_headings` holds the names against all files.
    extras
        Attribute name -> heading, as in ``--attribute group=组别``. An attribute that bears the
        name of a canonical column is that column.

    Raises
    ------
    UsageError
        ``unknown_canonical``, ``ambiguous_column``.
    DataError
        ``no_position`` and its kinds, ``position_not_numbers``, ``position_only_words``,
        ``nothing_ranked``, ``no_seller_key``, ``no_listing_key``.
    """
    detection = survey(raw, given, extras)
    if detection.problems:
        raise detection.problems[0]
    return detection


def survey(raw: RawTable, given: Mapping[str, str], extras: Mapping[str, str]) -> Detection:
    """Do the same as :func:`detect`, but keep what is wrong in ``problems`` instead of raising.

    Raises
    ------
    UsageError
        ``unknown_canonical``: a name in ``given`` that is no canonical column.
    """
    told = _told(raw, given, extras)
    own = tuple(
        (name, heading)
        for name, heading in extras.items()
        if heading in raw.headings and not fits(name, raw.role)
    )
    claimed = {*told.values(), *(heading for _, heading in own)}
    considered = candidates((name for name in raw.headings if name not in claimed), raw.role)
    choices = _choose(raw, told, _without_running_numbers(raw, told, considered))
    parts = _parts(raw)
    found = Detection(
        matches=tuple(choice.match for choice in choices if choice.match),
        extras=own,
        unused=(),
        candidates=_shown(told, considered),
        notices=tuple(notice for choice in choices for notice in choice.notices),
        problems=tuple(choice.problem for choice in choices if choice.problem),
    )
    used = claimed | {match.heading for match in found.matches} | set(parts)
    found = replace(
        found,
        unused=tuple(name for name in raw.headings if name not in used),
        notices=(
            *found.notices,
            *_units(found.matches),
            *_about_time(raw, found.heading("time")),
            *_about_blocks(raw, found),
        ),
    )
    shops = distinct(raw, found.heading("seller"))
    absent, notices = missing.core(
        raw, found.found, found.extras, found.unused, found.candidates, shops
    )
    blocked = {problem.facts.get("column") for problem in found.problems}
    return replace(
        found,
        notices=(*found.notices, *notices),
        problems=(
            *found.problems,
            *(problem for problem in absent if problem.facts.get("column") not in blocked),
        ),
    )


def require_headings(
    raws: Sequence[RawTable], given: Mapping[str, str], extras: Mapping[str, str]
) -> None:
    """Hold what the user named against the files: every heading must stand in one of them.

    Raises
    ------
    UsageError
        ``unknown_heading``, with the headings most like it.
    """
    known = list(dict.fromkeys(heading for raw in raws for heading in raw.headings))
    for option, names in (("--map", given), ("--attribute", extras)):
        for name, heading in names.items():
            if heading not in known:
                raise UsageError(
                    "unknown_heading",
                    option=missing.to_type(option, name, heading),
                    heading=heading,
                    files=[raw.name for raw in raws],
                    suggestions=nearest(heading, known, words) or known,
                )


def _told(raw: RawTable, given: Mapping[str, str], extras: Mapping[str, str]) -> dict[str, str]:
    for name in given:
        if name not in BY_NAME:
            raise UsageError(
                "unknown_canonical",
                name=name,
                heading=given[name],
                suggestions=nearest(name, list(BY_NAME), words) or list(CORE),
            )
    named = {name: heading for name, heading in extras.items() if fits(name, raw.role)}
    told = {name: heading for name, heading in given.items() if fits(name, raw.role)}
    return {name: heading for name, heading in {**named, **told}.items() if heading in raw.headings}


def _without_running_numbers(
    raw: RawTable, told: Mapping[str, str], considered: Mapping[str, tuple[Candidate, ...]]
) -> Mapping[str, tuple[Candidate, ...]]:
    """Leave out positions of weak headings where the file is a register: they number its lines."""
    found = {*told, *considered, *raw.constants}
    weak = all(one.rank >= WEAK_RANK for one in considered.get("position", ()))
    if raw.role != "log" or not weak or not missing.is_register(found):
        return considered
    return {name: entries for name, entries in considered.items() if name != "position"}


def _choose(
    raw: RawTable, told: Mapping[str, str], considered: Mapping[str, tuple[Candidate, ...]]
) -> list[_Choice]:
    choices = []
    for column in COLUMNS:
        if raw.role not in column.tables:
            continue
        place = raw.extra.get("place") if column.name == "address" else None
        if column.name in told:
            choices.append(_given(raw, column.name, told[column.name]))
        elif place is not None:
            match = ColumnMatch(column.name, place.heading, "joined", JOINED)
            choices.append(_Choice(match=match))
        else:
            choices.append(_best(raw, column.name, considered.get(column.name, ())))
    return choices


def _parts(raw: RawTable) -> tuple[str, ...]:
    """Name the columns that were joined into a place."""
    place: Place | None = raw.extra.get("place")
    return () if place is None else (*place.headings, place.heading)


def _given(raw: RawTable, name: str, heading: str) -> _Choice:
    if name == "position" and not fits_kind(raw, heading, "position"):
        return _Choice(problem=missing.not_numbers(raw, heading))
    return _Choice(match=ColumnMatch(name, heading, "given", 1.0))


def _best(raw: RawTable, name: str, entries: Iterable[Candidate]) -> _Choice:
    sure = [entry for entry in entries if entry.confidence >= ACCEPT or entry.how != "similar"]
    fit = [entry for entry in sure if fits_kind(raw, entry.heading, BY_NAME[name].kind)]
    if not fit:
        return _unfit(raw, name, sure)
    first, *others = sorted(fit, key=order)
    equal = [entry for entry in others if _as_good(entry, first)]
    if equal and not all(same_values(raw, first.heading, other.heading) for other in equal):
        return _ambiguous(raw, name, [first, *equal])
    match = ColumnMatch(name, first.heading, first.how, first.confidence)
    return _Choice(match=match, notices=tuple(_remarks(raw, name, first, others)))


def _as_good(entry: Candidate, first: Candidate) -> bool:
    return (entry.how == "similar") == (first.how == "similar") and (
        entry.rank == first.rank
        and (first.how != "canonical" or entry.how == "canonical" or first.canonical == "position")
    )


def _unfit(raw: RawTable, name: str, sure: Sequence[Candidate]) -> _Choice:
    if not sure:
        return _Choice()
    if name == "position":
        return _Choice(problem=missing.not_numbers(raw, sure[0].heading))
    told = Message(
        "column_not_numbers", {"file": raw.name, "column": name, "heading": sure[0].heading}
    )
    return _Choice(notices=(told,))


def _ambiguous(raw: RawTable, name: str, equal: Sequence[Candidate]) -> _Choice:
    headings = [entry.heading for entry in equal]
    if name in CORE:
        problem = UsageError(
            "ambiguous_column",
            file=raw.name,
            column=name,
            headings=headings,
            option=missing.to_type("--map", name, headings[0]),
        )
        return _Choice(problem=problem)
    facts = {
        "file": raw.name,
        "column": name,
        "option": missing.to_type("--map", name, headings[0]),
    }
    return _Choice(notices=(Message("ambiguous_unused", {**facts, "headings": headings}),))


def _remarks(
    raw: RawTable, name: str, first: Candidate, others: Sequence[Candidate]
) -> Iterable[Message]:
    facts = {"file": raw.name, "column": name, "heading": first.heading}
    if first.how == "similar":
        yield Message("column_by_likeness", {**facts, "percent": round(100 * first.confidence)})
    elif first.rank >= WEAK_RANK and name in CORE:
        yield Message("column_by_weak_heading", {**facts, "option": f"--map {name}=..."})
    known = [other for other in others if other.how != "similar" or first.how == "similar"]
    if known and name in CORE:
        headings = [other.heading for other in known]
        yield Message("column_preferred", {**facts, "others": headings})


def _units(matches: Iterable[ColumnMatch]) -> Iterable[Message]:
    """Say by what the cells under a heading are multiplied."""
    for match in matches:
        factor = factor_of(match.canonical, match.heading)
        if factor != 1:
            facts = {"column": match.canonical, "heading": match.heading}
            yield Message("heading_unit", {**facts, "factor": factor})


def _about_time(raw: RawTable, heading: str | None) -> Iterable[Message]:
    """Say how serial days were read, and of a time without days that nothing comes of it."""
    if heading is None:
        return
    told = told_by(raw, heading)
    if told == "mixed":
        days, serial = counts(raw, heading)
        yield Message("time_mixed", {"heading": heading, "days": days, "serial": serial})
    if told in ("serial", "no_year", "no_day"):
        yield Message(f"time_{told}", {"heading": heading})


def _about_blocks(raw: RawTable, found: Detection) -> Iterable[Message]:
    """Say which columns are filled in the first row of each list only."""
    position = found.heading("position")
    for name in ("request", "query", "time") if position is not None else ():
        heading = found.heading(name)
        if heading is not None and only_first_rows(raw, heading, str(position)):
            yield Message("only_first_rows", {"heading": heading})


def _shown(
    told: Mapping[str, str], considered: Mapping[str, tuple[Candidate, ...]]
) -> dict[str, tuple[tuple[str, float], ...]]:
    shown: dict[str, tuple[tuple[str, float], ...]]
    shown = {name: ((heading, 1.0),) for name, heading in told.items()}
    for name, entries in considered.items():
        rest = tuple((entry.heading, entry.confidence) for entry in entries)
        shown[name] = (*shown.get(name, ()), *rest)
    return shown
