"""Places told in several columns are read whole, whatever the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pytest

from fairshelf.audits.columns.detect import survey
from fairshelf.audits.columns.places import place_in
from fairshelf.audits.config import Settings
from fairshelf.audits.ingest import read

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.columns.raw import RawTable

ROWS = "店铺,县,乡镇,行政村\n甲,郫都区,唐昌镇,唐昌镇战旗村\n乙,郫都区,唐昌镇,\n丙,锦江区,-,无\n"


def _read(tmp_path: Path, text: str, **said: Any) -> RawTable:  # noqa: ANN401 - settings of any type
    (tmp_path / "店.csv").write_text(text, encoding="utf-8")
    con = ibis.duckdb.connect(threads=1)
    (table,) = read(con, [str(tmp_path / "店.csv")], "sellers", Settings(**said), tmp_path)
    return table


def test_parts_make_one_address(tmp_path: Path) -> None:
    """County, township and village are the address together; what one repeats stands once."""
    table = _read(tmp_path, ROWS)
    found = survey(table, {}, {})
    assert found.heading("address") == "县+乡镇+行政村"
    assert not found.unused
    whole = ["郫都区唐昌镇战旗村", "郫都区唐昌镇", "锦江区"]
    assert table.table.to_pyarrow()["县+乡镇+行政村"].to_pylist() == whole
    assert table.numbered().to_pyarrow()["县+乡镇+行政村"].to_pylist() == whole
    assert table.head["县+乡镇+行政村"].to_pylist() == whole
    (told,) = [one for one in table.notices if one.code == "place_joined"]
    assert told.facts["columns"] == ["县", "乡镇", "行政村"]


def test_what_the_user_names_is_read_alone(tmp_path: Path) -> None:
    """With ``--map address=乡镇`` nothing is joined."""
    table = _read(tmp_path, ROWS, map={"address": "乡镇"})
    assert survey(table, {"address": "乡镇"}, {}).heading("address") == "乡镇"
    assert table.headings == ("店铺", "县", "乡镇", "行政村")


@pytest.mark.parametrize(
    ("headings", "joined"),
    [
        ("行政村 乡镇 区/县", "区/县+乡镇+行政村"),
        ("省 市 区 镇 村", "省+市+区+镇+村"),
        ("省份 城市 详细地址", "省份+城市+详细地址"),
        ("乡镇（街道） 村（社区）", "乡镇（街道）+村（社区）"),
        ("所在地 乡镇 村", "乡镇+村+所在地"),
        ("发货地 乡镇 村", "乡镇+村"),
        ("发货地 省份 城市", None),
        ("区域 乡镇 村", "乡镇+村"),
        ("城市 区域", None),
        ("店铺 地址", None),
        ("店铺 乡镇", None),
        ("省份 所在省份", None),
    ],
)
def test_which_columns_make_a_place(headings: str, joined: str | None) -> None:
    """Units of different levels do, the largest first; where goods are sent from does not."""
    place = place_in(headings.split())
    assert (place.heading if place else None) == joined
