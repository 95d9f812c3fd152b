"""Whether another baseline puts a gap on the other side of equality: told beside the finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.tables import leading_model

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Finding, Results

GAPS = frozenset(("material_disparity", "disparity"))
"""Outcomes that claim a gap, whose opposite can be shown."""


def opposite(finding: Finding, results: Results) -> Estimate | None:
    """Give the ratio that says the opposite of a finding under another baseline.

    Parameters
    ----------
    finding, results
        One of ``results.findings``, and all that was estimated.

    Returns
    -------
    Estimate or None
        An exposure ratio of the same contrast, over all places, whose interval lies wholly on the
        other side of 1; the one farthest from 1 where there are several. None where no gap is
        claimed or no baseline says otherwise.
    """
    by_key = {estimate.key: estimate for estimate in results.estimates}
    lead = next((by_key[key] for key in finding.keys if key in by_key), None)
    if finding.outcome not in GAPS or finding.withheld or lead is None or lead.value is None:
        return None
    less = lead.value < 1
    model = leading_model(results)
    against = [
        estimate
        for estimate in results.estimates
        if _alike(estimate, finding)
        and estimate.browsing == model
        and estimate.baseline != lead.baseline
        and _beyond(estimate, above=less)
    ]
    against.sort(key=lambda one: one.value or 0.0, reverse=less)
    return against[0] if against else None


def _alike(estimate: Estimate, finding: Finding) -> bool:
    """Tell the plain exposure ratios of a finding's contrast from those of a part or a period."""
    held = (estimate.metric, estimate.attribute, estimate.group, estimate.reference)
    return held == (
        *("exposure_ratio", finding.attribute, finding.group, finding.reference),
    ) and not (estimate.adjusted or estimate.period or estimate.definition or estimate.suppressed)


def _beyond(estimate: Estimate, *, above: bool) -> bool:
    if above:
        return estimate.low is not None and estimate.low > 1
    return estimate.high is not None and estimate.high < 1
