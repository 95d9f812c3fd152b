"""What may be concluded: how strong the surrogate is, and what it says of each factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from fairshelf.audits.inference.multiple import holm
from fairshelf.audits.rankers.fitting.limits import limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairshelf.audits.rankers.fitting.measures import Mean

Strength = Literal["few_lists", "too_weak", "one_factor", "usable"]
Seen = Literal["seen", "not_seen", "not_among_shown", "unclear", "too_weak", "no_column"]
Sign = Literal["up", "down", "mixed", "bent", "none"]
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Effect:
    """One column's part of the linear model.

    ``odds`` (with ``low`` and ``high``) are those of standing above a listing that is otherwise
    alike: per standard deviation of a number, for having a property otherwise. None where there is
    no interval.
    """

    factor: str
    kind: str
    label: str
    reference: str
    scale: str
    step: float
    weight: float
    se: float | None
    df: float
    odds: float
    low: float | None
    high: float | None
    p: float | None
    sellers: int
    indicative: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """A factor, whether the platform names it, and whether the orders show it.

    ``code`` is ``disclosed_`` or ``undisclosed_`` and ``seen``: p_adjusted (Holm over the factors,
    Bonferroni over a factor's columns) below 0.05, or for a number a loss of pairs whose interval
    lies above the least that counts (then ``sign`` is ``bent``: neither up nor down all the way).
    ``not_seen``: all intervals lie between the bounds of a small effect; ``not_among_shown`` where
    the candidates that were not shown are not known, for among those that were, effects shrink to
    next to nothing (benchmarks/surrogate.py). ``unclear``: neither.
    ``too_weak``: the surrogate is. ``no_column``: named by the platform, not in the data.
    """

    factor: str
    disclosed: bool
    seen: Seen
    code: str
    sign: Sign
    p_adjusted: float | None


def strength(accuracy: Mean, over_best: Mean) -> Strength:
    """Say whether a surrogate may be concluded from.

    Parameters
    ----------
    accuracy
        Held-out pairwise accuracy of the surrogate.
    over_best
        The same less that of the best single column, list by list.
    """
    if accuracy.units < limits().fewest_units:
        return "few_lists"
    if accuracy.low is None or accuracy.low <= 1 / 2 + limits().accuracy_margin:
        return "too_weak"
    if over_best.low is None or over_best.low <= 0:
        return "one_factor"
    return "usable"


def verdicts(
    effects: Sequence[Effect],
    losses: Mapping[str, Mean],
    groups: Sequence[str],
    disclosed: Sequence[str],
    grade: Strength,
    *,
    complete: bool = False,
) -> tuple[Verdict, ...]:
    """Lay what the orders show beside what the platform says.

    Parameters
    ----------
    effects
        Of the linear model, over all lists.
    losses
        Factor -> loss of pairs of the boosted model, where one was fitted and the listings it was
        tried on are mostly new to it.
    groups
        Factors that are traits of sellers: only their intervals over sellers count.
    disclosed
        Factors the platform says it uses.
    grade
        What the strongest surrogate is good for.
    complete
        Whether the candidates that were not shown are known.
    """
    names = list(dict.fromkeys(one.factor for one in effects))
    names += [name for name in losses if name not in names]
    own = {name: [one for one in effects if one.factor == name] for name in names}
    adjusted = holm([_p(own[name]) for name in names])
    told = []
    for name, p in zip(names, adjusted, strict=True):
        loss = None if name in groups else losses.get(name)
        seen, sign = _seen(own[name], float(p), loss)
        if seen == "not_seen" and not complete:
            seen = "not_among_shown"
        if grade in ("few_lists", "too_weak"):
            seen, sign = "too_weak", "none"
        told.append(_verdict(name, disclosed, seen, sign, float(p)))
    absent = [name for name in disclosed if name not in names]
    return (*told, *(_verdict(name, disclosed, "no_column", "none", np.nan) for name in absent))


def _verdict(factor: str, disclosed: Sequence[str], seen: Seen, sign: Sign, p: float) -> Verdict:
    named = factor in disclosed
    code = f"{'disclosed' if named else 'undisclosed'}_{seen}"
    return Verdict(factor, named, seen, code, sign, p if np.isfinite(p) else None)


def _p(effects: Sequence[Effect]) -> float:
    """Give the least p-value of a factor's columns, times their number; NaN without any."""
    known = [one.p for one in effects if one.p is not None]
    return min(1.0, min(known) * len(known)) if known else np.nan


def _seen(effects: Sequence[Effect], p: float, loss: Mean | None) -> tuple[Seen, Sign]:
    if p < ALPHA:
        return "seen", _sign(effects)
    if loss is not None and loss.low is not None and loss.low > limits().least_loss:
        return "seen", "bent"
    low, high = limits().material
    small = [
        one.low is not None and one.high is not None and low < one.low and one.high < high
        for one in effects
    ]
    return ("not_seen" if small and all(small) else "unclear"), "none"


def _sign(effects: Sequence[Effect]) -> Sign:
    """Give the direction of a factor: of its number, else of what is surely not nothing."""
    lead = [one for one in effects if one.kind == "number"]
    sure = [
        one.weight
        for one in lead or effects
        if one.low is not None and one.high is not None and (one.low > 1 or one.high < 1)
    ]
    if not sure:
        return "mixed"
    if min(sure) > 0:
        return "up"
    return "down" if max(sure) < 0 else "mixed"
