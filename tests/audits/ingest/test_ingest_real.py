"""Real exports and logs are read as what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pytest

from fairshelf.audits.config import Reshape, Settings
from fairshelf.audits.ingest import read

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.columns.raw import RawTable

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def con() -> Any:  # noqa: ANN401 - ibis has no public type for it
    """Give one engine for all tests of this file."""
    return ibis.duckdb.connect()


def one(con: Any, path: Path, work: Path, **said: Any) -> RawTable:  # noqa: ANN401 - ibis has no public type for it
    """Read one file."""
    (table,) = read(con, [str(path)], "log", Settings(**said), work)
    return table


@pytest.mark.parametrize(
    ("name", "form", "encoding", "rows"),
    [
        ("tujia_chengdu_gb18030.csv", "csv", "GB18030", 2499),
        ("tujia_suzhou.csv", "csv", "UTF-8", 2499),
        ("amazon_first_positions_long.csv.gz", "csv+gz", "UTF-8", 8960),
        ("amazon_first_positions_wide.csv.gz", "csv+gz", "UTF-8", 3492),
        ("amazon_share_by_position.csv", "csv", "UTF-8", 60),
        ("obd_zozotown_all_20k.parquet", "parquet", None, 20000),
        ("isp_att_atlanta.parquet", "parquet", None, 10615),
        ("rankingfacts_cs_departments.csv", "csv", "UTF-8", 51),
        ("rankingfacts_adult_sample.csv.gz", "csv+gz", "UTF-8", 1000),
        ("headings.csv", "csv", "UTF-8", 125),
    ],
)
def test_every_row_of_the_real_files_arrives(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    shared: Path,
    tmp_path: Path,
    name: str,
    form: str,
    encoding: str | None,
    rows: int,
) -> None:
    """Rows, format and encoding are those the data page states; nothing needs to be said."""
    table = one(con, shared / name, tmp_path)
    assert (table.format, table.encoding) == (form, encoding)
    assert table.table.count().to_pyarrow().as_py() == rows
    assert (table.extra["rejects"], table.notices) == ([], ())


def test_the_german_report(con: Any, shared: Path, tmp_path: Path) -> None:  # noqa: ANN401 - ibis has no public type for it
    """UTF-8 BOM, semicolons, decimal commas and a line break in a cell."""
    table = one(con, shared / "messy" / "GEN_amazon_business_report_de.csv", tmp_path)
    assert (table.encoding, table.delimiter, table.decimal) == ("UTF-8 BOM", ";", ",")
    assert table.headings[0] == "(Untergeordnete) ASIN"
    found = table.numbered().to_pyarrow().to_pylist()
    assert [row["_row"] for row in found] == [2, 4, 5]
    assert found[0]["Titel"] == "Honig 500 g\nvom Land"


def test_the_chinese_report(con: Any, shared: Path, tmp_path: Path) -> None:  # noqa: ANN401 - ibis has no public type for it
    """GB18030, CRLF, thousands in quotes, 万 and the full-width yen sign."""
    table = one(con, shared / "messy" / "GEN_jd_shangzhi_sku_gb18030.csv", tmp_path)
    assert (table.encoding, table.decimal) == ("GB18030", ".")
    first = table.head.to_pylist()[0]
    assert (first["搜索曝光次数"], first["商品曝光次数"], first["成交金额"]) == (
        "12,345",
        "1.2万",
        "￥3,210.50",
    )


def test_the_workbook_with_a_header_in_row_six(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    shared: Path,
    tmp_path: Path,
) -> None:
    """Four rows of titles and a merged cell above, ids as Excel wrote them."""
    table = one(con, shared / "messy" / "GEN_shengyicanmou_header_row6.xlsx", tmp_path)
    assert (table.header_row, table.first_row, table.sheet) == (6, 7, "商品效果")
    assert table.head.to_pylist()[0]["商品id"] == "5.64940950728E+11"


def test_the_wide_amazon_file_turns_into_the_long_one(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    shared: Path,
    tmp_path: Path,
) -> None:
    """Each filled column of first positions gives one row; empty ones give none."""
    wide = shared / "amazon_first_positions_wide.csv.gz"
    shape = Reshape(pattern="position_first_{group}", cell="position")
    table = one(con, wide, tmp_path, reshape=shape)
    plain = one(con, wide, tmp_path).table
    columns = [name for name in plain.columns if name.startswith("position_first_")]
    filled = plain.aggregate(**{name: plain[name].count() for name in columns}).to_pyarrow()
    counts = table.table.group_by("group").aggregate(n=lambda long: long.count()).to_pyarrow()
    assert {f"position_first_{row['group']}": row["n"] for row in counts.to_pylist()} == (
        filled.to_pylist()[0]
    )
