"""Options as they are typed, and the settings they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairshelf.audits.config import LEAST_BOUND
from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    try:
        lower, upper = (float(part) for part in typed.split(","))
    except ValueError as error:
        raise UsageError("bad_bounds", typed=typed) from error
    if not LEAST_BOUND <= lower < 1 < upper <= 1 / LEAST_BOUND:
        raise UsageError("bad_bounds", typed=typed)
    return lower, upper


def given(**options: Any) -> dict[str, Any]:  # noqa: ANN401 - options of any kind
    """Keep the options that were typed: those that are not None and not empty."""
    return {name: value for name, value in options.items() if value not in (None, {}, (), [])}


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
