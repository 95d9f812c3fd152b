"""A boost of the group's scores, and the boost that a target needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.errors import UsageError
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.boost import boost, boost_for, multiply

from .conftest import DCG, few, listed, orders

if TYPE_CHECKING:
    from fairshelf.audits.remedies.lists import Lists

STEPS = np.array([4.0, 3.0, 2.0, 1.0])
STRENGTHS = st.floats(0, 6)


@pytest.mark.parametrize(
    ("strength", "order"),
    [(0, [1, 2, 3, 4]), (1, [1, 2, 3, 4]), (1.5, [1, 3, 2, 4]), (6.5, [3, 1, 4, 2])],
)
def test_boost_by_hand(strength: float, order: list[int]) -> None:
    """Scores 10, 9 | 8, 3: a boost that only draws level leaves the order."""
    lists = listed("RRPP", score=[10, 9, 8, 3])
    assert orders(lists, boost(lists, strength)) == [order]


def test_multiply_by_hand() -> None:
    """A factor of 1.2 brings 8 to 9.6, between 10 and 9."""
    lists = listed("RRPP", score=[10, 9, 8, 3])
    assert orders(lists, multiply(lists, 1.2)) == [[1, 3, 2, 4]]
    assert orders(lists, multiply(lists, 1.0)) == [[1, 2, 3, 4]]


def test_negative_scores_are_not_multiplied() -> None:
    """A negative score would fall."""
    with pytest.raises(UsageError) as caught:
        multiply(listed("RP"), 2.0)
    assert caught.value.code == "remedy_negative_score"


@given(few(), STRENGTHS, STRENGTHS)
def test_stronger_never_lowers_the_group(lists: Lists, one: float, other: float) -> None:
    """A protected candidate never stands lower under a stronger boost; none is no change."""
    low, high = sorted((one, other))
    before, after = boost(lists, low), boost(lists, high)
    assert (after <= before)[lists.protected].all()
    assert (boost(lists, 0.0) == lists.rank).all()
    assert verify.permutation(lists, after).broken == 0
    assert verify.sorted_by(lists, after, lists.score + high * lists.protected).broken == 0


def test_the_boost_for_parity_by_hand() -> None:
    """Half of 10 needs the first place, which is had just above a boost of 2."""
    lists = listed("RRPP", score=[10, 9, 8, 3])
    found = boost_for(lists, STEPS, 1.0)
    assert found.reached
    assert found.ratio == pytest.approx(1.0)
    assert 2.0 < found.strength < 2.0 + 1e-9


def test_a_target_out_of_reach() -> None:
    """The whole group on top has 7 of 10: a ratio of 7/3 and no more."""
    lists = listed("RRPP", score=[10, 9, 8, 3])
    found = boost_for(lists, STEPS, 3.0)
    assert not found.reached
    assert found.ratio == pytest.approx(7 / 3)


def test_a_target_that_is_there() -> None:
    """Nothing is added where the ratio is at the target already, or where there is one group."""
    lists = listed("PPRR", score=[10, 9, 8, 3])
    assert boost_for(lists, STEPS, 1.0).strength == 0.0
    alone = boost_for(listed("RR"), STEPS, 1.0)
    assert alone.strength == 0.0
    assert np.isnan(alone.ratio)
    assert not alone.reached


def test_the_ratio_over_many_requests() -> None:
    """The boost found reaches the target over all requests together, a little less does not."""
    rng = np.random.default_rng(1)
    score = np.sort(rng.normal(size=(40, 8)), axis=1)[:, ::-1].ravel()
    word = " ".join("".join(rng.choice(["R", "P"], 8, p=[0.6, 0.4])) for _ in range(40))
    lists = listed(word, score=score.tolist())
    found = boost_for(lists, DCG, 1.2)
    ratio = _ratio(lists, boost(lists, found.strength))
    assert ratio == pytest.approx(found.ratio)
    assert ratio >= 1.2
    assert _ratio(lists, boost(lists, found.strength - 1e-6)) < 1.2


def _ratio(lists: Lists, rank: np.ndarray) -> float:
    """Give attention per candidate of the group over that of the others."""
    attention = DCG[rank - 1]
    return float(attention[lists.protected].mean() / attention[~lists.protected].mean())


def test_a_target_is_found_where_the_others_can_be_left_without_attention() -> None:
    """Two of each, two places seen: past the target lies a boost that leaves the others nothing."""
    lists = listed("RRPP", score=[10, 9, 8, 3])
    found = boost_for(lists, np.array([1.0, 1.0]), 1.0)
    assert found.reached
    assert found.strength == pytest.approx(1.0, abs=1e-9)
    assert found.ratio == pytest.approx(1.0)
    beyond = boost_for(lists, np.array([1.0, 1.0]), 1.5)
    assert beyond.reached
    assert np.isinf(beyond.ratio)
    assert beyond.strength == pytest.approx(7.0, abs=1e-9)
