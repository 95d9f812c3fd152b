"""A log summed over its requests says of sellers and listings what its rows say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.checks import clean as cleaning
from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.checks import CleanLog
    from fairshelf.audits.columns.raw import RawTable

    MakeRaw = Callable[..., RawTable]
    Clean = Callable[..., CleanLog]

HEADINGS = "request,position,listing,seller,region,clicks"

rows = st.lists(
    st.tuples(
        st.sampled_from("abc"),  # request
        st.integers(1, 4),  # position
        st.sampled_from("xyz"),  # listing
        st.integers(0, 2),  # clicks
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda row: (row[0], row[1], row[2]),
)


@given(rows)
@settings(max_examples=25, deadline=None)
def test_the_sums_are_those_of_the_rows(
    make_raw: MakeRaw, clean: Clean, drawn: list[tuple[str, int, str, int]]
) -> None:
    """Impressions and clicks by listing, seller, own column and position add up to the rows'."""
    cells = [[r, str(p), n, f"s{n}", f"r{n}", str(c)] for r, p, n, c in drawn]
    log = clean(make_raw(HEADINGS, cells), extras={"region": "region"})
    short = log.known.short
    assert short is not None
    seen, clicks = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for _, position, listing, clicked in drawn:
        seen[listing, position] += 1
        clicks[listing, position] += clicked
    told = short.to_pyarrow().to_pylist()
    assert len(told) == len(seen)
    for row in told:
        key = (row["listing"], row["position"])
        assert (row["seller"], row["region"]) == (f"s{row['listing']}", f"r{row['listing']}")
        assert (row["impressions"], row["clicks"]) == (seen[key], clicks[key])


@pytest.mark.parametrize(
    ("why", "cells"),
    [
        ("a row is set aside", [["a", "1", "x", "s", "r", "0"], ["a", "", "y", "s", "r", "0"]]),
        ("a row stands twice", [["a", "1", "x", "s", "r", "0"]] * 2),
        ("a name has spaces", [["a", "1", " x", "s", "r", "0"], ["a", "2", "y", "s", "r", "0"]]),
        ("counted from 0", [["a", "0", "x", "s", "r", "0"], ["a", "1", "y", "s", "r", "0"]]),
    ],
)
def test_sums_that_no_longer_hold_are_not_handed_on(
    make_raw: MakeRaw, clean: Clean, why: str, cells: list[list[str]]
) -> None:
    """Where the used rows are not the rows as they were read, nothing is known of them."""
    log = clean(make_raw(HEADINGS, cells))
    assert log.known.short is None, why


def test_a_large_parquet_file_gives_the_same_without_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every estimate is the same to the last bit, whether the engine copied the rows or not."""
    rows = [
        {
            "request": f"q{request}",
            "position": place,
            "listing": f"l{(request * 5 + place * place) % 40}-{place}",
            "seller": f"s{(request * 5 + place * place) % 40}",
            "locality": "rural" if (request * 5 + place * place) % 40 < 13 else "urban",
            "clicks": (request + place) % 3,
        }
        for request in range(60)
        for place in range(1, 7)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "log.parquet")
    asked = Settings(attributes={"locality": None}, annex=True)
    copied = audit([str(tmp_path / "log.parquet")], None, None, asked)
    monkeypatch.setattr(cleaning, "MANY", 1)
    held: list[object] = []
    monkeypatch.setattr(cleaning, "hold_log", lambda *args, **_: held.append(args))
    read = audit([str(tmp_path / "log.parquet")], None, None, asked)
    assert not held
    assert read.results == copied.results
