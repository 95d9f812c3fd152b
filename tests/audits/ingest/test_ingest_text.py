"""Delimited text: every row is read or accounted for, under its own line number."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.ingest import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.columns.raw import RawTable

    Reader = Callable[..., RawTable]

HEADER = b"request,position,listing\n"


@pytest.fixture(scope="module")
def con() -> Any:  # noqa: ANN401 - ibis has no public type for it
    """Give one engine for all tests of this file."""
    return ibis.duckdb.connect()


@pytest.fixture
def reader(con: Any, tmp_path: Path) -> Reader:  # noqa: ANN401 - ibis has no public type for it
    """Give a function that reads bytes as a file."""

    def act(data: bytes, name: str = "log.csv", **said: Any) -> RawTable:  # noqa: ANN401 - settings of any type
        path = tmp_path / name
        path.write_bytes(data)
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        (table,) = read(con, [str(path)], "log", Settings(**said), work)
        return table

    return act


def rows(table: RawTable) -> list[tuple[Any, ...]]:
    """Give the rows of a table."""
    return [tuple(row.values()) for row in table.table.to_pyarrow().to_pylist()]


def numbers(table: RawTable) -> list[int]:
    """Give the row numbers of a table."""
    return [row["_row"] for row in table.numbered().to_pyarrow().to_pylist()]


def codes(table: RawTable) -> list[str]:
    """Give the codes of what is said about a table."""
    return [notice.code for notice in table.notices]


def test_ragged_rows_are_set_aside_with_their_line(reader: Reader) -> None:
    """A row too short and one too long are rejects; the others stay, under their own lines."""
    table = reader(HEADER + b"a,1,x\nb,2\nc,3,z,w\nd,4,v\n")
    assert rows(table) == [("a", "1", "x"), ("d", "4", "v")]
    assert table.extra["rejects"] == [(3, "too_few_cells"), (4, "too_many_cells")]
    assert numbers(table) == [2, 5]
    assert codes(table) == ["rows_misshapen"]


def test_an_open_quote_costs_one_row(reader: Reader) -> None:
    """A quote that is never closed does not swallow the rows beneath it."""
    table = reader(HEADER + b'a,1,"x\nb,2,y\nc,3,z\n')
    assert rows(table) == [("b", "2", "y"), ("c", "3", "z")]
    assert table.extra["rejects"] == [(2, "quote_not_closed")]


def test_an_open_quote_beneath_a_thousand_rows_costs_one_row(reader: Reader) -> None:
    """Lines taken in search of a closing quote are given back."""
    body = b'a,1,"x\n' + b"".join(b"r%d,2,y\n" % number for number in range(3000))
    table = reader(HEADER + body)
    assert table.table.count().to_pyarrow().as_py() == 3000
    assert numbers(table)[-1] == 3002


def test_line_breaks_in_cells_count_as_lines(reader: Reader) -> None:
    """A record is numbered by the line it starts on, also behind cells with line breaks."""
    table = reader(HEADER + b'a,1,"x\ny"\nb,2,"y\r\nz,""q"""\nc,3,z\n')
    assert rows(table)[1] == ("b", "2", 'y\r\nz,"q"')
    assert numbers(table) == [2, 4, 6]


def test_blank_lines_are_no_rows_but_count_as_lines(reader: Reader) -> None:
    """Blank lines give no row; rows of nothing but commas do."""
    table = reader(HEADER + b"\na,1,x\n\n,,\nb,2,y\n\n")
    assert rows(table) == [("a", "1", "x"), (None, None, None), ("b", "2", "y")]
    assert numbers(table) == [3, 5, 6]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_any_line_end_is_one(reader: Reader, end: bytes) -> None:
    """Line feed, carriage return or both end a line."""
    table = reader((HEADER + b"a,1,x\nb,2,y\n").replace(b"\n", end))
    assert rows(table) == [("a", "1", "x"), ("b", "2", "y")]
    assert numbers(table) == [2, 3]


