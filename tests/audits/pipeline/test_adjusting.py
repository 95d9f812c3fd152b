"""The adjusted ratio through the whole audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import UsageError
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Results

SELLERS, EACH, LISTS, LONG = 60, 4, 400, 10


def _audited(tmp_path: Path, adjust: tuple[str, ...] | None) -> Results:
    """Audit a platform that ranks by price alone; rural sellers are dearer, and nothing else."""
    rng = np.random.default_rng(8)
    rural = np.arange(SELLERS) < 20
    price = np.exp(rng.normal(3, 0.4, (SELLERS, EACH)) + 0.5 * rural[:, None])
    rows = ["request,position,listing,seller"]
    for request in range(LISTS):
        order = np.argsort(np.log(price).ravel() + rng.normal(0, 0.7, SELLERS * EACH))[:LONG]
        rows += [f"q{request},{p},l{n},s{n // EACH}" for p, n in enumerate(order, start=1)]
    files = {
        "log.csv": rows,
        "sellers.csv": [
            "seller,area,size",
            *(
                f"s{n},{'rural' if rural[n] else 'urban'},{('small', 'large')[n % 2]}"
                for n in range(SELLERS)
            ),
        ],
        "catalogue.csv": [
            "listing,seller,price,category,rating",
            *(
                f"l{n},s{n // EACH},{price.ravel()[n]:.2f},c{n % 3},{n % 5}"
                for n in range(SELLERS * EACH)
            ),
        ],
    }
    for name, lines in files.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = Settings(
        attributes={"locality": "area", "size": None},
        reference={"locality": "urban"},
        permutations=499,
        adjust=adjust,
    )
    paths = [str(tmp_path / name) for name in files]
    return audit([paths[0]], paths[1], paths[2], settings).results


def _contrast(results: Results, name: str) -> dict[str, object]:
    table = results.tables[name]
    rows: list[dict[str, object]] = [
        dict(zip(table.columns, row, strict=True)) for row in table.rows
    ]
    return next(row for row in rows if str(row["attribute"]).startswith("locality"))


def test_a_gap_that_goes_with_price_goes_when_price_is_held_equal(tmp_path: Path) -> None:
    """Raw far below 1 and adjusted about 1, side by side; the finding says it and loses a step."""
    results = _audited(tmp_path, None)
    row = _contrast(results, "adjusted")
    assert row["covariates"] == "price;category"
    raw = next(
        e
        for e in results.estimates
        if e.metric == "exposure_ratio"
        and (e.method, e.browsing, e.baseline) == ("permutation", "dcg", "catalogue")
        and str(e.attribute).startswith("locality")
    )
    assert row["raw"] == pytest.approx(raw.value)
    assert raw.high is not None
    assert raw.high < 0.8
    low, high = (float(str(row[name])) for name in ("low", "high"))
    assert low < 1 < high
    finding = next(f for f in results.findings if f.attribute.startswith("locality"))
    assert "certainty_adjusted_open" in {reason.code for reason in finding.reasons}
    assert "limit_adjusted" in {limit.code for limit in results.limits}
    parts = results.tables["decomposition"]
    linear = {
        str(r[4]): float(str(r[5]))
        for r in parts.rows
        if str(r[0]).startswith("locality") and r[3] == "gelbach"
    }
    assert linear["price"] < 0.7 * linear["gap"] < 0


def test_what_is_asked_for_is_held_equal_and_mediators_are_named(tmp_path: Path) -> None:
    """Named covariates and another attribute; rating is told to be a possible mediator."""
    row = _contrast(_audited(tmp_path, ("rating", "size")), "adjusted")
    assert (row["covariates"], row["mediators"]) == ("rating;size", "rating")


def test_nothing_is_held_equal_where_none_is_asked(tmp_path: Path) -> None:
    """``none`` leaves the raw ratio alone, and the finding says that nothing was held equal."""
    results = _audited(tmp_path, ("none",))
    assert "adjusted" not in results.tables
    codes = {reason.code for finding in results.findings for reason in finding.reasons}
    assert "certainty_not_adjusted" in codes


def test_an_unknown_covariate_is_named_with_what_there_is(tmp_path: Path) -> None:
    """A slip of the pen is an error that offers the nearest names."""
    with pytest.raises(UsageError, match="unknown_covariate") as caught:
        _audited(tmp_path, ("prise",))
    assert caught.value.facts["suggestions"][0] == "price"


@pytest.mark.parametrize(("adjust", "refused"), [(("price",), True), (("none",), False)])
def test_what_cannot_be_held_equal_is_not_passed_over(
    tmp_path: Path, adjust: tuple[str, ...], *, refused: bool
) -> None:
    """Without a catalogue ``--adjust price`` is an error; asking for nothing is none."""
    rows = [
        f"q{q},{p},l{(q + p) % 20},s{(q + p) % 20},{'ab'[(q + p) % 2]},{p}"
        for q in range(20)
        for p in range(1, 5)
    ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["request,position,listing,seller,area,price", *rows]) + "\n", "utf-8")
    settings = Settings(attributes={"area": None}, permutations=99, adjust=adjust)
    if not refused:
        assert audit([str(log)], None, None, settings).results.findings
        return
    with pytest.raises(UsageError) as told:
        audit([str(log)], None, None, settings)
    assert (told.value.code, told.value.facts["covariates"]) == (
        "adjust_needs_catalogue",
        ["price"],
    )
