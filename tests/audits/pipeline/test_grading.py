"""What lowers the certainty of a finding: sellers that are few, or taken as given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fairshelf.audits.results import Finding

SELLERS = 50
RURAL = 10
REQUESTS = 30
PLACES = 12
LISTED = 7
"""Rural sellers with a listing in the catalogue."""


def _csv(path: Path, heading: str, rows: Sequence[str]) -> str:
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return str(path)


def _where(seller: int) -> str:
    return "rural" if seller < RURAL else "urban"


def _finding(tmp_path: Path, question: str) -> Finding:
    """Audit a log in which three of the ten rural sellers list nothing."""
    listed = [n for n in range(SELLERS) if not LISTED <= n < RURAL]
    log = [
        f"q{request},{place},l{n},s{n}"
        for request in range(REQUESTS)
        for place, n in enumerate(
            sorted(listed, key=lambda n: (n * 17 + request * 11) % SELLERS)[:PLACES], start=1
        )
    ]
    files = (
        _csv(tmp_path / "log.csv", "request,position,listing,seller", log),
        _csv(
            tmp_path / "sellers.csv",
            "seller,area",
            [f"s{n},{_where(n)}" for n in range(SELLERS)],
        ),
        _csv(tmp_path / "catalogue.csv", "listing,seller", [f"l{n},s{n}" for n in listed]),
    )
    settings = Settings.model_validate(
        {"attributes": {"area": None}, "reference": {"area": "urban"}, "question": question}
    )
    (finding,) = audit([files[0]], files[1], files[2], settings).results.findings
    return finding


def test_sellers_without_listings_do_not_make_few_sellers_many(tmp_path: Path) -> None:
    """The sellers counted are those that the ratio is over, not those of the seller table."""
    facts = {reason.code: reason.facts for reason in _finding(tmp_path, "sellers").reasons}
    assert facts["certainty_few_sellers"] == {"sellers": LISTED}


def test_a_finding_about_the_log_alone_says_so(tmp_path: Path) -> None:
    """Under ``question = log`` the certainty is lowered, since sellers are taken as given."""
    codes = [reason.code for reason in _finding(tmp_path, "log").reasons]
    assert "certainty_log_only" in codes
    assert "certainty_few_sellers" not in codes


@pytest.mark.parametrize(("requests", "settled"), [(REQUESTS, False), (1, True)])
def test_nothing_on_many_pages_settles_no_bound(
    tmp_path: Path, requests: int, *, settled: bool
) -> None:
    """The exact bound is of how many sellers get anything: an answer on one page alone."""
    shown = [n for n in range(SELLERS) if n >= RURAL][:PLACES]
    log = [
        f"q{request},{place},l{n},s{n}"
        for request in range(requests)
        for place, n in enumerate(shown, start=1)
    ]
    files = (
        _csv(tmp_path / "log.csv", "request,position,listing,seller", log),
        _csv(
            tmp_path / "sellers.csv",
            "seller,area",
            [f"s{n},{_where(n)}" for n in (*range(RURAL), *shown)],
        ),
    )
    settings = Settings.model_validate(
        {"attributes": {"area": None}, "reference": {"area": "urban"}}
    )
    (finding,) = audit([files[0]], files[1], None, settings).results.findings
    told = {reason.code for reason in finding.reasons}
    assert ("certainty_nothing_held" in told) is not settled
    assert settled or finding.outcome == "disparity"


def test_a_large_group_never_shown_is_a_material_gap(tmp_path: Path) -> None:
    """Of 150 rural sellers none is shown on 60 pages of 12, beside 60 urban ones who share them.

    Even if each rural seller who might be missing by chance got as much as the largest urban one,
    the group would stay below four fifths.
    """
    rng = np.random.default_rng(0)
    log = [
        f"q{request},{place},l{n},s{n}"
        for request in range(60)
        for place, n in enumerate(rng.permutation(60)[:12].tolist(), start=1)
    ]
    sellers = [f"s{n},urban" for n in range(60)] + [f"r{n},rural" for n in range(150)]
    files = (
        _csv(tmp_path / "log.csv", "request,position,listing,seller", log),
        _csv(tmp_path / "sellers.csv", "seller,area", sellers),
    )
    settings = Settings.model_validate(
        {"attributes": {"area": None}, "reference": {"area": "urban"}}
    )
    results = audit([files[0]], files[1], None, settings).results
    (finding,) = results.findings
    assert (finding.outcome, finding.direction) == ("material_disparity", "lower")
    told = {reason.code: reason.facts for reason in finding.reasons}
    assert "certainty_nothing_held" not in told
    assert float(str(told["certainty_largest"]["times"])) > 1
    lead = next(one for one in results.estimates if one.key == finding.keys[0])
    assert lead.high is not None
    assert lead.high < 0.8
    assert lead.note == "as_the_largest"