def test_mixed_line_ends_lose_no_row(reader: Reader) -> None:
    """A file pasted together from several systems keeps all its rows."""
    table = reader(HEADER + b"a,1,x\r\nb,2,y\nc,3,z\rd,4,v\r\n\x1a")
    assert [row[0] for row in rows(table)] == ["a", "b", "c", "d"]


def test_nuls_within_cells_are_kept(reader: Reader) -> None:
    """A NUL in a cell does not end the file, and tells two ids apart; around a cell it is padding.

    Lines of nothing else are what a crash leaves at the end of a file.
    """
    clean = b"d,4,z\n" * 200
    told = HEADER + b'a\0,1,x\0y\n\0b,2\0\0,xy\nc,3,"\0x\0y"\n' + clean + b"\0" * 40
    want = [("a", "1", "x\0y"), ("b", "2", "xy"), ("c", "3", "x\0y")]
    assert rows(reader(told)) == [*want, *[("d", "4", "z")] * 200]


def test_nuls_within_headings_are_dropped(reader: Reader) -> None:
    """The engine takes no such name."""
    table = reader(HEADER[:3] + b"\0" + HEADER[3:] + b"a,1,x\0y\n" + b"d,4,z\n" * 200)
    assert table.headings == ("request", "position", "listing")


@pytest.mark.parametrize(
    "above",
    [
        b'"title\nover two lines"\n\n',
        b"\n\n",
        b"Report,Search\nDate,2026-01-01\n\n",
        b"sep=,\r\n",
        "\ufeff【平台】商品\n统计日期:2026-07-01,,\n,,\n".encode(),
    ],
)
def test_nothing_above_the_header_costs_a_row(reader: Reader, above: bytes) -> None:
    """Titles, dates, blank lines and Excel's ``sep=`` are passed over, the first row is not."""
    table = reader(above + HEADER + b"a,1,x\nb,2,y\n")
    assert table.headings == ("request", "position", "listing")
    assert rows(table) == [("a", "1", "x"), ("b", "2", "y")]
    first = above.count(b"\n") + 2
    assert (table.first_row, numbers(table)) == (first, [first, first + 1])


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "\x01"])
def test_the_delimiter_is_found(reader: Reader, delimiter: str) -> None:
    """Cells full of other delimiters do not mislead."""
    others = "".join(mark for mark in ",;|" if mark != delimiter)
    lines = [("request", "position", "listing"), *[(f"a{n}", str(n), others) for n in range(1, 9)]]
    table = reader("".join(delimiter.join(line) + "\n" for line in lines).encode())
    assert table.delimiter == delimiter
    assert rows(table) == lines[1:]


def test_a_line_of_megabytes_is_set_aside(reader: Reader) -> None:
    """A line longer than any record costs one row, not the file."""
    table = reader(HEADER + b"a,1," + b"x" * 3_000_000 + b"\nb,2,y\n")
    assert rows(table) == [("b", "2", "y")]
    assert table.extra["rejects"] == [(2, "line_too_long")]


def test_empty_cells_at_the_end_of_rows_are_no_cells(reader: Reader) -> None:
    """Delimiters behind the last column belong to nobody and cost nothing."""
    table = reader(HEADER + b"a,1,x,,\nb,2,y,,\n")
    assert rows(table) == [("a", "1", "x"), ("b", "2", "y")]
    assert table.extra["rejects"] == []


def test_headings_are_made_unique_without_regard_to_case(reader: Reader) -> None:
    """Empty and repeated headings get names the engine can tell apart."""
    table = reader(b"ID,id,,id\na,b,c,d\n")
    assert table.headings == ("ID", "id (2)", "column 3", "id (3)")
    assert rows(table) == [("a", "b", "c", "d")]


def test_a_column_named_like_our_own_is_renamed(reader: Reader) -> None:
    """A file's own ``_row`` does not pass for the row number."""
    table = reader(b"_row,position,listing\n7,1,x\n")
    assert table.headings[0] != "_row"
    assert numbers(table) == [2]


