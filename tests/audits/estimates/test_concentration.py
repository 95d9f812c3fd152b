"""Moved labels alone, and what intervals of few or unequal sellers say of themselves."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.special import stdtrit

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import UsageError
from fairshelf.audits.estimates.concentration import LABELLINGS, _moved, covers_too_little
from fairshelf.audits.inference.influence import gini_influence
from fairshelf.audits.metrics import gini
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path


def _exact(held: np.ndarray, code: np.ndarray) -> set[tuple[float, ...]]:
    """Give the sums by group of every labelling there is."""
    groups = int(code.max()) + 1
    return {
        tuple(np.bincount(np.array(moved), weights=held, minlength=groups).round(9).tolist())
        for moved in set(permutations(code.tolist()))
    }


@pytest.mark.parametrize("code", [[0, 0, 0, 1, 1, 1, 1, 1], [1, 1, 0, 2, 2, 2, 1, 2], [2, 0, 2, 2]])
def test_moved_labels_give_the_sums_of_every_labelling_and_no_other(code: list[int]) -> None:
    """Every sum drawn is that of a labelling, each labelling is drawn, and nothing is lost."""
    codes = np.array(code)
    held = 2.0 ** np.arange(codes.size)
    both = np.stack([held, np.ones(codes.size)])
    share, over = _moved(both, np.bincount(codes), np.random.default_rng(0))
    assert share.shape == (LABELLINGS, int(codes.max()) + 1)
    assert np.allclose(share.sum(axis=1), held.sum())
    assert (over == np.bincount(codes)).all()
    drawn = {tuple(row.round(9).tolist()) for row in share}
    every = _exact(held, codes)
    assert drawn <= every
    assert len(drawn) > 0.8 * min(len(every), LABELLINGS)


def test_each_seller_is_as_likely_in_a_group_as_another() -> None:
    """Over all draws a seller stands in the group of two of five about two times in five."""
    for seller in range(5):
        held = np.zeros(5)
        held[seller] = 1.0
        both = np.stack([held, np.ones(5)])
        share, _ = _moved(both, np.array([2, 3]), np.random.default_rng(seller))
        often = share[:, 0].mean()
        assert abs(often - 0.4) < 4 * (0.4 * 0.6 / LABELLINGS) ** 0.5


def _gini_note(folder: Path, sellers: int, spread: float) -> str | None:
    """Audit a log of sellers shown a lognormal number of times; give the note on their Gini."""
    times = np.exp(np.random.default_rng(5).normal(3, spread, sellers)).astype(int) + 1
    rows = [
        f"q{shown},1,l{seller},s{seller},{'rural' if seller % 3 else 'urban'}"
        for seller, count in enumerate(times)
        for shown in range(count)
    ]
    log = folder / f"{sellers}-{spread}.csv"
    heading = "request,position,listing,seller,area"
    log.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    settings = Settings.model_validate(
        {"attributes": {"area": None}, "baseline": "sellers", "browsing": ["uniform"]}
    )
    found = audit([str(log)], None, None, settings).results.estimates
    (one,) = (e for e in found if (e.metric, e.scope, e.group) == ("gini", "sellers", None))
    assert one.low is not None
    return one.note


@pytest.mark.parametrize(
    ("sellers", "spread", "marked"),
    [(150, 0.3, False), (12, 0.3, True), (150, 1.5, True)],
)
def test_intervals_of_few_or_unequal_sellers_are_marked(
    tmp_path: Path, sellers: int, spread: float, *, marked: bool
) -> None:
    """They cover less than they say (benchmarks/concentration_coverage.py)."""
    assert (_gini_note(tmp_path, sellers, spread) == "unequal_sellers") is marked


@pytest.mark.parametrize(("alike", "marked"), [(11, True), (12, False), (500, False)])
def test_sellers_who_weigh_alike_count_one_each(alike: int, *, marked: bool) -> None:
    """Twelve are enough, whatever others add nothing; a weight four times as large is not one."""
    influence = np.concatenate([np.tile([1.0, -1.0], 250)[:alike], np.zeros(300)])
    assert covers_too_little(influence) is marked
    assert covers_too_little(np.append(influence, 20.0))


def test_it_is_the_largest_sellers_that_matter_and_not_the_spread_of_logs() -> None:
    """Small sellers far apart in logs do no harm; a few giants among equals do.

    Gini intervals of gamma(0.4) exposure (log spread 2.6) cover 94% with 200 sellers, those of a
    Pareto law of exponent 1.8 (log spread 0.55) 77%.
    """
    rng = np.random.default_rng(0)
    marked = {"gamma": 0, "pareto": 0}
    for _ in range(40):
        small, giants = rng.gamma(0.4, size=200), 1 + rng.pareto(1.8, 200)
        assert np.log(small).std() > 0.75 > np.log(giants).std()
        marked["gamma"] += covers_too_little(gini_influence(small))
        marked["pareto"] += covers_too_little(gini_influence(giants))
    assert marked["gamma"] <= 10
    assert marked["pareto"] >= 35


def test_impressions_per_impression_are_no_comparison(tmp_path: Path) -> None:
    """Where every impression counts 1 and there is one place, nothing is left to compare."""
    rows = [f"q{n},1,l{n},s{n},{'rural' if n % 2 else 'urban'}" for n in range(30)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["request,position,listing,seller,area", *rows]) + "\n", "utf-8")
    told: dict[str, object] = {"attributes": {"area": None}, "browsing": ["uniform"]}
    with pytest.raises(UsageError) as error:
        audit([str(log)], None, None, Settings.model_validate(told))
    assert error.value.code == "uniform_over_shown"
    settings = Settings.model_validate({**told, "browsing": ["dcg"]})
    assert audit([str(log)], None, None, settings).results.findings


def test_where_one_seller_dominates_the_largest_are_left_out_in_turn(tmp_path: Path) -> None:
    """One of 30 holds half: the interval on the logit scale is the delete-one jackknife's."""
    times = np.array([290, *np.tile([8, 10, 12], 10)[:29]])
    rows = [f"q{shown},1,l{n},s{n},a" for n, count in enumerate(times) for shown in range(count)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["request,position,listing,seller,area", *rows]) + "\n", "utf-8")
    settings = Settings.model_validate(
        {"attributes": {"area": None}, "baseline": "sellers", "browsing": ["uniform"]}
    )
    found = audit([str(log)], None, None, settings).results.estimates
    (one,) = (e for e in found if (e.metric, e.scope, e.group) == ("gini", "sellers", None))
    odds = [np.log(g / (1 - g)) for g in (gini(np.delete(times, n)) for n in range(30))]
    error = (29 / 30 * np.square(odds - np.mean(odds)).sum()) ** 0.5
    assert one.value is not None
    centre, reach = np.log(one.value / (1 - one.value)), stdtrit(29, 0.975) * error
    ends = [1 / (1 + np.exp(-(centre + side * reach))) for side in (-1, 1)]
    assert [one.low, one.high] == pytest.approx(ends, rel=0.02)
    assert (one.method, one.note) == ("jackknife", "unequal_sellers")


def test_without_the_largest_nothing_is_left_to_measure(tmp_path: Path) -> None:
    """Equal sellers but one, who holds two thirds: without it the Gini is 0, and has no odds."""
    times = [20] + [1] * 10
    rows = [f"q{shown},1,l{n},s{n},a" for n, count in enumerate(times) for shown in range(count)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["request,position,listing,seller,area", *rows]) + "\n", "utf-8")
    settings = Settings.model_validate(
        {"attributes": {"area": None}, "baseline": "sellers", "browsing": ["uniform"]}
    )
    found = audit([str(log)], None, None, settings).results.estimates
    (one,) = (e for e in found if (e.metric, e.scope, e.group) == ("gini", "sellers", None))
    assert (one.low, one.method, one.note) == (None, None, "one_seller")
