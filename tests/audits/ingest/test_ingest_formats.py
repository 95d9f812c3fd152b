"""Files are opened by what they hold: workbooks, pages, Parquet, JSON, archives."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import random
import zipfile
from typing import TYPE_CHECKING, Any

import ibis
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from fairshelf.audits.config import Reshape, Settings
from fairshelf.audits.errors import DataError, FairshelfError, UsageError
from fairshelf.audits.ingest import read
from fairshelf.audits.ingest.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.columns.raw import RawTable

    Reader = Callable[..., tuple[RawTable, ...]]

CSV = b"request,position,listing\na,1,x\nb,2,y\n"


@pytest.fixture(scope="module")
def con() -> Any:  # noqa: ANN401 - ibis has no public type for it
    """Give one engine for all tests of this file."""
    return ibis.duckdb.connect()


@pytest.fixture
def reader(con: Any, tmp_path: Path) -> Reader:  # noqa: ANN401 - ibis has no public type for it
    """Give a function that reads paths."""
    work = tmp_path / "work"
    work.mkdir()

    def act(*paths: Path | str, **said: Any) -> tuple[RawTable, ...]:  # noqa: ANN401 - settings of any type
        return read(con, [str(path) for path in paths], "log", Settings(**said), work)

    return act


def test_a_nul_within_an_id_tells_it_apart_in_every_format(reader: Reader, tmp_path: Path) -> None:
    """Two sellers whom only a NUL tells apart stay two: none is dropped without a word."""
    ids = ["s1", "s\0001", *(f"t{n}" for n in range(200))]
    listed = [{"request": "q", "position": str(n), "seller": one} for n, one in enumerate(ids, 1)]
    lines = [",".join(row.values()) for row in listed]
    objects = [json.dumps(row) for row in listed]
    files = [
        put(tmp_path, "log.csv", "\n".join(["request,position,seller", *lines]).encode()),
        put(tmp_path, "log.jsonl", "\n".join(objects).encode()),
        put(tmp_path, "odd.jsonl", "\n".join([*objects, "no object"]).encode()),
        tmp_path / "log.parquet",
    ]
    pq.write_table(pa.Table.from_pylist(listed), files[-1])
    for file in files:
        (table,) = reader(file)
        held = table.table.seller.to_pyarrow().to_pylist()
        assert held == ids, file.name
    assert render("s\0001") == "s\0001"


def put(folder: Path, name: str, data: bytes) -> Path:
    """Write a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def workbook(**sheets: list[list[object]]) -> bytes:
    """Make an xlsx file of sheets of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**members: bytes) -> bytes:
    """Make a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def rows(table: RawTable) -> list[tuple[Any, ...]]:
    """Give the rows of a table."""
    return [tuple(row.values()) for row in table.table.to_pyarrow().to_pylist()]


def codes(table: RawTable) -> list[str]:
    """Give the codes of what is said about a table."""
    return [notice.code for notice in table.notices]


