"""The ratio of the first places is one estimate, however it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

SELLERS = 30


@pytest.mark.parametrize(
    ("browsing", "family"),
    [(("dcg", "top:3"), 2), (("top:3",), 1), (("top:3", "dcg"), 1)],
)
def test_a_model_of_the_first_places_is_tested_once(
    tmp_path: Path, browsing: tuple[str, ...], family: int
) -> None:
    """Named as a browsing model and as the depth, it has one row a method, and one p in Holm's."""
    rng = np.random.default_rng(4)
    log = ["request,position,listing,seller"] + [
        f"q{request},{place},l{n},s{n}"
        for request in range(25)
        for place, n in enumerate(rng.permutation(SELLERS)[:8].tolist(), start=1)
    ]
    sellers = ["seller,area"]
    sellers += [f"s{n},{'rural' if n < 10 else 'urban'}" for n in range(SELLERS)]
    for name, lines in (("log.csv", log), ("sellers.csv", sellers)):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    settings = Settings(
        attributes={"area": None}, reference={"area": "urban"}, browsing=browsing, cutoffs=(3,)
    )
    files = [str(tmp_path / "log.csv")], str(tmp_path / "sellers.csv")
    results = audit(*files, None, settings).results
    keys = [one.key for one in results.estimates]
    assert len(keys) == len(set(keys))
    tested = [
        one
        for one in results.estimates
        if one.metric == "exposure_ratio" and one.p_adjusted is not None
    ]
    assert len(tested) == family
    smallest = min(tested, key=lambda one: one.p_value or 0)
    assert smallest.p_adjusted == pytest.approx(min(1, family * (smallest.p_value or 0)))
