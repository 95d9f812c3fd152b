"""Tables as people keep them by hand: ranks side by side, a sheet a month, files left by Excel."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ibis
import openpyxl
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import UsageError
from fairshelf.audits.ingest import read
from fairshelf.audits.ingest.wide import ranks_across

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.columns.raw import RawTable

Reader = Callable[..., "tuple[RawTable, ...]"]
Lines = list[list[Any]]

MONTH: Lines = [["搜索词", "排名", "店铺名称"], ["茶", 1, "甲"], ["茶", 2, "乙"]]
OTHER: Lines = [["店铺名称", "曝光量"], ["甲", 5]]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Give a function that reads a file, by default as a log."""
    con = ibis.duckdb.connect(threads=1)
    work = tmp_path / "work"
    work.mkdir()

    def act(name: str, data: bytes, role: Any = "log", **said: Any) -> tuple[RawTable, ...]:  # noqa: ANN401 - settings of any type
        (tmp_path / name).write_bytes(data)
        return read(con, [str(tmp_path / name)], role, Settings(**said), work)

    return act


def workbook(**sheets: Lines) -> bytes:
    """Make an xlsx file of sheets of rows."""
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_ranks_side_by_side_become_rows(reader: Reader) -> None:
    """第1名 to 第3名 with shops in the cells: one row a shop, under its row's number."""
    lines: Lines = [["日期", "关键词", "第1名", "第2名", "第3名", "备注"]]
    lines += [["2026-09-10", "木耳", "甲店", "乙店", "丙店", None]]
    lines += [["2026-09-11", "木耳", "丙店", "甲店", None, "没截全"]]
    (table,) = reader("a.xlsx", workbook(一=lines))
    numbered = table.numbered().to_pyarrow().select(["_row", "position", "seller"]).to_pylist()
    assert sorted(tuple(row.values()) for row in numbered) == [
        (2, "1", "甲店"),
        (2, "2", "乙店"),
        (2, "3", "丙店"),
        (3, "1", "丙店"),
        (3, "2", "甲店"),
    ]
    (notice,) = [one for one in table.notices if one.code == "ranks_across"]
    told = {name: notice.facts[name] for name in ("first", "last", "column")}
    assert told == {"first": "第1名", "last": "第3名", "column": "seller"}


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("排名,店铺,第1名,第2名,第3名", "1,甲,乙,丙,丁"),
        ("店铺,第1名,第2名,第3名", "甲,12,7,3"),
        ("关键词,第1名,第2名", "木耳,甲,乙"),
        ("关键词,第1名,第2名,第4名", "木耳,甲,乙,丙"),
        ("关键词,第2名,第3名,第4名", "木耳,甲,乙,丙"),
    ],
)
def test_what_is_no_row_of_ranks_stays_as_it_is(reader: Reader, headings: str, cells: str) -> None:
    """A position of its own, counts in the cells, two ranks only, a gap: nothing is turned."""
    (table,) = reader("a.csv", f"{headings}\n{cells}\n{cells}\n".encode())
    assert table.headings == tuple(headings.split(","))
    assert ranks_across(table.headings, table.head) is None


def test_beside_shops_the_cells_are_what_they_sold(reader: Reader) -> None:
    """Where a column is the seller already, the cells under the ranks are listings."""
    (table,) = reader("a.csv", "店铺名称,top1,top2,top3\n甲店,茶,米,盐\n".encode())
    assert table.headings == ("店铺名称", "position", "listing")


def test_a_sheet_a_month_is_read_whole_where_asked(reader: Reader) -> None:
    """``*`` reads every sheet with the same headings, each under its name; notes are named."""
    data = workbook(一月=[*MONTH, ["茶", 3, "丙"]], 汇总=OTHER, 二月=MONTH)
    tables = reader("年.xlsx", data, sheet="*")
    assert [table.name for table in tables] == ["年.xlsx [一月]", "年.xlsx [二月]"]
    assert [table.table.count().to_pyarrow().as_py() for table in tables] == [3, 2]
    said = [(one.code, one.facts["others"]) for table in tables for one in table.notices]
    assert said == [("sheets_unread", ["汇总"])]


