"""Closed-form intervals put onto estimates, under the question that was asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr

from fairshelf.audits.estimates.context import few
from fairshelf.audits.inference.linear import Influences, linear_interval, rescaled

if TYPE_CHECKING:
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.inference.linear import LinearInterval, Scale
    from fairshelf.audits.results import Estimate, Question


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed-form interval with what must be said of it."""

    found: LinearInterval
    note: str | None
    question: Question
    method: str

    def p_value(self, ratio: float) -> float:
        """Give the two-sided p-value of a ratio other than 1."""
        if self.found.se == 0:
            return 1.0 if self.found.value == ratio else 0.0
        distance = abs(np.log(self.found.value) - np.log(ratio)) / self.found.se
        return float(2 * stdtr(self.found.df, -distance))


def with_interval(
    ctx: Context, estimate: Estimate, influences: Influences, sellers: int, scale: Scale
) -> Estimate:
    """Give an estimate its closed-form interval.

    Parameters
    ----------
    ctx
        What the audit asks: sellers like these, or this log only.
    estimate
        With its value.
    influences
        On the value itself.
    sellers
        Sellers of the smaller of the groups the estimate compares: degrees of freedom plus one.
    scale
        ``logit`` for shares, ``log`` for averages and ratios.
    """
    value = estimate.value
    if value is None or not np.isfinite(value):
        return estimate
    used, df, note, question = _used(ctx, influences, sellers)
    if used is None or not on_scale(value, scale):
        return replace(estimate, note=beside(estimate.note, note or "no_spread"))
    spread = _each(used, value, scale)
    found = linear_interval(value, spread, df=df, level=ctx.level, scale=scale)
    return replace(
        estimate,
        low=found.low,
        high=found.high,
        level=ctx.level,
        method=_method(found),
        question=question,
        df=float(df),
        se=found.se * (value if scale == "log" else value * (1 - value)),
        note=beside(estimate.note, note),
    )


def beside(*notes: str | None) -> str | None:
    """Put notes one beside the other, each once; None where there are none."""
    return ";".join(dict.fromkeys(note for note in notes if note)) or None


def of_log(ctx: Context, influences: Influences, sellers: int, value: float) -> Closed | None:
    """Give the closed-form interval of a ratio from influences on its logarithm, or None."""
    used, df, note, question = _used(ctx, influences, sellers)
    if used is None:
        return None
    found = linear_interval(value, used, df=df, level=ctx.level, scale="log", null=1.0)
    return Closed(found, note, question, _method(found))


def _used(
    ctx: Context, influences: Influences, sellers: int
) -> tuple[Influences | None, int, str | None, Question]:
    """Choose whose influences count: both ways, or the requests alone for this log only."""
    if ctx.question == "log" or not ctx.has_sellers:
        requests = ctx.tally.requests
        if ctx.has_sellers and few(sellers) == "too_few_sellers":
            return None, 0, "too_few_sellers", "log"
        if influences.requests is None or requests is None or requests < 2:  # noqa: PLR2004 - one request has no spread
            return None, 0, "no_replicates", "log"
        spread = requests / (requests - 1)
        return Influences(requests=influences.requests * spread**0.5), requests - 1, None, "log"
    note = few(sellers)
    if note == "too_few_sellers":
        return None, 0, note, "sellers"
    return influences, sellers - 1, note, "sellers"


def _each(influences: Influences, value: float, scale: Scale) -> Influences:
    return Influences(
        *(
            None if part is None else rescaled(part, value, scale)
            for part in (influences.sellers, influences.requests, influences.pairs)
        )
    )


def on_scale(value: float, scale: Scale) -> bool:
    """Tell whether a value has a place on a scale: a share of 0 or 1 has no log odds."""
    return 0 < value < 1 if scale == "logit" else value > 0


def _method(found: LinearInterval) -> str:
    return {"sellers": "seller", "requests": "request"}.get(found.clusters, "two_way")
