"""Amounts too small for millionths are refused, not summed wrongly."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.checks import fine
from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

RURAL, URBAN = 1.4, 2.6


def _log(folder: Path, column: str, unit: float) -> str:
    """Write a log of 12 sellers of each group whose amounts are 1.4 and 2.6 of a unit."""
    place = folder / "log.csv"
    with place.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("request", "position", "listing", "seller", "locality", column))
        for request in range(60):
            for position in range(1, 5):
                seller = (request * 4 + position) % 24
                rural = seller % 2
                amount = (RURAL if rural else URBAN) * unit
                told = ("rural" if rural else "urban", f"{amount:.9f}")
                rows.writerow((f"q{request}", position, f"l{seller}", f"s{seller}", *told))
    return str(place)


def _ratio(log: str, browsing: str, baseline: str) -> float | None:
    settings = Settings(
        attributes={"locality": None},
        reference={"locality": "urban"},
        browsing=(browsing,),
        baseline=baseline,  # type: ignore[arg-type]
    )
    found = audit([log], None, None, settings).results.estimates
    return next(one.value for one in found if one.metric == "exposure_ratio")


@pytest.mark.parametrize(
    ("column", "browsing", "baseline"),
    [("attention", "given", "shown"), ("relevance", "uniform", "merit")],
)
def test_a_ratio_does_not_depend_on_the_unit(
    tmp_path: Path, column: str, browsing: str, baseline: str
) -> None:
    """In thousandths the ratio is that of the amounts; in millionths it would be 1 to 3."""
    found = _ratio(_log(tmp_path, column, 1e-3), browsing, baseline)
    right = RURAL / URBAN if column == "attention" else URBAN / RURAL
    assert found == pytest.approx(right, rel=1e-3)
    with pytest.raises(DataError) as told:
        _ratio(_log(tmp_path, column, 1e-6), browsing, baseline)
    assert told.value.code == "too_fine"
    assert told.value.facts["column"] == column


def test_amounts_that_are_nothing_throughout_are_taken(tmp_path: Path) -> None:
    """Relevance that is 0 everywhere is no small number."""
    assert _ratio(_log(tmp_path, "relevance", 0.0), "uniform", "shown") is not None


def test_attention_that_vanishes_is_refused(tmp_path: Path) -> None:
    """Where nothing is left of a column of attention there is nothing to compare."""
    with pytest.raises(DataError) as told:
        _ratio(_log(tmp_path, "attention", 1e-8), "given", "shown")
    assert told.value.code == "too_fine"


def test_amounts_are_looked_at_in_passes_that_are_made_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row is read again for amounts of a usual size; for small ones all are."""
    asked: list[int] = []
    before = fine.amounts

    def counted(rows: ir.Table) -> dict[str, ir.Value]:
        asked.append(1)
        return before(rows)

    monkeypatch.setattr(fine, "amounts", counted)
    _ratio(_log(tmp_path, "relevance", 1.0), "uniform", "shown")
    assert not asked
    with pytest.raises(DataError):
        _ratio(_log(tmp_path, "relevance", 1e-5), "uniform", "shown")
    assert asked == [1]
