"""Off-policy estimates: by hand, unbiased, and the published value of ZOZOTOWN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from fairshelf.audits.replay.offpolicy import off_policy

if TYPE_CHECKING:
    from pathlib import Path


def test_by_hand() -> None:
    """Weights 2, 0.5 and 1 on rewards 1, 1 and 0: IPS 2.5/3, self-normalised 2.5/3.5."""
    found = off_policy(
        np.array([1.0, 1.0, 0.0]),
        np.array([0.25, 0.5, 0.5]),
        np.array([0.5, 0.25, 0.5]),
        np.arange(3),
        clip=1.5,
    )
    assert found.logged.value == pytest.approx(2 / 3)
    assert found.ips.value == pytest.approx(2.5 / 3)
    assert found.self_normalised.value == pytest.approx(2.5 / 3.5)
    assert found.clipped.value == pytest.approx(2.0 / 3)
    assert found.effective == pytest.approx(3.5**2 / (4 + 0.25 + 1))
    assert (found.weight_mean, found.weight_largest) == pytest.approx((3.5 / 3, 2.0))


def test_the_same_policy_is_the_log() -> None:
    """With the logged policy as the target every estimate is the logged mean."""
    rng = np.random.default_rng(0)
    reward, chance = rng.random(50), rng.uniform(0.1, 1, 50)
    found = off_policy(reward, chance, chance, np.arange(50))
    for one in (found.ips, found.self_normalised, found.clipped):
        assert one == found.logged
    assert found.effective == pytest.approx(50)


def test_rows_of_one_request_are_not_independent() -> None:
    """Every row four times within its request leaves the error as it is, not half as large."""
    rng = np.random.default_rng(1)
    reward, chance = rng.random(80), rng.uniform(0.1, 1, 80)
    target = rng.uniform(0, 1, 80)
    once = off_policy(reward, chance, target, np.arange(80))
    fourfold = off_policy(
        np.repeat(reward, 4),
        np.repeat(chance, 4),
        np.repeat(target, 4),
        np.repeat(np.arange(80), 4),
    )
    assert fourfold.ips.se == pytest.approx(once.ips.se)


def test_it_is_unbiased_and_covers() -> None:
    """Over 500 logs the mean of IPS is the true value, and the interval holds it in 92 to 98%."""
    rng = np.random.default_rng(2)
    logged, other = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5])
    clicks = np.array([0.1, 0.3, 0.6])
    true = float(other @ clicks)
    values, held = [], 0
    for _ in range(500):
        shown = rng.choice(3, 400, p=logged)
        reward = (rng.random(400) < clicks[shown]).astype(float)
        found = off_policy(reward, logged[shown], other[shown], np.arange(400)).ips
        assert found.low is not None
        assert found.high is not None
        values.append(found.value)
        held += found.low <= true <= found.high
    assert np.mean(values) == pytest.approx(true, abs=3 * np.std(values) / 500**0.5)
    assert 460 <= held <= 490


def test_a_few_heavy_weights_are_not_taken_for_many() -> None:
    """With 20 requests of very unequal weights the self-normalised interval holds 87% or more.

    One that trusts the number of requests holds 82% (300 logs, simulation error 2 points).
    """
    rng, held = np.random.default_rng(3), 0
    for _ in range(300):
        request = np.repeat(np.arange(20), rng.integers(4, 12, 20))
        chance = 0.8 * np.clip(np.exp(-2.5 * np.abs(rng.normal(size=request.size))), 1e-3, 1)
        shown = rng.random(request.size) < chance
        reward = (rng.random(request.size) < 0.3).astype(float)
        found = off_policy(
            reward[shown], chance[shown], np.full(shown.sum(), 0.5), request[shown]
        ).self_normalised
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.3 <= found.high
    assert held >= 0.87 * 300


@pytest.mark.parametrize(("chance", "target"), [(0.0, 0.5), (1.1, 0.5), (0.5, -0.1), (0.5, 1.5)])
def test_no_probabilities(chance: float, target: float) -> None:
    """What is no probability is refused."""
    with pytest.raises(ValueError, match="must lie in"):
        off_policy(np.ones(1), np.array([chance]), np.array([target]), np.zeros(1, dtype=int))


@pytest.mark.shared
def test_zozotowns_published_value(shared: Path, root: Path) -> None:
    """The random arm says of Thompson sampling what is published: 0.004553, 1.198126 times.

    The policy's chances are worked out as its authors do, by drawing from its priors.
    """
    prior = pd.read_csv(root / "tests" / "cases" / "offpolicy" / "zozotown_all_prior.csv")
    rng = np.random.default_rng(12345)
    draws = 200_000
    counts = np.zeros((len(prior), 3))
    for _ in range(20):
        drawn = rng.beta(prior.alpha, prior.beta, (draws // 20, len(prior)))
        best = np.argsort(-drawn, axis=1)[:, :3]
        for place in range(3):
            counts[:, place] += np.bincount(best[:, place], minlength=len(prior))
    log = pd.read_parquet(shared / "obd_zozotown_all_20k.parquet")
    rows = log[log["policy"] == "random"]
    found = off_policy(
        rows["click"].to_numpy(float),
        rows["propensity_score"].to_numpy(float),
        counts[rows["listing_id"], rows["position"] - 1] / draws,
        pd.factorize(rows["impression_id"])[0],
    )
    assert found.logged.value == pytest.approx(0.0038, abs=1e-9)
    assert found.ips.value == pytest.approx(0.004553, abs=2e-5)
    assert found.ips.value / found.logged.value == pytest.approx(1.198126, abs=0.005)
    assert found.ips.low is not None
    assert found.ips.low < 0.0042 < (found.ips.high or 0)  # what Thompson sampling got when it ran
