"""FA*IR and DetConstSort: minima of the protected group in every prefix."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.errors import UsageError
from fairshelf.audits.metrics.prefix_tests import fair_passes
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.det_const_sort import det_const_sort
from fairshelf.audits.remedies.rules.fair_topk import fair_least, fair_topk
from fairshelf.audits.remedies.rules.prefixes import merged, share_least

from .conftest import every_rank, few, listed, orders

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Ints = NDArray[np.int64]

SHARES = st.sampled_from([0.0, 0.1, 0.29, 1 / 3, 0.5, 0.7, 0.9, 1.0])
FAIRRANKTUNE_ON_T2 = [1, 2, 6, 3, 7, 4, 8, 5, 9, 10]
"""What FairRankTune 0.0.7 makes of five A above five B (scores 10 to 1) at shares of a half."""


def paper(protected: list[bool], score: list[float], shares: tuple[float, float]) -> list[int]:
    """Run the paper's algorithm candidate by candidate; give places from 1 in the new order."""
    queue = {
        flag: [n for n, ours in enumerate(protected) if ours == flag] for flag in (True, False)
    }
    want = {True: shares[0], False: shares[1]}
    placed: list[int] = []
    deadline: list[int] = []
    counted = {True: 0, False: 0}
    depth = 0
    while len(placed) < len(protected):
        depth += 1
        due = []
        for flag, share in want.items():
            least = int(np.floor(share * depth + 1e-9))
            if counted[flag] < least and queue[flag]:
                due.append(queue[flag].pop(0))
            counted[flag] = least
        for new in sorted(due, key=lambda n: (-score[n], n)):
            placed.append(new)
            deadline.append(depth)
            at = len(placed) - 1  # from 0: the one above would move to place at + 1, from 1
            while at and deadline[at - 1] >= at + 1 and score[placed[at - 1]] < score[placed[at]]:
                placed[at - 1 : at + 1] = placed[at], placed[at - 1]
                deadline[at - 1 : at + 1] = deadline[at], deadline[at - 1]
                at -= 1
    return [n + 1 for n in placed]


def test_half_of_every_prefix_by_hand() -> None:
    """At a half, every second place is due until the group catches up with the scores."""
    lists = listed("RRRRRPPPPP PPRRR")
    told = orders(lists, det_const_sort(lists, 0.5))
    assert told[0] == [1, 6, 2, 7, 3, 8, 4, 9, 5, 10]
    assert told[1] == [1, 2, 3, 4, 5]


def test_fairranktune_breaks_the_second_prefix() -> None:
    """FairRankTune's list has no B among the first two, ours and the paper's have one."""
    lists = listed("RRRRRPPPPP", score=range(10, 0, -1))
    theirs = np.argsort(FAIRRANKTUNE_ON_T2) + 1
    broken = verify.prefixes(lists, theirs, share_least(0.5))
    assert (broken.held, broken.broken, broken.worst) == (0, 1, 1.0)
    ours = det_const_sort(lists, 0.5, rest=0.5)
    assert verify.prefixes(lists, ours, share_least(0.5)).held == 1
    assert orders(lists, ours) == [[1, 6, 2, 7, 3, 8, 4, 9, 5, 10]]
    assert (
        paper([False] * 5 + [True] * 5, list(range(10, 0, -1)), (0.5, 0.5))
        == orders(lists, ours)[0]
    )


@given(few(longest=12, requests=1), SHARES.filter(lambda share: 0 < share < 1))
def test_two_minima_are_the_papers_algorithm(lists: Lists, share: float) -> None:
    """With a share above 0 for both groups the list is that of the paper's sort with deadlines."""
    score = lists.score - 0.01 * np.arange(lists.score.size)  # the paper leaves ties open
    told = orders(lists, det_const_sort(lists, share, rest=round(1 - share, 12)))[0]
    assert told == paper(lists.protected.tolist(), score.tolist(), (share, 1 - share))


@given(few(longest=5, requests=2), SHARES)
def test_the_first_list_that_holds_the_minima(lists: Lists, share: float) -> None:
    """Of all orders that hold the minima, the one is made that is first by present places."""
    least = share_least(share)
    told = orders(lists, det_const_sort(lists, share))
    for (begin, end), order in zip(pairwise(lists.start.tolist()), told, strict=True):
        size = end - begin
        ours = lists.protected[begin:end]
        floor = np.minimum(least(size), ours.sum())
        fair = [
            perm.tolist() for perm in every_rank(size) if (np.cumsum(ours[perm - 1]) >= floor).all()
        ]
        assert order == min(fair)


