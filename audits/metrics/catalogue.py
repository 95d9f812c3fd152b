"""The list of metrics: each one record, in the order a report gives them."""

from __future__ import annotations

from dataclasses import dataclass

from fairshelf.audits.errors import UsageError, nearest


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of the catalogue.

    ``code`` never changes; ``name`` is the field's term and the one in ``estimates.csv``.
    ``parity`` is the value that means equal treatment, None where there is no such value.
    ``contrast`` tells whether it compares a group with a reference, ``annex`` whether it stands in
    the annex, outside the policy set.
    """

    code: str
    name: str
    parity: float | None
    contrast: bool
    annex: bool = False


CATALOGUE: tuple[Metric, ...] = (
    Metric("FS101", "impression_share", None, contrast=False),
    Metric("FS102", "exposure_share", None, contrast=False),
    Metric("FS103", "attention_per_impression", None, contrast=False),
    Metric("FS104", "representation_ratio", 1.0, contrast=False),
    Metric("FS105", "exposure_ratio", 1.0, contrast=True),
    Metric("FS106", "funnel_reach", 1.0, contrast=True),
    Metric("FS107", "funnel_frequency", 1.0, contrast=True),
    Metric("FS108", "funnel_placement", 1.0, contrast=True),
    Metric("FS109", "impact_ratio", 1.0, contrast=True, annex=True),
    Metric("FS201", "topk_share", None, contrast=False),
    Metric("FS202", "topk_selection_rate", None, contrast=False),
    Metric("FS203", "topk_impact_ratio", 1.0, contrast=True),
    Metric("FS301", "coverage", None, contrast=False),
    Metric("FS302", "gini", 0.0, contrast=False),
    Metric("FS303", "top_share", None, contrast=False),
    Metric("FS304", "hhi", None, contrast=False, annex=True),
    Metric("FS305", "theil", 0.0, contrast=False, annex=True),
    Metric("FS306", "theil_between_share", 0.0, contrast=False),
    Metric("FS307", "atkinson", 0.0, contrast=False, annex=True),
    Metric("FS401", "awrf", 1.0, contrast=False, annex=True),
    Metric("FS402", "skew", 0.0, contrast=False, annex=True),
    Metric("FS403", "min_skew", 0.0, contrast=False, annex=True),
    Metric("FS404", "max_skew", 0.0, contrast=False, annex=True),
    Metric("FS405", "ndkl", 0.0, contrast=False, annex=True),
    Metric("FS406", "rnd", 0.0, contrast=True, annex=True),
    Metric("FS407", "rkl", 0.0, contrast=True, annex=True),
    Metric("FS408", "rrd", 0.0, contrast=True, annex=True),
    Metric("FS501", "fa_ir", None, contrast=False, annex=True),
    Metric("FS502", "hyper_fa_ir", None, contrast=False, annex=True),
    Metric("FS601", "ee_d", None, contrast=False, annex=True),
    Metric("FS602", "ee_r", None, contrast=False, annex=True),
    Metric("FS603", "ee_l", 0.0, contrast=False, annex=True),
    Metric("FS604", "iaa", 0.0, contrast=False, annex=True),
    Metric("FS605", "pairwise_accuracy", None, contrast=False, annex=True),
    Metric("FS606", "pairwise_intra", None, contrast=False, annex=True),
    Metric("FS607", "pairwise_inter", None, contrast=False, annex=True),
    Metric("FS608", "mixed_pairs_won", 0.5, contrast=True, annex=True),
)

LEGACY = ("rnd", "rkl", "rrd")
"""Metrics that are estimated only where they are named: they measure a list by itself."""

BY_NAME: dict[str, Metric] = {metric.name: metric for metric in CATALOGUE}


def find(typed: str) -> Metric:
    """Find a metric by its code or name, whatever the case.

    Raises
    ------
    UsageError
        ``unknown_metric``, with the nearest names.
    """
    wanted = typed.strip().casefold()
    for metric in CATALOGUE:
        if wanted in (metric.code.casefold(), metric.name):
            return metric
    names = [name for metric in CATALOGUE for name in (metric.name, metric.code)]
    near = nearest(wanted, names) or [metric.name for metric in CATALOGUE[:5]]
    raise UsageError("unknown_metric", metric=typed, suggestions=near)
