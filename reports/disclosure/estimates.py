"""Which estimates are public: none of a withheld group, none that a withheld group follows from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Results
    from fairshelf.reports.disclosure.cells import Withheld
    from fairshelf.reports.disclosure.rules import Rules

SUMMED = frozenset(("impression_share", "exposure_share", "topk_share", "skew"))
"""Metrics whose values add up over the groups, or whose logarithms tell such values."""

PER_UNIT = frozenset(("representation_ratio", "attention_per_impression"))
"""Metrics that tell a share together with a count."""

FEW = frozenset(("indicative", "too_few_sellers"))
"""Notes that a compared group has fewer than ten sellers."""


NUMBERS: tuple[str, ...] = (
    *("value", "low", "high", "level", "method", "question", "df", "se", "p_value", "p_adjusted"),
    *("direction", "sellers", "listings", "requests", "impressions", "note"),
)
"""What a withheld estimate does not tell."""


FIGURES: tuple[str, ...] = ("value", "low", "high", "se", "p_value", "p_adjusted")
"""Numbers of an estimate that are rounded as figures."""


def published(estimate: Estimate, closed: Withheld, results: Results, limits: Rules) -> Estimate:
    """Give an estimate as it may be published.

    Parameters
    ----------
    estimate
        One of ``results.estimates``.
    closed
        The groups that are withheld.
    results
        The full results.
    limits
        The thresholds.
    """
    if _is_closed(estimate, closed, results, limits):
        nothing: dict[str, Any] = dict.fromkeys(NUMBERS)
        return replace(estimate, **nothing, suppressed=True)
    beside = _names(estimate) & closed.beside
    counted: dict[str, Any] = {
        "sellers": limits.sellers(estimate.sellers),
        "listings": limits.rounded(estimate.listings),
        "impressions": limits.rounded(estimate.impressions),
    }
    shown: dict[str, Any] = {
        name: limits.figure(getattr(estimate, name), marks(results), beside=bool(beside))
        for name in FIGURES
    }
    if beside:  # degrees of freedom and counts would tell how many sellers a group has
        counted = dict.fromkeys(counted)
    return replace(
        estimate,
        **counted,
        **shown,
        requests=limits.rounded(estimate.requests),
        df=None if beside else limits.figure(estimate.df, (), beside=False),
    )


def marks(results: Results) -> tuple[float, ...]:
    """Give the figures whose side decides an outcome: parity and the bounds of materiality."""
    bounds = results.settings.get("bounds")
    told = bounds if isinstance(bounds, list | tuple) else ()
    return (1.0, *(float(one) for one in told))


def _names(estimate: Estimate) -> set[tuple[str, str]]:
    return {
        (estimate.attribute, group)
        for group in (estimate.group, estimate.reference)
        if estimate.attribute is not None and group is not None
    }


def _is_closed(estimate: Estimate, closed: Withheld, results: Results, limits: Rules) -> bool:
    names = _names(estimate)
    if names & closed.closed or FEW & set((estimate.note or "").split(";")):
        return True
    alone = estimate.reference is None
    if (alone or estimate.metric in SUMMED | PER_UNIT) and names & closed.beside:
        return True
    whole = estimate.attribute is not None and estimate.group is None
    if (whole or estimate.metric in ("min_skew", "max_skew")) and closed.touches(
        estimate.attribute
    ):
        return True
    if (estimate.definition or "").startswith("unknown_to_"):
        return _unknown_is_closed(estimate, closed, results, limits)
    return estimate.metric == "top_share" and _few_units(estimate, limits)


def _unknown_is_closed(
    estimate: Estimate, closed: Withheld, results: Results, limits: Rules
) -> bool:
    """With and without the sellers of no known group two ratios would tell what those hold."""
    if (estimate.attribute, "unknown") in closed.summed:
        return True
    return any(
        level.level == "unknown" and 0 < (level.sellers or 0) < limits.k
        for record in results.groups
        if record.name == estimate.attribute
        for level in record.levels
    )


def _few_units(estimate: Estimate, limits: Rules) -> bool:
    """Tell a share held by fewer than k sellers, or by listings that may be of so few."""
    cutoff = estimate.cutoff or ""
    if not cutoff.endswith("%"):
        return not cutoff.isdigit() or int(cutoff) < limits.k
    units = estimate.listings if estimate.scope == "listings" else estimate.sellers
    return float(cutoff.rstrip("%")) / 100 * (units or 0) < limits.k
