"""Seller tables and catalogues end as one row per key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.checks import CleanSide, clean_side, sellers_from_log
from fairshelf.audits.columns.detect import detect
from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ibis.backends import BaseBackend

    from fairshelf.audits.checks import CleanLog
    from fairshelf.audits.columns.raw import RawTable

    MakeRaw = Callable[..., RawTable]
    Clean = Callable[..., CleanLog]


def _side(con: BaseBackend, raw: RawTable) -> CleanSide:
    return clean_side(con, raw, detect(raw, {}, {}), Settings())


def test_repeats_are_one_row_and_are_counted(con: BaseBackend, make_raw: MakeRaw) -> None:
    """Identical rows, and rows that only leave something open, are one seller."""
    rows = [["s1", "农村", "12"], ["s1", "农村", ""], ["s2", "", "1.2万"], ["", "城镇", "1"]]
    side = _side(con, make_raw("店铺ID,城乡,员工人数", rows, role="sellers"))
    assert side.table.to_pylist() == [
        {"seller": "s1", "locality": "农村", "employees": 12.0},
        {"seller": "s2", "locality": None, "employees": 12000.0},
    ]
    assert (side.read, side.repeated, side.rejects.num_rows) == (4, 1, 1)
    assert side.rejects["reason"].to_pylist() == ["missing"]


def test_a_row_set_aside_says_nothing_of_its_key(con: BaseBackend, make_raw: MakeRaw) -> None:
    """Of two rows of a listing the one with a damaged seller neither contradicts nor counts."""
    rows = [["g1", "s1", "9"], ["g1", "5.6E+11", "x"], ["g2", "s1", "y"], ["g3", "s2", "inf"]]
    rows += [[f"g{place}", "s2", "7"] for place in range(4, 20)]
    side = _side(con, make_raw("商品ID,店铺ID,价格", rows, role="catalogue"))
    told = {row["listing"]: row for row in side.table.to_pylist()}
    assert [told[name] for name in ("g1", "g2", "g3")] == [
        {"listing": "g1", "seller": "s1", "price": 9.0},
        {"listing": "g2", "seller": "s1", "price": None},
        {"listing": "g3", "seller": "s2", "price": None},
    ]
    assert (side.read, side.repeated, side.rejects["reason"].to_pylist()) == (20, 0, ["damaged_id"])
    assert [(one.facts["column"], one.facts["count"]) for one in side.notices] == [("price", 2)]


def test_rows_that_contradict_each_other_are_an_error(con: BaseBackend, make_raw: MakeRaw) -> None:
    """The error names the column, the keys and both values."""
    raw = make_raw("店铺ID,城乡", [["s1", "农村"], ["s1", "城镇"], ["s2", "城镇"]], role="sellers")
    with pytest.raises(DataError) as caught:
        _side(con, raw)
    assert caught.value.code == "conflicting_rows"
    assert caught.value.facts["examples"] == ["s1: 农村 / 城镇"]


def test_a_catalogue_is_keyed_by_listing(con: BaseBackend, make_raw: MakeRaw) -> None:
    """A catalogue keeps its seller, and a row of sums is set aside."""
    rows = [["g1", "s1", "9.9"], ["g2", "s1", "￥1,200"], ["合计", "", "3"]]
    side = _side(con, make_raw("商品ID,店铺ID,价格", rows, role="catalogue"))
    assert side.table["price"].to_pylist() == [9.9, 1200.0]
    assert side.rejects["reason"].to_pylist() == ["total_row"]


def test_sellers_are_taken_out_of_a_wide_log(
    con: BaseBackend, make_raw: MakeRaw, clean: Clean
) -> None:
    """A label that is open in one row and told in another is told; amounts are plain numbers."""
    rows = [["q", "1", "a", "s1", "", "12"], ["q", "2", "b", "s1", "农村", "12"]]
    log = clean(make_raw("请求ID,排名,商品ID,店铺ID,城乡,员工人数", rows))
    table = sellers_from_log(con, log, ["locality", "employees", "size"])
    assert table.to_pylist() == [{"seller": "s1", "locality": "农村", "employees": 12.0}]


def test_a_log_that_contradicts_itself_is_an_error(
    con: BaseBackend, make_raw: MakeRaw, clean: Clean
) -> None:
    """Two labels for one seller are never settled silently."""
    rows = [["q", "1", "a", "s1", "城镇"], ["q", "2", "b", "s1", "农村"]]
    log = clean(make_raw("请求ID,排名,商品ID,店铺ID,城乡", rows))
    with pytest.raises(DataError, match="conflicting_labels"):
        sellers_from_log(con, log, ["locality"])


def test_protected_ids_and_numbers_are_those_within(
    con: BaseBackend, make_raw: MakeRaw, clean: Clean
) -> None:
    """``="007"`` of an export is the 007 of the other table, and ``="12"`` is 12."""
    rows = [['="007"', "甲", '="12"'], ["8", '="乙"', '=""']]
    side = _side(con, make_raw("商品ID,店铺名称,价格", rows, role="catalogue"))
    assert side.table.to_pylist() == [
        {"listing": "007", "seller": "甲", "price": 12.0},
        {"listing": "8", "seller": "乙", "price": None},
    ]
    assert not side.notices
    log = clean(make_raw("请求ID,排名,商品ID", [["q", '="1"', "007"], ["q", "2", '="8"']]))
    found = log.table.select("position", "listing").order_by("position").to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in found] == [(1, "007"), (2, "8")]


def test_an_apostrophe_before_digits_is_no_part_of_an_id(
    con: BaseBackend, make_raw: MakeRaw, clean: Clean
) -> None:
    """``'007``, which makes a spreadsheet take digits for text, is 007; ``'t Hof`` is a name."""
    rows = [["'007", "'t Hof", "'1,200"], ["8", "'乙", "'3.5"]]
    side = _side(con, make_raw("商品ID,店铺名称,价格", rows, role="catalogue"))
    assert side.table.to_pylist() == [
        {"listing": "007", "seller": "'t Hof", "price": 1200.0},
        {"listing": "8", "seller": "'乙", "price": 3.5},
    ]
    log = clean(make_raw("请求ID,排名,商品ID", [["q", "'1", "007"], ["q", "2", "'8"]]))
    found = log.table.select("position", "listing").order_by("position").to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in found] == [(1, "007"), (2, "8")]
