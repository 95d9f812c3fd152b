"""Numbers that a Parquet file's own statistics prove are taken as they stand, and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.checks import clean
from fairshelf.audits.checks.stage import Source, exact
from fairshelf.audits.columns.detect import detect
from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit
from fairshelf.reports.exports import rejected_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.columns.raw import RawTable

BEYOND = 2**53 + 1

SOUND: dict[str, list[Any]] = {
    "request": [*"aaabbb"],
    "position": [1, 2, 3, 1, 2, 3],
    "listing": [*"uvwuvw"],
    "seller": [*"stsstt"],
    "locality": ["rural" if one == "s" else "urban" for one in "stsstt"],
    "clicks": [0, 1, None, 0, 2, 0],
}


def _file(folder: Path, **other: list[Any]) -> str:
    place = folder / "log.parquet"
    pq.write_table(pa.table({**SOUND, **other}), place)
    return str(place)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({}, {"position", "clicks"}),
        ({"position": [1, 2, BEYOND, 1, 2, 3]}, {"clicks"}),
        ({"position": [1, 2, -BEYOND, 1, 2, 3]}, {"clicks"}),
        ({"clicks": [0, -1, 0, 0, 0, 0]}, {"position"}),
        ({"position": [1.0, 2.0, 3.5, 1.0, 2.0, 3.0]}, {"clicks"}),
        ({"position": [*"123123"]}, {"clicks"}),
    ],
)
def test_only_columns_whose_every_number_may_stand_are_exact(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    make_raw: Callable[..., RawTable],
    other: dict[str, Any],
    told: set[str],
) -> None:
    """Too large, below 0 where that means nothing, broken or written as text: looked at again."""
    cells = pa.table({**SOUND, **other})
    table = con.create_table(ibis.util.gen_name("t"), cells, temp=True)
    raw = replace(make_raw(",".join(cells.column_names), []), table=table)
    assert exact(Source(0, raw, detect(raw, {}, {}))) == told


@pytest.mark.parametrize(
    "other",
    [
        {"position": [1, 2, BEYOND, 1, 2, 3]},
        {"position": [1, 2, None, 1, 2, 3]},
        {"position": [0, 1, 2, 0, 1, 2]},
        {"position": [1, 2, -3, 1, 2, 3]},
        {"clicks": [0, -1, 0, None, 0, 5]},
    ],
)
def test_a_file_read_in_place_gives_what_its_copy_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    """The same rows are set aside for the same reasons, and every figure is the same."""
    log = _file(tmp_path, **other)
    said = []
    for many in (1, 10**9):
        monkeypatch.setattr(clean, "MANY", many)
        done = audit([log], None, None, Settings())
        said.append((replace(done.results, inputs=()), rejected_csv(done.rejects)))
    assert said[0] == said[1]
