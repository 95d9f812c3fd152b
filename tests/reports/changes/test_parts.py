"""Counts of sellers as they are printed wherever something would change."""

from __future__ import annotations

import pytest

from fairshelf.reports.changes.parts import counted
from fairshelf.reports.wording import Words


@pytest.mark.parametrize(
    ("count", "en", "zh"),
    [
        (35, "about 40", "约 40"),
        (25, "about 20", "约 20"),
        (0, "0", "0"),
        (3, "fewer than 10", "10"),
    ],
)
def test_a_rounded_count_says_so(count: int, en: str, zh: str) -> None:
    """35 sellers are about 40 on a page and on a terminal alike; nobody is nobody."""
    assert counted(count, Words("en", strict=True)) == en
    assert zh in counted(count, Words("zh", strict=True))
