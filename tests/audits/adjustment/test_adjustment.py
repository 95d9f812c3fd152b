"""Adjusted gaps against golden values, pyfixest, statsmodels and arithmetic by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fairshelf.audits.adjustment.balance import balance, overlap
from fairshelf.audits.adjustment.decompose import gelbach, kitagawa, oaxaca
from fairshelf.audits.adjustment.design import design
from fairshelf.audits.adjustment.poisson import adjusted_ratio
from fairshelf.audits.sensitivity.hidden_cause import (
    e_value,
    hidden_cause,
    level_model,
    times_as_strong,
)

GOLDEN = Path(__file__).parents[2] / "golden"


def _golden(metric: str) -> list[float]:
    records = json.loads((GOLDEN / "golden.json").read_text(encoding="utf-8"))
    records = records["records"] if isinstance(records, dict) else records
    found: list[float] = next(r["value"] for r in records if r["metric"].startswith(metric))
    return found


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    """Give the golden catalogue with the attention of each item."""
    log = pd.read_csv(GOLDEN / "log_2000.csv")
    frame = pd.read_csv(GOLDEN / "log_catalogue.csv")
    log["w"] = 1 / np.log2(1 + log.position)
    frame["E"] = frame.item_id.map(log.groupby("item_id").w.sum()).fillna(0.0)
    frame["lp"] = np.log(frame.price)
    frame["rural"] = (frame.area == "rural").astype(float)
    frame["small"] = (frame["size"] == "small").astype(float)
    frame["seller"] = pd.factorize(frame.seller_id)[0]
    return frame


def _arrays(items: pd.DataFrame, *names: str) -> tuple[Any, Any, Any]:
    numbers = {name: items[name].to_numpy(float) for name in names}
    columns = design(items.rural.to_numpy() > 0, numbers, {})
    return items.E.to_numpy(), items.seller.to_numpy(), columns


COVARIATES = ("small", "quality", "lp")


def test_the_golden_adjusted_ratio(items: pd.DataFrame) -> None:
    """Estimate and CRV1 error equal the golden record, whose error is of an unfinished step."""
    estimate, error = _golden("adjusted ln exposure ratio")
    found = adjusted_ratio(*_arrays(items, *COVARIATES), clustering="CRV1")
    assert found.value is not None
    assert np.log(found.value) == pytest.approx(estimate, rel=1e-9)
    assert found.se == pytest.approx(_sandwich(items, 30), rel=1e-9)
    assert error == pytest.approx(_sandwich(items, 5), rel=1e-12)
    assert found.se == pytest.approx(error, rel=1e-6)


def _sandwich(items: pd.DataFrame, steps: int) -> float:
    """Give the CRV1 error after some steps of re-weighting, by the weights of the last step.

    The golden record's program stops after the fifth, whose weights are those of the fourth: its
    error is 6e-8 short of the one at convergence.
    """
    columns = np.column_stack(
        [np.ones(len(items)), items.rural, items["small"], items.quality, items.lp]
    )
    told = items.E.to_numpy()
    mean = (told + told.mean()) / 2
    weights = mean
    for _ in range(steps):
        weights = mean
        weighted = columns * weights[:, None]
        working = np.log(mean) + (told - mean) / mean
        found = np.linalg.solve(weighted.T @ columns, weighted.T @ working)
        mean = np.exp(columns @ found)
    bread = np.linalg.inv((columns * weights[:, None]).T @ columns)
    working = np.log(weights) + (told - weights) / weights
    scores = np.zeros((items.seller.max() + 1, columns.shape[1]))
    np.add.at(
        scores, items.seller.to_numpy(), columns * ((working - np.log(mean)) * weights)[:, None]
    )
    (sellers, _), (rows, wide) = scores.shape, columns.shape
    factor = sellers / (sellers - 1) * (rows - 1) / (rows - wide)
    return float(np.sqrt((bread @ (scores.T @ scores) @ bread * factor)[1, 1]))


def test_without_covariates_it_is_the_exposure_ratio(items: pd.DataFrame) -> None:
    """Exp(coefficient) is attention per rural listing over that per urban one."""
    found = adjusted_ratio(*_arrays(items))
    means = items.groupby("rural").E.mean()
    assert found.value == pytest.approx(means[1.0] / means[0.0], rel=1e-12)
    assert np.log(found.value or 0) == pytest.approx(-0.7314334455343997, rel=1e-9)


@pytest.mark.filterwarnings("ignore")  # pyfixest with pandas 3
def test_the_jackknife_is_that_of_pyfixest(items: pd.DataFrame) -> None:
    """CRV3 equals pyfixest's without its small-sample factors, times (G - 1) / G."""
    import pyfixest as pf

    fit = pf.fepois(
        "E ~ rural + small + quality + lp",
        data=items,
        vcov={"CRV3": "seller_id"},
        ssc=pf.ssc(k_adj=False, G_adj=False),
    )
    found = adjusted_ratio(*_arrays(items, *COVARIATES))
    theirs = float(fit.tidy().loc["rural", "Std. Error"])
    sellers = items.seller.nunique()
    assert found.se == pytest.approx(theirs * ((sellers - 1) / sellers) ** 0.5, rel=1e-5)


