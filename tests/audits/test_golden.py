"""The whole way from a file to an estimate gives the golden values."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.results import Estimate, Results

GOLDEN = Path(__file__).parents[1] / "golden"
RTOL = 1e-9
WEIGHTS = {
    "log2(1+r)": "dcg",
    "log2(max(r,2))": "logclip",
    "rbp p=0.85": "rbp:0.85",
    "geom s=0.1": "geom:0.1",
    "1/r": "reciprocal",
    "top-3": "top:3",
}
RECORDS: list[dict[str, Any]] = json.loads((GOLDEN / "golden.json").read_text())["records"]


def _records(*metrics: str) -> list[Any]:
    """Give the records of some metrics on the rankings, named for the test's output."""
    kept = [
        record
        for record in RECORDS
        if record["metric"] in metrics and record["case"] in ("T1", "T2", "T3", "LOG2")
    ]
    assert kept
    return [
        pytest.param(
            record,
            id=f"{record['case']}-{record['metric'][:24]}-{record['peer'][:8]}-{place}",
        )
        for place, record in enumerate(kept)
    ]


def _wanted(record: dict[str, Any]) -> Any:  # noqa: ANN401 - a number or a list
    return record.get("hand", record["value"])


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Results]:
    """Audit a golden case, once for each way of asking."""

    @cache
    def run(
        case: str, browsing: str = "dcg", cutoff: int = 3, *, catalogue: bool = True
    ) -> Results:
        folder = tmp_path_factory.mktemp(case)
        log, listed = _files(case, folder)
        names = {"T": ("group", "A"), "L": ("area", "urban")}[case[0]]
        settings = Settings(
            attributes={names[0]: names[0]},
            reference={names[0]: names[1]},
            browsing=(browsing,),
            cutoffs=(cutoff,),
            permutations=99,
            map={"relevance": "quality"} if case == "LOG2" and catalogue else {},
            merit_over="candidates" if catalogue else "shown",
        )
        sellers = str(GOLDEN / "log_sellers.csv") if case == "LOG2" else None
        return audit([str(log)], sellers, str(listed) if catalogue else None, settings).results

    return run


def _files(case: str, folder: Path) -> tuple[Path, Path]:
    if case == "LOG2":
        return GOLDEN / "log_2000.csv", GOLDEN / "log_catalogue.csv"
    for name in ("rankings", "catalogue"):
        with (GOLDEN / f"tiny_{name}.csv").open(newline="") as source:
            rows = [row for row in csv.reader(source) if row[0] in ("case", case)]
        with (folder / f"{name}.csv").open("w", newline="") as sink:
            csv.writer(sink).writerows(row[1:] for row in rows)
    return folder / "rankings.csv", folder / "catalogue.csv"


def _find(results: Results, metric: str, **fields: object) -> Estimate:
    found = [
        estimate
        for estimate in results.estimates
        if estimate.metric == metric
        and all(getattr(estimate, name) == value for name, value in fields.items())
    ]
    assert found, (metric, fields)
    return found[0]


def _groups(case: str) -> tuple[str, str]:
    """Give the protected group and the reference."""
    return ("rural", "urban") if case == "LOG2" else ("B", "A")


