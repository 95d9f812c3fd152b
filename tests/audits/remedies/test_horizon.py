"""The scenario of feedback: at rest without it, growing with it, and what it refuses."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from time import process_time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.remedies.horizon import Assumptions, _reviews, default_assumptions, simulate
from fairshelf.audits.remedies.lists import Lists

if TYPE_CHECKING:
    from pathlib import Path

STILL = Assumptions(
    steps=10, runs=4, band=0.9, searches=1000, click_rate=0.2, conversion=0.03, review_rate=0.1,
    noise=0.5, weight=0.0, decay=0.98,
)  # fmt: skip


def _dcg(places: int) -> np.ndarray:
    return np.asarray(1 / np.log2(np.arange(places) + 2))


def _lists(
    gap: float, requests: int = 60, long: int = 10, sellers: int = 40, seed: int = 3
) -> Lists:
    """Make lists with all sellers about equally often, the group's scores lower by a gap."""
    rng = np.random.default_rng(seed)
    rounds = -(-requests * long // sellers)
    seller = np.concatenate([rng.permutation(sellers) for _ in range(rounds)])[: requests * long]
    protected = seller < sellers // 3
    score = rng.normal(size=seller.size) + rng.normal(0, 0.3, sellers)[seller] - gap * protected
    request = np.repeat(np.arange(requests), long)
    order = np.lexsort((-score, request))
    return Lists(
        start=np.arange(requests + 1) * long,
        score=score[order],
        worth=None,
        seller=seller[order],
        protected=protected[order],
    )


def test_without_feedback_nothing_moves() -> None:
    """At weight 0 every step shows the present order, whatever chance does to sales."""
    found = simulate(_lists(0.5), _dcg(10), STILL, np.random.default_rng(0))
    for band in (found.ratio, found.share, found.gini):
        assert np.ptp(band.median) == 0
        assert (band.low == band.high).all()


def test_the_first_step_by_hand() -> None:
    """Two lists of two places worth 1 and 0.5: the group is second twice, ratio 1/2, share 1/3."""
    lists = Lists(
        start=np.array([0, 2, 4]),
        score=np.array([2.0, 1, 2, 1]),
        worth=None,
        seller=np.array([0, 1, 0, 1]),
        protected=np.array([False, True, False, True]),
    )
    found = simulate(lists, np.array([1.0, 0.5]), STILL, np.random.default_rng(0))
    assert found.ratio.median[0] == pytest.approx(0.5)
    assert found.share.median[0] == pytest.approx(1 / 3)
    assert found.gini.median[0] == pytest.approx((2 - 1) / (2 * 3))
    assert found.kind == "scenario"
    assert found.assumptions == STILL


def test_who_has_gets() -> None:
    """With feedback an initial gap grows and exposure concentrates; the start is the present."""
    moving = replace(STILL, steps=40, weight=2.0, noise=0.1)
    found = simulate(_lists(0.8), _dcg(10), moving, np.random.default_rng(1))
    still = simulate(_lists(0.8), _dcg(10), STILL, np.random.default_rng(1))
    assert found.ratio.median[0] == still.ratio.median[0] < 1
    assert found.ratio.high[-1] < found.ratio.median[0] - 0.05
    assert found.gini.low[-1] > found.gini.median[0] + 0.02


def test_stronger_feedback_goes_further() -> None:
    """The end of the ratio falls with the weight, and a negative weight closes the gap."""
    lists = _lists(0.5)
    ends = [
        simulate(lists, _dcg(10), replace(STILL, steps=30, weight=w), np.random.default_rng(2))
        .ratio.median[-1]
        for w in (-0.2, 0.0, 0.3, 1.0)
    ]  # fmt: skip
    assert ends == sorted(ends, reverse=True)
    assert ends[0] > ends[1] > ends[3]


def test_old_reviews_fade() -> None:
    """Without new sales an old lead melts away, unless reviews are kept for ever."""
    lists = _lists(0.5)
    lead = np.where(np.arange(40) < 40 // 3, 0.0, 1000.0)
    ends = []
    for decay in (1.0, 0.8):
        fading = replace(STILL, weight=1.0, click_rate=0.0, decay=decay)
        found = simulate(lists, _dcg(10), fading, np.random.default_rng(3), reviews=lead)
        ends.append(found.ratio.median[-1] - found.ratio.median[0])
    assert ends[0] == 0
    assert ends[1] > 0.1


def test_without_sales_nothing_moves() -> None:
    """Feedback has nothing to work on where nobody clicks."""
    found = simulate(
        _lists(0.5), _dcg(10), replace(STILL, weight=2.0, click_rate=0.0), np.random.default_rng(0)
    )
    assert np.ptp(found.ratio.median) == 0


def test_reviews_at_the_start_take_the_edge_off() -> None:
    """Where all have ten thousand reviews a few more change nothing; they only fade alike."""
    lists = _lists(0.5)
    moving = replace(STILL, weight=1.0)
    held = simulate(
        lists, _dcg(10), moving, np.random.default_rng(0), reviews=np.full(40, 1e4)
    ).gini.median
    fresh = simulate(lists, _dcg(10), moving, np.random.default_rng(0)).gini.median
    assert abs(held[-1] - held[0]) < 0.1 * abs(fresh[-1] - fresh[0])


def test_a_pooled_storefront_shares_its_reviews() -> None:
    """With one unit for all, every score moves alike and the order stays."""
    lists = _lists(0.5)
    unit = np.zeros(lists.seller.size, dtype=np.int64)
    found = simulate(
        lists, _dcg(10), replace(STILL, weight=2.0), np.random.default_rng(0), unit=unit
    )
    assert np.ptp(found.ratio.median) == pytest.approx(0, abs=1e-12)


def test_the_scale_of_scores_does_not_matter() -> None:
    """Scores in other units give the same scenario: feedback is counted in their spread."""
    lists = _lists(0.5)
    moving = replace(STILL, weight=0.5)
    other = replace(lists, score=lists.score * 1024 + 7)
    first, second = (
        simulate(one, _dcg(10), moving, np.random.default_rng(5)).ratio.median
        for one in (lists, other)
    )
    assert first == pytest.approx(second)


def test_worth_brings_sales() -> None:
    """Of two candidates placed alike in turn the one that sells ends on top."""
    lists = Lists(
        start=np.array([0, 2, 4]),
        score=np.array([1.0, 0.9, 1.0, 0.9]),
        worth=np.array([1.0, 9, 9, 1]),
        seller=np.array([0, 1, 1, 0]),
        protected=np.array([False, True, True, False]),
    )
    moving = replace(STILL, weight=2.0, steps=20)
    found = simulate(lists, np.array([1.0, 0.5]), moving, np.random.default_rng(0))
    assert found.ratio.median[0] == pytest.approx(1)
    assert found.ratio.low[-1] == pytest.approx(2)


def test_uneven_lists() -> None:
    """Lists of different lengths, one empty and one of a single candidate, are no trouble."""
    lists = Lists(
        start=np.array([0, 3, 3, 4]),
        score=np.array([3.0, 2, 1, 5]),
        worth=None,
        seller=np.array([0, 1, 2, 1]),
        protected=np.array([False, True, False, True]),
    )
    found = simulate(lists, np.array([1.0, 0.5, 0.25]), STILL, np.random.default_rng(0))
    assert found.ratio.median[0] == pytest.approx((0.5 + 1) / (1 + 0.25))


def test_the_same_seed_the_same_band() -> None:
    """Chance comes from the generator that is given, and from nowhere else."""
    moving = replace(STILL, weight=0.5)
    first, second, other = (
        simulate(_lists(0.5), _dcg(10), moving, np.random.default_rng(seed)).ratio.high
        for seed in (7, 7, 8)
    )
    assert (first == second).all()
    assert (first != other).any()


def test_chance_neither_adds_nor_takes() -> None:
    """However noisy demand is, reviews are on average what attention and rates make them."""
    noisy = replace(STILL, noise=1.0)
    drawn = _reviews(np.full((200, 500), 3.0), noisy, np.random.default_rng(0))
    assert drawn.mean() == pytest.approx(3.0, abs=0.06)  # four standard errors
    assert drawn.var() == pytest.approx(3 + 9 * (np.e - 1), rel=0.15)


def test_a_year_of_two_hundred_lists_is_quick() -> None:
    """200 lists of 20 candidates, 52 weeks and 20 runs take seconds, not minutes."""
    lists = _lists(0.3, requests=200, long=20, sellers=150)
    began = process_time()
    simulate(lists, _dcg(20), default_assumptions(), np.random.default_rng(0))
    assert process_time() - began < 6  # about 1.5 s; counted here, for other processes may be busy


def test_each_assumption_has_its_reason(root: Path) -> None:
    """Above every number of the data file stands a comment."""
    text = (root / "audits" / "standards" / "horizon.toml").read_text(encoding="utf-8")
    told = {key for table in tomllib.loads(text).values() for key in table}
    reasoned = set(re.findall(r"^#[^\n]*\n(\w+) =", text, re.MULTILINE))
    assert told == reasoned == set(Assumptions.__slots__)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 0}, {"runs": 0}, {"click_rate": 1.5}, {"conversion": -0.1}, {"decay": 1.1},
        {"noise": -1.0}, {"searches": np.inf}, {"weight": np.nan}, {"band": np.nan},
    ],
)  # fmt: skip
def test_what_is_no_scenario_is_refused(change: dict[str, float]) -> None:
    """Rates are shares and sizes are finite."""
    with pytest.raises(ValueError, match="scenario"):
        replace(STILL, **change)  # type: ignore[arg-type]


def test_attention_for_every_place() -> None:
    """A list longer than the figures of attention is an error, not a place without attention."""
    with pytest.raises(ValueError, match="places"):
        simulate(_lists(0.5), _dcg(9), STILL, np.random.default_rng(0))
