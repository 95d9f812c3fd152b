"""How often moved labels alone give as large a share between groups."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from fairshelf.audits.estimates.concentration import LABELLINGS, _moved


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