@pytest.mark.parametrize("record", _records("exposure_share", "representation_ratio"))
def test_shares(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """Exposure shares and their ratio to catalogue shares hold under six browsing models."""
    results = audited(record["case"], WEIGHTS[record["parameters"]["weight"]])
    more = {"baseline": "catalogue"} if record["metric"] == "representation_ratio" else {}
    got = [
        _find(results, record["metric"], group=group, **more).value
        for group in record["parameters"]["groups"]
    ]
    np.testing.assert_allclose(np.array(got, float), _wanted(record), rtol=RTOL)


@pytest.mark.parametrize("record", _records("mean_weight_per_impression"))
def test_attention_per_impression(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """Attention per impression is fairlearn's group mean of the position weight."""
    results = audited(record["case"])
    got = [
        _find(results, "attention_per_impression", group=group).value
        for group in record["parameters"]["groups"]
    ]
    np.testing.assert_allclose(np.array(got, float), _wanted(record), rtol=RTOL)


@pytest.mark.parametrize(
    "record",
    _records("exposure_ratio (DP ratio, protected/reference)", "logDP", "exposure_ratio_minmax"),
)
def test_exposure_ratio(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """The exposure ratio per catalogue listing holds, also as a logarithm and as min over max."""
    protected, reference = _groups(record["case"])
    value = _find(
        audited(record["case"]),
        "exposure_ratio",
        group=protected,
        reference=reference,
        baseline="catalogue",
        browsing="dcg",
    ).value
    assert value is not None
    got = {"logDP": np.log(value), "exposure_ratio_minmax": min(value, 1 / value)}.get(
        record["metric"], value
    )
    np.testing.assert_allclose(got, _wanted(record), rtol=RTOL)


@pytest.mark.parametrize(
    "record", _records("logEUR (ln DTR, protected/reference)", "DTR_minmax (EXPU)")
)
def test_exposure_per_merit_shown(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """Exposure over the relevance of what was shown is golden's disparate treatment ratio."""
    protected, _ = _groups(record["case"])
    results = audited(record["case"], catalogue=False)
    value = _find(results, "exposure_ratio", group=protected, baseline="merit").value
    assert value is not None
    got = min(value, 1 / value) if "minmax" in record["metric"] else np.log(value)
    np.testing.assert_allclose(got, _wanted(record), rtol=RTOL)


def test_exposure_per_merit_of_candidates(audited: Callable[..., Results]) -> None:
    """Merit summed over the catalogue gives -.744: exclusion is not hidden by what was shown."""
    value = _find(audited("LOG2"), "exposure_ratio", group="rural", baseline="merit").value
    assert value is not None
    assert round(float(np.log(value)), 3) == -0.744


@pytest.mark.parametrize(
    "record",
    _records(
        "selection_rate_topk (distinct items shown in top-k / catalogue)",
        "selection_rate_topk by group (FINS parity)",
        "impact_ratio_topk vs best group",
    ),
)
def test_topk(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """Top-k selection rates hold, and so do their ratios to the best group."""
    results = audited(record["case"], cutoff=record["parameters"]["k"])
    rates = [
        _find(
            results,
            "topk_selection_rate",
            group=group,
            cutoff=str(record["parameters"]["k"]),
            scope="listings",
        ).value
        for group in record["parameters"]["groups"]
    ]
    got = np.array(rates, float)
    if "impact" in record["metric"]:
        got /= got.max()
    np.testing.assert_allclose(got, _wanted(record), rtol=RTOL)


@pytest.mark.parametrize("record", _records("Gini of item exposure (incl. never shown)"))
def test_gini_of_exposure(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """The Gini of listings counts those never shown, as PySAL and LensKit do."""
    results = audited(record["case"])
    value = _find(results, "gini", scope="listings", group=None, browsing="dcg").value
    np.testing.assert_allclose(np.array(value, float), _wanted(record), rtol=RTOL)


@pytest.mark.parametrize("record", _records("Gini of item impressions"))
def test_gini_of_impressions(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """The Gini of impressions is normalised by n, not by n - 1."""
    results = audited(record["case"], "uniform")
    value = _find(results, "gini", scope="listings", group=None).value
    np.testing.assert_allclose(np.array(value, float), _wanted(record), rtol=RTOL, atol=1e-12)
    if record.get("agrees_with_hand") is False:
        assert value is not None
        assert not np.isclose(value, record["value"], rtol=1e-6)


@pytest.mark.parametrize("record", _records("coverage (share of catalogue shown)"))
def test_coverage(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """Coverage is the share of the catalogue that was shown."""
    results = audited(record["case"])
    value = _find(results, "coverage", scope="listings", group=None).value
    np.testing.assert_allclose(np.array(value, float), _wanted(record), rtol=RTOL)


@pytest.mark.parametrize("record", _records("top-5 share of exposure (items)"))
def test_top_share(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """The five most shown listings hold the golden share of impressions."""
    results = audited(record["case"], "uniform")
    value = _find(results, "top_share", scope="listings", group=None, cutoff="5").value
    np.testing.assert_allclose(np.array(value, float), _wanted(record), rtol=RTOL)


def test_gini_of_sellers(audited: Callable[..., Results]) -> None:
    """The Gini of sellers' exposure holds."""
    (record,) = [r for r in RECORDS if r["metric"] == "Gini of seller exposure"]
    value = _find(audited("LOG2"), "gini", scope="sellers", group=None).value
    np.testing.assert_allclose(np.array(value, float), _wanted(record), rtol=RTOL)


@pytest.mark.parametrize(
    "record",
    _records(
        "exposure funnel: ln ratios "
        "[reach, impressions per shown listing, mean weight per impression]"
    ),
)
def test_funnel(record: dict[str, Any], audited: Callable[..., Results]) -> None:
    """The three steps of the funnel hold, and their logarithms add up to the exposure ratio's."""
    results = audited(record["case"])
    protected, _ = _groups(record["case"])
    steps = [
        _find(results, f"funnel_{step}", group=protected).value
        for step in ("reach", "frequency", "placement")
    ]
    logs = np.log(np.array(steps, float))
    np.testing.assert_allclose(logs, _wanted(record), rtol=RTOL, atol=1e-12)
    whole = _find(results, "exposure_ratio", group=protected, baseline="catalogue").value
    assert whole is not None
    np.testing.assert_allclose(logs.sum(), np.log(whole), rtol=RTOL)


def _golden_error(metric: str) -> float:
    (record,) = [one for one in RECORDS if one["case"] == "LOG2" and one["metric"] == metric]
    return float(record["hand"][1])


def test_the_error_of_a_share_is_clustered_by_seller_and_request(
    audited: Callable[..., Results],
) -> None:
    """From the file on, a share's error is the larger of the golden two-way and seller errors."""
    ways = ("two-way query+seller (CGM)", "seller cluster")
    wanted = [_golden_error(f"exposure_share rural: [estimate, SE] {way}") for way in ways]
    got = _find(audited("LOG2"), "exposure_share", group="rural", method="two_way").se
    assert got == pytest.approx(max(wanted), rel=RTOL)


def test_the_error_of_a_ratio_is_never_below_the_sellers(audited: Callable[..., Results]) -> None:
    """The two-way error of ln R holds the golden seller error, and the requests' on top."""
    wanted = _golden_error("ln exposure ratio rural/urban: [estimate, SE seller cluster]")
    found = _find(audited("LOG2"), "exposure_ratio", method="two_way", baseline="catalogue")
    assert found.se is not None
    assert found.value is not None
    assert wanted * (1 - RTOL) <= found.se / found.value < 1.1 * wanted
