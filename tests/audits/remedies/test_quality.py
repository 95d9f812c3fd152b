"""Lifting quality: targets by hand, parts that add up, and intervals that cover."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.inference.influence import log_ratio_influence
from fairshelf.audits.remedies.quality import GapSplit, Replays, gap_split, lifted
from fairshelf.audits.replay.paired import change_of_ratio

NAN = float("nan")
GROUP = np.array([True, True, True, False, False, False])


def test_lift_by_hand() -> None:
    """To the median of 3, 4 and 5: the 2 becomes 4, the 5 stays, the missing one stays missing."""
    values = np.array([2.0, 5, NAN, 3, 4, 5])
    told = lifted(values, GROUP, ~GROUP, 0.5)
    assert told.target == 4
    assert told.values.tolist()[:2] == [4, 5]
    assert np.isnan(told.values[2])
    assert told.values[3:].tolist() == [3, 4, 5]
    assert (told.raised, told.missing, told.mean_lift) == (1, 1, 1.0)
    assert values[0] == 2


def test_days_to_deliver_are_lifted_downwards() -> None:
    """Where lower is better the quantile counts from the worse end, and nothing goes up."""
    values = np.array([9.0, 1, 4, 2, 3, 6])
    told = lifted(values, GROUP, ~GROUP, 1.0, "lower")
    assert told.target == 2
    assert told.values.tolist() == [2, 1, 2, 2, 3, 6]
    assert lifted(values, GROUP, ~GROUP, 0.0, "lower").target == 6


def test_without_a_reference_nothing_is_lifted() -> None:
    """A feature the reference does not have gives no target."""
    told = lifted(np.array([1.0, 2, 3, NAN, NAN, NAN]), GROUP, ~GROUP, 0.5)
    assert np.isnan(told.target)
    assert told.values.tolist()[:3] == [1, 2, 3]
    assert told.raised == 0


@pytest.mark.parametrize("quantile", [-0.1, 1.1, NAN])
def test_a_quantile_is_one(quantile: float) -> None:
    """What is no quantile is refused."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        lifted(np.ones(6), GROUP, ~GROUP, quantile)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.one_of(st.just(NAN), st.floats(-1e6, 1e6)), st.booleans()),
        min_size=1,
        max_size=30,
    ),
    st.floats(0, 1),
)
def test_nothing_is_ever_made_worse(rows: list[tuple[float, bool]], quantile: float) -> None:
    """No listing falls, none outside the group moves, none of the group stays below the target."""
    values = np.array([value for value, _ in rows])
    group = np.array([inside for _, inside in rows])
    told = lifted(values, group, ~group, quantile)
    known = np.isfinite(values)
    assert (told.values[known] >= values[known]).all()
    assert np.array_equal(told.values[~group], values[~group], equal_nan=True)
    if np.isfinite(told.target):
        assert (told.values[group & known] >= told.target).all()
    other = lifted(-values, group, ~group, quantile, "lower")
    assert np.allclose(-other.values, told.values, equal_nan=True)