def test_the_header_row_can_be_given(reader: Reader) -> None:
    """What the user says about the header overrules what is found."""
    table = reader(b"a,b\n1,2\n3,4\n", header_row=2)
    assert (table.headings, table.header_row, rows(table)) == (("1", "2"), 2, [("3", "4")])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"\n\n\n", "file_empty"),
        (HEADER, "nothing_beneath"),
        (b"1,2,3\n4,5,6\n", "no_header"),
        (HEADER + b"a\nb\n", "rows_do_not_fit"),
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "file_foreign"),
        (b"\x89PNG\r\n\x1a\n\0\0", "file_foreign"),
        (b"\x00\x01\x02\x03" * 500, "file_foreign"),
    ],
)
def test_files_without_a_table_are_named_as_such(reader: Reader, data: bytes, code: str) -> None:
    """Each kind of file that holds no rows has a sentence of its own."""
    with pytest.raises(DataError) as caught:
        reader(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"header_row": 20}, "header_row_beyond"),
        ({"delimiter": "ab"}, "delimiter_bad"),
        ({"encoding": "gbq"}, "encoding_name"),
    ],
)
def test_settings_that_cannot_be_followed_are_usage(
    reader: Reader, said: dict[str, Any], code: str
) -> None:
    """What the user typed wrongly is told as the user's, not the file's."""
    with pytest.raises(UsageError) as caught:
        reader(HEADER + b"a,1,x\n", **said)
    assert caught.value.code == code


CELL = st.text(
    st.characters(
        codec="utf-8", exclude_characters="\0\x1a\ufeff\x85", exclude_categories=["Cs", "Cc"]
    )
    | st.sampled_from('",;\t\n山核桃'),
    max_size=8,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_what_a_csv_writer_wrote_is_read_back(
    reader: Reader, body: list[tuple[str, str]], delimiter: str, end: str, codec: str
) -> None:
    """Any cells survive any delimiter, line end and encoding; empty ones become null."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(("request", "position", "商品标题"))
    for number, (one, two) in enumerate(body, start=1):
        writer.writerow((one, number, two))
    table = reader(out.getvalue().encode(codec), delimiter=delimiter, header_row=1, encoding=codec)
    assert table.extra["rejects"] == []
    assert rows(table) == [
        (one or None, str(number), two or None) for number, (one, two) in enumerate(body, start=1)
    ]
    starts = [record.count("\n") for record in _records(body, delimiter)]
    assert numbers(table) == [2 + sum(starts[:number]) for number in range(len(body))]


def _records(body: list[tuple[str, str]], delimiter: str) -> list[str]:
    """Write each record alone, to count its lines."""
    records = []
    for one, two in body:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow((one, 1, two))
        records.append(out.getvalue())
    return records


def test_a_last_column_without_heading_keeps_its_rows(reader: Reader) -> None:
    """Rows that hold one cell more than there are headings are kept, under a made-up heading."""
    raw = reader(b"position,listing,seller\n1,a,s,x\n2,b,t,y\n3,c,u,z\n")
    assert raw.headings == ("position", "listing", "seller", "column 4")
    assert raw.table.count().to_pyarrow().as_py() == 3


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [(b"a,1,", b"", 2), (b"request,position,listing,", b"\nb,1,x,y\n", 1), (None, b"", 1)],
    ids=["only row", "header", "all there is"],
)
def test_a_row_without_end_is_told_as_such(
    reader: Reader, before: bytes | None, after: bytes, row: int
) -> None:
    """Where nothing can be read because one row has no end, that row is named, and its length."""
    start = b"" if before is None else before if row == 1 else HEADER + before
    with pytest.raises(DataError) as refused:
        reader(start + b"x" * 2_100_000 + after)
    assert refused.value.code == "row_endless"
    assert refused.value.facts["row"] == row
