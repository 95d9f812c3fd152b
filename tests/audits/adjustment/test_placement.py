"""Attention within requests: the golden records, pyfixest on other data, and what it cannot see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fairshelf.audits.adjustment import placement as module
from fairshelf.audits.adjustment.placement import Placement, placement

GOLDEN = Path(__file__).parents[2] / "golden"
FIELDS = {
    "iid": "iid",
    "{'CRV1': 'query_id'}": "by_request",
    "{'CRV1': 'seller_id'}": "by_seller",
    "{'CRV1': 'query_id+seller_id'}": "two_way",
    "{'CRV3': 'seller_id'}": "jackknife",
}
METRIC = "position weight given shown, query FE: [rural coef, SE]"
RECORDS = [
    record
    for record in json.loads((GOLDEN / "golden.json").read_text("utf-8"))["records"]
    if record["metric"] == METRIC
]


def _log() -> pd.DataFrame:
    log = pd.read_csv(GOLDEN / "log_2000.csv")
    return log.assign(
        w=1 / np.log2(1 + log.position),
        rural=(log.area == "rural").astype(float),
        small=(log["size"] == "small").astype(float),
        lp=np.log(log.price),
    )


def _fitted(log: pd.DataFrame) -> Placement:
    found = placement(
        log.w.to_numpy(),
        log.rural.to_numpy() > 0,
        pd.factorize(log.query_id)[0],
        pd.factorize(log.seller_id)[0],
        log[["small", "relevance", "lp"]].to_numpy(),
    )
    assert found is not None
    return found


def _as_pyfixest(found: Placement, field: str, log: pd.DataFrame) -> float:
    """Give a standard error with pyfixest's factors, which its CRV3 has and ours has not."""
    error = float(getattr(found, field))
    if field != "jackknife":
        return error
    sellers, rows = log.seller_id.nunique(), len(log)
    grown = (rows - 1) / (rows - 4 - log.query_id.nunique())
    return float(error * sellers / (sellers - 1) * grown**0.5)


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: FIELDS[one["parameters"]["vcov"]])
def test_the_golden_records(record: dict[str, Any]) -> None:
    """Coefficient and each of the five standard errors equal the golden record."""
    log = _log()
    found = _fitted(log)
    error = _as_pyfixest(found, FIELDS[record["parameters"]["vcov"]], log)
    assert [found.value, error] == pytest.approx(record["value"], rel=1e-9)


@pytest.mark.filterwarnings("ignore")  # pyfixest with pandas 3
@pytest.mark.parametrize("seed", [0, 1])
def test_other_logs_agree_with_pyfixest(seed: int) -> None:
    """On requests of unequal length, drawn anew, all five errors are pyfixest's."""
    import pyfixest as pf

    rng = np.random.default_rng(seed)
    log = _log().sample(frac=0.6, random_state=seed).assign(w=lambda t: rng.random(len(t)))
    log = log[log.groupby("query_id").w.transform("size") > 1]
    found = _fitted(log)
    for vcov, field in FIELDS.items():
        asked: Any = vcov if vcov == "iid" else json.loads(vcov.replace("'", '"'))
        fit = pf.feols("w ~ rural + small + relevance + lp | query_id", log, vcov=asked)
        told = float(fit.tidy().loc["rural", "Std. Error"])
        assert _as_pyfixest(found, field, log) == pytest.approx(told, rel=1e-7), field


def test_the_quick_jackknife_is_near_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving sellers out of the sums, request means kept, moves the error by a few per cent."""
    log = _log()
    exact = _fitted(log).jackknife
    monkeypatch.setattr(module, "WORK", 0.0)
    assert _fitted(log).jackknife == pytest.approx(exact, rel=0.15)


def test_exclusion_is_not_seen_here() -> None:
    """A group shown in one request of ten, as high as any: no difference, whatever the reach."""
    rng = np.random.default_rng(3)
    request = np.repeat(np.arange(400), 10)
    position = np.tile(np.arange(1, 11), 400)
    rural = np.zeros(4000, dtype=bool)
    rural[np.arange(0, 4000, 100) + rng.integers(0, 10, 40)] = True
    seller = np.where(rural, rng.integers(0, 12, 4000), 12 + rng.integers(0, 60, 4000))
    found = placement(1 / np.log2(1 + position), rural, request, seller)
    assert found is not None
    assert found.low < 0 < found.high


def test_without_a_request_that_holds_both_there_is_nothing() -> None:
    """Groups that never meet in a request, or a single seller: no coefficient."""
    request = np.repeat(np.arange(10), 4)
    group = request < 5
    attention = np.tile([1.0, 0.6, 0.5, 0.4], 10)
    assert placement(attention, group, request, np.arange(40)) is None
    mixed = np.tile([True, False, False, False], 10)
    assert placement(attention, mixed, request, np.where(mixed, 0, np.arange(40))) is None


def test_one_list_compares_nothing_between_requests() -> None:
    """A log that is one list has no other request to cluster by: there is no such figure."""
    rng = np.random.default_rng(0)
    group = np.arange(60) % 3 == 0
    found = placement(
        rng.random(60), group, np.zeros(60, dtype=np.int64), np.arange(60), level=0.95
    )
    assert found is None
