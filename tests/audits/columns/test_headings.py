"""The table of known headings."""

from __future__ import annotations

import csv
from collections import Counter
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.columns.canonical import COLUMNS
from fairshelf.audits.columns.headings import forms, known_headings, lookup

if TYPE_CHECKING:
    from pathlib import Path


def test_every_real_heading_means_what_it_meant_to_those_who_collected_it(shared: Path) -> None:
    """Each heading of the collection of real exports is known under its name."""
    with (shared / "headings.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    wrong = [
        (row["heading"], row["canonical"])
        for row in rows
        if row["canonical"] not in [known.canonical for known in lookup(row["heading"])][:1]
    ]
    assert len(rows) > 100
    assert wrong == []


@pytest.mark.parametrize(
    ("heading", "canonical"),
    [
        ("商品价格(单位：元)", "price"),
        (" Shop-ID ", "seller"),
        ("ＳＫＵ", "listing"),
        ("Result Position", "position"),
        ("搜索词【必填】", "query"),
        ("(Parent) ASIN", "parent_listing_id"),
        *(("商品編號", "listing"), ("店鋪名稱", "seller"), ("賣場名稱", "seller")),
        *(
            ("搜尋詞", "query"),
            ("關鍵字", "query"),
            ("點擊次數", "clicks"),
            ("曝光次數", "impressions"),
        ),
        *(("所在镇村", "address"), ("所屬鄉鎮", "address"), ("家庭住址", "address")),
        *(("城鄉", "locality"), ("價格", "price"), ("評價數", "reviews"), ("頁碼", "page")),
    ],
)
def test_case_width_spaces_and_brackets_do_not_matter(heading: str, canonical: str) -> None:
    """A heading is known whatever its dress."""
    assert lookup(heading)[0].canonical == canonical


def test_every_row_of_the_table_is_whole() -> None:
    """A row names a column, its language and where it was seen, and stands there once.

    Names that no audit uses (what a heading is taken for so as not to be mistaken for another)
    have several headings each: one that stands alone is mistyped.
    """
    table = files("fairshelf.audits").joinpath("standards", "headings.csv")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    used = {column.name for column in COLUMNS}
    others = Counter(row["canonical"] for row in rows if row["canonical"] not in used)
    assert [name for name, count in others.items() if count == 1] == []
    assert all(len(row["language"]) == 2 for row in rows)
    assert all(row["where_seen"] and int(row["rank"]) > 0 for row in rows)
    told = [(row["canonical"], row["heading"]) for row in rows]
    assert len(set(told)) == len(told)


def test_an_unknown_heading_is_unknown() -> None:
    """Nothing is made up for a heading in no table."""
    assert lookup("zzz") == ()
    assert lookup("") == ()


def test_an_id_goes_before_a_name() -> None:
    """The shop's id is preferred to its name."""
    assert lookup("店铺ID")[0].rank < lookup("店铺名称")[0].rank


def test_every_canonical_column_has_headings_in_chinese_or_english() -> None:
    """No canonical column is left without a heading of its own."""
    named = {canonical for canonical, _ in known_headings()}
    assert {column.name for column in COLUMNS} <= named


def test_no_folded_heading_means_two_columns() -> None:
    """But for bare words like ``id`` that depend on the table, a heading means one thing."""
    meanings: dict[str, set[str]] = {}
    for canonical, heading in known_headings():
        meanings.setdefault(forms(heading)[0], set()).add(canonical)
    several = {form for form, names in meanings.items() if len(names) > 1}
    assert several <= {"id", "name", "名称"}


@pytest.mark.parametrize(
    ("heading", "canonical"),
    [
        ("页内序号", "position"),
        ("京东价", "price"),
        ("拼单价", "price"),
        ("卖家所在地类型", "locality"),
    ],
)
def test_headings_of_hand_kept_tables_are_known(heading: str, canonical: str) -> None:
    """Headings that people copied from Pinduoduo, JD and Taobao pages into tables of their own."""
    assert lookup(heading)[0].canonical == canonical


@pytest.mark.parametrize("heading", ["店铺类型", "商家类型"])
def test_a_kind_of_shop_is_no_size(heading: str) -> None:
    """旗舰店, POP and 自营 stand beneath it: nobody is grouped by size because of such a column."""
    assert "size" not in {one.canonical for one in lookup(heading)}
