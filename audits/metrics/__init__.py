"""The metrics, one family a file; :data:`CATALOGUE` lists them."""

from fairshelf.audits.metrics.catalogue import BY_NAME, CATALOGUE, Metric
from fairshelf.audits.metrics.concentration import coverage, gini, lorenz, top_count, top_share
from fairshelf.audits.metrics.ratios import (
    Funnel,
    FunnelCounts,
    exposure_funnel,
    exposure_ratio,
    ratio,
)
from fairshelf.audits.metrics.shares import per_unit, representation_ratio, share
from fairshelf.audits.metrics.topk import topk_impact_ratio, topk_selection_rate

__all__ = [
    "BY_NAME",
    "CATALOGUE",
    "Funnel",
    "FunnelCounts",
    "Metric",
    "coverage",
    "exposure_funnel",
    "exposure_ratio",
    "gini",
    "lorenz",
    "per_unit",
    "ratio",
    "representation_ratio",
    "share",
    "top_count",
    "top_share",
    "topk_impact_ratio",
    "topk_selection_rate",
]
