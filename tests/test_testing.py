"""Assertions on rankings, and the fixture that pytest finds by itself."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from fairshelf.testing import (
    InconclusiveWarning,
    assert_exposure_ratio,
    assert_rule,
    audit_frame,
)

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Results


def ranking(boost: float) -> pd.DataFrame:
    """Rank 80 sellers in 80 requests of 20, rural ones with something added to their score."""
    rng = np.random.default_rng(2)
    parts = []
    for request in range(80):
        seller = rng.choice(80, 20, replace=False)
        score = rng.normal(size=20) + boost * (seller < 40)
        order = np.argsort(-score)
        parts.append(
            pd.DataFrame(
                {
                    "request": f"q{request}",
                    "position": np.arange(1, 21),
                    "listing": [f"l{n}" for n in seller[order]],
                    "seller": [f"s{n}" for n in seller[order]],
                    "locality": np.where(seller[order] < 40, "rural", "urban"),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def unfair() -> Results:
    """Give the audit of a ranking that puts rural sellers down."""
    return audit_frame(ranking(-2.0), attributes=["locality"], permutations=199)


def test_a_breach_says_what_was_found(unfair: Results) -> None:
    """The assertion names the rule, the value and its interval."""
    with pytest.raises(
        AssertionError,
        match=r"(?s)exposure_ratio.*found\s+0\.\d+ \(95% interval 0\.\d+ to\s+0\.\d+\)",
    ):
        assert_exposure_ratio(unfair, group="rural", at_least=0.8)
    assert_exposure_ratio(unfair, group="rural", at_most=0.9, reference="urban")
    with pytest.raises(ValueError, match="at_least"):
        assert_exposure_ratio(unfair, group="rural")


def test_what_cannot_be_told_is_warned_of() -> None:
    """Four requests settle nothing: a warning, or what is asked for; an absent group fails."""
    few = ranking(0.0).query("request.isin(['q1', 'q2', 'q3', 'q4'])")
    results = audit_frame(few, attributes=["locality"], permutations=199)
    with pytest.warns(InconclusiveWarning, match="settle it neither way"):
        assert_exposure_ratio(results, group="rural", at_least=1.0)
    assert_exposure_ratio(results, group="rural", at_least=1.0, when_inconclusive="pass")
    with pytest.raises(AssertionError, match="Inconclusive"):
        assert_exposure_ratio(results, group="rural", at_least=1.0, when_inconclusive="fail")
    with pytest.raises(AssertionError, match="county"):
        assert_exposure_ratio(results, group="county", at_least=0.1)


def test_against_an_earlier_ranking(unfair: Results) -> None:
    """Worsening beyond noise is told against the results of before."""
    before = audit_frame(ranking(0.0), attributes=["locality"], permutations=199)
    assert_rule(before, 'exposure_ratio[group="rural"] >= baseline', before)
    assert_rule(before, 'exposure_ratio[group="rural"] no_worse_than_baseline', before)
    with pytest.raises(AssertionError, match="found less the line is -0"):
        assert_rule(unfair, 'exposure_ratio[group="rural"] >= baseline', before)


def test_a_data_frame_is_audited_on_the_spot() -> None:
    """A frame with scores in place of positions is ranked, audited and judged in one call."""
    frame = ranking(-2.0)
    scored = frame.assign(score=-frame["position"]).drop(columns="position").sample(frac=1)
    with pytest.raises(AssertionError, match="Breached"):
        assert_exposure_ratio(
            scored,
            attribute="locality",
            group="rural",
            reference="urban",
            at_least=0.8,
            permutations=199,
        )
    with pytest.raises(ValueError, match="attribute="):
        assert_exposure_ratio(scored, group="rural", at_least=0.8)
    with pytest.raises(ValueError, match="tie"):
        audit_frame(scored.assign(score=1.0), attributes=["locality"])
    with pytest.raises(ValueError, match="no score"):
        audit_frame(scored.assign(score=np.nan), attributes=["locality"])


def test_the_fixture_is_found(tmp_path: Path) -> None:
    """A project that only has fairshelf installed can use the fixture."""
    (tmp_path / "test_it.py").write_text(
        """
import pandas as pd

def test_it(exposure_audit):
    rows = pd.DataFrame({"request": ["a", "a"], "position": [1, 2], "listing": ["x", "y"],
                         "seller": ["s", "t"], "locality": ["rural", "urban"]})
    assert exposure_audit(rows, attributes=["locality"]).rows.used == 2
""",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
