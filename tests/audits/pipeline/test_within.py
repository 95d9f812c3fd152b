"""The ratio within strata through the whole audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import UsageError
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Estimate


def _within(tmp_path: Path, strata: tuple[str, ...]) -> list[Estimate]:
    """Audit a platform that shows large sellers more; rural sellers are small, that is all."""
    rng = np.random.default_rng(4)
    large = np.arange(80) % 2 == 0
    rural = rng.random(80) < np.where(large, 0.2, 0.7)
    rows = ["request,position,listing,seller"]
    for request in range(200):
        order = np.argsort(-(1.5 * large + rng.gumbel(0, 1, 80)))[:10]
        rows += [f"q{request},{p},l{n},s{n}" for p, n in enumerate(order, start=1)]
    sellers = ["seller,area,size"]
    sellers += [
        f"s{n},{'rural' if rural[n] else 'urban'},{'large' if large[n] else 'small'}"
        for n in range(80)
    ]
    (tmp_path / "log.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "sellers.csv").write_text("\n".join(sellers) + "\n")
    settings = Settings(
        attributes={"locality": "area", "size": None}, permutations=499, strata=strata
    )
    done = audit([str(tmp_path / "log.csv")], str(tmp_path / "sellers.csv"), None, settings)
    return [
        e
        for e in done.results.estimates
        if e.metric == "exposure_ratio"
        and str(e.attribute).startswith("locality")
        and (e.method == "permutation_strata" or (e.method, e.browsing) == ("permutation", "dcg"))
        and e.baseline == "sellers"
    ]


def test_a_gap_of_size_goes_within_size(tmp_path: Path) -> None:
    """Rural sellers get less since they are small; among sellers of one size they do not."""
    raw, within = _within(tmp_path, ("size",))
    assert raw.high is not None
    assert raw.high < 1
    assert within.definition is not None
    assert within.definition.startswith("within:size")
    assert within.low is not None
    assert within.high is not None
    assert within.low < 1 < within.high


def test_an_unknown_stratum_is_an_error(tmp_path: Path) -> None:
    """A name that is no attribute is told, with those there are."""
    with pytest.raises(UsageError, match="unknown_strata"):
        _within(tmp_path, ("siz",))
