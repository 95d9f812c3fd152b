"""Distances of a ranking's composition from a target."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.metrics import (
    awrf,
    awrf_per_list,
    jsd,
    kl,
    max_skew,
    min_skew,
    ndkl,
    prefix_distance,
    prefix_terms,
    skew,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.metrics.distance import Legacy

    Record = dict[str, Any]
    Load = Callable[[str], Any]
    Holds = Callable[[Record, object], None]

AMOUNTS = st.lists(st.floats(0.01, 1e4), min_size=4, max_size=4).map(np.array)
FLAGS = st.lists(st.booleans(), min_size=1, max_size=30).map(lambda x: np.array(x, bool))
LEGACY: tuple[Legacy, ...] = ("rnd", "rkl", "rrd")


@pytest.mark.golden("JSD base 2", "JSD(base 2) exposure vs target")
def test_jsd_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The Jensen-Shannon divergence is scipy's distance squared, and LiFT's."""
    if "p" in record["parameters"]:
        holds(record, jsd(np.array(record["parameters"]["p"]), np.array(record["parameters"]["q"])))
        return
    case = rankings(record["case"])
    holds(record, jsd(case.by_list(case.weights("dcg")).sum(axis=0), case.target))


@pytest.mark.golden("AWRF = 1-JSD(base 2), mean over rankings")
def test_awrf_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The mean AWRF of single lists holds under the clipped logarithmic weight."""
    case = rankings(record["case"])
    holds(record, awrf_per_list(case.by_list(case.weights("logclip")), case.target).mean())


@pytest.mark.golden("AWRF = 1-JSD(nat), mean over rankings")
def test_awrf_of_trec(record: Record, rankings: Load, holds: Holds) -> None:
    """The AWRF of TREC is the same with the divergence times ln 2."""
    case = rankings(record["case"])
    ours = awrf_per_list(case.by_list(case.weights("logclip")), case.target).mean()
    holds(record, 1 - (1 - ours) * math.log(2))


@pytest.mark.golden("AWRF pooled (aggregate exposure first) 1-JSD(base 2)")
def test_awrf_pooled_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Pooled AWRF holds; over lists of one length it is never below their mean."""
    case = rankings(record["case"])
    exposure = case.by_list(case.weights("logclip"))
    holds(record, awrf(exposure, case.target))
    assert awrf(exposure, case.target) >= awrf_per_list(exposure, case.target).mean() - 1e-12


@pytest.mark.golden("AWRF distance |p-phat|, mean over rankings")
def test_awrf_is_not_the_distance(record: Record, rankings: Load, holds: Holds) -> None:
    """Raj and Ekstrand's code gives the distance |p - phat|, where 0 is fair, from equal shares."""
    case = rankings(record["case"])
    exposure = case.by_list(case.weights("geom:0.5"))
    shares = exposure[:, 0] / exposure.sum(axis=1)
    holds(record, np.abs(shares - record["parameters"]["target"]).mean())
    assert awrf(exposure, case.target) != pytest.approx(record["value"], abs=0.05)


def test_awrf_does_not_read_as_a_percentage() -> None:
    """A list that leaves out a group of 29% altogether still has .84."""
    assert awrf(np.array([1.0, 0.0]), np.array([0.71, 0.29])) == pytest.approx(0.84, abs=0.005)


@settings(deadline=None)
@given(AMOUNTS, st.floats(0.01, 100))
def test_awrf_is_one_at_the_target(target: np.ndarray, scale: float) -> None:
    """Attention in the proportions of the target is perfectly fair, whatever its amount."""
    assert awrf(target * scale, target) == pytest.approx(1)
    assert kl(target * scale, target) == pytest.approx(0, abs=1e-12)


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS, st.permutations(range(4)))
def test_labels_do_not_matter(first: np.ndarray, second: np.ndarray, order: list[int]) -> None:
    """Renaming the groups changes neither divergence; JSD is symmetric and within [0, 1]."""
    assert jsd(first[order], second[order]) == pytest.approx(jsd(first, second), abs=1e-12)
    assert kl(first[order], second[order]) == pytest.approx(kl(first, second), abs=1e-12)
    assert jsd(first, second) == pytest.approx(jsd(second, first), abs=1e-12)
    assert 0 <= jsd(first, second) <= 1


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=8).map(np.array), AMOUNTS)
def test_a_duplicate_log_has_the_same_awrf(exposure: np.ndarray, target: np.ndarray) -> None:
    """Reading every list twice changes neither the pooled nor the mean AWRF."""
    twice = np.concatenate([exposure, exposure])
    assert awrf(twice, target) == pytest.approx(awrf(exposure, target))
    means = [awrf_per_list(rows, target).mean() for rows in (twice, exposure)]
    assert means[0] == pytest.approx(means[1])


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=8).map(np.array), AMOUNTS)
def test_pooling_lists_of_equal_attention_flatters(
    exposure: np.ndarray, target: np.ndarray
) -> None:
    """Pooled AWRF is at least the mean of the lists where each hands out as much attention."""
    alike = exposure / exposure.sum(axis=1, keepdims=True)
    assert awrf(alike, target) >= awrf_per_list(alike, target).mean() - 1e-12


