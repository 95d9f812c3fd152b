"""The options of ``audit remedy`` as they are typed, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from fairshelf.audits.errors import UsageError
from fairshelf.cli import options
from fairshelf.cli.typed import number

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.pipeline.remedies.ask import RemedyAsk
    from fairshelf.audits.pipeline.replay import ModelAsk


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed; None where an option was left out."""

    what: list[str] | None
    strength: list[str] | None
    group: str | None
    target: float
    neutral: list[str] | None
    fresh: str | None
    own: str | None
    lift: list[str] | None
    quantile: float
    coop: str | None
    patronage: float | None
    levy: float | None
    levy_on: str
    levy_rule: str
    utility: str
    forecast: ModelAsk | None
    horizon: bool
    stakeholders: Path | None


def ask(typed: Typed) -> RemedyAsk:
    """Read the options.

    Raises
    ------
    UsageError
        ``option_needs_pair``, ``option_twice``, ``option_out_of_range``, ``option_no_number``,
        ``fit_choice``.
    """
    from fairshelf.audits.pipeline.remedies.ask import LevyOn, RemedyAsk, Utility
    from fairshelf.audits.remedies.sharing import Rule

    for name, value, low, high in (
        ("--target", typed.target, 0.05, 2.0),
        ("--quantile", typed.quantile, 0.0, 1.0),
        ("--patronage", typed.patronage, 0.0, 1.0),
        ("--levy", typed.levy, 0.0, 1.0),
    ):
        if value is not None and not low <= value <= high:
            raise UsageError("option_out_of_range", option=name, typed=value, low=low, high=high)
    rule: Any = _choice("--levy-rule", typed.levy_rule, get_args(Rule))
    on: Any = _choice("--levy-on", typed.levy_on, get_args(LevyOn))
    utility: Any = _choice("--utility", typed.utility, get_args(Utility))
    return RemedyAsk(
        what=_listed(typed.what),
        strengths=_strengths(typed.strength or []),
        group=typed.group,
        target=typed.target,
        neutral=tuple(options.pairs("--neutral", typed.neutral or []).items()),
        fresh=_pair("--fresh", typed.fresh),
        own=_pair("--own", typed.own),
        lift=_listed(typed.lift),
        quantile=typed.quantile,
        coop=typed.coop,
        patronage=typed.patronage,
        levy=typed.levy,
        levy_on=on,
        levy_rule=rule,
        utility=utility,
        forecast=typed.forecast,
        horizon=typed.horizon,
        stakeholders=typed.stakeholders,
    )


def _choice(option: str, typed: str, known: tuple[str, ...]) -> str:
    if typed not in known:
        raise UsageError("fit_choice", option=option, typed=typed, known=list(known))
    return typed


def _listed(typed: list[str] | None) -> tuple[str, ...]:
    parts = (part.strip() for text in typed or [] for part in text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _pair(option: str, typed: str | None) -> tuple[str, float] | None:
    if typed is None:
        return None
    ((name, value),) = options.pairs(option, [typed]).items()
    return name, _number(option, value)


def _strengths(typed: list[str]) -> dict[str, tuple[float, ...]]:
    told = options.pairs("--strength", typed)
    return {
        name: tuple(sorted({_number("--strength", part) for part in values.split(",")}))
        for name, values in told.items()
    }


def _number(option: str, typed: str) -> float:
    value = number(typed)
    if value is None:
        raise UsageError("option_no_number", option=option, typed=typed)
    return value