def test_one_sheet_asked_for_as_all_is_that_sheet(reader: Reader) -> None:
    """``*`` on a workbook of one sheet, or on a file of text, is what nothing said gives."""
    (table,) = reader("a.xlsx", workbook(一月=MONTH), sheet="*")
    assert (table.name, table.notices) == ("a.xlsx", ())
    (table,) = reader("a.csv", "店铺,排名\n甲,1\n".encode(), sheet="*")
    assert table.headings == ("店铺", "排名")


def test_the_sheet_of_the_log_is_not_demanded_of_the_sellers(reader: Reader) -> None:
    """``--sheet`` names the log's; a seller table without such a sheet is read as usual."""
    (table,) = reader("s.xlsx", workbook(名录=OTHER), "sellers", sheet="九月")
    assert table.headings == ("店铺名称", "曝光量")
    (table,) = reader("s.xlsx", workbook(名录=OTHER, 九月=MONTH), "sellers", sheet="九月")
    assert table.headings == ("搜索词", "排名", "店铺名称")
    with pytest.raises(UsageError) as caught:
        reader("l.xlsx", workbook(名录=OTHER), sheet="九月")
    assert caught.value.code == "sheet_unknown"


def test_the_file_beside_an_open_workbook_is_named_as_such(reader: Reader) -> None:
    """``~$`` is no home folder of a user ``$``: the file is Excel's own, and says whose."""
    with pytest.raises(UsageError) as caught:
        reader("~$记录.xlsx", b"\x06Admin")
    assert caught.value.code == "file_is_lock"
    assert caught.value.facts["meant"] == "记录.xlsx"


def test_such_a_file_is_recognised_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same in the folder one works in, where its name begins the path."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        read(ibis.duckdb.connect(), ["~$记录.xlsx"], "log", Settings(), tmp_path)
    assert caught.value.code == "file_is_lock"


def test_no_file_of_an_editor_is_suggested(tmp_path: Path) -> None:
    """Where a name is mistyped, the files most like it are named, and never ``~$`` ones."""
    for name in ("记录表.xlsx", "~$记录表.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UsageError) as caught:
        read(ibis.duckdb.connect(), [str(tmp_path / "记录.xlsx")], "log", Settings(), tmp_path)
    assert caught.value.facts["suggestions"] == ["记录表.xlsx"]


def test_ranks_that_say_what_they_hold_bring_it_along(reader: Reader) -> None:
    """第1名店铺 beside 第1名价格: the shop, its rank and its price are one row."""
    text = "关键词,第1名店铺,第1名价格,第2名店铺,第2名价格,第3名店铺,第3名价格\n茶,甲,9,乙,8,丙,7\n"
    (table,) = reader("a.csv", text.encode())
    long = table.table.to_pyarrow().select(["position", "seller", "price"]).to_pylist()
    assert [tuple(row.values()) for row in long] == [
        ("1", "甲", "9"),
        ("2", "乙", "8"),
        ("3", "丙", "7"),
    ]


def test_ranks_beneath_one_merged_heading_are_a_header(reader: Reader) -> None:
    """排名 over 1, 2, 3: the second row belongs to the header, and no row is lost."""
    lines: Lines = [["日期", "关键词", "排名", None, None], ["日期", "关键词", 1, 2, 3]]
    lines += [["2026-09-10", "茶", "甲", "乙", "丙"], ["2026-09-11", "茶", "乙", "丙", "甲"]]
    (table,) = reader("a.xlsx", workbook(一=lines))
    assert table.headings == ("日期", "关键词", "position", "seller")
    assert table.table.count().to_pyarrow().as_py() == 6
    assert table.extra["rejects"] == []


@pytest.mark.parametrize(
    "beneath", [["茶", 1, 2, 3], [None, 1, 2, 4], [None, 1, 2, None], [None, 0, 1, 2]]
)
def test_a_row_of_data_beneath_the_header_is_no_header(reader: Reader, beneath: list[Any]) -> None:
    """A word, a gap, two numbers only, a count from 0: the row is data, as wide as it may be."""
    lines: Lines = [["关键词", "排名", None, None], beneath, ["米", 1, 2, 3], ["盐", 3, 2, 1]]
    (table,) = reader("a.xlsx", workbook(一=lines))
    assert table.headings[:2] == ("关键词", "排名")
