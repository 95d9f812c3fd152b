"""Every row that is read is used, set aside with a reason, or a duplicate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ibis.backends import BaseBackend

    from fairshelf.audits.checks import CleanLog
    from fairshelf.audits.columns.raw import RawTable

    MakeRaw = Callable[..., RawTable]
    Clean = Callable[..., CleanLog]


def _rows(log: CleanLog, *names: str) -> list[tuple[Any, ...]]:
    found = log.table.select(*names).order_by(list(names)).to_pyarrow().to_pylist()
    return [tuple(row[name] for name in names) for row in found]


def _reasons(log: CleanLog) -> list[tuple[int, str, str, str]]:
    return [
        (row["row"], row["column"], row["value"], row["reason"]) for row in log.rejects.to_pylist()
    ]


def _codes(log: CleanLog) -> set[str]:
    return {notice.code for notice in log.notices}


def test_each_reason_is_told_with_row_column_and_value(make_raw: MakeRaw, clean: Clean) -> None:
    """A row set aside is named by its row in the file, the heading, the raw cell and a reason."""
    raw = make_raw(
        "请求ID,排名,商品ID,店铺ID",
        [
            ["q1", "1", "a", "s1"],
            ["q1", "2", "5.6E+11", "s1"],
            ["q1", "2.5", "b", "s1"],
            ["q1", "abc", "b", "s1"],
            ["", "", "", ""],
            ["合计", "", "", ""],
            ["", "3", "b", "s1"],
            ["q1", "-1", "b", "s1"],
            ["q1", "4", "", "s1"],
            ["q1", "1", "a", "s1"],
        ],
    )
    log = clean(raw)
    assert _rows(log, "request", "position", "listing", "seller") == [("q1", 1, "a", "s1")]
    assert _reasons(log) == [
        (3, "商品ID", "5.6E+11", "damaged_id"),
        (4, "排名", "2.5", "not_whole"),
        (5, "排名", "abc", "not_a_number"),
        (6, "", "", "blank_row"),
        (7, "", "合计", "total_row"),
        (8, "请求ID", "", "missing"),
        (9, "排名", "-1", "out_of_range"),
        (10, "商品ID", "", "missing"),
        (11, "商品ID", "a", "duplicate"),
    ]


def test_ids_whose_digits_all_survive_are_restored(make_raw: MakeRaw, clean: Clean) -> None:
    """``5.64940950728E+11`` is 564940950728 and is counted in a notice."""
    raw = make_raw("request,position,listing", [["q", "1", "5.64940950728E+11"], ["q", "2", "7"]])
    log = clean(raw)
    assert _rows(log, "position", "listing") == [(1, "564940950728"), (2, "7")]
    assert "ids_restored" in _codes(log)


def test_the_same_listing_at_another_position_is_no_duplicate(
    make_raw: MakeRaw, clean: Clean
) -> None:
    """Only an identical (request, position, listing) is a duplicate."""
    raw = make_raw("request,position,listing", [["q", "1", "a"], ["q", "2", "a"], ["r", "1", "a"]])
    assert clean(raw).duplicate == 0


def test_the_first_of_duplicates_is_kept(make_raw: MakeRaw, clean: Clean) -> None:
    """Of rows that say the same the first in the file is used, whatever else it says."""
    rows = [["q", "1", "a", "5"], ["q", "1", "a", "6"], ["q", "2", "b", "7"]]
    log = clean(make_raw("request,position,listing,price", rows))
    assert _rows(log, "listing", "price") == [("a", 5_000_000), ("b", 7_000_000)]
    assert _reasons(log) == [(3, "listing", "a", "duplicate")]


def test_repeats_that_do_not_agree_are_said(make_raw: MakeRaw, clean: Clean) -> None:
    """Two sets of repeats differ, in price or in a rating that one lacks; one set agrees."""
    rows = [["q", "1", "a", "5", "4"], ["q", "1", "a", "6", "4"], ["q", "1", "a", "7", "4"]]
    rows += [["q", "2", "b", "5", "4"], ["q", "2", "b", "5", ""], ["q", "3", "c", "5", ""]]
    rows += [["r", "1", "d", "5", "4"], ["r", "1", "d", "5", "4"]]
    log = clean(make_raw("request,position,listing,price,rating", rows))
    assert (log.used, log.duplicate) == (4, 4)
    told = [one.facts for one in log.notices if one.code == "repeats_differ"]
    assert told == [{"count": 2, "columns": ["price", "rating"]}]


def test_repeats_that_agree_are_only_counted(make_raw: MakeRaw, clean: Clean) -> None:
    """Nothing was lost by leaving out what says the same."""
    log = clean(make_raw("request,position,listing,price", [["q", "1", "a", "5"]] * 3))
    assert log.duplicate == 2
    assert "repeats_differ" not in _codes(log)


def test_weighted_rows_are_duplicates_only_if_they_agree_in_everything(
    make_raw: MakeRaw, clean: Clean
) -> None:
    """Two sums for the same place differ in their weight and both count."""
    rows = [["q", "1", "a", "5"], ["q", "1", "a", "6"], ["q", "1", "a", "6"]]
    log = clean(make_raw("request,position,listing,impressions", rows))
    assert (log.used, log.duplicate) == (2, 1)


def test_a_bad_weight_rejects_the_row(make_raw: MakeRaw, clean: Clean) -> None:
    """Impressions that are negative, broken or missing cannot be counted."""
    rows = [
        ["1", "a", "1.2万"],
        ["2", "b", "-3"],
        ["3", "c", "1.5"],
        ["4", "d", "-"],
        ["5", "e", "x"],
    ]
    log = clean(make_raw("position,listing,impressions", rows))
    assert _rows(log, "listing", "impressions") == [("a", 12000)]
    assert [reason for *_, reason in _reasons(log)] == [
        "out_of_range",
        "not_whole",
        "missing",
        "not_a_number",
    ]


@pytest.mark.parametrize("own", ["_number_position", "_Number_Position", "_flag_sponsored", "_BAD"])
def test_a_heading_may_be_a_name_of_ours(make_raw: MakeRaw, clean: Clean, own: str) -> None:
    """A column of the user's own keeps its cells beside what is put there under the same name."""
    rows = [["q", "1", "a", "yes", "x"], ["q", "2", "b", "no", "y"], ["q", "x", "c", "no", "z"]]
    raw = make_raw(f"request,position,listing,sponsored,{own}", rows)
    log = clean(raw, extras={"kind": own})
    assert _rows(log, "position", "sponsored", "kind") == [(1, 1, "x"), (2, 0, "y")]
    assert [reason for *_, reason in _reasons(log)] == ["not_a_number"]