def test_digest_and_size_are_those_of_the_file_on_disk(reader: Reader, tmp_path: Path) -> None:
    """The digest is what anybody else computes over the same file, packed or not."""
    data = gzip.compress(CSV)
    (table,) = reader(put(tmp_path, "log.csv.gz", data))
    assert (table.sha256, table.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (table.format, rows(table)) == ("csv+gz", [("a", "1", "x"), ("b", "2", "y")])


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
def test_a_truncated_archive_is_refused(
    reader: Reader, tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    """Half a file never passes for a whole one."""
    noise = random.Random(1)  # noqa: S311 - data, not a secret
    lines = b"".join(b"a,%d,%d\n" % (n, noise.getrandbits(60)) for n in range(20_000))
    data = pack(CSV + lines)
    path = put(tmp_path, f"log.csv.{suffix}", data)
    (whole,) = reader(path)
    assert whole.table.count().to_pyarrow().as_py() == 20_002
    with pytest.raises(DataError) as caught:
        reader(put(tmp_path, f"half.csv.{suffix}", data[: len(data) // 2]))
    assert caught.value.code == "archive_broken"


def test_frames_of_zstandard_follow_one_another(reader: Reader, tmp_path: Path) -> None:
    """A file of several frames is read to its end."""
    data = zstandard.compress(CSV) + zstandard.compress(b"c,3,z\n")
    (table,) = reader(put(tmp_path, "log.csv.zst", data))
    assert [row[0] for row in rows(table)] == ["a", "b", "c"]


def test_an_archive_that_unfolds_without_end_is_refused(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both the single member and the sum of all have a bound."""
    monkeypatch.setattr("fairshelf.audits.ingest.unpack.FREE_BYTES", 100_000)
    bomb = gzip.compress(b"\n" * 10_000_000)
    with pytest.raises(DataError, match="archive_too_large"):
        reader(put(tmp_path, "log.csv.gz", bomb))
    with pytest.raises(DataError, match="archive_too_large"):
        reader(put(tmp_path, "log.zip", zipped(**{"a.csv": b"\n" * 10_000_000})))


def test_every_table_of_a_zip_is_read_and_the_rest_named(reader: Reader, tmp_path: Path) -> None:
    """Members that are no tables are told, clutter of file managers is not."""
    data = zipped(**{"a.csv": CSV, "b/c.csv": CSV, "note.pdf": b"%PDF-1", "__MACOSX/._a.csv": b"x"})
    one, two = reader(put(tmp_path, "shops.zip", data))
    assert (one.name, two.name) == ("shops.zip:a.csv", "shops.zip:b/c.csv")
    assert one.sha256 == two.sha256 == hashlib.sha256(data).hexdigest()
    assert one.notices[0].facts["members"] == ["note.pdf"]


def test_a_text_for_people_beside_the_tables_is_no_table(reader: Reader, tmp_path: Path) -> None:
    """A readme in an archive is named and passed over; the table beside it is read."""
    told = "导出说明\n数据来自后台，仅供研究。\n".encode()
    data = zipped(**{"a.csv": CSV, "readme.txt": b"hello", "使用说明.txt": told, "b.md": b"# b"})
    (table,) = reader(put(tmp_path, "shop.zip", data))
    assert table.name == "shop.zip:a.csv"
    assert table.notices[0].facts["members"] == ["b.md", "readme.txt", "使用说明.txt"]


def test_member_names_written_by_chinese_windows_are_read(reader: Reader, tmp_path: Path) -> None:
    """GBK names of zip members come out as Chinese."""
    data = zipped(**{"XXXX.csv": CSV}).replace(b"XXXX", "甲店".encode("gbk"))
    (table,) = reader(put(tmp_path, "shops.zip", data))
    assert table.name == "shops.zip:甲店.csv"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"../a.csv": CSV}, "archive_unsafe"),
        ({"/etc/a.csv": CSV}, "archive_unsafe"),
        ({"C:/a.csv": CSV}, "archive_unsafe"),
        ({"a.zip": zipped(**{"a.csv": CSV})}, "archive_empty"),
        ({}, "archive_empty"),
    ],
)
def test_unsafe_and_empty_archives_are_refused(
    reader: Reader, tmp_path: Path, members: dict[str, bytes], code: str
) -> None:
    """Members that point outside, archives within archives, archives of nothing."""
    with pytest.raises(DataError) as caught:
        reader(put(tmp_path, "shops.zip", zipped(**members)))
    assert caught.value.code == code


def test_cells_of_a_sheet_come_out_as_they_stand(reader: Reader, tmp_path: Path) -> None:
    """Whole numbers keep no ``.0``, dates are ISO, floats exact."""
    line = ["山核桃", 3, 0.1, dt.date(2026, 7, 1), dt.datetime(2026, 7, 1, 8, 30), True, 1e-7, None]  # noqa: DTZ001 - sheets know no zones
    headings: list[object] = ["商品标题", "排名", "价格", "日期", "时间", "广告", "比率", "备注"]
    (table,) = reader(put(tmp_path, "a.xlsx", workbook(S=[headings, line])))
    assert rows(table) == [
        ("山核桃", "3", "0.1", "2026-07-01", "2026-07-01 08:30:00", "TRUE", "0.0000001", None)
    ]


def test_ids_too_long_for_a_sheet_show_what_was_lost(reader: Reader, tmp_path: Path) -> None:
    """A 12-digit id is whole; of an 18-digit one 15 digits are left, and it looks like it."""
    data = workbook(S=[["商品id", "排名"], [564940950728, 1], [564940950728123000, 2]])
    (table,) = reader(put(tmp_path, "a.xlsx", data))
    assert [row[0] for row in rows(table)] == ["564940950728", "5.64940950728123E+17"]


def test_numbers_of_a_sheet_are_written_with_the_files_own_decimal_mark(
    reader: Reader, tmp_path: Path
) -> None:
    """Where text cells say ``1,5``, a numeric 1.25 is ``1,25`` and cannot be read as 125."""
    data = workbook(S=[["asin", "price"], ["a", "1,5"], ["b", 1.125], ["c", 2]])
    (table,) = reader(put(tmp_path, "a.xlsx", data))
    assert table.decimal == ","
    assert [row[1] for row in rows(table)] == ["1,5", "1,125", "2"]


def test_the_sheet_with_the_data_is_read(reader: Reader, tmp_path: Path) -> None:
    """A cover sheet is passed over; a second table is named."""
    book = workbook(
        说明=[["本表由平台导出"]],
        数据=[["排名", "商品id", "价格"], [1, "a", 2], [2, "b", 3]],
        其他=[["排名", "商品id"], [1, "c"]],
    )
    path = put(tmp_path, "a.xlsx", book)
    (table,) = reader(path)
    assert (table.sheet, table.name) == ("数据", "a.xlsx [数据]")
    assert table.notices[0].facts["others"] == ["其他"]
    (chosen,) = reader(path, sheet="其他")
    assert rows(chosen) == [("1", "c")]
    with pytest.raises(UsageError) as caught:
        reader(path, sheet="数剧")
    assert caught.value.facts["sheets"] == ["说明", "数据", "其他"]


def test_rows_of_a_sheet_keep_their_numbers(reader: Reader, tmp_path: Path) -> None:
    """Titles above and empty rows between do not shift the numbers Excel shows."""
    data = workbook(S=[["报表"], [], ["排名", "商品id", "店铺"], [1, "a", "x"], [], [2, "b", "y"]])
    (table,) = reader(put(tmp_path, "a.xlsx", data))
    numbered = table.numbered().to_pyarrow().to_pylist()
    assert (table.header_row, table.first_row) == (3, 4)
    assert [row["_row"] for row in numbered] == [4, 6]


HTML = (
    "<html><table><tr><th>商品id</th><th>曝光量</th></tr>"
    "<tr><td>a&amp;b</td><td>7</td></tr></table>"
)
XML = (
    '<?xml version="1.0"?><Workbook xmlns:ss="u"><Worksheet><Table><Row><Cell><Data>商品id</Data>'
    '</Cell><Cell ss:Index="2"><Data>曝光量</Data></Cell></Row><Row><Cell><Data>a&amp;b</Data>'
    "</Cell><Cell><Data>7</Data></Cell></Row></Table></Worksheet></Workbook>"
)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (HTML.encode("gbk"), "html"),
        (XML.encode(), "html"),
        ("商品id\t曝光量\na&b\t7\n".encode("gbk"), "csv"),
        (workbook(S=[["商品id", "曝光量"], ["a&b", 7]]), "xlsx"),
    ],
)
def test_whatever_a_back_office_calls_xls_is_read(
    reader: Reader, tmp_path: Path, data: bytes, kind: str
) -> None:
    """HTML, SpreadsheetML, text and xlsx under the name .xls are read, and it is said."""
    (table,) = reader(put(tmp_path, "export.xls", data))
    assert (table.format, rows(table)) == (kind, [("a&b", "7")])
    assert codes(table)[0] == "format_differs"


def test_parquet_keeps_its_types(reader: Reader, tmp_path: Path) -> None:
    """A number stays a number; the head is text; folders of parts are one table."""
    made = pa.table({"position": pa.array([1, 2], pa.int32()), "listing": ["x", "y"]})
    (tmp_path / "set" / "day=1").mkdir(parents=True)
    (tmp_path / "set" / "day=2").mkdir(parents=True)
    pq.write_table(made, tmp_path / "set" / "day=1" / "a.parquet")
    pq.write_table(made, tmp_path / "set" / "day=2" / "a.parquet")
    (table,) = reader(tmp_path / "set")
    assert table.table.schema()["position"].is_integer()
    assert table.head.schema.field("position").type == pa.string()
    assert table.headings == ("position", "listing", "day")
    assert table.table.count().to_pyarrow().as_py() == 4


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_changes_while_it_is_read_is_refused(
    reader: Reader,
    tmp_path: Path,
    packed: bool,  # noqa: FBT001 - a case
) -> None:
    """The digest stands for what was counted; a file that only was read by others is the same."""
    path = tmp_path / ("log.zip" if packed else "log.csv")
    path.write_bytes(b"id,position\na,1\n")
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.csv", "id,position\na,1\n")
    (table,) = reader(path)
    path.read_bytes()
    assert len(table.sha256) == 64
    with path.open("ab") as more:
        more.write(b"b,2\n")
    with pytest.raises(DataError, match="file_changed"):
        _ = table.sha256
    path.unlink()
    with pytest.raises(DataError, match="file_changed"):
        _ = table.sha256


def test_json_lines_come_out_as_text(reader: Reader, tmp_path: Path) -> None:
    """Leading zeros stay, nested values are JSON, keys that come late are columns too."""
    lines = b'{"id":"007","o":{"a":[1]}}\n{"id":8,"ok":true}\n'
    (table,) = reader(put(tmp_path, "log.jsonl", lines))
    assert table.headings == ("id", "o", "ok")
    assert rows(table) == [("007", '{"a":[1]}', None), ("8", None, "true")]
    (array,) = reader(put(tmp_path, "log.json", b'[{"id":1},\n{"id":2}]'))
    assert rows(array) == [("1",), ("2",)]


def test_a_last_key_that_is_blank_is_a_column(reader: Reader, tmp_path: Path) -> None:
    """It is called by its place, as a blank key before it is."""
    (table,) = reader(put(tmp_path, "log.jsonl", b'{"id":1,"":2," ":3}\n'))
    assert table.headings == ("id", "column 2", "column 3")
    assert rows(table) == [("1", "2", "3")]


def test_a_broken_line_of_json_is_set_aside(reader: Reader, tmp_path: Path) -> None:
    """One broken line costs one row."""
    (table,) = reader(put(tmp_path, "log.jsonl", b'{"id":1}\n{"id":\n{"id":3}\n'))
    assert rows(table) == [("1",), ("3",)]
    assert table.extra["rejects"] == [(2, "json_not_readable")]


def test_a_wide_file_turns_long(reader: Reader, tmp_path: Path) -> None:
    """Each slot that holds something gives one row, with the row number of its line."""
    data = b"query,position_1,position_2,price_1,price_2\nq,a,b,1,2\nr,c,,3,\n"
    shape = Reshape(
        pattern="position_{position}", cell="listing", also={"price": "price_{position}"}
    )
    (table,) = reader(put(tmp_path, "wide.csv", data), reshape=shape)
    assert table.headings == ("query", "position", "listing", "price")
    numbered = table.numbered().to_pyarrow().to_pylist()
    assert sorted(tuple(row.values()) for row in numbered) == [
        (2, "q", "1", "a", "1"),
        (2, "q", "2", "b", "2"),
        (3, "r", "1", "c", "3"),
    ]
    assert table.head.num_rows == 3


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (Reshape(pattern="slot_{position}", cell="listing"), "reshape_no_columns"),
        (Reshape(pattern="position", cell="listing"), "reshape_pattern"),
        (Reshape(pattern="position_{position}", cell="query"), "reshape_collides"),
    ],
)
def test_a_reshape_that_does_not_fit_is_usage(
    reader: Reader, tmp_path: Path, shape: Reshape, code: str
) -> None:
    """A pattern without columns, without a placeholder, or onto a column that stays."""
    path = put(tmp_path, "wide.csv", b"query,position_1\nq,a\n")
    with pytest.raises(UsageError) as caught:
        reader(path, reshape=shape)
    assert caught.value.code == code


def test_shop_and_date_come_from_the_files_name(reader: Reader, tmp_path: Path) -> None:
    """Placeholders may be canonical names or known headings."""
    path = put(tmp_path, "甲店_商品明细_2026-07_sku.csv", CSV)
    (table,) = reader(path, name_pattern="{店铺名}_商品明细_{time}_sku.csv")
    assert table.constants == {"seller": "甲店", "time": "2026-07"}
    for pattern, code in (
        ("{seller}-x.csv", "name_pattern_differs"),
        ("{seler}_{*}", "name_pattern_unknown"),
    ):
        with pytest.raises(UsageError) as caught:
            reader(path, name_pattern=pattern)
        assert caught.value.code == code


def test_globs_and_folders_give_each_file_once(reader: Reader, tmp_path: Path) -> None:
    """A file meant twice is read once; a copy under another name is pointed out."""
    folder = tmp_path / "logs [2026]*"
    put(folder, "b.csv", CSV)
    first = put(folder, "a.csv", CSV)
    found = reader(folder, first, str(first.parent))
    assert [table.name for table in found] == ["a.csv", "b.csv"]
    assert codes(found[1]) == ["file_is_copy"]
    assert [table.name for table in reader(str(tmp_path / "logs*" / "*.csv"))] == ["a.csv", "b.csv"]


def test_a_folder_names_what_it_holds_beside_tables(reader: Reader, tmp_path: Path) -> None:
    """A read-me and a picture in the folder cost nothing; a file that begins with ``_`` is read."""
    folder = tmp_path / "exports"
    put(folder, "README.md", b"# what this is\n")
    put(folder, "scan.png", b"\x89PNG\r\n\x1a\n\0\0")
    put(folder, "_log.csv", CSV)
    put(folder, "_SUCCESS", b"")
    (table,) = reader(folder)
    assert table.name == "_log.csv"
    assert table.notices[0].facts["files"] == ["README.md", "scan.png"]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_names_the_engine_cannot_tell_apart_are_kept_apart(
    reader: Reader, tmp_path: Path, suffix: str
) -> None:
    """``ID`` beside ``id``, and a file's own ``_row``, keep their values."""
    path = tmp_path / f"log.{suffix}"
    if suffix == "jsonl":
        path.write_bytes(b'{"ID":"a","id":"b","_row":"c"}\n')
    else:
        pq.write_table(pa.table({"ID": ["a"], "id": ["b"], "_row": ["c"]}), path)
    (table,) = reader(path)
    (row,) = table.numbered().to_pyarrow().to_pylist()
    assert row.pop("_row") == 1
    assert tuple(row.values()) == ("a", "b", "c")
    assert tuple(table.table.columns) == table.headings


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("nope.csv", UsageError, "file_missing_alone"),
        ("*.zzz", UsageError, "glob_empty"),
        ("empty", DataError, "folder_empty"),
    ],
)
def test_what_is_not_there_is_said(
    reader: Reader, tmp_path: Path, text: str, kind: type[FairshelfError], code: str
) -> None:
    """A missing file, a glob without match and an empty folder each have a sentence."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(kind) as caught:
        reader(tmp_path / text)
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_broken_workbooks_and_parquet_are_named(reader: Reader, tmp_path: Path, name: str) -> None:
    """Faults of the libraries that read them never come through as they are."""
    made = io.BytesIO()
    pq.write_table(pa.table({"position": [1, 2]}), made)
    data = made.getvalue() if name.endswith("parquet") else workbook(S=[["position"], [1]])
    for broken in (data[: len(data) // 2], data[: len(data) // 4] + b"z" * (len(data) // 2)):
        with pytest.raises(DataError) as caught:
            reader(put(tmp_path, name, broken))
        assert caught.value.code in {"file_broken", "archive_broken"}


def test_a_locked_workbook_says_so(reader: Reader, tmp_path: Path) -> None:
    """A password-protected workbook is told from a broken one."""
    data = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(DataError) as caught:
        reader(put(tmp_path, "a.xlsx", data))
    assert caught.value.code == "file_locked"


def merged(rows: list[list[Any]], *ranges: str) -> bytes:
    """Make an xlsx file of one sheet with merged cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for one in ranges:
        sheet.merge_cells(one)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_merged_cells_are_filled_down(reader: Reader, tmp_path: Path) -> None:
    """A query merged over its list is that of every row; a merged sum is not repeated."""
    rows: list[list[Any]] = [["搜索词", "排名", "商品编号", "曝光量"]]
    rows += [["茶", 1, "a", 90], [None, 2, "b", None], [None, 3, "c", None], ["米", 1, "d", 7]]
    data = merged(rows, "A2:A4", "D2:D4")
    (table,) = reader(put(tmp_path, "a.xlsx", data))
    found = table.table.to_pyarrow().to_pydict()
    assert found["搜索词"] == ["茶", "茶", "茶", "米"]
    assert [cell or None for cell in found["曝光量"]] == ["90", None, None, "7"]
    assert [notice.facts for notice in table.notices if notice.code == "merged_filled"] == [
        {"headings": ["搜索词"]}
    ]


def test_merged_cells_count_from_the_first_column_that_holds_anything(
    reader: Reader, tmp_path: Path
) -> None:
    """In a table that begins in C3, the same columns are filled down as in one from A1 on."""
    rows: list[list[Any]] = [[], [], [None, None, "搜索词", "排名", "商品编号", "曝光量"]]
    rows += [[None, None, *row] for row in (["茶", 1, "a", 90], [None, 2, "b", None])]
    rows += [[None, None, *row] for row in ([None, None, "c", None], ["米", 1, "d", 7])]
    (table,) = reader(put(tmp_path, "a.xlsx", merged(rows, "C4:C6", "F4:F6")))
    found = table.table.to_pyarrow().to_pydict()
    assert found["搜索词"] == ["茶", "茶", "茶", "米"]
    assert [cell or None for cell in found["排名"]] == ["1", "2", None, "1"]
    assert [cell or None for cell in found["曝光量"]] == ["90", None, None, "7"]
    assert [notice.facts for notice in table.notices if notice.code == "merged_filled"] == [
        {"headings": ["搜索词"]}
    ]


def test_a_title_merged_across_is_no_merged_block(reader: Reader, tmp_path: Path) -> None:
    """Cells merged to the right, and a heading merged over two rows, are nothing to speak of."""
    rows: list[list[Any]] = [
        ["三月明细", None, None],
        ["排名", "商品编号", "价格"],
        [None, None, "元"],
        [1, "a", 5],
    ]
    data = merged([*rows, [2, "b", 6]], "A1:C1", "A2:A3", "B2:B3")
    (table,) = reader(put(tmp_path, "a.xlsx", data))
    assert table.headings == ("排名", "商品编号", "价格(元)")
    assert table.table.to_pyarrow().num_rows == 2
    assert "merged_filled" not in {notice.code for notice in table.notices}


def test_a_unit_beneath_a_heading_belongs_to_it(reader: Reader, tmp_path: Path) -> None:
    """价格 above 元 is a price; a group of headings above others leaves them as they are."""
    rows: list[list[Any]] = [["基本信息", None, "展示", "点击", None, "价格"]]
    rows += [["商品编号", "店铺名称", "展示位置", "次数", "占比", "元"]]
    rows += [["a", "甲", 1, 5, 0.1, 9.5], ["b", "乙", 2, 6, 0.2, 8]]
    data = merged(rows, "A1:B1", "D1:E1")
    (table,) = reader(put(tmp_path, "a.xlsx", data))
    assert table.headings == ("商品编号", "店铺名称", "展示位置", "点击次数", "占比", "价格(元)")


def test_a_row_of_units_is_of_the_header(reader: Reader, tmp_path: Path) -> None:
    """Where only units stand beneath the header, the data begin below them."""
    text = "排名,商品编号,曝光量,价格\n,,万,元\n1,a,3.2,9\n2,b,1,8\n"
    (table,) = reader(put(tmp_path, "a.csv", text.encode()))
    assert table.headings == ("排名", "商品编号", "曝光量(万)", "价格(元)")
    assert table.table.to_pyarrow()["排名"].to_pylist() == ["1", "2"]


def test_sheets_with_the_same_headings_are_told_apart(reader: Reader, tmp_path: Path) -> None:
    """A sheet a month is named as such; a sheet of notes beside them is not."""
    month: list[list[Any]] = [["搜索词", "排名", "店铺名称"], ["茶", 1, "甲"], ["茶", 2, "乙"]]
    other: list[list[Any]] = [["店铺名称", "曝光量"], ["甲", 5]]
    data = workbook(一月=[*month, ["茶", 3, "丙"]], 二月=month, 汇总=other)
    (table,) = reader(put(tmp_path, "a.xlsx", data))
    told = {notice.code: notice.facts for notice in table.notices}
    assert told["sheets_unread_alike"]["others"] == ["二月"]
    (table,) = reader(put(tmp_path, "b.xlsx", workbook(一月=month, 汇总=other)))
    assert {notice.code for notice in table.notices} == {"sheets_unread"}
