"""A ratio over time and its change at a date."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.estimates.series import (
    Days,
    _ratio_of_ratios,
    change_at,
    period,
    step_for,
)
from fairshelf.audits.inference.changes import changed_ratio
from fairshelf.audits.inference.permutation import draw

NAMES = tuple((date(2026, 3, 1) + timedelta(days=n)).isoformat() for n in range(20))

RNG = np.random.default_rng(0)


def _days(rng: np.random.Generator, change: float, sellers: int = 60) -> Days:
    """Make 20 days in which a third of the sellers gets ``change`` times as much from 11."""
    appeal = rng.lognormal(0, 1, sellers)
    trend = rng.lognormal(0, 0.3, sellers)  # each seller has a fortune of its own
    ours = np.arange(sellers) < sellers // 3
    late = np.arange(20)[:, None] >= 10
    mean = appeal * np.where(late, trend, 1.0) * np.where(late & ours, change, 1.0)
    attention = rng.poisson(50 * mean).astype(float)
    return Days(NAMES, attention, np.ones((20, sellers)), constant=True)


def _groups(sellers: int = 60) -> tuple[np.ndarray, np.ndarray]:
    ours = np.arange(sellers) < sellers // 3
    return ours, ~ours


def test_periods_are_named_by_the_calendar() -> None:
    """ISO weeks belong to the year of their Thursday."""
    assert period("2026-03-01", "week") == "2026-W09"
    assert period("2027-01-01", "week") == "2026-W53"
    assert period("2026-03-01", "month") == "2026-03"
    assert [step_for(NAMES), step_for(["d"] * 100), step_for(["d"] * 400)] == [
        "day",
        "week",
        "month",
    ]


def test_a_change_worked_by_hand() -> None:
    """Two groups of five: R is 1/2 before and 2 after, so that the change is 4."""
    attention = np.array([[1.0] * 5 + [2.0] * 5] * 3 + [[2.0] * 5 + [1.0] * 5] * 3)
    days = Days(NAMES[:6], attention, np.ones((6, 10)), constant=True)
    ours, theirs = np.arange(10) < 5, np.arange(10) >= 5
    found = change_at(days, ours, theirs, NAMES[3], RNG)
    assert found.found is not None
    assert found.found.value == pytest.approx(4.0)
    assert found.found.se == pytest.approx(0.0)
    assert found.placebos == 0


def test_intervals_cover_planted_changes() -> None:
    """Over 100 platforms whose sellers each drift, nominal 95% holds .7 in 90 to 99."""
    ours, theirs = _groups()
    inside = 0
    for seed in range(100):
        found = change_at(
            _days(np.random.default_rng(seed), 0.7), ours, theirs, NAMES[10], RNG
        ).found
        assert found is not None
        inside += (found.low or 0) <= 0.7 <= (found.high or np.inf)
    assert 90 <= inside <= 99


def test_placebo_dates_stand_beside_the_change() -> None:
    """A halving is larger than at every placebo date; where there is none it is mostly not."""
    ours, theirs = _groups()
    told = change_at(_days(np.random.default_rng(1), 0.5), ours, theirs, NAMES[10], RNG)
    assert told.placebos == 5
    assert told.placebos_as_large == 0
    nulls = [
        change_at(_days(np.random.default_rng(seed), 1.0), ours, theirs, NAMES[10], RNG)
        for seed in range(20)
    ]
    assert sum(one.placebos_as_large > 0 for one in nulls) >= 10


def test_a_date_that_cannot_be_used_is_refused() -> None:
    """No date, or one with fewer than three days on a side."""
    ours, theirs = _groups()
    days = _days(np.random.default_rng(0), 1.0)
    with pytest.raises(UsageError, match="bad_date"):
        change_at(days, ours, theirs, "March", RNG)
    for at in ("2026-03-02", "2026-03-19", "2027-01-01"):
        with pytest.raises(DataError, match="date_outside"):
            change_at(days, ours, theirs, at, RNG)


def _drifting(seed: int, sellers: tuple[int, int], spread: float) -> tuple[Days, np.ndarray]:
    """Give 24 days of sellers of whom each drifts by a tenth a day; nothing changes at any date."""
    rng = np.random.default_rng(seed)
    size = sum(sellers)
    drift = np.cumsum(rng.normal(0, 0.1, (24, size)), axis=0)
    held = rng.poisson(20 * np.exp(rng.normal(0, spread, size) + drift)).astype(float)
    names = tuple(f"2026-03-{day:02}" for day in range(1, 25))
    return Days(names, held, np.ones_like(held), constant=True), np.arange(size) < sellers[0]


def test_placebos_count_in_the_errors_that_the_headline_ranks() -> None:
    """The closed form's standard error is that of the permutation statistic, to rounding."""
    days, ours = _drifting(3, (6, 20), 1.5)
    held, units = days.attention, days.units
    before, after = (
        (held[a:b].sum(axis=0), units[a:b].sum(axis=0)) for a, b in ((0, 16), (16, 24))
    )
    closed = _ratio_of_ratios([before, after], ours, 0.95)
    ranked = changed_ratio(before, after, draw(ours, None, 99, np.random.default_rng(1)))
    assert closed is not None
    assert closed.se == pytest.approx(ranked.se, rel=1e-9)
    assert closed.value == pytest.approx(ranked.value, rel=1e-12)


def test_no_placebo_as_large_is_common_where_nothing_changed() -> None:
    """Drifting sellers, 40 platforms: none of 11 dates as large far more often than 1 in 12."""
    none = 0
    for seed in range(40):
        days, ours = _drifting(seed, (10, 40), 1.5)
        change = change_at(days, ours, ~ours, "2026-03-17", np.random.default_rng(seed))
        assert change.placebos == 11
        none += change.placebos_as_large == 0
    assert 0.15 < none / 40 < 0.5
