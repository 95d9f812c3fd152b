"""Parties and options: verdicts by hand, common ground, and the nearest options by brute force."""

from __future__ import annotations

from math import inf, isnan, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.remedies.deliberation import (
    Option,
    Verdict,
    common_ground,
    concessions,
    deliberate,
    losing_share,
)
from fairshelf.audits.remedies.points import Ranged
from fairshelf.audits.remedies.stakeholders import Party

if TYPE_CHECKING:
    from collections.abc import Sequence


def _party(name: str, **terms: Any) -> Party:  # noqa: ANN401 - whatever a file may hold
    return Party.model_validate({"id": name, "name": name, "kind": "sellers", **terms})


def _option(
    ratio: Ranged, loss: Ranged, *, remedy: str = "floor", changes: Sequence[float] = (0.0,)
) -> Option:
    return Option(remedy, 1.0, {"catalogue": ratio}, loss, np.array(changes))


GROWERS = _party("growers", baselines=["catalogue"], bounds=[0.8, 1.25])
PLATFORM = _party(
    "platform",
    max_utility_loss=0.02,
    losing={"more_than": 0.1, "at_most": 0.25},
    remedies=["floor"],
)
OPTIONS = (
    _option(Ranged(0.6, 0.5, 0.7), Ranged(0.0, 0.0, 0.0), changes=[0, 0, 0, 0]),
    _option(Ranged(0.9, 0.85, 0.95), Ranged(0.01, 0.005, 0.015), changes=[-0.2, 0, 0, 0.2]),
    _option(Ranged(0.85, 0.75, 0.95), Ranged(0.03, 0.01, 0.05), changes=[-0.2, -0.2, 0, 0.4]),
    _option(Ranged(1.0, 0.9, 1.1), Ranged(0.01, 0.0, 0.02), remedy="lottery"),
)


def _one(verdicts: Sequence[Verdict], option: int, term: str) -> Verdict:
    [found] = [one for one in verdicts if (one.option, one.term) == (option, term)]
    return found


def test_verdicts_by_hand() -> None:
    """Whole intervals decide; one that straddles a bound leaves the term not clear."""
    told = deliberate([GROWERS, PLATFORM], OPTIONS).verdicts
    assert [_one(told, row, "lower").holds for row in range(4)] == ["no", "yes", "not_clear", "yes"]
    assert [_one(told, row, "utility").holds for row in range(4)] == [
        "yes",
        "yes",
        "not_clear",
        "yes",
    ]
    assert [_one(told, row, "losing").holds for row in range(4)] == ["yes", "yes", "no", "yes"]
    assert [_one(told, row, "remedy").holds for row in range(4)] == ["yes", "yes", "yes", "no"]
    assert {_one(told, row, "upper").holds for row in range(4)} == {"yes"}


def test_what_each_would_have_to_give() -> None:
    """Bounds move by the estimate, or by the far end of its interval to be sure."""
    told = deliberate([GROWERS, PLATFORM], OPTIONS).verdicts
    low = _one(told, 0, "lower")
    assert [low.give, low.give_surely] == pytest.approx([0.2, 0.3])
    unclear = _one(told, 2, "lower")
    assert [unclear.give, unclear.give_surely] == pytest.approx([0.0, 0.05])
    lost = _one(told, 2, "utility")
    assert [lost.give, lost.give_surely] == pytest.approx([0.01, 0.03])
    losers = _one(told, 2, "losing")
    assert [losers.found.value, losers.give] == pytest.approx([0.5, 0.25])
    assert _one(told, 3, "remedy").give == 1


def test_concessions_by_hand() -> None:
    """What an option asks is listed by party: of the growers 0.2, of the platform nothing."""
    told = deliberate([GROWERS, PLATFORM], OPTIONS).verdicts
    [asked] = concessions(told, 0, "catalogue")
    assert (asked.party, asked.term) == ("growers", "lower")
    assert asked.give == pytest.approx(0.2)
    assert [(one.party, one.term) for one in concessions(told, 2, "catalogue")] == [
        ("growers", "lower"),
        ("platform", "utility"),
        ("platform", "losing"),
    ]
    assert concessions(told, 1, "catalogue") == ()
    assert concessions(told, 0, "sellers") == ()


def test_agreement_by_hand() -> None:
    """One option suits both; being asked for nothing, it is the nearest."""
    [told] = deliberate([GROWERS, PLATFORM], OPTIONS).agreements
    assert (told.baseline, told.accepted) == ("catalogue", True)
    assert (told.all_hold, told.none_broken, told.nearest) == ((1,), (), (1,))


def test_without_agreement_the_nearest_ask_different_parties() -> None:
    """Asking the growers or the platform: both stay, as nobody weighs one against the other."""
    [told] = deliberate([GROWERS, PLATFORM], [OPTIONS[0], OPTIONS[2], OPTIONS[3]]).agreements
    assert told.all_hold == ()
    assert told.nearest == (0, 1, 2)
    worse = _option(Ranged(0.5, 0.4, 0.6), Ranged(0.0, 0.0, 0.0))
    [less] = deliberate([GROWERS, PLATFORM], [OPTIONS[0], worse]).agreements
    assert less.nearest == (0,)


def test_not_clear_is_neither_held_nor_broken() -> None:
    """An option whose interval straddles a bound is told apart."""
    growers = _party("growers", bounds=[0.8, 1.25])
    [told] = deliberate([growers, PLATFORM], [OPTIONS[2]]).agreements
    assert told.none_broken == ()
    loose = _party("platform", max_utility_loss=0.04)
    [told] = deliberate([growers, loose], [OPTIONS[2]]).agreements
    assert (told.all_hold, told.none_broken) == ((), (0,))