def _replays(ratios: tuple[float, float, float, float], sellers: int = 12) -> Replays[np.ndarray]:
    """Make exposures of sellers, half of them the group's, with the ratios of four replays."""
    made = [np.where(np.arange(sellers) < sellers // 2, ratio, 1.0) for ratio in ratios]
    return Replays(*made)


def _split(ratios: tuple[float, float, float, float], sellers: int = 12) -> GapSplit:
    return gap_split(_replays(ratios, sellers), np.ones(sellers), np.arange(sellers) < sellers // 2)


def test_parts_by_hand() -> None:
    """From 0.5: quality brings 0.6, the rule 0.75, both 1: nothing is left, 0.105 is shared."""
    found = _split((0.5, 0.6, 0.75, 1.0))
    assert found.gap.value == pytest.approx(log(2))
    assert found.quality.value == pytest.approx(log(1.2))
    assert found.rule.value == pytest.approx(log(1.5))
    assert found.interaction.value == pytest.approx(log(2 / 1.8))
    assert found.left.value == pytest.approx(0)
    assert found.quality_shapley.value == pytest.approx((log(1.2) + log(1 / 0.75)) / 2)
    assert found.rule_shapley.value == pytest.approx((log(1.5) + log(1 / 0.6)) / 2)
    assert found.quality.share == pytest.approx(log(1.2) / log(2))


def test_without_a_gap_there_are_no_shares() -> None:
    """At parity a part of the gap is not defined."""
    found = _split((1.0, 1.1, 1.0, 1.1))
    assert np.isnan(found.quality.share)
    assert found.quality.value == pytest.approx(log(1.1))


def test_few_sellers_and_empty_replays_have_no_interval() -> None:
    """Fewer than five sellers give estimates only; a replay that holds nothing gives none."""
    few = _split((0.5, 0.6, 0.75, 1.0), sellers=8)
    assert few.quality.interval is None
    assert few.quality.value == pytest.approx(log(1.2))
    empty = _split((0.5, 0.0, 0.75, 1.0))
    assert np.isnan(empty.quality.value)
    assert empty.quality.interval is None
    assert empty.rule.interval is not None


RATIO = st.floats(0.05, 5)


@settings(max_examples=60, deadline=None)
@given(st.tuples(RATIO, RATIO, RATIO, RATIO), st.integers(0, 1000))
def test_parts_add_up(ratios: tuple[float, float, float, float], seed: int) -> None:
    """The gap is the sum of its parts, alone or by Shapley, and so are the influences."""
    rng = np.random.default_rng(seed)
    noisy = [one * rng.lognormal(sigma=0.3, size=12) for one in four_of(_replays(ratios))]
    found = gap_split(Replays(*noisy), rng.integers(1, 9, 12).astype(float), np.arange(12) < 6)
    alone = found.quality.value + found.rule.value + found.interaction.value + found.left.value
    shared = found.quality_shapley.value + found.rule_shapley.value + found.left.value
    assert [alone, shared] == pytest.approx([found.gap.value] * 2, abs=1e-9)
    halves = found.quality_shapley.value - found.quality.value
    assert halves == pytest.approx(found.interaction.value / 2, abs=1e-9)


def four_of(replays: Replays[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Give the four arrays in order."""
    return replays.base, replays.quality, replays.rule, replays.both


def test_a_part_alone_is_the_paired_change() -> None:
    """The interval of quality alone is that of the paired change from base to lifted, in logs."""
    rng = np.random.default_rng(0)
    protected, units = np.arange(40) < 15, rng.integers(1, 9, 40).astype(float)
    base = rng.lognormal(size=40)
    after = base * rng.lognormal(0.1, 0.2, 40)
    told = gap_split(Replays(base, after, base, after), units, protected).quality
    paired = change_of_ratio((base, units), (after, units), protected, None, 0.95)
    assert told.interval is not None
    assert paired.interval is not None
    assert told.value == pytest.approx(log(paired.after / paired.before))
    assert np.exp([told.interval.low, told.interval.high]) == pytest.approx(
        [paired.interval.low, paired.interval.high]
    )
    assert told.interval.p_value == pytest.approx(paired.interval.p_value)


def test_requests_widen() -> None:
    """With requests the variance has their influences too, by hand on the gap itself."""
    rng = np.random.default_rng(1)
    protected, units, held = np.arange(20) < 10, np.ones(20), rng.lognormal(size=20)
    group, reference = rng.lognormal(size=30), rng.lognormal(size=30)
    same = Replays(held, held, held, held)
    asked = (group, reference)
    gap = gap_split(same, units, protected, requests=Replays(asked, asked, asked, asked)).gap
    own = log_ratio_influence(held, units, protected)
    of_sellers = (own**2).sum() * 10 / 9
    of_requests = (group - group.mean()) / group.sum() - (
        reference - reference.mean()
    ) / reference.sum()
    assert gap.interval is not None
    assert gap.interval.se**2 == pytest.approx(of_sellers + (of_requests**2).sum())
    assert gap.interval.clusters == "both_without_pairs"


def test_intervals_cover_over_samples_of_sellers() -> None:
    """Of 400 samples of sellers the intervals of the Shapley part hold the truth in 91 to 98%."""
    rng = np.random.default_rng(2)
    size, protected, units = 90, np.arange(90) < 30, np.ones(90)
    held = 0
    for _ in range(400):
        base = rng.lognormal(sigma=0.6, size=size)
        replays = []
        for effect in (1.0, 1.2, 1.5, 2.0):
            own = base * rng.lognormal(-0.02, 0.2, size)
            own[protected] *= effect
            replays.append(own)
        found = gap_split(Replays(*replays), units, protected).quality_shapley.interval
        assert found is not None
        held += found.low <= (log(1.2) + log(2 / 1.5)) / 2 <= found.high
    assert 364 <= held <= 392
