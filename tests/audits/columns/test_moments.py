"""A time column tells days, serial days, days without a year, or no day."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import ibis
import pyarrow as pa
import pytest

from fairshelf.audits.checks import engine
from fairshelf.audits.columns.moments import Told, told_by
from fairshelf.audits.tally.margins import period_of

if TYPE_CHECKING:
    from fairshelf.audits.columns.raw import RawTable


def _told(*values: str | None) -> Told:
    head = pa.table({"t": pa.array(values, pa.string())})
    return told_by(cast("RawTable", SimpleNamespace(head=head, decimal=".")), "t")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (("2026-03-01", "x"), "days"),
        (("2026/3/1 10:00",), "days"),
        (("2026年03月01日 00:00",), "days"),
        (("20260301",), "days"),
        (("46082", "46083.5", ""), "serial"),
        (("46082", "soon"), "no_day"),
        (("46082", "46083", "合計"), "serial"),
        (("46082", "46083", "制表日期：2026-04-01"), "serial"),
        (("46082", "2026-03-02"), "mixed"),
        (("46082", "46083", "20260303"), "mixed"),
        (("2026年3月2日", "2026-03-03", "46084", "待定"), "mixed"),
        (("46082", "46083", "7"), "no_day"),
        (("1772323200",), "no_day"),
        (("2026", "2025"), "no_day"),
        (("3月1日", "3月2日"), "no_year"),
        (("3/1",), "no_year"),
        (("10:30",), "no_day"),
        (("", None), "nothing"),
    ],
)
def test_what_a_time_column_tells(cells: tuple[str | None, ...], told: Told) -> None:
    """Serial days need most cells to be numbers, and all of these days; a date bears its year."""
    assert _told(*cells) == told


def test_what_tells_days_is_what_is_counted_by_day() -> None:
    """A cell is a day to the notice where the tally reads a day from it, and not elsewhere."""
    cells = ["2026-03-01", "2026/3/1", "2026年3月1日", "20260301", "20260301123000", "3月1日"]
    cells += ["46082", "10:30", "t2026-3-1", "1772323200", "2026", "2026-03"]
    con = ibis.duckdb.connect(threads=1)
    table = con.create_table("t", pa.table({"n": range(len(cells)), "t": cells}))
    days = table.select("n", d=period_of(table.t)).order_by("n").to_pyarrow()["d"].to_pylist()
    assert [_told(cell) == "days" for cell in cells] == [day is not None for day in days]


def test_serial_days_are_the_dates_a_spreadsheet_shows() -> None:
    """46082 is 1 March 2026; what is inside a day keeps moments apart; no number is no day."""
    cells = ["46082", "46082.0", "46082.75", " 45292 ", "20000", "80001", "x", None]
    con = ibis.duckdb.connect(threads=1)
    table = con.create_table("t", pa.table({"n": range(len(cells)), "t": pa.array(cells)}))
    found = table.select("n", d=engine.serial_day(table.t, ".")).order_by("n").to_pyarrow()
    assert found["d"].to_pylist() == [
        *("2026-03-01", "2026-03-01", "2026-03-01 46082.75", "2024-01-01", "1954-10-03"),
        *(None, None, None),
    ]


def test_dates_and_serial_days_of_one_column_are_both_read() -> None:
    """Where one column holds both, each is a day; a word and a date run together stay."""
    cells = ["46082", "2026年3月2日", "46,083.5", "20260303", "２０２６/3/4", "待定", None]
    con = ibis.duckdb.connect(threads=1)
    table = con.create_table("t", pa.table({"n": range(len(cells)), "t": pa.array(cells)}))
    found = table.select("n", d=engine.day_or_word(table.t, ".")).order_by("n").to_pyarrow()
    assert found["d"].to_pylist() == [
        *("2026-03-01", "2026年3月2日", "2026-03-02 46,083.5", "20260303", "２０２６/3/4"),
        *("待定", None),
    ]
