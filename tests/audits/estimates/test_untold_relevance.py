"""Rows of a log that tell no relevance, and lists that tell no query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.metrics import iaa, pairwise_accuracy
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Estimate, Results

REQUESTS, LENGTH = 20, 10


def _log(folder: Path, untold: float) -> tuple[str, dict[str, np.ndarray]]:
    """Write lists of ten; a part of the rows tells no relevance, every second list no query."""
    rng = np.random.default_rng(11)
    listing = np.concatenate([rng.permutation(30)[:LENGTH] for _ in range(REQUESTS)])
    request = np.repeat(np.arange(REQUESTS), LENGTH)
    position = np.tile(np.arange(1, LENGTH + 1), REQUESTS)
    relevance = np.where(rng.random(listing.size) < untold, np.nan, rng.integers(1, 5, 30)[listing])
    lines = ["request,query,position,listing,seller,relevance,locality"]
    for r, p, n, y in zip(request, position, listing, relevance, strict=True):
        query = f"w{r % 4}" if r % 2 else ""
        said = "" if np.isnan(y) else f"{y:g}"
        lines.append(f"q{r},{query},{p},d{n:02d},s{n},{said},{'rural' if n % 3 else 'urban'}")
    path = folder / "log.csv"
    path.write_text("\n".join(lines) + "\n")
    return str(path), {"request": request, "position": position, "listing": listing, "y": relevance}


def _audited(path: str, baseline: Literal["auto", "merit"] = "auto") -> Results:
    settings = Settings(
        annex=True, attributes={"locality": None}, permutations=99, baseline=baseline
    )
    return audit([path], None, None, settings).results


def _found(results: Results, metric: str, group: str | None = None) -> Estimate:
    told = [e for e in results.estimates if (e.metric, e.group) == (metric, group)]
    return next(e for e in told if e.attribute in (None, "locality"))


def test_what_tells_no_relevance_is_in_no_pair_and_earns_nothing(tmp_path: Path) -> None:
    """Pairwise accuracy and IAA are those of the rows that tell one; it is said."""
    path, log = _log(tmp_path, 0.4)
    results = _audited(path)
    known = np.isfinite(log["y"])
    rows = {name: values[known] for name, values in log.items()}
    rural = rows["listing"] % 3 > 0
    pairs = pairwise_accuracy(rows["request"], rows["position"], rows["y"], rural)
    found = _found(results, "pairwise_accuracy", "rural")
    assert found.value == pytest.approx(pairs.overall.share)
    assert found.note is not None
    assert "relevance_missing" in found.note
    attention = 1 / np.log2(1 + rows["position"])
    told = iaa(rows["request"], rows["listing"], attention, rows["y"])
    assert _found(results, "iaa").value == pytest.approx(told.per_list)


def test_lists_that_tell_no_query_are_left_out_of_expected_exposure(tmp_path: Path) -> None:
    """Ten of twenty lists name a query: EE rests on those."""
    results = _audited(_log(tmp_path, 0.0)[0])
    assert _found(results, "ee_l").requests == REQUESTS // 2


def test_too_little_relevance_gives_no_figure_per_unit_of_it(tmp_path: Path) -> None:
    """With 40% of the rows untold there is no baseline merit; a limit says so, none can lead."""
    path, _ = _log(tmp_path, 0.4)
    results = _audited(path)
    assert not any(one.baseline == "merit" for one in results.estimates)
    (limit,) = (one for one in results.limits if one.code == "limit_relevance_left_out")
    assert limit.facts["share"] == pytest.approx(0.4, abs=0.1)
    with pytest.raises(DataError, match="relevance_missing"):
        _audited(path, baseline="merit")


def test_a_little_that_is_untold_is_said(tmp_path: Path) -> None:
    """With a few rows untold the figures stand, beside a limit; with none there is no limit."""
    for untold, codes in (
        (0.03, {"limit_merit_shown", "limit_relevance_missing"}),
        (0, {"limit_merit_shown"}),
    ):
        results = _audited(_log(tmp_path, untold)[0])
        assert any(one.baseline == "merit" for one in results.estimates)
        told = {one.code for one in results.limits}
        assert {code for code in told if "merit" in code or "relevance" in code} == codes
