"""Replay without the location: no linear trace is left, words and gaps stay."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fairshelf.audits.replay.blind import levelled, residuals
from fairshelf.audits.replay.proxies import TOGETHER, auc, proxies


def _features(rng: np.random.Generator, codes: np.ndarray) -> pa.Table:
    rating = 4 + codes + rng.normal(size=codes.size)
    rating[::7] = np.nan
    words = np.where(codes > 0, "a", "b")
    return pa.table({"rating": rating, "price": rng.normal(size=codes.size), "word": words})


def test_no_correlation_with_the_group_is_left() -> None:
    """After clearing, each group has the same mean of each number; gaps and words are as before."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 700)
    before = _features(rng, codes)
    after = residuals(before, ["rating", "price"], codes)
    price = after["price"].to_numpy()
    means = [price[codes == one].mean() for one in range(3)]
    assert np.ptp(means) == pytest.approx(0, abs=1e-12)
    gaps = np.isnan(before["rating"].to_numpy())
    assert np.isnan(after["rating"].to_numpy()).tolist() == gaps.tolist()
    rating = after["rating"].to_numpy()
    assert np.ptp([np.nanmean(rating[codes == one]) for one in range(3)]) < 1e-9
    assert after["word"].to_pylist() == before["word"].to_pylist()


def test_candidates_of_an_unknown_group_keep_their_values() -> None:
    """Nothing is taken off where nothing is known; one group alone takes nothing off anybody."""
    rng = np.random.default_rng(2)
    codes = rng.integers(-1, 2, 300)
    before = _features(rng, codes)
    after = residuals(before, ["price"], codes)
    unknown = codes < 0
    assert after["price"].to_numpy()[unknown] == pytest.approx(before["price"].to_numpy()[unknown])
    alone = residuals(before, ["price"], np.zeros(300, dtype=int))
    assert alone["price"].to_pylist() == before["price"].to_pylist()


def test_levelled_features_are_the_median_and_the_commonest_word() -> None:
    """1, 2, 9 and a gap become 2 everywhere; b, b, a become b; ties go to the later word."""
    table = pa.table({"x": [1.0, 2.0, 9.0, float("nan")], "w": ["b", "b", "a", None]})
    done = levelled(table, ["x", "w"], {"w"})
    assert done["x"].to_pylist() == [2.0] * 4
    assert done["w"].to_pylist() == ["b"] * 4


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    """0.1 0.4 0.35 0.8 with labels 0 0 1 1 is 0.75 (three of four pairs); all tied is one half."""
    given = np.array([0.1, 0.4, 0.35, 0.8])
    yes = np.array([False, False, True, True])
    assert auc(given, yes, np.ones(4)) == pytest.approx(0.75)
    assert auc(np.zeros(4), yes, np.ones(4)) == pytest.approx(0.5)
    assert np.isnan(auc(given, np.ones(4, bool), np.ones(4)))


def test_the_area_equals_scikit_learns() -> None:
    """On random weighted data with ties, the area is ``roc_auc_score``'s."""
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(3)
    given, yes = rng.integers(0, 10, 200) / 10, rng.random(200) < 0.3
    weight = rng.random(200)
    assert auc(given, yes, weight) == pytest.approx(roc_auc_score(yes, given, sample_weight=weight))


def test_a_feature_that_tells_the_group_is_found_and_noise_is_not() -> None:
    """County tells it (AUC 1), noise does not (interval holds one half), all together do."""
    rng = np.random.default_rng(5)
    seller = np.repeat(np.arange(80), 4)
    protected = seller < 30
    features = {"county": protected.astype(float), "noise": rng.normal(size=320)}
    found = {one.feature: one for one in proxies(features, protected, seller, rng)}
    assert found["county"].auc == pytest.approx(1)
    assert found[TOGETHER].auc == pytest.approx(1)
    noise = found["noise"]
    assert noise.low is not None
    assert noise.high is not None
    assert noise.low < 0.5 < noise.high


def test_a_seller_is_never_told_from_its_own_listings() -> None:
    """A number of each seller's own tells nothing about other sellers: AUC near one half."""
    rng = np.random.default_rng(6)
    seller = np.repeat(np.arange(100), 5)
    name = rng.permutation(100).astype(float)[seller]
    found = proxies({"name": name}, seller % 2 == 0, seller, rng)
    assert abs(found[0].auc - 0.5) < 0.15


def test_too_few_sellers_tell_nothing() -> None:
    """With four sellers in a group nothing is estimated."""
    rng = np.random.default_rng(7)
    seller = np.arange(40)
    assert proxies({"x": rng.normal(size=40)}, seller < 4, seller, rng) == ()
