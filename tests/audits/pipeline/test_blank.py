"""Clicks that some rows of a log leave blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit
from fairshelf.audits.pipeline.merging import merge_tallies
from fairshelf.audits.pipeline.run import Keep

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.results import Estimate, Results

REQUESTS, SHOWN = 150, 6
WANTED = {"annex": True, "browsing": ["dcg", "empirical"], "permutations": 99, "series": "none"}


def _clicks(seed: int = 2) -> np.ndarray:
    """Give clicks that fall with the place."""
    rng = np.random.default_rng(seed)
    size = REQUESTS * SHOWN
    return (rng.random(size) < 0.7 / np.tile(np.arange(1, SHOWN + 1), REQUESTS)).astype(int)


def _log(folder: Path, clicks: list[str], name: str = "log.csv", first: int = 0) -> str:
    rows = ["request,position,listing,seller,locality,clicks"]
    rng = np.random.default_rng(3)
    for place, told in enumerate(clicks):
        seller = int(rng.integers(0, 24))
        group = "rural" if seller % 3 == 0 else "urban"
        row = [
            f"q{first + place // SHOWN}",
            f"{place % SHOWN + 1}",
            f"l{seller}",
            f"s{seller}",
            group,
        ]
        rows.append(",".join([*row, told]))
    file = folder / name
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return str(file)


def _audit(*log: str, **more: object) -> Results:
    return audit(list(log), None, None, Settings.model_validate({**WANTED, **more})).results


def _codes(results: Results) -> set[str]:
    return {one.code for one in results.notices if one.code.startswith("clicks_")}


def _from_clicks(results: Results) -> list[Estimate]:
    return [
        one
        for one in results.estimates
        if one.browsing == "empirical" or one.metric.startswith("pairwise")
    ]


def test_blank_is_none_where_no_row_says_none(tmp_path: Path) -> None:
    """A list of impressions that clicks were joined to gives what it gives with 0 written out."""
    told = _clicks()
    full = _audit(_log(tmp_path, [str(one) for one in told]))
    sparse = _audit(_log(tmp_path, [str(one) if one else "" for one in told]))
    assert _from_clicks(full)
    assert _from_clicks(sparse) == _from_clicks(full)
    assert (_codes(full), _codes(sparse)) == (set(), {"clicks_blank_none"})
    (said,) = (one for one in sparse.notices if one.code == "clicks_blank_none")
    assert said.facts["count"] == (told == 0).sum()


def test_blank_beside_0_is_unknown(tmp_path: Path) -> None:
    """Lists whose clicks are blank hold no pair, and teach nothing of how far people look."""
    told = [str(one) for one in _clicks()]
    lost = REQUESTS // 3 * SHOWN
    blank = _audit(_log(tmp_path, [*[""] * lost, *told[lost:]]))
    none = _audit(_log(tmp_path, [*["0"] * lost, *told[lost:]]))
    assert (_codes(blank), _codes(none)) == ({"clicks_blank"}, set())
    assert _values(blank, "pairwise") == _values(none, "pairwise") != {}
    assert _values(blank, "exposure") != _values(none, "exposure")
    assert any("clicks_missing" in (one.note or "") for one in blank.estimates)


def _values(results: Results, metric: str) -> dict[str, float | None]:
    found = [one for one in _from_clicks(results) if one.metric.startswith(metric)]
    return {one.key: one.value for one in found}


def test_no_clicks_at_all_are_no_column(tmp_path: Path) -> None:
    """Nothing is told of clicks that no row tells."""
    results = _audit(_log(tmp_path, [""] * (REQUESTS * SHOWN)), browsing=["dcg"])
    assert _codes(results) == {"clicks_all_blank"}
    assert not _from_clicks(results)


def test_a_saved_tally_tells_the_same(tmp_path: Path) -> None:
    """What blank is taken for is settled before a log is counted, whatever counts it."""
    told = [str(one) for one in _clicks()]
    told = [one if place % 5 else "" for place, one in enumerate(told)]
    log = _log(tmp_path, told)
    asked = Settings.model_validate(WANTED)
    audit([log], None, None, asked, keep=Keep(tmp_path / "tally"))
    again = audit([], None, None, asked, tally_of=tmp_path / "tally").results
    direct = _audit(log)
    assert again.estimates == direct.estimates
    assert _codes(again) == _codes(direct) == {"clicks_blank"}


def test_tallies_that_are_added_up_add_up_what_is_blank(tmp_path: Path) -> None:
    """Rows without clicks are counted over all of them, as over a log of both."""
    told = [str(one) for one in _clicks()]
    half = REQUESTS // 2 * SHOWN
    asked = Settings.model_validate(WANTED)
    logs = []
    for name, start in (("a", 0), ("b", half)):
        few = [one if place % 5 else "" for place, one in enumerate(told[start : start + half])]
        logs.append(_log(tmp_path, few, f"{name}.csv", start // SHOWN))
        halves = asked.model_copy(update={"browsing": ("dcg",)})
        audit([logs[-1]], None, None, halves, keep=Keep(tmp_path / name))
    merge_tallies([tmp_path / "a", tmp_path / "b"], tmp_path / "both")
    again = audit([], None, None, asked, tally_of=tmp_path / "both").results
    direct = _audit(*logs)
    assert _from_clicks(again) == _from_clicks(direct)
    (here,), (there,) = (
        [one.facts for one in results.notices if one.code == "clicks_blank"]
        for results in (again, direct)
    )
    assert here == there == {"count": 2 * half // 5}
