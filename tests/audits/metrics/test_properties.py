"""What must hold of any log: metrics are functions of who was shown where, and of nothing else.

Logs are drawn by hypothesis: a few requests over a catalogue of which part is never shown. The
draws are the same in every run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fairshelf import metrics
from fairshelf.audits.inference.influence import log_ratio_influence
from fairshelf.audits.metrics import (
    atkinson,
    awrf,
    expected_exposure,
    fair_adjusted,
    fair_passes,
    gini,
    hhi,
    pairwise_accuracy,
    theil,
    theil_split,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PAIR = ("rural", "urban")
BROWSING = st.sampled_from(["dcg", "logclip", "reciprocal", "rbp:0.85", "top:2", "uniform"])
drawn = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


class Shop(NamedTuple):
    """A log and its catalogue."""

    log: pd.DataFrame
    catalogue: pd.DataFrame


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """Draw a catalogue of 4 to 8 listings in both groups, and 1 to 5 lists of some of them."""
    size = draw(st.integers(4, 8))
    areas = draw(st.lists(st.sampled_from(PAIR), min_size=size, max_size=size))
    areas[0], areas[1] = PAIR
    sellers = [f"{area[0]}{draw(st.integers(0, 2))}" for area in areas]
    merit = draw(st.lists(st.sampled_from([0.2, 0.5, 0.9]), min_size=size, max_size=size))
    names = [f"i{place}" for place in range(size)]
    catalogue = pd.DataFrame(
        {"listing": names, "area": areas, "seller": sellers, "relevance": merit}
    )
    rows = []
    for request in range(draw(st.integers(1, 5))):
        for rank, item in enumerate(
            draw(st.lists(st.sampled_from(range(size)), unique=True, min_size=1, max_size=6)), 1
        ):
            rows.append((f"q{request}", rank, *catalogue.iloc[item], draw(st.integers(0, 1))))
    columns = ["request", "position", *catalogue.columns, "clicks"]
    log = pd.DataFrame(rows, columns=columns).assign(query="q")
    assume(set(PAIR) <= set(log["area"]))
    return Shop(log, catalogue)


def _numbers(log: pd.DataFrame, catalogue: pd.DataFrame, pair: tuple[str, str]) -> Floats:
    """Give one number of every family."""
    each = metrics.exposure_by(log, "listing", catalogue["listing"])
    exposed = metrics.expected_exposure(log, "area")
    listed = catalogue.set_index("listing")["area"].reindex(each.index)
    pairs = metrics.pairwise_accuracy(log, "area", pair[0])
    shares = metrics.exposure_share(log, "area", catalogue=catalogue)
    funnel = metrics.exposure_funnel(log, "area", pair, catalogue=catalogue)
    return np.array(
        [
            shares[pair[0]],
            metrics.exposure_ratio(log, "area", pair, catalogue=catalogue),
            metrics.exposure_ratio(log, "area", pair, catalogue=catalogue, baseline="sellers"),
            metrics.impact_ratio(log, "area", pair, catalogue=catalogue),
            *(funnel.reach, funnel.frequency, funnel.placement),
            metrics.topk_impact_ratio(log, "area", pair, 2, catalogue=catalogue),
            *(metrics.gini(each), metrics.hhi(each), metrics.theil(each), metrics.atkinson(each)),
            metrics.theil_split(each, listed).between_share,
            *(metrics.awrf(log, "area", catalogue), metrics.ndkl(log, "area", catalogue)),
            metrics.skew(log, "area", catalogue, k=2)[pair[0]],
            metrics.fa_ir(log, "area", pair[0], 0.4).share,
            metrics.hyper_fa_ir(log, "area", pair[0], catalogue=catalogue).by_request.min(),
            *(exposed.disparity, exposed.relevance, exposed.loss, metrics.iaa(log).total),
            *(pairs.overall.share, pairs.intra.share, pairs.inter.share),
            metrics.mixed_pairs_won(log, "area", pair[0]).share,
        ]
    )


@drawn
@given(shops(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(shop: Shop, random: Any) -> None:  # noqa: ANN401
    """Permuting the rows of both tables changes no metric."""
    log = shop.log.sample(frac=1, random_state=random.randrange(10**6))
    catalogue = shop.catalogue.sample(frac=1, random_state=random.randrange(10**6))
    np.testing.assert_allclose(
        _numbers(log, catalogue, PAIR),
        _numbers(shop.log, shop.catalogue, PAIR),
        rtol=1e-9,
        atol=1e-12,
    )


@drawn
@given(shops())
def test_names_of_groups_do_not_matter(shop: Shop) -> None:
    """Renaming groups, here against their order in the alphabet, changes only the labels."""
    other = {"rural": "z", "urban": "a"}
    log, catalogue = (one.assign(area=one["area"].map(other)) for one in shop)
    np.testing.assert_allclose(
        _numbers(log, catalogue, ("z", "a")),
        _numbers(shop.log, shop.catalogue, PAIR),
        rtol=1e-9,
        atol=1e-12,
    )


@drawn
@given(shops(), BROWSING)
def test_log_dp_changes_sign_with_its_groups(shop: Shop, browsing: str) -> None:
    """Ln of the exposure ratio is antisymmetric in group and reference."""
    first, second = (
        metrics.exposure_ratio(shop.log, "area", pair, catalogue=shop.catalogue, browsing=browsing)
        for pair in (PAIR, PAIR[::-1])
    )
    assume(first > 0 and second > 0)
    assert np.log(first) == pytest.approx(-np.log(second), abs=1e-12)


@drawn
@given(shops(), BROWSING)
def test_the_funnel_multiplies_to_the_ratio(shop: Shop, browsing: str) -> None:
    """Reach times frequency times placement is the exposure ratio per listing."""
    told = {"catalogue": shop.catalogue, "browsing": browsing}
    funnel = metrics.exposure_funnel(shop.log, "area", PAIR, **told)  # type: ignore[arg-type]
    whole = metrics.exposure_ratio(shop.log, "area", PAIR, **told)  # type: ignore[arg-type]
    product = funnel.reach * funnel.frequency * funnel.placement
    assert product == pytest.approx(whole, rel=1e-12, nan_ok=True)


@drawn
@given(shops())
def test_equal_weights_make_exposure_the_impressions(shop: Shop) -> None:
    """Under the uniform model the exposure share is the share of rows."""
    got = metrics.exposure_share(shop.log, "area", browsing="uniform")
    wanted = shop.log["area"].value_counts(normalize=True)
    for name in PAIR:
        assert got[name] == pytest.approx(wanted[name], rel=1e-12)


@drawn
@given(shops(), BROWSING)
def test_a_duplicate_log_says_the_same(shop: Shop, browsing: str) -> None:
    """Reading the log twice leaves ratios and the seller-clustered error, and sharpens nothing."""
    again = shop.log.assign(request=shop.log["request"] + "again")
    twice = Shop(pd.concat([shop.log, again], ignore_index=True), shop.catalogue)
    listed = shop.catalogue.groupby("seller")["listing"].count()
    units = np.asarray(listed, dtype=np.float64)
    rural = np.array([name.startswith("r") for name in listed.index])
    told = []
    for log, catalogue in (shop, twice):
        each = metrics.exposure_by(log, "seller", listed.index, browsing=browsing)
        spread = np.asarray(each, dtype=np.float64)
        assume(spread[rural].sum() > 0)
        assume(spread[~rural].sum() > 0)
        influence = log_ratio_influence(spread, units, rural)
        ratio = metrics.exposure_ratio(log, "area", PAIR, catalogue=catalogue, browsing=browsing)
        told.append([ratio, np.sqrt((influence**2).sum())])
    np.testing.assert_allclose(told[0], told[1], rtol=1e-12)


SPREAD = st.lists(st.floats(0, 1e4), min_size=2, max_size=20).filter(lambda x: sum(x) > 1e-3)
SPREAD_ARRAYS = SPREAD.map(np.array)
INDICES: list[tuple[str, Callable[[Floats], float]]] = [
    ("gini", gini),
    ("hhi", hhi),
    ("theil", theil),
    ("atkinson", atkinson),
]


@pytest.mark.parametrize(("name", "index"), INDICES)
@drawn
@given(SPREAD_ARRAYS, st.floats(0.01, 100), st.randoms(use_true_random=False))
def test_concentration_knows_neither_scale_nor_order(
    name: str,
    index: Callable[[Floats], float],
    amounts: Floats,
    factor: float,
    random: Any,  # noqa: ANN401
) -> None:
    """Attention in another unit, or units in another order, are as concentrated."""
    order = random.sample(range(amounts.size), amounts.size)
    assert index(amounts[order] * factor) == pytest.approx(index(amounts), abs=1e-9), name


@pytest.mark.parametrize(("name", "index"), INDICES)
@drawn
@given(SPREAD_ARRAYS)
def test_concentration_keeps_its_bounds(
    name: str, index: Callable[[Floats], float], amounts: Floats
) -> None:
    """Each index is lowest where all have the same and highest where one has everything."""
    size = amounts.size
    bounds = {
        "gini": (0, (size - 1) / size),
        "hhi": (1 / size, 1),
        "theil": (0, np.log(size)),
        "atkinson": (0, 1 - 1 / size),
    }[name]
    assert bounds[0] - 1e-9 <= index(amounts) <= bounds[1] + 1e-9
    alone = np.eye(size)[0]
    assert (index(np.ones(size)), index(alone)) == pytest.approx(bounds, abs=1e-9)


@pytest.mark.parametrize(("name", "index"), INDICES)
@drawn
@given(SPREAD_ARRAYS)
def test_two_copies_of_the_units(
    name: str, index: Callable[[Floats], float], amounts: Floats
) -> None:
    """A second copy of all units leaves Gini, Theil and Atkinson, and halves the HHI."""
    factor = 0.5 if name == "hhi" else 1.0
    assert index(np.tile(amounts, 2)) == pytest.approx(factor * index(amounts), abs=1e-9)


@drawn
@given(SPREAD, st.data())
def test_theil_is_between_and_within(amounts: list[float], data: st.DataObject) -> None:
    """T = between + within, neither below 0, whatever the groups."""
    size = len(amounts)
    groups = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    split = theil_split(np.array(amounts), np.array(groups))
    assert split.total == pytest.approx(split.between + split.within, abs=1e-9)
    assert min(split.between, split.within) >= -1e-12


@drawn
@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.data())
def test_expected_exposure_is_one_identity(first: list[float], data: st.DataObject) -> None:
    """EE-L = EE-D - 2 EE-R + |e*|^2, and it is 0 only at the target."""
    wanted = data.draw(st.lists(st.floats(0, 1), min_size=4, max_size=4))
    got, target = expected_exposure(np.array(first), np.array(wanted)), np.array(wanted)
    whole = got.disparity - 2 * got.relevance + target @ target
    assert got.loss == pytest.approx(whole, abs=1e-12)
    assert expected_exposure(target, target).loss == 0


@drawn
@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3), st.floats(0.1, 9), st.data())
def test_awrf_is_1_exactly_at_the_target(
    target: list[float], factor: float, data: st.DataObject
) -> None:
    """Attention in the proportions of the target gives 1; moved from one group it gives less."""
    wanted = np.array(target)
    assert awrf(wanted * factor, wanted) == pytest.approx(1, abs=1e-12)
    part = data.draw(st.floats(0.1, 1))
    moved = wanted + np.array([-part * wanted[0], part * wanted[0], 0.0])
    assert awrf(moved, wanted) < 1 - 1e-9


@drawn
@given(shops())
def test_pairs_and_their_mirror_are_all_pairs(shop: Shop) -> None:
    """Without equal ranks, reading lists from the bottom turns right pairs into wrong ones."""
    lists = shop.log["request"].factorize()[0]
    ranks, labels = shop.log["position"].to_numpy(), shop.log["clicks"].to_numpy(dtype=float)
    members = (shop.log["area"] == "rural").to_numpy()
    above, below = (
        pairwise_accuracy(lists, one, labels, members) for one in (ranks, ranks.max() + 1 - ranks)
    )
    for kind in ("overall", "intra", "inter"):
        first, second = getattr(above, kind), getattr(below, kind)
        assert first.pairs == second.pairs
        assert first.right + second.right == first.pairs


@drawn
@given(st.integers(1, 30), st.floats(0.05, 0.95), st.floats(0.01, 0.3), st.integers(0, 2**32 - 1))
def test_fa_ir_fails_no_more_fair_lists_than_asked(
    depth: int, share: float, alpha: float, seed: int
) -> None:
    """The adjusted test's exact probability is at most alpha, and simulated lists agree."""
    test = fair_adjusted(depth, share, alpha)
    assert test.fail_probability <= alpha
    rng = np.random.default_rng(seed)
    lists = rng.random((400, depth)) < share
    failed = 1 - np.mean([fair_passes(one, test.table) for one in lists])
    error = np.sqrt(test.fail_probability * (1 - test.fail_probability) / 400)
    assert abs(failed - test.fail_probability) <= 5 * error + 1e-12
