"""Options as they are typed, and the settings they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairshelf.audits.config import LEAST_BOUND
from fairshelf.audits.errors import UsageError
from fairshelf.cli.typed import number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fairshelf.audits.engines import Engine
    from fairshelf.audits.pipeline.run import Keep
    from fairshelf.audits.power import Design

BOTH = ("en", "zh")


def pairs(option: str, typed: Sequence[str]) -> dict[str, str]:
    """Read ``NAME=VALUE`` options; the first ``=`` divides.

    Raises
    ------
    UsageError
        ``option_needs_pair`` where one has no ``=``, or nothing on a side of it; ``option_twice``.
    """
    told = {}
    for text in typed:
        name, sign, value = text.partition("=")
        if not (sign and name.strip() and value.strip()):
            raise UsageError("option_needs_pair", option=option, typed=text)
        if name.strip() in told:
            raise UsageError("option_twice", option=option, name=name.strip())
        told[name.strip()] = value.strip()
    return told


def one_sheet(typed: Sequence[str] | None) -> str | None:
    """Take the one sheet that was typed.

    Raises
    ------
    UsageError
        ``sheets_typed``: several; only one is read, and leaving one out must not go unsaid.
    """
    names = list(dict.fromkeys(typed or ()))
    if len(names) > 1:
        raise UsageError("sheets_typed", sheets=names)
    return names[0] if names else None


def together(option: str, typed: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Read ``NAME=VALUE,NAME=VALUE`` options; what stands in one is meant together.

    Raises
    ------
    UsageError
        As :func:`pairs`.
    """
    return tuple(
        tuple(pairs(option, [part for part in text.split(",") if part.strip()] or [text]).items())
        for text in typed
    )


def attributes(typed: Sequence[str]) -> dict[str, str | None]:
    """Read ``NAME`` or ``NAME=HEADING``.

    Raises
    ------
    UsageError
        ``option_twice``.
    """
    told: dict[str, str | None] = {}
    for text in typed:
        name, _, heading = text.partition("=")
        if name.strip() in told:
            raise UsageError("option_twice", option="--attribute", name=name.strip())
        told[name.strip()] = heading.strip() or None
    return told


def covariates(typed: Sequence[str]) -> tuple[str, ...] | None:
    """Read covariates, one an option or several with commas; ``none`` holds nothing equal."""
    told = tuple(part.strip() for text in typed for part in text.split(",") if part.strip())
    if told == ("none",):
        return ("none",)
    return told or None


def bounds(typed: str) -> tuple[float, float]:
    """Read ``L,U``.

    Raises
    ------
    UsageError
        ``bad_bounds``.
    """
    ends = [number(part) for part in typed.split(",")]
    if len(ends) != 2 or None in ends:  # noqa: PLR2004 - a pair
        raise UsageError("bad_bounds", typed=typed)
    lower, upper = (float(end or 0.0) for end in ends)
    if not LEAST_BOUND <= lower < 1 < upper <= 1 / LEAST_BOUND:
        raise UsageError("bad_bounds", typed=typed)
    return lower, upper


def jurisdictions(typed: str | None) -> tuple[str, ...]:
    """Read ``CN,EU``.

    Raises
    ------
    UsageError
        ``unknown_jurisdiction``.
    """
    from fairshelf.reports.law import known

    told = tuple(part.strip().upper() for part in (typed or "").split(",") if part.strip())
    have = known()
    for one in told:
        if one not in have:
            raise UsageError("unknown_jurisdiction", typed=one, known=list(have))
    return told


def case_and_plan(
    case: Path | None, plan: Path | None, config: Path | None
) -> tuple[dict[str, object], dict[str, Any] | None]:
    """Read the case file (else the ``[case]`` of the settings' file) and the frozen plan."""
    from fairshelf.audits.case import load_case
    from fairshelf.audits.config import case_in
    from fairshelf.audits.plan import load_plan

    told = load_case(case) if case else {}
    if not told and config and case_in(config):
        told = load_case(config)
    return told, load_plan(plan) if plan else None


def designs(
    sellers: Sequence[str], requests: Sequence[int], length: int, spread: float
) -> list[Design]:
    """Read ``20,60`` for sellers; a few sizes where none are given.

    Raises
    ------
    UsageError
        ``bad_plan_sizes``.
    """
    from fairshelf.audits.power import Design

    sizes = []
    for text in sellers or ("10,40", "20,80", "40,160", "100,400"):
        parts = text.split(",")
        if len(parts) != 2 or not all(p.strip().isdigit() and int(p) >= 5 for p in parts):  # noqa: PLR2004 - a pair, five sellers each
            raise UsageError("bad_plan_sizes", typed=text)
        sizes.append((int(parts[0]), int(parts[1])))
    return [
        Design(group, reference, pages, length, spread)
        for group, reference in sizes
        for pages in requests or (50, 300)
    ]


def gap(typed: float) -> float:
    """Check a ratio to plan for.

    Raises
    ------
    UsageError
        ``bad_gap``.
    """
    if not 0.05 <= typed <= 20 or typed == 1:  # noqa: PLR2004 - beyond that nobody needs a plan
        raise UsageError("bad_gap", typed=typed)
    return typed


def engine(typed: str | None, given: Sequence[str], table: str | None) -> Engine:
    """Read ``--engine``, ``--engine-option`` and ``--table``.

    Raises
    ------
    UsageError
        As :func:`pairs` and :func:`fairshelf.audits.engines.address.engine`.
    """
    from fairshelf.audits.engines.address import engine as meant

    return meant(typed, pairs("--engine-option", given), table)


def kept(
    save_tally: Path | None,
    tally: Path | None,
    log: Sequence[str],
    engine: str | None,
    table: str | None,
    out: Path,
    *,
    force: bool,
) -> Keep | None:
    """Say where a tally is to be saved, and hold ``--tally`` against what it excludes.

    Raises
    ------
    UsageError
        ``tally_and_log``: a saved tally stands in place of a log, an engine or a table, and is not
        saved again; ``tally_in_out``: it would lie in the folder of the report; those of
        :func:`fairshelf.audits.tally.saved.place.refuse` and ``refuse_inside``.
    """
    from fairshelf.audits.pipeline.run import Keep
    from fairshelf.audits.tally.saved.place import refuse, refuse_inside

    if tally is not None and (log or engine or table or save_tally):
        raise UsageError("tally_and_log", tally=str(tally))
    if save_tally is not None and save_tally.resolve().is_relative_to(out.resolve()):
        raise UsageError("tally_in_out", tally=str(save_tally), out=str(out))
    refuse_inside(out, [one for one in (tally, save_tally) if one is not None])
    if save_tally is None:
        return None
    refuse(save_tally, force=force)
    return Keep(save_tally, force)


def languages(lang: str | None) -> tuple[str, ...]:
    """Give the languages of the report: the one that was asked for, else both.

    Raises
    ------
    UsageError
        ``unknown_language``.
    """
    if lang is None:
        return BOTH
    if lang not in BOTH:
        raise UsageError("unknown_language", typed=lang, known=list(BOTH))
    return (lang,)
