"""Benefit sharing: by hand, to the last digit, and what no rule may do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.remedies.apportion import apportioned, grain_of, in_grains
from fairshelf.audits.remedies.sharing import Accounts, Rule, proportional, share_benefits

RULES: tuple[Rule, ...] = ("per_seller", "by_need", "by_coop")

HELD = np.array([2.0, 6, 4, 28])
UNITS = np.ones(4)
PROTECTED = np.array([True, True, True, False])
COOP = np.array([0, 0, 1, -1])
VOLUME = np.array([1.0, 3, 0, 9])
BY_HAND = Accounts(HELD, UNITS, PROTECTED, COOP, VOLUME)
"""40 held by four: each has a proportional share of 10, the last one an excess of 18."""


def test_per_seller_by_hand() -> None:
    """Half of an excess of 18 is 9, three to each of the group's three sellers."""
    found = share_benefits(BY_HAND, 0.5, "per_seller")
    assert found.paid == pytest.approx([0, 0, 0, 9])
    assert found.received == pytest.approx([3, 3, 3, 0])
    assert found.after == pytest.approx([5, 9, 7, 19])
    assert [found.pot, found.kept] == pytest.approx([9, 0])
    assert [found.ratio_before, found.ratio_after] == pytest.approx([4 / 28, 7 / 19])
    spread = [(-3 * 2 - 4 + 6 + 3 * 28) / 160, (-3 * 5 - 7 + 9 + 3 * 19) / 160]
    assert [found.gini_before, found.gini_after] == pytest.approx(spread)


def test_sides_by_hand() -> None:
    """One of the reference pays, three of the group receive."""
    found = share_benefits(BY_HAND, 0.5, "per_seller")
    assert (found.group.sellers, found.group.payers, found.group.receivers) == (3, 0, 3)
    assert (found.reference.sellers, found.reference.payers) == (1, 1)
    assert found.reference.paid == pytest.approx(9)
    assert found.group.received == pytest.approx(9)


def test_by_need_by_hand() -> None:
    """8, 4 and 6 are lacking: 9 of 18 needed is half of each."""
    found = share_benefits(BY_HAND, 0.5, "by_need")
    assert found.received == pytest.approx([4, 2, 3, 0])
    assert found.kept == 0


def test_by_need_keeps_what_nobody_lacks() -> None:
    """Where more is levied than the group lacks, each is brought to its share and the rest kept."""
    accounts = Accounts(np.array([8.0, 2, 20]), np.ones(3), np.array([True, False, False]))
    found = share_benefits(accounts, 1.0, "by_need")
    assert found.received == pytest.approx([2, 0, 0])
    assert [found.pot, found.kept] == pytest.approx([10, 8])


def test_by_coop_by_hand() -> None:
    """9 for two co-operatives is 4.5 each: 1 to 3 by volume, and all to a lone member without."""
    found = share_benefits(BY_HAND, 0.5, "by_coop")
    assert found.received == pytest.approx([4.5 / 4, 4.5 * 3 / 4, 4.5, 0])


def test_without_any_coop_all_is_kept() -> None:
    """A pot for co-operatives where there are none is kept, not lost."""
    found = share_benefits(Accounts(HELD, UNITS, PROTECTED, np.full(4, -1), VOLUME), 0.5, "by_coop")
    assert found.returned == 0
    assert found.kept == found.pot > 0


def test_a_coop_outside_the_group_gets_nothing() -> None:
    """A co-operative whose members are all of the reference has no part."""
    coop = np.array([0, 0, -1, 1])
    found = share_benefits(Accounts(HELD, UNITS, PROTECTED, coop, VOLUME), 0.5, "by_coop")
    assert found.received == pytest.approx([9 / 4, 27 / 4, 0, 0])


def test_a_seller_of_the_group_may_pay() -> None:
    """The levy asks what a seller holds, not where it is from."""
    accounts = Accounts(np.array([9.0, 1, 2]), np.ones(3), np.array([True, True, False]))
    found = share_benefits(accounts, 1.0, "by_need")
    assert found.paid == pytest.approx([5, 0, 0])
    assert (found.group.payers, found.group.receivers) == (1, 1)