def test_pooling_lists_of_unequal_attention_need_not_flatter() -> None:
    """A long list further from the target than a short one can pull the pooled value below."""
    exposure, target = np.array([[1.0, 1, 1, 1], [1, 1, 1, 3]]), np.array([1.0, 2, 3, 1])
    assert awrf(exposure, target) < awrf_per_list(exposure, target).mean()


def test_divergences_by_hand() -> None:
    """(1, 0) against (1/2, 1/2): KL is ln 2, JSD .311; without overlap JSD is 1 and KL infinite."""
    even, one = np.array([1.0, 1.0]), np.array([3.0, 0.0])
    assert kl(one, even) == pytest.approx(math.log(2))
    assert jsd(one, even) == pytest.approx(1.5 - 0.75 * math.log2(3))
    assert jsd(one, np.array([0.0, 1.0])) == pytest.approx(1)
    assert kl(even, one) == math.inf
    assert math.isnan(jsd(np.zeros(2), even))
    assert np.isnan(awrf_per_list(np.array([[0.0, 0.0], [1.0, 1.0]]), even)).tolist() == [
        True,
        False,
    ]


@pytest.mark.golden("skew@k per group (ln ratio)", "skew@k LiFT-smoothed per group")
def test_skew_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Skew holds, -inf for an absent group; with LiFT's add-one it holds too."""
    case = rankings(record["case"])
    counts = case.counts_at(record["parameters"]["k"])
    listed = np.bincount(case.catalogue, minlength=2).astype(float)
    got = skew(counts, listed, record["parameters"].get("alpha", 0.0))
    holds(record, got[case.order(record)])


@pytest.mark.golden("skew per category, alpha=1")
def test_skew_of_lift(record: Record, holds: Holds) -> None:
    """LiFT's own test vectors are reproduced with its smoothing."""
    values = record["parameters"]
    holds(record, skew(np.array(values["p_counts"]), np.array(values["q_counts"]), 1.0))


@pytest.mark.golden("skew_parity ratio@k (min/max of p/t)")
def test_min_and_max_skew_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """Lowest over highest ratio holds; it is 0, not Credo's parity, where a group is absent."""
    case = rankings(record["case"])
    counts = case.counts_at(record["parameters"]["k"])
    holds(record, math.exp(min_skew(counts, case.target) - max_skew(counts, case.target)))


def test_skew_by_hand() -> None:
    """One of four among the first against a half is ln .5; absent -inf; no target undefined."""
    counts, target = np.array([1.0, 3.0, 0.0, 0.0]), np.array([0.5, 0.25, 0.25, 0.0])
    got = skew(counts, target)
    np.testing.assert_allclose(got[:2], np.log([0.5, 3.0]))
    assert got[2] == -math.inf
    assert math.isnan(got[3])
    assert min_skew(counts, target) == -math.inf
    assert max_skew(counts, target) == pytest.approx(math.log(3))
    assert math.isnan(min_skew(np.zeros(2), np.ones(2)))
    assert math.isnan(max_skew(np.zeros(2), np.ones(2)))


@pytest.mark.golden("NDKL vs catalogue target, mean over rankings")
def test_ndkl_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """NDKL against the catalogue is Credo's and Geyik's."""
    case = rankings(record["case"])
    holds(record, np.mean([ndkl(groups, case.target) for groups in case.each()]))


