"""What another ranking changes, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fairshelf.audits.remedies.lists import Lists
from fairshelf.audits.remedies.outcome import ndcg, outcome

ATTENTION = np.array([1.0, 0.5])
LISTS = Lists(
    start=np.array([0, 2, 5]),
    score=np.array([2.0, 1.0, 3.0, 2.0, 1.0]),
    worth=np.array([0.2, 0.4, 0.0, 0.0, 0.0]),
    seller=np.array([0, 1, 0, 1, 2]),
    protected=np.array([False, True, False, True, True]),
)
NEW = np.array([2, 1, 1, 3, 2])


def test_groups_and_sellers() -> None:
    """Two R share 2, three P share 1: a ratio of 1/3; after the swaps 1.5 each way: 2/3."""
    told = outcome(LISTS, NEW, ATTENTION)
    assert told.before.ratio == pytest.approx((1.0 / 3) / (2.0 / 2))
    assert told.after.ratio == pytest.approx((1.5 / 3) / (1.5 / 2))
    assert told.before.protected.tolist() == [0.5, 0.5]
    assert told.after.protected.tolist() == [1.0, 0.5]
    assert told.before.rest.tolist() == [1.0, 1.0]
    assert told.after.rest.tolist() == [0.5, 1.0]
    assert told.before.seller.tolist() == [2.0, 1.0, 0.0]
    assert told.after.seller.tolist() == [1.5, 1.0, 0.5]
    assert (told.protected.tolist(), told.rest.tolist()) == ([1, 2], [1, 1])


def test_quality_and_clicks() -> None:
    """With the better one on top NDCG is 1, and clicks to expect go from .4 to .5."""
    told = outcome(LISTS, NEW, ATTENTION)
    before = (0.2 + 0.4 / np.log2(3)) / (0.4 + 0.2 / np.log2(3))
    assert list(told.ndcg) == pytest.approx([before, 1.0])
    assert told.ndcg_change is not None
    assert told.ndcg_change[0] == pytest.approx(1 - before)
    assert np.isnan(told.ndcg_change[1])
    assert told.before.clicks == pytest.approx([0.4, 0.0])
    assert told.after.clicks == pytest.approx([0.5, 0.0])
    assert told.clicks_change == pytest.approx(0.25)


def test_ndcg_at_a_cutoff() -> None:
    """At one place, the worse one on top has half the gain of the better."""
    assert LISTS.worth is not None
    told = ndcg(LISTS, LISTS.rank, LISTS.worth, 1)
    assert told[0] == pytest.approx(0.5)
    assert outcome(LISTS, NEW, ATTENTION, cutoff=1).ndcg[0] == pytest.approx(0.5)


def test_without_worth() -> None:
    """No quality and no clicks where nothing says how good a candidate is; sellers can be more."""
    bare = Lists(LISTS.start, LISTS.score, None, LISTS.seller, LISTS.protected)
    told = outcome(bare, NEW, ATTENTION, sellers=5)
    assert told.after.ndcg is None
    assert told.ndcg_change is None
    assert np.isnan(told.ndcg[0])
    assert np.isnan(told.clicks_change)
    assert told.after.seller.size == 5
    given = outcome(bare, NEW, ATTENTION, worth=LISTS.worth)
    assert given.clicks_change == pytest.approx(0.25)


def test_the_present_ranking_changes_nothing() -> None:
    """Compared with itself a ranking has no change at all."""
    told = outcome(LISTS, LISTS.rank, ATTENTION)
    assert told.clicks_change == 0.0
    assert told.before.ratio == told.after.ratio