def test_a_bad_optional_value_is_left_out_and_counted(make_raw: MakeRaw, clean: Clean) -> None:
    """Clicks that are no number are missing; the row stays."""
    rows = [["q", "1", "a", "abc", "是"], ["q", "2", "b", "-", "x"], ["q", "3", "c", "2", "0"]]
    rows += [["q", "4", "d", "1", "true"], ["q", "5", "e", "4", ""]]
    log = clean(make_raw("request,position,listing,clicks,sponsored", rows))
    assert _rows(log, "position", "clicks", "sponsored") == [
        (1, None, 1),
        (2, None, None),
        (3, 2, 0),
        (4, 1, 1),
        (5, 4, None),
    ]
    told = {n.facts["column"]: n.facts["count"] for n in log.notices if n.code == "values_left_out"}
    assert told == {"clicks": 1, "sponsored": 1}


def test_positions_from_zero_are_shifted(make_raw: MakeRaw, clean: Clean) -> None:
    """Where zeros are as common as ones the file counts from 0."""
    rows = [[f"q{q}", str(p), f"l{p}"] for q in range(5) for p in range(3)]
    log = clean(make_raw("request,position,listing", rows))
    assert {row[0] for row in _rows(log, "position")} == {1, 2, 3}
    assert "positions_from_zero" in _codes(log)


