"""Traps in which a ratio could say more than the data do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Estimate, Results

SELLERS, PER_SELLER, REQUESTS, PLACES = 60, 4, 60, 10


def _platform(folder: Path, *, listed: float = 1.0, rated: float = 1.0) -> dict[str, str]:
    """Write a platform with no group effect; only a part of rural listings is in the catalogue."""
    rng = np.random.default_rng(11)
    listings = SELLERS * PER_SELLER
    rural = np.arange(listings) // PER_SELLER % 3 == 0
    rows = ["request,position,listing,seller"]
    for request in range(REQUESTS):
        shown = rng.choice(listings, PLACES, replace=False)
        rows += [f"q{request},{p + 1},l{n},s{n // PER_SELLER}" for p, n in enumerate(shown)]
    (folder / "log.csv").write_text("\n".join(rows))
    sellers = [f"s{n},{'rural' if n % 3 == 0 else 'urban'}" for n in range(SELLERS)]
    (folder / "sellers.csv").write_text("\n".join(["seller,locality", *sellers]))
    draws = rng.random((2, listings))
    catalogue = ["listing,seller,relevance"]
    for n in range(listings):
        if not rural[n] or draws[0, n] < listed:
            merit = "" if rural[n] and draws[1, n] > rated else "0.5"
            catalogue.append(f"l{n},s{n // PER_SELLER},{merit}")
    (folder / "catalogue.csv").write_text("\n".join(catalogue))
    return {name: str(folder / f"{name}.csv") for name in ("log", "sellers", "catalogue")}


def _audit(files: dict[str, str], **settings: object) -> Results:
    chosen = Settings.model_validate(
        {"attributes": {"locality": None}, "reference": {"locality": "urban"}, **settings}
    )
    return audit([files["log"]], files["sellers"], files.get("catalogue"), chosen).results


def _ratio(results: Results, **fields: object) -> Estimate:
    wanted = {"metric": "exposure_ratio", "group": "rural", "browsing": "dcg", **fields}
    found = [e for e in results.estimates if all(getattr(e, n) == v for n, v in wanted.items())]
    return found[0]


def test_listings_missing_from_the_catalogue_do_not_make_a_gap(tmp_path: Path) -> None:
    """Half of the rural listings missing from the catalogue leave the null platform a null."""
    results = _audit(_platform(tmp_path, listed=0.5), permutations=499)
    ratio = _ratio(results, baseline="catalogue", method="permutation")
    assert ratio.value == pytest.approx(1, abs=0.25)
    assert ratio.low is not None
    assert ratio.high is not None
    assert ratio.low < 1 < ratio.high
    assert "limit_catalogue_incomplete" in [limit.code for limit in results.limits]
    reasons = [reason.code for finding in results.findings for reason in finding.reasons]
    assert "certainty_catalogue_incomplete" in reasons


def test_the_funnel_still_multiplies_with_listings_missing(tmp_path: Path) -> None:
    """Reach, frequency and placement multiply to the exposure ratio of the listed ones."""
    results = _audit(_platform(tmp_path, listed=0.5), permutations=99)
    steps = [_ratio(results, metric=f"funnel_{n}") for n in ("reach", "frequency", "placement")]
    product = np.prod([step.value for step in steps if step.value is not None])
    assert product == pytest.approx(_ratio(results, baseline="catalogue").value, rel=1e-12)


def test_missing_merit_is_not_zero_merit(tmp_path: Path) -> None:
    """Listings without a relevance leave both sides of the ratio per unit of merit."""
    results = _audit(_platform(tmp_path, rated=0.5), permutations=99, baseline="merit")
    assert _ratio(results, baseline="merit").value == pytest.approx(1, abs=0.25)
    assert "limit_merit_missing" in [limit.code for limit in results.limits]


def test_everything_on_the_first_page_is_no_finding(tmp_path: Path) -> None:
    """A cutoff as deep as the lists is not asked for under the baseline of what was shown."""
    files = _platform(tmp_path)
    chosen = Settings.model_validate({"attributes": {"locality": None}, "cutoffs": (PLACES,)})
    wide = "\n".join(
        line
        + (
            ",locality"
            if not n
            else f",{'rural' if int(line.rsplit('s', 1)[1]) % 3 == 0 else 'urban'}"
        )
        for n, line in enumerate((tmp_path / "log.csv").read_text().splitlines())
    )
    (tmp_path / "wide.csv").write_text(wide)
    results = audit([str(tmp_path / "wide.csv")], None, None, chosen).results
    assert files
    assert not [e for e in results.estimates if e.browsing == f"top:{PLACES}" and e.reference]


def test_equal_exposure_is_equality_to_the_last_digit(tmp_path: Path) -> None:
    """Where every seller has the same exposure the interval is 1 to 1 and the p-value 1."""
    rows = ["request,position,listing,seller,locality"]
    for request in range(12):
        order = [(request + place) % 12 for place in range(12)]
        rows += [
            f"q{request},{place + 1},l{n},s{n},{'rural' if n < 6 else 'urban'}"
            for place, n in enumerate(order)
        ]
    (tmp_path / "log.csv").write_text("\n".join(rows))
    chosen = Settings.model_validate({"attributes": {"locality": None}})
    results = audit([str(tmp_path / "log.csv")], None, None, chosen).results
    ratio = _ratio(results, baseline="shown", method="permutation")
    assert (ratio.low, ratio.high, ratio.p_value) == (1.0, 1.0, 1.0)


def test_question_log_keeps_the_guard_of_five_sellers(tmp_path: Path) -> None:
    """A group of fewer than five sellers is not estimable, whatever the question."""
    files = _platform(tmp_path)
    few = ["seller,locality", *(f"s{n},{'rural' if n < 3 else 'urban'}" for n in range(SELLERS))]
    (tmp_path / "sellers.csv").write_text("\n".join(few))
    results = _audit(files, question="log")
    assert {f.outcome for f in results.findings} == {"not_estimable"}