def test_bounds_count_where_the_baseline_is_accepted() -> None:
    """A party is not held to a yardstick it does not accept, and that is pointed out."""
    others = _party("others", baselines=["sellers"], bounds=[0.9, 1.1])
    option = Option(
        "floor",
        1.0,
        {"catalogue": Ranged(0.85, 0.82, 0.88), "sellers": Ranged(1.0, 0.95, 1.05)},
        Ranged(0.0, 0.0, 0.0),
        np.zeros(3),
    )
    found = deliberate([GROWERS, others], [option])
    assert found.common.baselines == ()
    assert [(one.baseline, one.accepted) for one in found.agreements] == [
        ("catalogue", False),
        ("sellers", False),
    ]
    assert {(one.party, one.baseline) for one in found.verdicts} == {
        ("growers", "catalogue"),
        ("others", "sellers"),
    }


def test_each_baseline_is_judged_by_itself() -> None:
    """A ratio broken under one baseline does not spoil the agreement under another."""
    growers = _party("growers", bounds=[0.8, 1.25])
    option = Option(
        "floor",
        1.0,
        {"catalogue": Ranged(1.0, 0.9, 1.1), "sellers": Ranged(0.5, 0.4, 0.6)},
        Ranged(0.0, 0.0, 0.0),
        np.zeros(3),
    )
    catalogue, sellers = deliberate([growers, PLATFORM], [option]).agreements
    assert (catalogue.all_hold, sellers.all_hold) == ((0,), ())


def test_what_is_unknown_is_not_near() -> None:
    """An option without a ratio might ask for anything, and is not nearer than a known one."""
    unknown = _option(Ranged(nan), Ranged(0.0, 0.0, 0.0))
    [told] = deliberate([GROWERS, PLATFORM], [unknown, OPTIONS[0]]).agreements
    assert told.nearest == (1,)


def test_common_ground_by_hand() -> None:
    """Baselines, bounds and remedies intersect; thresholds of losing stay side by side."""
    first = _party(
        "a", baselines=["catalogue", "sellers"], bounds=[0.8, 1.5], remedies=["floor", "lottery"],
        losing={"more_than": 0.1, "at_most": 0.2}, max_utility_loss=0.05,
    )  # fmt: skip
    second = _party(
        "b", baselines=["sellers", "merit"], bounds=[0.7, 1.25], remedies=["lottery"],
        losing={"more_than": 0.05, "at_most": 0.5}, max_utility_loss=0.02,
    )  # fmt: skip
    found = common_ground([first, second, _party("c")])
    assert found.baselines == ("sellers",)
    assert found.bounds == (0.8, 1.25)
    assert found.remedies == ("lottery",)
    assert found.max_utility_loss == 0.02
    assert found.losing == ((0.05, 0.5), (0.1, 0.2))
    nothing = common_ground([_party("c"), _party("d")])
    assert (nothing.baselines, nothing.bounds, nothing.remedies) == (None, None, None)


def test_figures_without_an_interval_are_not_clear() -> None:
    """An estimate alone, or none at all, settles nothing; what it asks is still told if known."""
    option = _option(Ranged(0.6), Ranged(nan))
    told = deliberate([GROWERS, PLATFORM], [option]).verdicts
    low = _one(told, 0, "lower")
    assert low.holds == "not_clear"
    assert low.give == pytest.approx(0.2)
    assert isnan(low.give_surely)
    assert _one(told, 0, "utility").holds == "not_clear"
    assert isnan(_one(told, 0, "utility").give)
    half = _option(Ranged(0.6, nan, 0.7), Ranged(0.0, 0.0, nan))
    told = deliberate([GROWERS, PLATFORM], [half]).verdicts
    assert {_one(told, 0, term).holds for term in ("lower", "utility")} == {"not_clear"}


def test_losing_more_than_counts_strictly() -> None:
    """A seller that loses just 5% does not lose more than 5%; nobody is no share."""
    changes = np.array([-0.05, -0.0500001, -1.0, inf])
    assert losing_share(changes, 0.05) == 0.5
    assert isnan(losing_share(np.array([]), 0.05))


def test_parties_that_bind_nothing_accept_everything() -> None:
    """Without terms every option is held, and none is nearer than another."""
    found = deliberate([_party("a"), _party("b")], OPTIONS)
    assert found.verdicts == ()
    assert found.agreements[0].all_hold == (0, 1, 2, 3)
    assert found.agreements[0].nearest == (0, 1, 2, 3)
    assert deliberate([GROWERS, PLATFORM], []).agreements == ()


STEP = st.integers(0, 4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(STEP, STEP), min_size=1, max_size=12))
def test_nearest_against_brute_force(asked: list[tuple[int, int]]) -> None:
    """An option is nearest when no other asks for less of one party and more of none."""
    options = [
        _option(Ranged(0.8 - a / 10), Ranged(0.02 + b / 10), changes=[0.0]) for a, b in asked
    ]
    found = deliberate([GROWERS, _party("platform", max_utility_loss=0.02)], options)
    wanted = tuple(
        row
        for row, (a, b) in enumerate(asked)
        if not any(c <= a and d <= b and (c, d) != (a, b) for c, d in asked)
    )
    assert found.agreements[0].nearest == wanted


def test_the_present_order_is_no_remedy_to_be_accepted() -> None:
    """A party that lists the remedies it accepts does not refuse things as they are."""
    now = _option(Ranged(1.0, 0.9, 1.1), Ranged(0.0, 0.0, 0.0), remedy="present")
    found = deliberate([GROWERS, PLATFORM], [now, OPTIONS[3]])
    assert [_one(found.verdicts, row, "remedy").holds for row in (0, 1)] == ["yes", "no"]
    assert found.agreements[0].all_hold == (0,)