@pytest.mark.filterwarnings("ignore")  # pyfixest with pandas 3
def test_category_dummies_are_fixed_effects(items: pd.DataFrame) -> None:
    """Words as dummies give the coefficient of pyfixest with fixed effects absorbed."""
    import pyfixest as pf

    frame = items.assign(kind=[f"k{n % 6}" for n in range(len(items))])
    fit = pf.fepois("E ~ rural + lp | kind", data=frame, vcov="iid")
    columns = design(
        frame.rural.to_numpy() > 0,
        {"lp": frame.lp.to_numpy()},
        {"kind": frame.kind.to_numpy(object)},
    )
    found = adjusted_ratio(frame.E.to_numpy(), frame.seller.to_numpy(), columns)
    assert np.log(found.value or 0) == pytest.approx(float(fit.coef()["rural"]), rel=1e-6)


def test_what_says_nothing_is_left_out_and_named(items: pd.DataFrame) -> None:
    """A constant and a copy leave the model with their reason; missing values are counted."""
    price = items.lp.to_numpy().copy()
    price[:7] = np.nan
    group = items.rural.to_numpy() > 0
    columns = design(group, {"lp": price, "flat": np.ones(len(items)), "twice": 2 * price + 1}, {})
    assert columns.used == ("lp",)
    assert dict(columns.dropped) == {"flat": "constant", "twice": "collinear"}
    assert columns.incomplete == 7


def test_a_group_without_attention_has_no_interval() -> None:
    """Nothing shown of the group: the ratio is 0, without bounds, and it is said."""
    group = np.arange(20) < 10
    columns = design(group, {}, {})
    found = adjusted_ratio(np.where(group, 0.0, 1.0), np.arange(20), columns)
    assert (found.value, found.low, found.note) == (0.0, None, "group_empty")


@pytest.mark.parametrize("carrying", [0, 8])
def test_a_group_that_one_seller_carries_has_no_jackknife(carrying: int) -> None:
    """Without its one seller with attention the group has none: no replicate, so no interval."""
    rng = np.random.default_rng(4)
    seller = np.repeat(np.arange(16), 3)
    group = seller < 8
    mine = group if carrying < 8 else ~group
    held = np.where(mine & (seller != carrying), 0.0, rng.exponential(1.0, seller.size))
    columns = design(group, {"price": rng.normal(size=seller.size)}, {})
    found = adjusted_ratio(held, seller, columns)
    assert found.value is not None
    assert found.value > 0
    assert (found.low, found.high, found.se, found.p_value) == (None, None, None, None)
    assert found.note == "one_seller_holds_all"
    assert adjusted_ratio(held, seller, columns, clustering="CRV1").low is not None
    held[np.flatnonzero(mine & (seller != carrying))[0]] = 0.01
    assert adjusted_ratio(held, seller, columns).low is not None


def test_oaxaca_equals_the_golden_record(items: pd.DataFrame) -> None:
    """Three parts and the gap, the higher group first."""
    found = oaxaca(
        items.E.to_numpy(), items.rural.to_numpy() > 0, items[["quality", "lp", "small"]].to_numpy()
    )
    parts = [found.endowment, found.coefficient, found.interaction, found.gap]
    assert parts == pytest.approx(_golden("Oaxaca"), rel=1e-9)


def test_the_golden_robustness_value(items: pd.DataFrame) -> None:
    """Robustness value and partial R2 of the level model equal the golden record."""
    exposure, seller, columns = _arrays(items, "quality", "lp", "small")
    model = level_model(exposure, columns, seller)
    assert model is not None
    assert model.t_clustered < model.t
    found = hidden_cause(model.t, model.df)
    told = [found.robustness_value, found.partial_r2]
    assert told == pytest.approx(_golden("Cinelli"), rel=1e-9)


@pytest.mark.filterwarnings("ignore")  # pyfixest with pandas 3
def test_the_clustered_t_is_that_of_pyfixest(items: pd.DataFrame) -> None:
    """CRV3 of the level model, without pyfixest's small-sample factor."""
    import pyfixest as pf

    exposure, seller, columns = _arrays(items, "quality", "lp", "small")
    model = level_model(exposure, columns, seller)
    assert model is not None
    table = items.assign(level=exposure / exposure.mean())
    fit = pf.feols(
        "level ~ rural + quality + lp + small",
        table,
        vcov={"CRV3": "seller_id"},
        ssc=pf.ssc(k_adj=False, G_adj=False),
    )
    clusters = items.seller_id.nunique()
    told = abs(float(fit.tstat()["rural"])) * np.sqrt(clusters / (clusters - 1))
    assert model.t_clustered == pytest.approx(told, rel=1e-6)