@given(few(longest=9), SHARES, st.sampled_from([0.01, 0.1, 0.5]), st.booleans())
def test_fair_topk_passes_its_test(
    lists: Lists,
    share: float,
    alpha: float,
    adjusted: bool,  # noqa: FBT001 - drawn
) -> None:
    """Every list with enough protected candidates passes FA*IR's test; ranks are permutations."""
    rank = fair_topk(lists, share, alpha, adjusted=adjusted)
    least = fair_least(share, alpha, adjusted=adjusted)
    held = verify.prefixes(lists, rank, least)
    assert held.broken == 0
    assert verify.permutation(lists, rank).broken == 0
    for begin, end in pairwise(lists.start.tolist()):
        ours = lists.protected[begin:end]
        table = least(end - begin)
        if end > begin and ours.sum() >= table.max():
            order = np.argsort(rank[begin:end])
            assert fair_passes(ours[order], table)


def test_fair_topk_by_hand() -> None:
    """The published table for p = .5, alpha = .1 asks 1 by place 4, 2 by 7, 3 by 9."""
    lists = listed("RRRRRRRPPP")
    rank = fair_topk(lists, 0.5, 0.1, adjusted=False)
    assert fair_least(0.5, 0.1, adjusted=False)(10).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3]
    assert orders(lists, rank) == [[1, 2, 3, 8, 4, 5, 9, 6, 10, 7]]


def test_fair_topk_tests_no_deeper_than_asked() -> None:
    """Below the tested places the present order holds."""
    lists = listed("RRRRRRRPPP")
    rank = fair_topk(lists, 0.5, 0.1, depth=4, adjusted=False)
    assert orders(lists, rank) == [[1, 2, 3, 8, 4, 5, 6, 7, 9, 10]]
    assert (fair_topk(lists, 0.5, 0.1, depth=0) == lists.rank).all()


@given(few(longest=9))
def test_no_minimum_no_change(lists: Lists) -> None:
    """A share of 0 leaves every list as it is, in both rules."""
    assert (det_const_sort(lists, 0.0) == lists.rank).all()
    assert (fair_topk(lists, 0.0, 0.1) == lists.rank).all()


@given(few(longest=9), SHARES, SHARES)
def test_more_share_never_lowers_the_group(lists: Lists, one: float, other: float) -> None:
    """No protected candidate stands lower at a higher share, none lower than now."""
    low, high = sorted((one, other))
    before, after = det_const_sort(lists, low), det_const_sort(lists, high)
    assert (after <= before)[lists.protected].all()
    assert (before <= lists.rank)[lists.protected].all()


def test_groups_keep_their_order() -> None:
    """Within a group nobody overtakes anybody."""
    lists = listed("RPRRPRPPRR")
    order = np.array(orders(lists, det_const_sort(lists, 0.7))[0])
    ours = lists.protected[order - 1]
    assert (np.diff(order[ours]) > 0).all()
    assert (np.diff(order[~ours]) > 0).all()


def test_share_is_rounded_down_but_not_by_binary_fractions() -> None:
    """0.29 * 100 is 28.999999999999996 in binary and asks for 29."""
    assert share_least(0.29)(100)[-1] == 29
    assert share_least(0.5)(5).tolist() == [0, 1, 1, 2, 2]


def test_too_few_candidates_stand_as_high_as_asked() -> None:
    """One protected candidate at a share of a half: at place 2, and the rest is impossible."""
    lists = listed("RRRRP")
    rank = det_const_sort(lists, 0.5)
    assert orders(lists, rank) == [[1, 5, 2, 3, 4]]
    held = verify.prefixes(lists, rank, share_least(0.5))
    assert (held.checked, held.held, held.impossible, held.worst) == (1, 0, 1, 0.0)


def test_the_others_minimum_moves_the_group_down() -> None:
    """With a half for both, a list with the group on top is alternated: that is the paper's."""
    lists = listed("PPPRRR")
    assert orders(lists, det_const_sort(lists, 0.5, rest=0.5)) == [[1, 4, 2, 5, 3, 6]]
    assert orders(lists, merged(lists, share_least(0.5))) == [[1, 2, 3, 4, 5, 6]]


@pytest.mark.parametrize(("share", "rest"), [(-0.1, 0.0), (1.1, 0.0), (0.6, 0.5), (np.nan, 0.0)])
def test_shares_outside_their_range(share: float, rest: float) -> None:
    """Shares below 0, above 1, or above 1 together are refused."""
    with pytest.raises(UsageError) as caught:
        det_const_sort(listed("RP"), share, rest)
    assert caught.value.code == "remedy_bad_value"


def test_nine_tenths_leave_a_tenth() -> None:
    """Shares of 0.9 and 0.1 add up to 1, though 1 - 0.9 is below 0.1 in binary."""
    assert orders(listed("RP"), det_const_sort(listed("RP"), 0.9, rest=0.1)) == [[1, 2]]
