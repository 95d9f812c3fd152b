"""The row-wise metrics in fairlearn's MetricFrame, and what it cannot see."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame

from fairshelf import metrics

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = metrics.Columns(request="query_id", listing="item_id", clicks="clicked")
PAIR = ("rural", "urban")


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    """Give the golden log."""
    return pd.read_csv(GOLDEN / "log_2000.csv")


@pytest.fixture(scope="module")
def catalogue() -> pd.DataFrame:
    """Give the golden catalogue, never-shown listings included."""
    return pd.read_csv(GOLDEN / "log_catalogue.csv")


@pytest.fixture(scope="module")
def framed(log: pd.DataFrame) -> MetricFrame:
    """Give fairlearn's view of the log: y_pred is the position, y_true the click."""
    measured = {
        "attention": metrics.mean_attention,
        "clicks": metrics.clicks_per_attention,
        "top": partial(metrics.topk_rate, k=3),
    }
    return MetricFrame(
        metrics=measured,
        y_true=log["clicked"],
        y_pred=log["position"],
        sensitive_features=log["area"],
    )


def test_by_group_is_what_a_group_by_gives(framed: MetricFrame, log: pd.DataFrame) -> None:
    """Values by group, their difference and their ratio equal plain pandas."""
    weight = 1 / np.log2(1 + log["position"])
    mean = weight.groupby(log["area"]).mean()
    clicks = log["clicked"].groupby(log["area"]).sum() / weight.groupby(log["area"]).sum()
    top = (log["position"] <= 3).groupby(log["area"]).mean()
    plain = pd.DataFrame({"attention": mean, "clicks": clicks, "top": top})
    told = framed.by_group.astype(float)
    np.testing.assert_allclose(told.to_numpy(), plain.loc[told.index].to_numpy(), rtol=1e-12)
    np.testing.assert_allclose(
        framed.difference().astype(float), plain.max() - plain.min(), rtol=1e-9
    )
    np.testing.assert_allclose(framed.ratio().astype(float), plain.min() / plain.max(), rtol=1e-9)


def test_by_group_is_attention_per_impression(framed: MetricFrame, log: pd.DataFrame) -> None:
    """MetricFrame of the mean attention is our attention per impression."""
    ours = metrics.attention_per_impression(log, "area")
    for name in PAIR:
        assert framed.by_group["attention"][name] == pytest.approx(ours[name], rel=1e-12)


def test_the_catalogue_tells_another_story(
    framed: MetricFrame, log: pd.DataFrame, catalogue: pd.DataFrame
) -> None:
    """Given shown the golden log looks fair at .979; per listing of the catalogue it is .481."""
    assert round(float(framed.ratio()["attention"]), 3) == 0.979
    told = metrics.ratio_with_catalogue(
        log["position"], log["area"], catalogue["area"].value_counts(), PAIR
    )
    assert told.per_impression == pytest.approx(float(framed.ratio()["attention"]), rel=1e-12)
    assert round(told.per_listing, 3) == 0.481
    whole = metrics.exposure_ratio(log, "area", PAIR, catalogue=catalogue, columns=NAMES)
    assert told.per_listing == pytest.approx(whole, rel=1e-12)


def test_a_group_without_rows_vanishes(log: pd.DataFrame, catalogue: pd.DataFrame) -> None:
    """MetricFrame forgets a group that is never shown; the catalogue does not: its ratio is 0."""
    urban = log[log["area"] == "urban"]
    framed = MetricFrame(
        metrics=metrics.mean_attention,
        y_true=urban["clicked"],
        y_pred=urban["position"],
        sensitive_features=urban["area"],
    )
    assert list(framed.by_group.index) == ["urban"]
    assert framed.ratio() == 1
    assert metrics.exposure_ratio(urban, "area", PAIR, catalogue=catalogue, columns=NAMES) == 0
    told = metrics.ratio_with_catalogue(
        urban["position"], urban["area"], catalogue["area"].value_counts(), PAIR
    )
    assert np.isnan(told.per_impression)
    assert told.per_listing == 0


def test_attention_per_relevance_counts_what_was_shown(log: pd.DataFrame) -> None:
    """With relevance as y_true it is the shown variant of the exposure-to-merit ratio, .94."""
    framed = MetricFrame(
        metrics=metrics.attention_per_relevance,
        y_true=log["relevance"],
        y_pred=log["position"],
        sensitive_features=log["area"],
    )
    told = framed.by_group["rural"] / framed.by_group["urban"]
    ours = metrics.exposure_ratio(log, "area", PAIR, baseline="merit", columns=NAMES)
    assert told == pytest.approx(ours, rel=1e-12)
    assert round(float(told), 2) == 0.94


def test_weights_count_rows(log: pd.DataFrame) -> None:
    """A weight of 2 is a row that stands there twice."""
    part = log.head(40)
    twice = pd.concat([part, part.head(10)])
    weights = np.r_[np.full(10, 2.0), np.ones(30)]
    for metric in (
        metrics.mean_attention,
        metrics.attention_per_relevance,
        metrics.clicks_per_attention,
        metrics.topk_rate,
    ):
        once = metric(part["relevance"], part["position"], sample_weight=weights)
        assert once == pytest.approx(metric(twice["relevance"], twice["position"]), rel=1e-12)


def test_a_broken_position_is_refused() -> None:
    """A missing or zero position raises; so does a model that rows of positions cannot serve."""
    with pytest.raises(ValueError, match="whole numbers from 1"):
        metrics.mean_attention([0, 1], [1, float("nan")])
    with pytest.raises(ValueError, match="by position"):
        metrics.mean_attention([0], [1], browsing="given")
    with pytest.raises(ValueError, match="no listings given for"):
        metrics.ratio_with_catalogue([1], ["rural"], {"rural": 1}, PAIR)
    assert np.isnan(metrics.mean_attention([], []))
