"""The options of ``audit fit`` as they are typed, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from fairshelf.audits.errors import UsageError
from fairshelf.cli import options

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.pipeline.fit import FitAsk

MODELS: dict[str, tuple[str, ...]] = {
    "both": ("linear", "boosted"),
    "linear": ("linear",),
    "boosted": ("boosted",),
    "lambdamart": ("lambdamart",),
}
WORDS = "words"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed; None where an option was left out."""

    feature: list[str] | None
    disclosed: list[str] | None
    missing: list[str] | None
    where: list[str] | None
    model: str
    split: str | None
    unshown: bool = False


def ask(config: Path | None, typed: Typed) -> FitAsk:
    """Read the options, and ``disclosed`` of a settings file's ``[fit]`` where none is typed.

    Raises
    ------
    UsageError
        ``fit_choice``; ``fit_missing_number``; ``option_needs_pair``.
    """
    from fairshelf.audits.pipeline.fit import FitAsk
    from fairshelf.audits.rankers.fitting.split import How

    told = None if typed.disclosed is None else options.covariates(typed.disclosed)
    models: Any = _choice("--model", typed.model, tuple(MODELS))
    split: Any = None if typed.split is None else _choice("--split", typed.split, get_args(How))
    return FitAsk(
        features=_features(typed.feature or []),
        disclosed=told if told is not None else _in_file(config),
        models=MODELS[models],  # type: ignore[arg-type]
        missing=_missing(typed.missing or []),
        where=options.pairs("--where", typed.where or []),
        split=split,
        unshown=typed.unshown,
    )


def _choice(option: str, typed: str, known: tuple[str, ...]) -> str:
    if typed not in known:
        raise UsageError("fit_choice", option=option, typed=typed, known=list(known))
    return typed


def _features(typed: list[str]) -> dict[str, bool]:
    told = {}
    for text in typed:
        for part in text.split(","):
            name, _, kind = part.strip().rpartition("=")
            words = kind == WORDS and bool(name)
            if part.strip():
                told[name if words else part.strip()] = words
    return told


def _missing(typed: list[str]) -> dict[str, tuple[float, ...]]:
    told: dict[str, tuple[float, ...]] = {}
    for text in typed:
        name, sign, value = text.rpartition("=")
        if not (sign and name.strip()):
            raise UsageError("option_needs_pair", option="--missing", typed=text)
        try:
            number = float(value)
        except ValueError as error:
            raise UsageError("fit_missing_number", feature=name, typed=value) from error
        told[name.strip()] = (*told.get(name.strip(), ()), number)
    return told


def _in_file(config: Path | None) -> tuple[str, ...]:
    """Read what a settings file says the platform discloses: ``[fit] disclosed = [...]``."""
    from fairshelf.audits.config import fit_in

    return fit_in(config) if config is not None else ()