@pytest.mark.golden("NDKL vs the list's own composition, mean over rankings")
def test_ndkl_of_the_list_itself(record: Record, rankings: Load, holds: Holds) -> None:
    """Against each list's own composition it is FairRankTune's."""
    case = rankings(record["case"])
    lists = [(one, np.bincount(one, minlength=2).astype(float)) for one in case.each()]
    holds(record, np.mean([ndkl(one, composition) for one, composition in lists]))


@pytest.mark.golden("NDKL")
def test_ndkl_of_credo(record: Record, holds: Holds) -> None:
    """Credo's documented example is reproduced."""
    codes = np.array(["fm".index(one) for one in record["parameters"]["seq"].split()])
    holds(record, ndkl(codes, np.array([record["parameters"]["target"][one] for one in "fm"])))


def test_ndkl_by_hand() -> None:
    """A, B against one half each: the first prefix costs ln 2 at weight 1, the second nothing."""
    even = np.array([0.5, 0.5])
    weight = 1 + 1 / math.log2(3)
    assert ndkl(np.array([0, 1]), even) == pytest.approx(math.log(2) / weight)
    assert math.isnan(ndkl(np.array([], int), even))
    assert ndkl(np.array([0, 1]), np.array([1.0, 0.0])) == math.inf
    assert ndkl(np.zeros(10, int), even) == pytest.approx(math.log(2))


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=30).map(np.array), st.permutations(range(4))
)
def test_ndkl_does_not_know_names(groups: np.ndarray, order: list[int]) -> None:
    """Renaming groups in list and target alike changes nothing, and NDKL is not negative."""
    target = np.array([0.1, 0.2, 0.3, 0.4])
    renamed = np.argsort(order)[groups]
    assert ndkl(renamed, target[order]) == pytest.approx(ndkl(groups, target))
    assert ndkl(groups, target) >= 0


@pytest.mark.golden(
    *(f"r{kind} raw (cut every 2, discount 1/log2(i+1))" for kind in ("ND", "KL", "RD")),
    *(f"r{kind} normalised by worst of the two extreme orders" for kind in ("ND", "KL", "RD")),
)
def test_prefix_distance_golden(record: Record, rankings: Load, holds: Holds) -> None:
    """The prefix distances hold raw and normalised; rKL without FairRank's p = .001."""
    kind = cast("Legacy", record["metric"][:3].lower())
    protected = rankings(record["case"]).each()[0] == 0
    normalised = "normalised" in record["metric"]
    holds(record, prefix_distance(protected, kind, 2, normalised=normalised))


@pytest.mark.golden("rKL term", "rRD term")
def test_prefix_terms_golden(record: Record, holds: Holds) -> None:
    """A prefix of protected items only, or with too many, counts in full."""
    kind = cast("Legacy", record["metric"][:3].lower())
    values = record["parameters"]
    inside, size = np.array([float(values["protected_in_prefix"])]), np.array([float(values["k"])])
    holds(record, prefix_terms(inside, size, (values["protected"], values["N"]), kind))


def test_prefix_distance_by_hand() -> None:
    """P P O O, every 2: the first term is |1 - 1/2| / log2 3, the second 0; no order is worse."""
    protected = np.array([True, True, False, False])
    assert prefix_distance(protected, "rnd", 2, normalised=False) == pytest.approx(
        0.5 / math.log2(3)
    )
    assert prefix_distance(protected, "rnd", 2) == pytest.approx(1)
    assert math.isnan(prefix_distance(protected, "rnd", 5))
    assert math.isnan(prefix_distance(protected, "rnd", 4))
    assert math.isnan(prefix_distance(np.ones(4, bool), "rrd", 2))


@pytest.mark.parametrize("kind", LEGACY)
@settings(deadline=None)
@given(flags=FLAGS, cut=st.integers(1, 5))
def test_the_worse_extreme_order_scores_one(kind: Legacy, flags: np.ndarray, cut: int) -> None:
    """The closed form of the normaliser is the larger of the two extreme orders, walked through."""
    extremes = [np.sort(flags), np.sort(flags)[::-1]]
    scores = [prefix_distance(one, kind, cut) for one in extremes]
    assert np.isnan(scores).all() or max(scores) == pytest.approx(1)
    value = prefix_distance(flags, kind, cut)
    assert math.isnan(value) or value >= 0
