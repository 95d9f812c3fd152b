"""Kitagawa's split without a block of sellers is that of the rows that stay."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.adjustment.decompose import kitagawa, kitagawa_by_code


@given(st.integers(0, 10_000))
def test_a_category_that_nobody_lists_any_more_counts_for_nothing(seed: int) -> None:
    """Codes of all rows give the parts of the rows that stay to the digit, empty categories or not.

    Twelve categories on twenty rows: leaving half of them out empties some for either group.
    """
    rng = np.random.default_rng(seed)
    words = np.array([f"kind {code:02}" for code in rng.integers(0, 12, 20)], dtype=object)
    code = np.unique(words.astype(str), return_inverse=True)[1]
    exposure, group = rng.lognormal(0, 1, 20), np.arange(20) % 2 == 0
    kept = rng.random(20) < 0.5
    kept[:2] = True
    found = kitagawa_by_code(exposure[kept], group[kept], code[kept])
    assert found == kitagawa(exposure[kept], group[kept], words[kept])
    assert np.isfinite([found.gap, found.mix, found.rates]).all()
