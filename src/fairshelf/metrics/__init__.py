"""The metrics for data frames: a log of impressions and a catalogue in, numbers out.

One row of the log is one impression; a catalogue has one row per listing, those never shown
included::

    import pandas as pd
    from fairshelf.metrics import Columns, exposure_funnel, exposure_ratio

    log, catalogue = pd.read_csv("log.csv"), pd.read_csv("catalogue.csv")
    names = Columns(request="query_id", listing="item_id")
    exposure_ratio(log, "area", ("rural", "urban"), catalogue=catalogue, columns=names)

They are thin over :mod:`fairshelf.audits.metrics`, which works on arrays, and give estimates
without uncertainty; intervals and findings come from ``audit run``. Those with fairlearn's
signature stand in :mod:`fairshelf.metrics.rowwise`.
"""

from fairshelf.metrics.composition import (
    ListTests,
    awrf,
    fa_ir,
    hyper_fa_ir,
    ndkl,
    prefix_distance,
    skew,
)
from fairshelf.metrics.concentration import (
    atkinson,
    coverage,
    gini,
    hhi,
    theil,
    theil_split,
    top_share,
)
from fairshelf.metrics.exposure import (
    attention_per_impression,
    cascade_exposure,
    exposure,
    exposure_by,
    exposure_funnel,
    exposure_ratio,
    exposure_share,
    impact_ratio,
    impression_share,
    representation_ratio,
)
from fairshelf.metrics.frames import Columns
from fairshelf.metrics.relevance import (
    expected_exposure,
    iaa,
    mixed_pairs_won,
    pairwise_accuracy,
)
from fairshelf.metrics.rowwise import (
    TwoRatios,
    attention_per_relevance,
    clicks_per_attention,
    mean_attention,
    ratio_with_catalogue,
    topk_rate,
)
from fairshelf.metrics.scorer import make_exposure_scorer
from fairshelf.metrics.topk import topk_impact_ratio, topk_selection_rate, topk_share

__all__ = [
    "Columns",
    "ListTests",
    "TwoRatios",
    "atkinson",
    "attention_per_impression",
    "attention_per_relevance",
    "awrf",
    "cascade_exposure",
    "clicks_per_attention",
    "coverage",
    "expected_exposure",
    "exposure",
    "exposure_by",
    "exposure_funnel",
    "exposure_ratio",
    "exposure_share",
    "fa_ir",
    "gini",
    "hhi",
    "hyper_fa_ir",
    "iaa",
    "impact_ratio",
    "impression_share",
    "make_exposure_scorer",
    "mean_attention",
    "mixed_pairs_won",
    "ndkl",
    "pairwise_accuracy",
    "prefix_distance",
    "ratio_with_catalogue",
    "representation_ratio",
    "skew",
    "theil",
    "theil_split",
    "top_share",
    "topk_impact_ratio",
    "topk_rate",
    "topk_selection_rate",
    "topk_share",
]
