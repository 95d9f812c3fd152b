"""Labellings keep what a label permutation must keep, and are the same for the same seed."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.inference import labellings
from fairshelf.audits.inference.labellings import draw, permutations_for


def unpacked(plan: labellings.PermutationPlan) -> np.ndarray:
    """Give all labels of a plan as bool."""
    return np.concatenate(list(plan.chunks())).astype(bool)


def test_every_labelling_keeps_the_number_of_protected_sellers() -> None:
    """A permuted labelling has as many protected sellers as the real one."""
    protected = np.arange(60) < 17
    labels = unpacked(draw(protected, None, 300, np.random.default_rng(1)))
    assert labels.shape == (300, 60)
    assert (labels.sum(axis=1) == 17).all()


def test_labels_move_only_within_a_stratum() -> None:
    """Each stratum keeps its number of protected sellers; a one-group stratum stays as it is."""
    rng = np.random.default_rng(2)
    strata = rng.integers(0, 4, 80)
    protected = (rng.random(80) < 0.4) & (strata != 3)
    labels = unpacked(draw(protected, strata, 200, rng))
    for stratum in range(4):
        inside = strata == stratum
        assert (labels[:, inside].sum(axis=1) == protected[inside].sum()).all()
    assert not labels[:, strata == 3].any()


def test_every_seller_is_protected_as_often_as_the_next() -> None:
    """Random labellings are uniform: each seller is chosen about n_p / S of the time."""
    protected = np.arange(40) % 4 == 0
    often = unpacked(draw(protected, None, 8000, np.random.default_rng(3))).mean(axis=0)
    assert np.abs(often - 0.25).max() < 5 * np.sqrt(0.25 * 0.75 / 8000)


def test_few_possible_labellings_are_all_taken_once() -> None:
    """With no more possible labellings than asked for, the plan is the complete list of them."""
    protected = np.array([True, False, True, False, False, True, False])
    plan = draw(protected, None, 999, np.random.default_rng(4))
    labels = unpacked(plan)
    assert plan.exact
    assert plan.permutations == comb(7, 3) == len(np.unique(labels, axis=0))
    assert (labels == protected).all(axis=1).sum() == 1


def test_all_labellings_of_strata_are_the_product_of_the_strata() -> None:
    """Two strata of 4 choose 2 and 3 choose 1 have 18 labellings."""
    protected = np.array([True, True, False, False, True, False, False])
    strata = np.array([5, 5, 5, 5, 9, 9, 9])
    assert draw(protected, strata, 99, np.random.default_rng(0)).permutations == 18


def test_more_labellings_than_asked_for_are_drawn_at_random() -> None:
    """A plan never grows beyond what was asked for, however many labellings there are."""
    plan = draw(np.arange(5000) < 2000, None, 20, np.random.default_rng(0))
    assert not plan.exact
    assert plan.permutations == 20


def test_exchanging_the_groups_gives_the_complement() -> None:
    """The plan of the exchanged groups labels exactly the others."""
    protected = np.arange(50) < 11
    one = unpacked(draw(protected, None, 50, np.random.default_rng(6)))
    other = unpacked(draw(~protected, None, 50, np.random.default_rng(6)))
    assert (one == ~other).all()


@pytest.mark.parametrize("small", [0, 1_000])
@pytest.mark.parametrize("cells", [1, 100, 10_000])
@given(seed=st.integers(0, 10_000), kinds=st.integers(1, 4))
def test_labels_are_those_of_one_draw_after_the_other(
    small: int, cells: int, seed: int, kinds: int
) -> None:
    """However many rows are drawn together, each stratum of each row is one ``rng.choice``."""
    rng = np.random.default_rng(seed)
    strata = rng.integers(0, kinds, 40)
    protected = rng.random(40) < rng.random()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labellings, "SMALL", small)
        patch.setattr(labellings, "CELLS", cells)
        left = np.random.default_rng(seed)
        plan = draw(protected, strata, 7, left)
    if plan.exact:
        return
    again = np.random.default_rng(seed)
    for labels in unpacked(plan):
        for stratum in range(kinds):
            ours, size = protected[strata == stratum], int((strata == stratum).sum())
            if not 0 < ours.sum() < size:
                continue
            fewer = 2 * ours.sum() <= size
            count = int(min(ours.sum(), size - ours.sum()))
            chosen = again.choice(size, count, replace=False, shuffle=False)
            expected = np.full(size, not fewer)
            expected[chosen] = fewer
            assert (labels[strata == stratum] == expected).all()
    assert left.random() == again.random()


def test_chunks_do_not_change_the_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cutting the permutations into chunks loses and repeats none."""
    plan = draw(np.arange(30) < 9, None, 101, np.random.default_rng(7))
    whole = unpacked(plan)
    monkeypatch.setattr(labellings, "CHUNK_BYTES", 8 * 30 * 7)
    assert len(list(plan.chunks())) == 15
    assert (unpacked(plan) == whole).all()


def test_the_number_of_permutations_falls_with_the_sellers() -> None:
    """Small contrasts get 9,999 permutations, and none fewer than 999."""
    assert [permutations_for(n) for n in (50, 2_000, 10_000, 10**6)] == [9_999, 9_999, 1_999, 999]
