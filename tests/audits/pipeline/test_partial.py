"""A measure that only some files of a log have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Results

FIRST = "request,position,listing,seller,locality"


def _log(folder: Path, name: str, requests: range, more: str = "") -> str:
    """Write 12 sellers in turn; the last column, where there is one, is 1 or 2."""
    rows = [FIRST + (f",{more}" if more else "")]
    for request in requests:
        for place in range(1, 7):
            n = (request * 5 + place) % 12
            told = f",{1 + n % 2}" if more else ""
            rows.append(f"q{request},{place},l{n},s{n},{'rural' if n < 6 else 'urban'}{told}")
    file = folder / name
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(file)


def _audit(*log: str) -> Results:
    asked = Settings.model_validate({"permutations": 99, "series": "none", "adjust": ["none"]})
    return audit(list(log), None, None, asked).results


def _said(results: Results) -> list[tuple[str, object]]:
    return [
        (str(one.facts["column"]), one.facts["files"])
        for one in results.notices
        if one.code == "measure_in_some_files"
    ]


def test_what_a_file_does_not_tell_is_not_zero(tmp_path: Path) -> None:
    """Merit of half the rows would halve what is held against it: no ratio per unit is made."""
    full = _log(tmp_path, "a.csv", range(12), "relevance")
    bare = _log(tmp_path, "b.csv", range(12, 24))
    assert any(one.baseline == "merit" for one in _audit(full).estimates)
    both = _audit(full, bare)
    assert both.rows.used == 144
    assert _said(both) == [("relevance", ["b.csv"])]
    assert not any(one.baseline == "merit" for one in both.estimates)


def test_the_other_measures_are_left_out_too(tmp_path: Path) -> None:
    """Where rows are weighed every measure is read; those that some files lack are set aside."""
    logs = []
    for name, more in (("a.csv", "clicks,orders,revenue"), ("b.csv", "orders")):
        cells = [
            f"{name},{p},l{p},s{p},{'rural' if p < 7 else 'urban'},5" + ",2" * len(more.split(","))
            for p in range(1, 13)
        ]
        head = f"{FIRST},impressions,{more}"
        (tmp_path / name).write_text("\n".join([head, *cells]) + "\n", encoding="utf-8")
        logs.append(str(tmp_path / name))
    results = _audit(*logs)
    assert sorted(_said(results)) == [("clicks", ["b.csv"]), ("revenue", ["b.csv"])]
    assert results.rows.used == 24


def test_a_measure_of_every_file_stays(tmp_path: Path) -> None:
    """Nothing is said, and nothing left out, where all files tell it."""
    logs = [_log(tmp_path, f"{n}.csv", range(12 * n, 12 * n + 12), "relevance") for n in (0, 1)]
    both = _audit(*logs)
    assert _said(both) == []
    assert any(one.baseline == "merit" for one in both.estimates)
