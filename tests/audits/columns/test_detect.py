"""Headings are laid against the canonical columns, and nothing is guessed silently."""

from __future__ import annotations

from typing import Any, Literal

import ibis
import pyarrow as pa
import pytest

from fairshelf.audits.columns.detect import Detection, detect, require_headings, survey
from fairshelf.audits.columns.raw import RawTable
from fairshelf.audits.errors import DataError, UsageError


def _raw(
    headings: str, *rows: str, role: Literal["log", "sellers", "catalogue"] = "log"
) -> RawTable:
    names = tuple(headings.split(","))
    cells = [row.split(",") for row in rows] or [[str(n) for n in range(len(names))]]
    head = pa.table(
        {name: pa.array([row[n] for row in cells], pa.string()) for n, name in enumerate(names)}
    )
    table = ibis.memtable(head)
    fields: dict[str, Any] = {"digest": lambda: "0", "bytes": 1, "format": "csv", "first_row": 2}
    return RawTable(table, names, head, "f.csv", role, numbered=lambda: table, **fields)


def _found(detection: Detection) -> dict[str, tuple[str, str]]:
    return {match.canonical: (match.heading, match.how) for match in detection.matches}


def _problem(raw: RawTable) -> tuple[str, dict[str, Any]]:
    with pytest.raises((DataError, UsageError)) as caught:
        detect(raw, {}, {})
    return caught.value.code, caught.value.facts


def test_the_order_is_given_canonical_table_normalised_similar() -> None:
    """Each column is found, and how is told."""
    raw = _raw("请求号码,position,商品ID,SHOP-ID,serach_term", "q,1,a,s,x")
    found = detect(raw, {"request": "请求号码"}, {})
    assert _found(found) == {
        "request": ("请求号码", "given"),
        "position": ("position", "canonical"),
        "listing": ("商品ID", "table"),
        "seller": ("SHOP-ID", "normalised"),
        "query": ("serach_term", "similar"),
    }
    assert "column_by_likeness" in {notice.code for notice in found.notices}


@pytest.mark.parametrize("again", ["seller (2)", "Seller (2)"])
def test_a_heading_that_stands_twice_is_not_guessed(again: str) -> None:
    """``Seller`` beside ``seller`` says the same: an error, unless their cells do too."""
    code, facts = _problem(_raw(f"position,listing,seller,{again}", "1,a,s,t", "2,b,t,s"))
    assert (code, facts["column"]) == ("ambiguous_column", "seller")
    assert facts["headings"] == ["seller", again]
    raw = _raw(f"position,listing,seller,{again}", "1,a,s,t", "2,b,t,s")
    assert _found(detect(raw, {"seller": again}, {}))["seller"] == (again, "given")
    alike = _raw(f"position,listing,seller,{again}", "1,a,s,s", "2,b,t,t")
    assert _found(detect(alike, {}, {}))["seller"] == ("seller", "canonical")


def test_a_repeated_heading_of_no_core_column_stays_unused() -> None:
    """The first price is the price, as before."""
    raw = _raw("position,listing,price,price (2)", "1,a,3,4", "2,b,4,5")
    assert _found(detect(raw, {}, {}))["price"] == ("price", "canonical")


def test_two_equal_columns_for_the_position_are_an_error_with_the_option_to_type() -> None:
    """Whoever reads the message can go on by typing what it says."""
    code, facts = _problem(_raw("排名,位置,商品ID", "1,2,a", "2,1,b"))
    assert code == "ambiguous_column"
    assert facts["headings"] == ["排名", "位置"]
    assert facts["option"] == "--map position=排名"


def test_our_own_name_does_not_settle_which_position_is_meant() -> None:
    """``position`` beside a ``rank`` that says otherwise is asked about."""
    assert _problem(_raw("position,rank,listing", "1,2,a", "2,1,b"))[0] == "ambiguous_column"


def test_identical_columns_are_no_choice() -> None:
    """Two columns with the same values are one."""
    found = detect(_raw("排名,位置,商品ID", "1,1,a", "2,2,b"), {}, {})
    assert _found(found)["position"][0] == "排名"


def test_a_better_rank_is_preferred_and_said() -> None:
    """The shop's id goes before its name, with a notice."""
    found = detect(_raw("排名,商品ID,店铺名称,店铺ID", "1,a,n,s"), {}, {})
    assert _found(found)["seller"][0] == "店铺ID"
    assert "column_preferred" in {notice.code for notice in found.notices}
    assert "店铺名称" in found.unused


def test_an_optional_column_in_doubt_is_not_used() -> None:
    """Two prices of the same rank: neither is taken, and that is said."""
    found = detect(_raw("排名,商品ID,售价,到手价", "1,a,3,4"), {}, {})
    assert "price" not in _found(found)
    assert "ambiguous_unused" in {notice.code for notice in found.notices}


