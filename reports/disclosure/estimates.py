"""Which estimates are public: none of a withheld group, none that a withheld group follows from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fairshelf.audits.metrics.benchmarks import FOUR_FIFTHS

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Results
    from fairshelf.reports.disclosure.cells import Withheld
    from fairshelf.reports.disclosure.rules import Rules

RATIOS = frozenset(
    (
        *("exposure_ratio", "topk_impact_ratio", "impact_ratio", "mixed_pairs_won"),
        *("funnel_reach", "funnel_frequency", "funnel_placement"),
    )
)
"""Metrics that compare two groups and nothing else, and stay the same if both were larger."""

EXACT = frozenset(("exact", "hypergeometric"))
"""Methods whose interval and p-value follow from four counts alone."""

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
    beside = closed.hides(estimate.attribute, estimate.group, estimate.reference)
    lines = marks(results)
    digits = dict.fromkeys(FIGURES, limits.beside if beside else limits.figures)
    told: dict[str, Any] = {
        "sellers": limits.sellers(estimate.sellers),
        "listings": limits.rounded(estimate.listings),
        "impressions": limits.rounded(estimate.impressions),
        "df": limits.figure(estimate.df, (), limits.figures),
    }
    if beside:  # nothing that depends on how many sellers or listings the two groups have
        told = dict.fromkeys((*told, "se"))
        del digits["se"]
        if estimate.method in EXACT:
            told |= dict.fromkeys(("p_value", "p_adjusted"))
            digits = {"value": limits.beside, "low": limits.exact, "high": limits.exact}
    for name, count in digits.items():
        told[name] = limits.figure(getattr(estimate, name), lines, count)
    return replace(estimate, **told, requests=limits.rounded(estimate.requests))


def marks(results: Results) -> tuple[float, ...]:
    """Give the figures whose side decides a word: parity, four fifths, the bounds."""
    bounds = results.settings.get("bounds")
    told = bounds if isinstance(bounds, list | tuple) else ()
    return (1.0, FOUR_FIFTHS, *(float(one) for one in told))


def _is_closed(estimate: Estimate, closed: Withheld, results: Results, limits: Rules) -> bool:
    about = (estimate.attribute, estimate.group, estimate.reference)
    if closed.shuts(*about) or FEW & set((estimate.note or "").split(";")):
        return True
    if closed.hides(*about) and not _is_ratio(estimate):
        return True
    whole = estimate.attribute is not None and estimate.group is None
    if (whole or estimate.metric in ("min_skew", "max_skew")) and closed.touches(
        estimate.attribute
    ):
        return True
    if (estimate.definition or "").startswith("unknown_to_"):
        return _unknown_is_closed(estimate, closed, results, limits)
    return estimate.metric == "top_share" and _few_units(estimate, limits)


def _is_ratio(estimate: Estimate) -> bool:
    """Tell a ratio that leaves open how large its groups are.

    Where neither group holds anything, whoever is left holds it all.
    """
    compares = estimate.reference is not None and estimate.metric in RATIOS
    return compares and "both_zero" not in (estimate.note or "").split(";")


def _unknown_is_closed(
    estimate: Estimate, closed: Withheld, results: Results, limits: Rules
) -> bool:
    """With and without the sellers of no known group two ratios would tell what those hold."""
    if closed.touches(estimate.attribute):
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