def test_a_row_of_a_file_without_impressions_is_one(make_raw: MakeRaw, clean: Clean) -> None:
    """Beside a file that weighs its rows, each row of another counts as one impression."""
    plain = [[f"q{q}", str(p), f"l{p}"] for q in range(2) for p in range(1, 4)]
    weighed = [[f"w{q}", str(p), f"l{p}", "5"] for q in range(2) for p in range(1, 4)]
    log = clean(
        make_raw("request,position,listing", plain, name="a.csv"),
        make_raw("request,position,listing,impressions", weighed, name="b.csv"),
    )
    assert sorted(row[0] for row in _rows(log, "impressions")) == [1] * 6 + [5] * 6
    told = next(one for one in log.notices if one.code == "impressions_one_a_row")
    assert told.facts["files"] == ["a.csv"]


def test_a_stray_zero_is_rejected(make_raw: MakeRaw, clean: Clean) -> None:
    """One zero among lists that start at 1 is a mistake in the data."""
    rows = [[f"q{q}", str(p), f"l{p}"] for q in range(5) for p in range(1, 4)]
    rows[7][1] = "0"
    log = clean(make_raw("request,position,listing", rows))
    assert [(row[2], row[3]) for row in _reasons(log)] == [("0", "out_of_range")]
    assert {row[0] for row in _rows(log, "position")} == {1, 2, 3}


def test_each_file_has_a_base_of_its_own(make_raw: MakeRaw, clean: Clean) -> None:
    """A file from 0 and a file from 1 are brought to the same count."""
    zero = make_raw("position,listing", [[str(p), f"a{p}"] for p in range(4)], name="a.csv")
    one = make_raw("position,listing", [[str(p), f"b{p}"] for p in range(1, 5)], name="b.csv")
    log = clean(zero, one)
    assert log.request_is == "file"
    assert _rows(log, "request", "position")[::4] == [("a.csv", 1), ("b.csv", 1)]


def test_the_setting_overrules_the_base(make_raw: MakeRaw, clean: Clean) -> None:
    """``position_base = 1`` rejects zeros."""
    rows = [[f"q{q}", str(p), f"l{p}"] for q in range(2) for p in range(3)]
    log = clean(make_raw("request,position,listing", rows), position_base=1)
    assert (log.used, log.rejected) == (4, 2)


def test_a_rank_in_the_page_goes_on_over_pages(make_raw: MakeRaw, clean: Clean) -> None:
    """Page 2, rank 1 of pages of three is position 4."""
    rows = [["q", str(p), str(r), f"l{p}{r}"] for p in (1, 2) for r in (1, 2, 3)]
    log = clean(make_raw("request,page,position,listing", rows))
    assert [row[0] for row in _rows(log, "position")] == [1, 2, 3, 4, 5, 6]
    wide = clean(make_raw("request,page,position,listing", rows), page_size=10)
    assert [row[0] for row in _rows(wide, "position")] == [1, 2, 3, 11, 12, 13]