def test_published_robustness_values() -> None:
    """Cinelli and Hazlett's Darfur example: t 4.184 with 783 df has RV 13.9% and R2 2.2%."""
    found = hidden_cause(4.184, 783)
    assert found.robustness_value == pytest.approx(0.139, abs=5e-4)
    assert found.partial_r2 == pytest.approx(0.022, abs=5e-4)


def test_published_e_value() -> None:
    """VanderWeele and Ding: a risk ratio of 3.9 has the E-value 7.26, and 1/3.9 the same."""
    assert e_value(3.9) == pytest.approx(7.26, abs=5e-3)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))
    assert e_value(1.0) == 1.0


def test_a_hidden_copy_of_a_covariate_is_as_strong_as_one() -> None:
    """A gap made by two like causes, one of them hidden, needs a hidden cause of that strength."""
    rng = np.random.default_rng(0)
    group = rng.random(4000) < 0.5
    one, two = rng.normal(0, 1, (2, 4000)) + 0.5 * group
    exposure = 5 + one + two + rng.normal(0, 1, 4000)
    model = level_model(exposure, design(group, {"one": one}, {}), np.arange(4000))
    assert model is not None
    assert times_as_strong(model, "one") == pytest.approx(1.0, abs=0.35)


def test_gelbach_adds_up_and_equals_pyfixest(items: pd.DataFrame) -> None:
    """Raw = left + parts; the parts are those of pyfixest's decomposition."""
    exposure, _, columns = _arrays(items, "quality", "lp", "small")
    found = gelbach(exposure, columns)
    assert found is not None
    assert found.raw == pytest.approx(found.left + sum(part for _, part in found.parts))
    y = items.E / items.E.mean()
    short = np.polyfit(items.rural, y, 1)[0]
    assert found.raw == pytest.approx(short)
    x = np.column_stack([np.ones(len(items)), items[["rural", "quality", "lp", "small"]]])
    whole = np.linalg.lstsq(x, y, rcond=None)[0]
    assert found.left == pytest.approx(whole[1])
    for place, name in enumerate(("quality", "lp", "small"), start=2):
        slope = np.polyfit(items.rural, items[name], 1)[0]
        assert dict(found.parts)[name] == pytest.approx(whole[place] * slope)


def test_kitagawa_by_hand() -> None:
    """Tea 4 and rice 2 for all; the group lists 1 of 4 in tea, the reference 3 of 4: all mix."""
    kind = np.array(["tea", "rice", "rice", "rice", "tea", "tea", "tea", "rice"], dtype=object)
    exposure = np.where(kind == "tea", 4.0, 2.0)
    found = kitagawa(exposure, np.arange(8) < 4, kind)
    assert (found.mix, found.rates) == pytest.approx((-1 / 3, 0.0))
    halved = np.where(np.arange(8) < 4, exposure / 2, exposure)
    second = kitagawa(halved, np.arange(8) < 4, kind)
    assert second.gap == pytest.approx((halved[:4].mean() - halved[4:].mean()) / halved.mean())


def test_balance_by_hand() -> None:
    """Means 2 and 4, variances 1 and 1: two standard deviations apart; a word by its share."""
    group = np.array([True] * 3 + [False] * 3)
    told = balance(
        group,
        {"price": np.array([1.0, 2, 3, 3, 4, 5])},
        {"kind": np.array(["a", "a", "b", "b", "b", "b"], dtype=object)},
    )
    assert told[0].difference == pytest.approx(-2.0)
    assert [one.word for one in told[1:]] == ["a", "b"]
    assert [one.group_mean for one in told[1:]] == pytest.approx([2 / 3, 1 / 3])
    assert [one.reference_mean for one in told[1:]] == pytest.approx([0, 1])


def test_groups_that_share_nothing_do_not_overlap() -> None:
    """Prices that never meet: nothing inside, and the covariate tells the groups apart wholly."""
    group = np.arange(40) < 20
    apart = overlap(design(group, {"price": np.arange(40.0)}, {}))
    alike = overlap(design(group, {"price": np.tile(np.arange(20.0), 2)}, {}))
    assert apart is not None
    assert alike is not None
    assert (apart.inside, apart.auc) == (0.0, 1.0)
    assert alike.inside == 1.0
    assert alike.auc == pytest.approx(0.5)
