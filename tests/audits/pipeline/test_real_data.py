"""Audits of real data give the published and reference values, to their printed digits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Estimate, Results

pytestmark = pytest.mark.shared


@pytest.fixture(scope="session")
def values(shared: Path) -> dict[str, Any]:
    """Give the reference values that came with the data."""
    loaded: dict[str, Any] = json.loads((shared / "values.json").read_text(encoding="utf-8"))
    return loaded


def _run(path: Path, **settings: object) -> Results:
    return audit([str(path)], None, None, Settings.model_validate(settings)).results


def _one(results: Results, metric: str, **fields: object) -> Estimate:
    found = [
        estimate
        for estimate in results.estimates
        if estimate.metric == metric
        and all(getattr(estimate, name) == value for name, value in fields.items())
    ]
    assert found, (metric, fields)
    return found[0]


def _agree(results: Results, attribute: str, wanted: dict[str, Any]) -> None:
    """Hold every figure of a reference record against the estimates, to its printed digits."""
    for group, figures in wanted.items():
        fixed = {"attribute": attribute, "group": group}
        got = {
            "share": _one(results, "impression_share", **fixed).value,
            "exposure_share": _one(results, "exposure_share", browsing="dcg", **fixed).value,
            "ratio": _one(
                results, "representation_ratio", browsing="dcg", baseline="shown", **fixed
            ).value,
            "mean_exposure": _one(
                results, "attention_per_impression", browsing="dcg", **fixed
            ).value,
        }
        for name in figures:
            if name.startswith("top"):
                depth = name.removeprefix("top").removesuffix("_share")
                got[name] = _one(results, "topk_share", cutoff=depth, **fixed).value
        assert _one(results, "impression_share", **fixed).impressions == figures["n"]
        for name, value in got.items():
            digits = len(str(figures[name]).partition(".")[2])
            assert value == pytest.approx(figures[name], abs=0.5001 * 10**-digits), (group, name)


@pytest.fixture(scope="session")
def chengdu(shared: Path) -> Results:
    """Audit the Chengdu list as the documentation does."""
    return _run(
        shared / "tujia_chengdu_gb18030.csv",
        attributes={"locality": "地区类型"},
        reference={"locality": "中心城区"},
        cutoffs=(49, 490),
    )


def test_chengdu_reference(chengdu: Results, values: dict[str, Any]) -> None:
    """Shares, attention and top-k shares of Chengdu equal the reference."""
    _agree(chengdu, "locality", values["reference"]["tujia_成都"])


def test_chengdu_is_understood_by_itself(chengdu: Results) -> None:
    """Position and listing are found, listings stand for sellers, and it is said."""
    (file,) = chengdu.inputs
    taken = {match.canonical: match.heading for match in file.columns}
    assert (taken["position"], taken["listing"]) == ("排名", "unitId")
    assert file.encoding == "GB18030"
    assert chengdu.joins.seller_is == "listing"
    assert "limit_listings_as_sellers" in [limit.code for limit in chengdu.limits]


def test_chengdu_leads_with_the_first_page(chengdu: Results) -> None:
    """县域 holds none of page 1: that comes first, then that it keeps .87 of the attention."""
    first = chengdu.findings[0]
    assert (first.code, first.group, first.direction) == ("TOPK_ABSENT", "县域", "lower")
    assert first.outcome == "material_disparity"
    by_key = {estimate.key: estimate for estimate in chengdu.estimates}
    lead, beside = (by_key[key] for key in first.keys[:2])
    assert lead.value == 0
    assert lead.high is not None
    assert lead.high < 0.8
    assert beside.value == pytest.approx(0.8655, abs=5e-5)
    assert not [f for f in chengdu.findings if f.outcome == "no_material_disparity"]


def test_suzhou_has_the_other_sign(shared: Path, values: dict[str, Any]) -> None:
    """In Suzhou it is 县域 that fills page 1, and the report says the centre holds none."""
    results = _run(
        shared / "tujia_suzhou.csv",
        attributes={"locality": "地区类型"},
        reference={"locality": "中心城区"},
        cutoffs=(49, 490),
    )
    _agree(results, "locality", values["reference"]["tujia_苏州"])
    assert results.findings[0].code == "REFERENCE_ABSENT"
    assert results.findings[0].direction == "higher"


def test_departments_keep_their_small_groups(shared: Path, values: dict[str, Any]) -> None:
    """Three departments of one region are not estimable, not dropped; seven are indicative."""
    results = _run(
        shared / "rankingfacts_cs_departments.csv",
        attributes={"size": None, "region": "region", "size*region": None},
        cutoffs=(1, 3, 10),
    )
    _agree(results, "size", values["reference"]["csdept_size"])
    _agree(results, "region", values["reference"]["csdept_region"])
    outcomes = {(f.attribute, f.group): f.outcome for f in results.findings}
    assert outcomes["region", "SC"] == "not_estimable"
    assert ("size*region", "Small × SC") in outcomes
    southern = _one(results, "exposure_ratio", attribute="region", group="SA", browsing="dcg")
    assert southern.note is not None
    assert "indicative" in southern.note


def test_adult_sample(shared: Path, values: dict[str, Any]) -> None:
    """The first hundred hold 18 women; the published binomial tail follows from that count."""
    from scipy.stats import binom

    results = _run(
        shared / "rankingfacts_adult_sample.csv.gz", attributes={"sex": "sex"}, cutoffs=(100,)
    )
    share = _one(results, "impression_share", group="Female").value
    held = _one(results, "topk_share", group="Female", cutoff="100").value
    assert share is not None
    assert held is not None
    (wanted,) = [
        record["published"]
        for record in values["published"]
        if record["metric"] == "binom_left_tail_p_female_top100"
    ]
    assert binom.cdf(round(held * 100), 100, share) == pytest.approx(wanted, rel=1e-9)
    assert results.findings[0].outcome == "material_disparity"


def test_amazon_ranks_the_groups_themselves(shared: Path, values: dict[str, Any]) -> None:
    """Without listings or sellers the shares at place one equal the published percentages."""
    results = _run(
        shared / "amazon_first_positions_long.csv.gz", attributes={"group": "group"}, cutoffs=(1,)
    )
    published = {
        record["metric"].removeprefix("pct_#1_"): record["published"]
        for record in values["published"]
        if record["metric"].startswith("pct_#1_")
    }
    for group, percent in published.items():
        share = _one(results, "topk_share", group=group, cutoff="1").value
        assert share is not None
        assert 100 * share == pytest.approx(percent, abs=1e-3)
    assert results.joins.seller_is == "none"
    assert "limit_no_sellers" in [limit.code for limit in results.limits]
    assert {e.question for e in results.estimates if e.low is not None} == {"log"}


def test_amazon_wide_is_reshaped(shared: Path) -> None:
    """The wide file, turned long by configuration, ranks as many places as it fills."""
    results = _run(
        shared / "amazon_first_positions_wide.csv.gz",
        reshape={"pattern": "position_first_{group}", "cell": "position"},
        attributes={"group": "group"},
        cutoffs=(1,),
    )
    assert results.rows.used == results.rows.read > 8_000
    assert {level.level for record in results.groups for level in record.levels} >= {"amazon"}


def test_zozotown(shared: Path) -> None:
    """The ZOZOTOWN log runs with item groups; its three places and two arms are understood."""
    results = _run(shared / "obd_zozotown_all_20k.parquet", attributes={"group_1": "group_1"})
    assert results.rows.used == 20_000
    assert results.settings["cutoffs"] == (1,) or results.settings["cutoffs"] == [1]
    assert "limit_arms" in [limit.code for limit in results.limits]


@pytest.mark.parametrize("name", ["isp_att_atlanta.parquet", "amazon_share_by_position.csv"])
def test_files_that_hold_no_ranking(shared: Path, name: str) -> None:
    """A file without a position, or of shares already added up, is refused with a reason."""
    with pytest.raises(DataError):
        _run(shared / name)
