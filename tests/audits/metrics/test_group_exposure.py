"""Exposure and clicks by group, per listing and per unit of relevance, as the peers have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fairshelf.audits.metrics import exposure_ratio, per_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Record = dict[str, Any]
    Load = Callable[[str], Any]
    Holds = Callable[[Record, object], None]


def _listed(case: Any) -> NDArray[np.float64]:  # noqa: ANN401 - Rankings lives in conftest
    return np.bincount(case.catalogue, minlength=2).astype(np.float64)


@pytest.mark.golden("exposure_per_item", "exposure_diff_maxmin")
def test_exposure_per_item_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Exposure per catalogue listing holds by group, and so does the difference."""
    case = rankings(record["case"])
    got = per_unit(case.by_list(case.weights("dcg")).sum(axis=0), _listed(case))
    holds(record, got[case.order(record)] if "groups" in record["parameters"] else np.ptp(got))


@pytest.mark.golden("ERBE_by_group", "ERBP_by_group")
def test_rank_biased_exposure_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Rank-biased exposure holds in total and per listing."""
    case = rankings(record["case"])
    got = case.by_list(case.weights("geom:0.2")).sum(axis=0)
    if record["metric"].startswith("ERBP"):
        got = per_unit(got, _listed(case))
    holds(record, got[case.order(record)])


@pytest.mark.golden("AWRF_FairRankTune (min/max of mean attention per item)")
def test_fairranktune_awrf_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """What FairRankTune calls AWRF is the smaller attention per listing over the larger."""
    case = rankings(record["case"])
    got = per_unit(case.by_list(case.weights("geom:0.1")).sum(axis=0), _listed(case))
    holds(record, got.min() / got.max())


@pytest.mark.golden(
    "logDP (total exposure, not per item)", "logDP (total exposure), weight passed pre-inverted"
)
def test_log_of_total_exposure_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Higher ranks count more, unlike in the released code; its 1e-6 in the logarithms is added."""
    case = rankings(record["case"])
    protected, reference = case.by_list(case.weights("logclip")).mean(axis=0)
    holds(record, np.log(exposure_ratio(protected + 1e-6, 1, reference + 1e-6, 1)))
    plain = np.log(exposure_ratio(protected, 1, reference, 1))
    assert plain == pytest.approx(record["hand"], rel=1e-5)


@pytest.mark.golden("exposure_per_utility")
def test_exposure_per_utility_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Exposure per unit of the relevance shown holds by group."""
    case = rankings(record["case"])
    got = per_unit(
        case.by_list(case.weights("dcg")).sum(axis=0), case.by_list(case.relevance).sum(axis=0)
    )
    holds(record, got[case.order(record)])


@pytest.mark.golden("DIR_minmax (EXPRU)", "logRUR (ln DIR, protected/reference)")
def test_clicks_per_utility_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Clicks per unit of the relevance shown hold as a ratio."""
    case = rankings(record["case"])
    clicks, merit = case.by_list(case.clicked).sum(axis=0), case.by_list(case.relevance).sum(axis=0)
    value = exposure_ratio(clicks[0], merit[0], clicks[1], merit[1])
    holds(record, np.log(value) if "log" in record["metric"] else min(value, 1 / value))


@pytest.mark.golden("exposure_ratio_minmax (ranked items only)", "DTR_minmax (exposure/utility)")
def test_fairlearn_ratios_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The ratios of fairlearn's unmerged request hold, over the listings that were ranked."""
    case = rankings(record["case"])
    exposure = case.by_list(case.weights("dcg")).sum(axis=0)
    utility = case.relevance if "DTR" in record["metric"] else np.ones(case.ranks.size)
    units = case.by_list(utility).sum(axis=0)
    value = exposure_ratio(exposure[0], units[0], exposure[1], units[1])
    holds(record, min(value, 1 / value))
