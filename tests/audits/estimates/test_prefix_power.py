"""Tests of short lists that no order could fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("depth", "marked"), [(3, True), (8, False)])
def test_a_test_that_nobody_can_fail_is_marked(tmp_path: Path, depth: int, *, marked: bool) -> None:
    """Of three places .625**3 > .1 of fair lists are without the group: all lists pass."""
    rng = np.random.default_rng(5)
    lines = ["request,position,listing,seller,locality"]
    for request in range(30):
        urban, rural = rng.permutation(10)[:5], 10 + rng.permutation(6)[:3]
        for position, n in enumerate((*urban, *rural), start=1):
            place = "rural" if n >= 10 else "urban"
            lines.append(f"q{request},{position},d{n},s{n},{place}")
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    settings = Settings(
        annex=True, attributes={"locality": None}, cutoffs=(depth,), permutations=99
    )
    results = audit([str(tmp_path / "log.csv")], None, None, settings).results
    for name in ("fa_ir", "hyper_fa_ir"):
        (found,) = (one for one in results.estimates if one.metric == name)
        assert found.value == (1.0 if marked else 0.0)
        assert ("cannot_fail" in (found.note or "")) is marked
