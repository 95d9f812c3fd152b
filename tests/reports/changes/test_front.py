"""The figure of the front of remedies."""

from __future__ import annotations

import re

from fairshelf.reports.changes.front import scatter


def test_ticks_of_small_changes_are_told_apart() -> None:
    """Prices of hundredths of a percent: no two ticks of an axis say the same number."""
    drawn = scatter(
        ((-1, 0.93, 0.0), (0, 1.01, 0.04), (1, 0.99, -0.18)), ((0, 1.01, 0.04),), (0.8, 1.25)
    )
    labels = re.findall(r">(\u2212?\d[\d.]*)</text>", drawn)
    assert len(labels) > 3
    assert len(set(labels)) == len(labels)