def test_a_position_of_words_is_an_error() -> None:
    """Positions that are text are shown with what stands there."""
    code, facts = _problem(_raw("排名,商品ID", "top,a", "first,b"))
    assert (code, facts["values"]) == ("position_only_words", ["top", "first"])
    code, facts = _problem(_raw("排名,商品ID,x", "top,a,1", "first,b,2"))
    assert (code, facts["others"]) == ("position_not_numbers", ["x"])


def test_given_headings_are_held_to_the_same() -> None:
    """``--map`` does not make words into positions."""
    with pytest.raises(DataError, match="position_only_words"):
        detect(_raw("a,商品ID", "top,x"), {"position": "a"}, {})


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        ("price,provider", "no_position"),
        ("商品ID,曝光量,点击次数", "no_position_export"),
        ("request,listing,clicks", "no_position"),
        ("query,position_1,position_2", "no_position_wide"),
        ("position,pct_a,pct_b", "already_shares"),
        ("position,colour", "nothing_ranked"),
    ],
)
def test_what_is_missing_is_told_by_what_the_file_is(headings: str, code: str) -> None:
    """Each kind of unusable file has an answer of its own."""
    assert _problem(_raw(headings))[0] == code


def test_totals_of_several_shops_are_not_called_one_shops_own() -> None:
    """A table of totals over shops says how many there are; with one shop it is a back office's."""
    rows = [f"{day},{name},g{name},9" for day in (1, 2) for name in ("甲", "乙", "丙")]
    code, facts = _problem(_raw("统计日期,店铺名称,商品编号,曝光量", *rows, "1,,,99"))
    assert (code, facts["sellers"]) == ("no_position_shops", 3)
    assert _problem(_raw("统计日期,店铺名称,商品编号,曝光量", rows[0]))[0] == "no_position_export"
    pages = [f"q{day},{name},g{name},0" for day in (1, 2) for name in ("甲", "乙", "丙")]
    assert _problem(_raw("request,seller,listing,clicks", *pages))[0] == "no_position"


def test_survey_tells_without_raising() -> None:
    """For looking at a file, problems are kept."""
    found = survey(_raw("商品ID,曝光量"), {}, {})
    assert [problem.code for problem in found.problems] == ["no_position_export"]


@pytest.mark.parametrize("heading", ["position_1", "rank2", "slot 3", "items", "sellers_x9"])
def test_numbered_headings_are_not_taken_for_the_plain_ones(heading: str) -> None:
    """A wide file's slots are not the position."""
    assert "position" not in _found(survey(_raw(f"{heading},商品ID"), {}, {}))


def test_a_sellers_table_needs_its_key() -> None:
    """A seller table without sellers is refused; ``name`` is a seller only there."""
    assert _problem(_raw("城乡,员工人数", role="sellers"))[0] == "no_seller_key"
    assert _found(detect(_raw("name,城乡", role="sellers"), {}, {}))["seller"][0] == "name"
    assert "seller" not in _found(survey(_raw("name,排名,商品ID"), {}, {}))


def test_an_attribute_of_a_canonical_name_is_that_column() -> None:
    """``--attribute locality=地区`` makes 地区 the locality; other names stay the user's own."""
    raw = _raw("排名,商品ID,地区,民族", "1,a,县域,x")
    found = detect(raw, {}, {"locality": "地区", "ethnic": "民族"})
    assert _found(found)["locality"] == ("地区", "given")
    assert found.extras == (("ethnic", "民族"),)


def test_mistyped_names_come_with_the_nearest() -> None:
    """Unknown canonical names and headings name what is like them."""
    raw = _raw("排名,商品ID,地区类型")
    with pytest.raises(UsageError, match="unknown_canonical") as caught:
        detect(raw, {"positon": "排名"}, {})
    assert caught.value.facts["suggestions"][0] == "position"
    with pytest.raises(UsageError, match="unknown_heading") as caught:
        require_headings([raw], {}, {"locality": "地区类别"})
    assert caught.value.facts["suggestions"][0] == "地区类型"
    require_headings([raw], {"position": "排名"}, {"locality": "地区类型"})


def test_the_running_number_of_a_register_is_no_position() -> None:
    """A bureau's list of shops, numbered from 1: no audit of its order, but a table of sellers."""
    raw = _raw("序号,企业名称,行政区划代码,从业人员", "1,甲,510822,3", "2,乙,510104,60")
    code, facts = _problem(raw)
    assert code == "no_position_register"
    assert facts["columns"] == ["employees", "region_code"]
    assert facts["option"] == "--map position=序号"
    assert detect(raw, {"position": "序号"}, {}).heading("position") == "序号"


def test_a_running_number_in_a_page_of_results_stays_a_position() -> None:
    """With a search beside it, or without what only registers say, 序号 is the rank as before."""
    for headings in ("序号,企业名称,行政区划代码,搜索词", "序号,企业名称,所在地,价格"):
        raw = _raw(headings, "1,甲,510822,9", "2,乙,510104,8")
        assert detect(raw, {}, {}).heading("position") == "序号"
