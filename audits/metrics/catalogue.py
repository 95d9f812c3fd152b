"""The list of metrics: each one record, in the order a report gives them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of the catalogue.

    ``code`` never changes; ``name`` is the field's term and the one in ``estimates.csv``.
    ``parity`` is the value that means equal treatment, None where there is no such value.
    ``contrast`` tells whether it compares a group with a reference.
    """

    code: str
    name: str
    parity: float | None
    contrast: bool


CATALOGUE: tuple[Metric, ...] = (
    Metric("FS101", "impression_share", None, contrast=False),
    Metric("FS102", "exposure_share", None, contrast=False),
    Metric("FS103", "attention_per_impression", None, contrast=False),
    Metric("FS104", "representation_ratio", 1.0, contrast=False),
    Metric("FS105", "exposure_ratio", 1.0, contrast=True),
    Metric("FS106", "funnel_reach", 1.0, contrast=True),
    Metric("FS107", "funnel_frequency", 1.0, contrast=True),
    Metric("FS108", "funnel_placement", 1.0, contrast=True),
    Metric("FS201", "topk_share", None, contrast=False),
    Metric("FS202", "topk_selection_rate", None, contrast=False),
    Metric("FS203", "topk_impact_ratio", 1.0, contrast=True),
    Metric("FS301", "coverage", None, contrast=False),
    Metric("FS302", "gini", 0.0, contrast=False),
    Metric("FS303", "top_share", None, contrast=False),
)

BY_NAME: dict[str, Metric] = {metric.name: metric for metric in CATALOGUE}
