"""The paired change of a ratio: by hand, at rest, and over repeated sampling of sellers."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.replay.paired import change_of_ratio, moved, request_influence


def test_by_hand() -> None:
    """From (1 + 1)/2 : (2 + 2)/2 to (3 + 1)/2 : (2 + 2)/2 the ratio doubles; too few sellers."""
    protected = np.array([True, True, False, False])
    units = np.ones(4)
    first, second = np.array([1.0, 1, 2, 2]), np.array([3.0, 1, 2, 2])
    found = change_of_ratio((first, units), (second, units), protected, None, 0.95)
    assert (found.before, found.after, found.interval) == (0.5, 1.0, None)


def test_the_same_order_twice_changes_nothing() -> None:
    """With nothing changed the interval has no width: what sellers have in common cancels."""
    rng = np.random.default_rng(0)
    held, units = rng.lognormal(size=60), np.ones(60)
    protected = np.arange(60) < 20
    found = change_of_ratio((held, units), (held, units), protected, None, 0.95)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (1.0, 1.0)
    assert found.interval.p_value == 1.0


def test_pairing_narrows() -> None:
    """A small change of widely different sellers shows, though their exposures alone would not."""
    rng = np.random.default_rng(1)
    first = rng.lognormal(sigma=1.5, size=100)
    second = first * np.where(np.arange(100) < 40, 1.1, 1.0) * rng.lognormal(sigma=0.05, size=100)
    protected, units = np.arange(100) < 40, np.ones(100)
    found = change_of_ratio((first, units), (second, units), protected, None, 0.95)
    assert found.interval is not None
    assert 1.0 < found.interval.low < 1.1 < found.interval.high < 1.2
    assert found.before < 0.7 or found.before > 1.4 or found.interval.high < 1.15


@pytest.mark.parametrize("sizes", [(15, 45), (60, 200)])
def test_it_covers_over_samples_of_sellers(sizes: tuple[int, int]) -> None:
    """Of 1,000 samples of sellers the 95% interval holds the true change in 93 to 98%."""
    rng = np.random.default_rng(sum(sizes))
    few, many = sizes
    protected = np.arange(few + many) < few
    units = np.ones(few + many)
    true = 1.3
    held = 0
    for _ in range(1_000):
        first = rng.lognormal(sigma=0.7, size=few + many)
        second = first * rng.lognormal(-0.02, 0.2, size=few + many)
        second[protected] *= true
        found = change_of_ratio((first, units), (second, units), protected, None, 0.95)
        assert found.interval is not None
        held += found.interval.low <= true <= found.interval.high
    assert 930 <= held <= 980


def test_requests_add_up_to_nothing() -> None:
    """The influences of requests sum to zero, and are zero where both orders are the same."""
    rng = np.random.default_rng(2)
    before = (rng.random(50), rng.random(50))
    after = (rng.random(50), rng.random(50))
    assert request_influence(before, after).sum() == pytest.approx(0, abs=1e-12)
    assert np.abs(request_influence(before, before)).max() < 1e-15


def test_who_gains_and_loses() -> None:
    """A tenth more gains, a tenth less loses, three hundredths stay; new ones gain."""
    before = np.array([1.0, 1.0, 1.0, 0.0, 5.0])
    after = np.array([1.1, 0.9, 1.03, 0.2, 5.0])
    found = moved(before, after, np.array([True, True, True, True, False]))
    assert (found.sellers, found.gain, found.lose, found.steady) == (4, 2, 1, 1)
    assert found.share_before == pytest.approx(3 / 8)
    assert found.share_after == pytest.approx(3.23 / 8.23)