def test_units_set_the_share() -> None:
    """A seller with three of four listings may hold three quarters and pays nothing."""
    assert proportional(np.array([3.0, 1]), np.array([3.0, 1])) == pytest.approx([3, 1])
    accounts = Accounts(np.array([3.0, 1]), np.array([3.0, 1]), np.array([False, True]))
    assert share_benefits(accounts, 1.0, "per_seller").pot == 0


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_is_a_share(rate: float) -> None:
    """More than the whole excess cannot be levied."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        share_benefits(BY_HAND, rate, "by_need")


def test_what_cannot_be_shared_is_refused() -> None:
    """Negative or missing holdings, no units, no co-operatives: errors, not numbers."""
    for bad in (np.array([-1.0, 1, 1, 1]), np.array([np.nan, 1, 1, 1])):
        with pytest.raises(ValueError, match="not negative"):
            share_benefits(Accounts(bad, UNITS, PROTECTED), 0.5, "by_need")
    with pytest.raises(ValueError, match="units"):
        share_benefits(Accounts(HELD, np.zeros(4), PROTECTED), 0.5, "by_need")
    with pytest.raises(ValueError, match="co-operative"):
        share_benefits(Accounts(HELD, UNITS, PROTECTED), 0.5, "by_coop")


def test_nothing_held_nothing_shared() -> None:
    """Where nobody holds anything the levy is nothing."""
    found = share_benefits(Accounts(np.zeros(4), UNITS, PROTECTED), 1.0, "per_seller")
    assert (found.pot, found.kept, found.balance) == (0, 0, 0)


@st.composite
def _accounts(draw: st.DrawFn) -> Accounts:
    size = draw(st.integers(2, 30))
    amount = st.floats(0, 1e9, allow_subnormal=False)
    held = np.array(draw(st.lists(amount, min_size=size, max_size=size)))
    units = np.array(draw(st.lists(st.integers(0, 50), min_size=size, max_size=size)), dtype=float)
    units[0] = max(units[0], 1)
    protected = np.array(draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    coop = np.array(draw(st.lists(st.integers(-1, 3), min_size=size, max_size=size)))
    volume = np.array(draw(st.lists(st.floats(0, 1e6), min_size=size, max_size=size)))
    return Accounts(held, units, protected, coop, volume)


@settings(max_examples=60, deadline=None)
@given(_accounts(), st.floats(0, 1), st.sampled_from(RULES))
def test_nothing_is_made_or_lost(accounts: Accounts, rate: float, rule: Rule) -> None:
    """The balance is 0.0 in any order of adding; only the group receives, nobody overpays."""
    found = share_benefits(accounts, rate, rule)
    assert found.balance == 0.0
    assert float(found.paid[::-1].sum()) - float(found.received[::-1].sum()) - found.kept == 0.0
    assert found.kept >= 0
    assert not found.received[~accounts.protected].any()
    fair = proportional(accounts.held, accounts.units)
    assert (found.paid <= rate * np.maximum(accounts.held - fair, 0)).all()
    assert (found.received >= 0).all()


@settings(max_examples=50, deadline=None)
@given(_accounts(), st.floats(0, 1))
def test_need_never_lifts_above_the_share(accounts: Accounts, rate: float) -> None:
    """By need nobody ends above its proportional share, and the Gini never rises at equal units."""
    found = share_benefits(accounts, rate, "by_need")
    fair = proportional(accounts.held, accounts.units)
    getting = found.received > 0
    assert (accounts.held[getting] + found.received[getting] <= fair[getting] * (1 + 1e-9)).all()
    equal = Accounts(accounts.held, np.ones(accounts.held.size), accounts.protected)
    told = share_benefits(equal, rate, "by_need")
    if accounts.held.sum() > 0 and told.kept == 0:
        assert told.gini_after <= told.gini_before + 1e-9


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0.01, 1e12, allow_nan=False))
def test_parts_add_up(weights: list[float], total: float) -> None:
    """An amount in grains is split into grains that sum to it, each within one of its due part."""
    grain = grain_of(total)
    amount = float(in_grains(np.array([total]), grain)[0])
    parts = apportioned(amount, np.array(weights), grain)
    if sum(weights) <= 0:
        assert not parts.any()
        return
    assert parts.sum() == amount
    assert np.abs(parts - amount * (np.array(weights) / np.sum(weights))).max() <= grain * 1.01
