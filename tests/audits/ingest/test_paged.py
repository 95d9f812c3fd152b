"""Ranks told as page and place are counted on over the pages; hidden rows are read and told."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import ibis
import openpyxl
import pytest

from fairshelf.audits.checks import clean_log
from fairshelf.audits.columns.detect import detect
from fairshelf.audits.config import Settings
from fairshelf.audits.ingest import read

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.columns.raw import RawTable

LOG = Settings()


def _read(tmp_path: Path, name: str, data: bytes) -> RawTable:
    (tmp_path / name).write_bytes(data)
    (table,) = read(ibis.duckdb.connect(threads=1), [str(tmp_path / name)], "log", LOG, tmp_path)
    return table


@pytest.mark.parametrize(
    "form", ["第{}页第{}位", "{}页{}位", " 第{} 页，第 {} 条 ", "第{}页-{}", "第{}页第{}个"]
)
def test_page_and_place_in_one_cell_are_a_position(tmp_path: Path, form: str) -> None:
    """With three places to a page, 第2页第1位 is the fourth; full-width digits count too."""
    ranks = [form.format(*pair) for pair in [(1, 1), (1, "２"), (1, 3), ("２", 1), (2, 2), (2, 3)]]
    lines = ["搜索词,展示位次,店铺", *(f'茶,"{rank}",店{n}' for n, rank in enumerate(ranks))]
    table = _read(tmp_path, "a.csv", "\n".join(lines).encode())
    found = detect(table, {}, {})
    con = table.table.get_backend()
    clean = clean_log(con, [table], [found], LOG)
    rows = clean.table.select("seller", "position").order_by("position").to_pyarrow().to_pylist()
    told = {row["seller"]: row["position"] for row in rows}
    assert told == {f"店{n}": n + 1 for n in range(6)}
    assert "page_parted" in {notice.code for notice in table.notices}


def test_a_page_of_its_own_is_left_as_it_is(tmp_path: Path) -> None:
    """Where there is a column of pages, and where a few titles look like places, nothing parts."""
    text = "搜索词,页码,名次,店铺,备注\n茶,1,1,甲,第1页第1位\n茶,1,2,乙,第1页第2位\n"
    assert "page_parted" not in {
        one.code for one in _read(tmp_path, "a.csv", text.encode()).notices
    }
    text = "搜索词,名次,店铺,书名\n茶,1,甲,第1页第1条\n茶,2,乙,茶经\n茶,3,丙,茶典\n"
    assert "页码" not in _read(tmp_path, "b.csv", text.encode()).headings


def test_rows_that_a_filter_hides_are_read_and_told(tmp_path: Path) -> None:
    """Two hidden rows of the sheet that is read count, and their number is said."""
    book = openpyxl.Workbook()
    other, sheet = book.active, book.create_sheet("九月 & 十月")
    assert other is not None
    other.row_dimensions[1].hidden = True
    sheet.append(["搜索词", "名次", "店铺"])
    for place in range(1, 6):
        sheet.append(["茶", place, f"店{place}"])
    for hidden in (3, 4):
        sheet.row_dimensions[hidden].hidden = True
    out = io.BytesIO()
    book.save(out)
    table = _read(tmp_path, "a.xlsx", out.getvalue())
    assert table.table.count().to_pyarrow().as_py() == 5
    (told,) = [one for one in table.notices if one.code == "rows_hidden"]
    assert (told.facts["rows"], told.facts["sheet"]) == (2, "九月 & 十月")


@pytest.mark.parametrize(
    ("cells", "ranks"),
    [
        (["1/4", "2/4", "３/4", "4/4", "1/3", "2/3", "3/3"], ["1", "2", "３", "4", "1", "2", "3"]),
        (["第1位/共3条", "第2位/共3条", "第3位/共3条", "-"], ["1", "2", "3", "-"]),
        (["1/1", "1/2", "1/3", "2/1", "2/2", "2/3"], None),
        (["1/1", "1/2", "1/3", "1/4"], None),
        (["4/5", "5/5"], None),
    ],
)
def test_the_length_of_a_list_is_no_part_of_a_rank(
    tmp_path: Path, cells: list[str], ranks: list[str] | None
) -> None:
    """3/20 is the third of twenty; page and place, and a few notes out of five, stay."""
    lines = ["搜索词,排名,店铺", *(f"茶{n},{cell},店{n}" for n, cell in enumerate(cells))]
    table = _read(tmp_path, "a.csv", "\n".join(lines).encode())
    assert table.table.to_pyarrow()["排名"].to_pylist() == (ranks or cells)
    assert table.head["排名"].to_pylist() == (ranks or cells)
    told = "rank_of_total" in {notice.code for notice in table.notices}
    assert told == (ranks is not None)