def test_a_rank_over_pages_stays(make_raw: MakeRaw, clean: Clean) -> None:
    """A rank that goes on beside a page column is left as it is."""
    rows = [["q", str((r + 2) // 3), str(r), f"l{r}"] for r in range(1, 10)]
    log = clean(make_raw("request,page,position,listing", rows))
    assert [row[0] for row in _rows(log, "position")] == list(range(1, 10))


def test_a_row_without_its_page_is_rejected_where_the_page_is_needed(
    make_raw: MakeRaw, clean: Clean
) -> None:
    """A rank in an unknown page is no position."""
    rows = [["q", str(p), str(r), f"l{p}{r}"] for p in (1, 2) for r in (1, 2, 3)]
    log = clean(make_raw("request,page,position,listing", [*rows, ["q", "", "2", "x"]]))
    assert _reasons(log) == [(8, "page", "", "missing")]


def test_queries_stand_for_requests(make_raw: MakeRaw, clean: Clean) -> None:
    """Without a request id, rows of one query are one list where its positions are unique."""
    rows = [[word, str(r), f"{word}{r}"] for word in ("苹果", "蜂蜜") for r in range(1, 4)]
    log = clean(make_raw("搜索词,排名,商品ID", rows))
    assert log.request_is == "query"
    assert {row[0] for row in _rows(log, "request")} == {"苹果", "蜂蜜"}


def test_time_tells_repeated_queries_apart(make_raw: MakeRaw, clean: Clean) -> None:
    """The same query on two days is two requests."""
    rows = [["苹果", day, str(r), f"l{r}"] for day in ("d1", "d2") for r in range(1, 4)]
    log = clean(make_raw("搜索词,日期,排名,商品ID", rows))
    assert log.request_is == "query"
    assert len({row[0] for row in _rows(log, "request")}) == 2


def test_rows_stand_alone_where_nothing_tells_lists_apart(make_raw: MakeRaw, clean: Clean) -> None:
    """Repeated positions without request or query leave the requests unknown."""
    log = clean(make_raw("position,listing", [["1", f"l{n}"] for n in range(5)]))
    assert log.request_is == "row"
    assert {row[0] for row in _rows(log, "request")} == {None}


def test_sellers_stand_for_listings_and_the_other_way_round(
    make_raw: MakeRaw, clean: Clean
) -> None:
    """What is not there is stood in for, and said."""
    shops = clean(make_raw("request,position,店铺ID", [["q", "1", "s1"]]))
    assert _rows(shops, "listing", "seller") == [("s1", "s1")]
    goods = clean(make_raw("request,position,商品ID", [["q", "1", "g1"]]))
    assert (goods.seller_is, _rows(goods, "seller")) == ("listing", [("g1",)])


def test_a_group_may_itself_be_ranked(make_raw: MakeRaw, clean: Clean) -> None:
    """With a user's column and neither listing nor seller, rows stay and have no duplicates."""
    raw = make_raw("request,position,kind", [["q", "1", "x"], ["q", "1", "x"], ["q", "2", " "]])
    log = clean(raw, extras={"kind": "kind"})
    assert (log.seller_is, log.used) == ("none", 3)
    assert _rows(log, "kind") == [("x",), ("x",), (None,)]


def test_a_log_of_which_nothing_is_left_is_refused(make_raw: MakeRaw, clean: Clean) -> None:
    """The refusal names the usual reason and the first such row."""
    raw = make_raw("request,position,listing", [["", "1", "a"], ["", "2", "b"]])
    with pytest.raises(DataError) as caught:
        clean(raw)
    assert caught.value.code == "no_rows_left"
    assert (caught.value.facts["reason"], caught.value.facts["row"]) == ("missing", 2)


def test_an_empty_log_is_refused(make_raw: MakeRaw, clean: Clean) -> None:
    """A file with headings only is no log."""
    with pytest.raises(DataError, match="no_rows"):
        clean(make_raw("request,position,listing", []))


def test_what_the_reader_set_aside_is_in_the_account(make_raw: MakeRaw, clean: Clean) -> None:
    """Rows the reader could not read count as read and rejected."""
    raw = make_raw(
        "request,position,listing",
        [["q", "1", "a"]],
        extra={"rejects": [(9, "too_many_cells")]},
    )
    log = clean(raw)
    assert (log.read, log.rejected) == (2, 1)
    assert _reasons(log) == [(9, "", "", "too_many_cells")]


def test_typed_columns_are_taken_as_they_are(
    con: BaseBackend, make_raw: MakeRaw, clean: Clean
) -> None:
    """Parquet keeps its types: whole floats become ids, NaN is missing, booleans are flags."""
    rows = [["1", "10", "0.5", "true"], ["2", "20", None, "false"], ["3", None, "2", None]]
    raw = make_raw("position,listing,relevance,sponsored", rows)
    types = {
        "position": "int32",
        "listing": "float64",
        "relevance": "float32",
        "sponsored": "boolean",
    }
    typed = con.create_table(ibis.util.gen_name("t"), raw.table.cast(types), temp=True)
    numbered = con.create_table(ibis.util.gen_name("t"), raw.numbered().cast(types), temp=True)
    fields = {name: getattr(raw, name) for name in raw.__slots__}
    log = clean(type(raw)(**{**fields, "table": typed, "numbered": lambda: numbered}))
    assert _rows(log, "position", "listing", "relevance", "sponsored") == [
        (1, "10", 500_000, 1),
        (2, "20", None, 0),
    ]
    assert _reasons(log) == [(4, "listing", "", "missing")]


_CELL = st.sampled_from(
    [
        "",
        " ",
        "1",
        "2",
        "3",
        "0",
        "-",
        "a",
        "1.5",
        "-1",
        "5.6E+11",
        "5.64E+2",
        "合计",
        "1e999",
        "２",
    ]
)


@given(rows=st.lists(st.tuples(_CELL, _CELL, _CELL, _CELL), min_size=1, max_size=12))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_account_always_balances(
    rows: list[tuple[str, ...]], make_raw: MakeRaw, clean: Clean
) -> None:
    """Whatever the cells: read = used + rejected + duplicate, and each row is named once."""
    raw = make_raw("request,position,listing,clicks", rows)
    try:
        log = clean(raw)
    except DataError as error:
        assert error.code in {"no_rows_left", "position_not_numbers", "position_only_words"}  # noqa: PT017 - either end is right
        return
    told = log.rejects["row"].to_pylist()
    assert len(told) == len(set(told))
    assert log.read == len(rows)
    assert set(log.rejects["reason"].to_pylist()).isdisjoint({"unusable"})


def test_a_large_file_that_turns_bad_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file too large to be proven first is read row by row when the engine balks at one."""
    from fairshelf.audits.checks import clean_log
    from fairshelf.audits.columns.detect import detect
    from fairshelf.audits.config import Settings
    from fairshelf.audits.ingest import read
    from fairshelf.audits.ingest import text as reader

    monkeypatch.setattr(reader, "LARGE", 100)
    lines = ["request,position,listing"]
    lines += [f"q{n // 10},{n % 10 + 1},l{n}" for n in range(5000)]
    lines[4000] = "q399,9,l3998,what,is,this"
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    con = ibis.duckdb.connect()
    (raw,) = read(con, [str(tmp_path / "log.csv")], "log", Settings(), tmp_path)
    assert "again" in raw.extra
    clean = clean_log(con, [raw], [detect(raw, {}, {})], Settings())
    assert (clean.read, clean.used, clean.rejected) == (5000, 4999, 1)
    assert clean.rejects.to_pylist()[0]["row"] == 4001


def test_ranks_in_words_are_positions(make_raw: MakeRaw, clean: Clean) -> None:
    """``第1名`` is the first place; a rank within a page is set aside, not taken for one."""
    cells = ["第1名", "TOP2", "No.3", "#4", "第五位", "第1页第6位", "7"]
    raw = make_raw("请求ID,排名,商品ID", [["q", cell, f"g{n}"] for n, cell in enumerate(cells)])
    log = clean(raw)
    assert [row[0] for row in _rows(log, "position")] == [1, 2, 3, 4, 5, 7]
    assert [row[2:] for row in _reasons(log)] == [("第1页第6位", "not_a_number")]


def test_the_unit_of_a_heading_is_applied(make_raw: MakeRaw, clean: Clean) -> None:
    """Impressions in 万 with a decimal are whole, and a cell that says 万 itself is read once."""
    cells = [
        ["q", "1", "a", "3.2", "0.57"],
        ["q", "2", "b", "1.2万", "8"],
        ["q", "3", "c", "x", "1"],
    ]
    log = clean(make_raw("请求ID,排名,商品ID,曝光量(万),价格（千元）", cells))
    assert _rows(log, "position", "impressions", "price") == [
        (1, 32_000, 570_000_000),
        (2, 12_000, 8_000_000_000),
    ]
    assert [row[1:] for row in _reasons(log)] == [("曝光量(万)", "x", "not_a_number")]


def test_a_sum_whose_shop_is_empty_is_no_row(make_raw: MakeRaw, clean: Clean) -> None:
    """合计 in the first column with a number under the ranks: set aside, and nobody's rank."""
    rows = [["茶", "1", "甲"], ["茶", "2", "乙"], ["合计", "3", ""], ["合计", "1", "丙"]]
    done = clean(make_raw("搜索词,排名,店铺", rows))
    told = [(row["row"], row["value"], row["reason"]) for row in done.rejects.to_pylist()]
    assert told == [(4, "合计", "total_row")]
    assert done.used == 3
