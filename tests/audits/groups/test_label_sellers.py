"""Which attributes come back, in which order, and what is said about them."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.groups import Labels, label_sellers, list_standards
from fairshelf.audits.groups.standards import find_standard, read_standard_table, rows_of
from fairshelf.audits.groups.words import label_size_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def _table(**columns: Sequence[str | float | None]) -> pa.Table:
    count = len(next(iter(columns.values())))
    return pa.table({"seller": [f"s{row}" for row in range(count)], **columns})


def _levels(labels: Labels) -> list[str]:
    return [labels.levels[code] for code in labels.codes]


def _names(made: tuple[Labels, ...]) -> dict[str, bool]:
    return {labels.name: labels.declared for labels in made}


def test_a_column_keeps_its_levels_as_they_stand() -> None:
    """Values are trimmed and width-folded, nothing else; a gap is unknown, never dropped."""
    sellers = _table(zone=[" 县域", "县域", "ＡＢＣ", None, "", "-", "县域\u200b"])
    labels = label_sellers(sellers, {"zone": "地区"}, {})[0]
    assert labels.levels == ("县域", "ABC", "unknown")
    assert _levels(labels) == ["县域", "县域", "ABC", "unknown", "unknown", "unknown", "县域"]
    assert labels.codes.dtype == np.int32
    assert labels.sellers.tolist() == [3, 1, 3]
    assert labels.known == 4


def test_levels_do_not_depend_on_the_order_of_rows() -> None:
    """The same sellers in another order give the same levels and the same mapping."""
    values: list[str | None] = ["b", "a", None, "c", "a", "b", "d"]
    one = label_sellers(_table(zone=values), {"zone": None}, {})[0]
    two = label_sellers(_table(zone=values[::-1]), {"zone": None}, {})[0]
    assert one.levels == two.levels == ("a", "b", "c", "d", "unknown")
    assert one.mapping == two.mapping
    assert one.codes.tolist() == two.codes.tolist()[::-1]


def test_the_mapping_accounts_for_every_seller() -> None:
    """Counts add up to all sellers, and each seller's rule leads to its level."""
    sellers = _table(locality=["县域", "城市", "外地", None, "天府"])
    for labels in label_sellers(sellers, {"locality": None}, {}):
        assert sum(row.sellers for row in labels.mapping) == sellers.num_rows
        assert [labels.mapping[row].level for row in labels.rule_of] == _levels(labels)


def test_a_mapping_stands_beside_the_column_and_is_not_declared() -> None:
    """Asking for locality gives its own words, and rural/urban beside them."""
    sellers = _table(locality=["县域", "中心城区", "外地", "远郊区"])
    made = label_sellers(sellers, {"locality": "地区类型"}, {})
    assert _names(made) == {"locality": True, "locality:rural_urban": False}
    assert _levels(made[1]) == ["rural", "urban", "unknown", "unknown"]
    codes = {notice.code for notice in made[1].notices}
    assert {"words_not_settled", "county_is_not_rural"} <= codes


def test_what_no_standard_settles_is_told_by_what_was_asked() -> None:
    """Words for places, the county seat and words for sizes each have their notice."""
    places = _table(locality=["县域", "远郊区", "县城", "县城"])
    told = {
        notice.code: notice.facts
        for notice in label_sellers(places, {"locality": None}, {})[1].notices
    }
    assert told["words_not_settled"]["words"] == ["远郊区"]
    assert told["county_seat_not_settled"]["words"] == ["县城"]
    assert told["county_seat_not_settled"]["sellers"] == 2
    assert "sizes_not_settled" not in told
    sizes = label_size_words(_table(size=["微型", "规上", "中小"]), "size", coarse=False)
    assert [notice.code for notice in sizes.notices] == ["sizes_not_settled"]


@pytest.mark.parametrize(
    ("word", "level"),
    [
        *((word, "rural") for word in ("农村", "乡村", "村", "县域", "乡", "農村")),
        *((word, "rural") for word in ("Rural", "COUNTRYSIDE", "village", "non-metro", "ländlich")),
        *((word, "urban") for word in ("城镇", "城市", "城区", "中心城区", "市区", "市辖区")),
        *((word, "urban") for word in ("urban", "City", "metro", "suburban", "städtisch")),
        *((word, "unknown") for word in ("镇", "远郊区", "外地", "城乡结合部", "town", "乡镇")),
        ("Inner  City", "urban"),
        ("天府", "unknown"),
    ],
)
def test_words_are_mapped_by_the_table(word: str, level: str) -> None:
    """Words that standards settle are mapped, words they dispute are not."""
    sellers = _table(locality=[word, "rural", "urban"])
    labels = label_sellers(sellers, {"locality:rural_urban": None}, {})[0]
    assert _levels(labels)[0] == level
    assert labels.mapping[labels.rule_of[0]].rule.startswith("words:")


@pytest.mark.parametrize(
    ("word", "fine", "coarse"),
    [
        *(("微型", "micro", "small"), ("小型企业", "small", "small")),
        *(("中型", "medium", "large"), ("大型", "large", "large")),
        *(("Micro", "micro", "small"), ("Large", "large", "large")),
        *(("小微", "unknown", "small"), ("个体工商户", "unknown", "small")),
        *(("大中型", "unknown", "large"), ("SME", "unknown", "unknown")),
        *(("中型企業", "medium", "large"), ("大型企業", "large", "large")),
        *(("中小企业", "unknown", "unknown"), ("gold", "unknown", "unknown")),
    ],
)
def test_size_words_have_a_class_and_a_coarse_side(word: str, fine: str, coarse: str) -> None:
    """Words spanning two classes keep the side they are on, and no class."""
    sellers = _table(size=[word, "small", "large"])
    made = label_sellers(sellers, {"size": None}, {})
    assert _names(made) == {"size": True, "size:class": False, "size:small_large": False}
    assert (_levels(made[1])[0], _levels(made[2])[0]) == (fine, coarse)


def test_only_classes_that_a_word_names_are_groups() -> None:
    """A column of two sizes has two groups: micro and medium are none of these data."""
    made = label_sellers(_table(size=["small", "large", "中小企业"]), {}, {})
    fine = next(label for label in made if label.name == "size:class")
    assert fine.levels == ("small", "large", "unknown")


def test_words_that_map_to_nothing_leave_the_column_alone() -> None:
    """Where no word is known there is no mapping, and the notice lists the words."""
    made = label_sellers(_table(locality=["NE", "W", "W"]), {"locality": None}, {})
    assert _names(made) == {"locality": True}
    told = next(notice for notice in made[0].notices if notice.code == "words_unmapped")
    assert told.facts["words"] == ["W", "NE"]


def test_a_named_standard_is_declared_beside_its_column() -> None:
    """Naming a standard asks for its attribute, whatever the case of the id."""
    sellers = _table(locality=["a", "b"], region_code=["111", "220"])
    made = label_sellers(sellers, {"locality": None}, {"locality": "cn-nbs-urc"})
    assert _names(made) == {"locality": True, "locality:CN-NBS-URC": True}
    assert _levels(made[1]) == ["urban", "rural"]
    assert made[1].verification == "secondary (pages of statistics bureaus)"


def test_intersections_join_levels_and_keep_unknown_whole() -> None:
    """Unknown in either part is unknown; the mapping says in which."""
    sellers = _table(size=["Large", "Small", None, "Small"], region=["W", "NE", "W", None])
    made = label_sellers(sellers, {"size*region": None}, {})
    crossed = made[0]
    assert crossed.declared
    assert _levels(crossed) == ["Large × W", "Small × NE", "unknown", "unknown"]
    assert set(crossed.levels) == {
        *("Small × W", "Small × NE", "Large × W", "Large × NE"),
        "unknown",
    }
    rules = {row.rule for row in crossed.mapping}
    assert {"unknown_in:size", "unknown_in:region"} <= rules
    assert {labels.name for labels in made if not labels.declared} >= {"size", "region"}


def test_intersections_may_cross_mappings() -> None:
    """A part may be a mapping; the standard's id is spelled as its table does."""
    sellers = _table(locality=["县域", "城市"], employees=[3.0, 400.0], annual_revenue=[1e5, 6e6])
    made = label_sellers(sellers, {"locality:rural_urban*size:cn-nbs-2017@retail": None}, {})
    assert made[0].name == "locality:rural_urban*size:CN-NBS-2017@retail"
    assert _levels(made[0]) == ["rural × micro", "urban × medium"]


def test_nothing_asked_for_uses_what_the_columns_allow() -> None:
    """Rural/urban and size class lead, membership follows; the rest is not an attribute."""
    sellers = _table(
        locality=["县域", "城市"], size=["小型", "大型"], cooperative=["是", "否"], other=["x", "y"]
    )
    made = label_sellers(sellers, {}, {})
    assert _names(made) == {
        "locality:rural_urban": True,
        "size:class": True,
        "size:small_large": False,
        "cooperative": True,
    }


@pytest.mark.parametrize(
    "words",
    [["NE", "W", "W", "S"], ["县域", "村", "农村", "乡"], ["城市", "农村", "甲", "乙", "丙"]],
)
def test_a_poor_mapping_does_not_replace_the_column_by_default(words: list[str]) -> None:
    """One group, or most sellers unknown, is no contrast; the column's own words lead."""
    made = label_sellers(_table(locality=words), {}, {})
    assert (made[0].name, made[0].declared) == ("locality", True)
    assert not any(labels.declared for labels in made[1:])


def test_without_any_attribute_the_refusal_says_what_would_do() -> None:
    """Numbers alone need a standard; nothing at all needs a column."""
    with pytest.raises(DataError) as caught:
        label_sellers(_table(employees=[3.0]), {}, {})
    assert caught.value.code == "no_attribute"
    assert "--standard size=CN-NBS-2017" in caught.value.facts["options"]
    with pytest.raises(DataError):
        label_sellers(_table(other=["x"]), {}, {})


def test_a_misspelt_attribute_is_met_with_the_nearest_name() -> None:
    """An attribute without a column is a usage error with a suggestion."""
    with pytest.raises(UsageError) as caught:
        label_sellers(_table(locality=["a"]), {"localty": None}, {})
    assert caught.value.code == "attribute_unknown"
    assert "locality" in caught.value.facts["suggestions"]


@pytest.mark.parametrize("name", ["localty", "locality*", "*", "seller", "locality:", "a:b:c"])
def test_a_name_that_is_no_attribute_is_a_usage_error(name: str) -> None:
    """Half an intersection, the seller itself and other slips are told, not crashed on."""
    with pytest.raises(UsageError):
        label_sellers(_table(locality=["a"]), {name: None}, {})


def test_a_standard_for_an_attribute_that_is_not_there_is_not_ignored() -> None:
    """A misspelt attribute in a standard is an error with or without attributes asked for."""
    for asked in ({}, {"locality": None}):
        with pytest.raises(UsageError) as caught:
            label_sellers(_table(locality=["rural", "urban"]), asked, {"localty": "CN-NBS-URC"})
        assert caught.value.code == "attribute_unknown"


def test_an_attribute_crossed_with_itself_is_itself() -> None:
    """Crossing a grouping with itself says nothing new."""
    made = label_sellers(_table(zone=["a", "b"]), {"zone*zone": None}, {})
    assert _names(made) == {"zone": True}


def test_size_numbers_without_a_standard_ask_for_one() -> None:
    """No standard is guessed for numbers."""
    with pytest.raises(UsageError) as caught:
        label_sellers(_table(employees=[3.0]), {"size": None}, {})
    assert caught.value.code == "attribute_needs_standard"


@pytest.mark.parametrize(
    ("values", "code"),
    [(["x", "x", None], "attribute_one_level"), ([None, "", "-"], "attribute_empty")],
)
def test_one_level_or_none_runs_and_says_so(values: list[str | None], code: str) -> None:
    """A column that cannot be compared is labelled and told."""
    labels = label_sellers(_table(zone=values), {"zone": None}, {})[0]
    assert code in [notice.code for notice in labels.notices]
    assert len(labels.codes) == 3


def test_numbers_and_flags_can_be_levels() -> None:
    """A number column asked for as an attribute is written out, a gap is unknown."""
    sellers = pa.table(
        {"seller": ["a", "b", "c"], "tier": [1.0, 2.0, None], "own": [True, False, None]}
    )
    tier, own = label_sellers(sellers, {"tier": None, "own": None}, {})
    assert tier.levels == ("1", "2", "unknown")
    assert own.levels == ("false", "true", "unknown")


def test_levels_that_differ_only_in_case_are_pointed_out() -> None:
    """Rural and rural stay two levels, and the reader is told."""
    labels = label_sellers(_table(zone=["Rural", "rural", "x"]), {"zone": None}, {})[0]
    assert labels.levels == ("Rural", "rural", "x", "unknown")
    assert labels.notices[0].code == "attribute_levels_alike"


def test_no_sellers_at_all_gives_empty_labels() -> None:
    """An empty table has levels and no codes."""
    sellers = pa.table({"seller": pa.array([], pa.string()), "zone": pa.array([], pa.string())})
    labels = label_sellers(sellers, {"zone": None}, {})[0]
    assert labels.levels == ("unknown",)
    assert labels.codes.shape == (0,)


def test_chunked_and_dictionary_columns_are_read_alike() -> None:
    """How arrow stores a column does not change its labels."""
    chunked = pa.chunked_array([["a", "b"], ["b", None]])
    plain = pa.table({"seller": list("wxyz"), "zone": chunked})
    coded = pa.table({"seller": list("wxyz"), "zone": chunked.dictionary_encode()})
    one = label_sellers(plain, {"zone": None}, {})[0]
    two = label_sellers(coded, {"zone": None}, {})[0]
    assert one.codes.tolist() == two.codes.tolist() == [1, 0, 0, 2]


def test_the_chengdu_listings_are_grouped_by_their_own_words(shared: Path) -> None:
    """1,803 of 2,499 listings are 中心城区 and 326 are 县域."""
    with (shared / "tujia_chengdu_gb18030.csv").open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    sellers = pa.table(
        {
            "seller": [str(row) for row in range(len(rows))],
            "locality": [row["地区类型"] for row in rows],
        }
    )
    raw, mapped = label_sellers(sellers, {"locality": "地区类型"}, {})
    assert dict(zip(raw.levels, raw.sellers.tolist(), strict=True)) == {
        "中心城区": 1803,
        "远郊区": 327,
        "县域": 326,
        "外地": 43,
        "unknown": 0,
    }
    assert mapped.sellers.tolist() == [326, 1803, 370]


def test_every_standard_says_where_it_comes_from_and_how_it_was_checked() -> None:
    """Sources can be followed by a reader, and no two standards share an id."""
    standards = list_standards()
    assert len({standard.id for standard in standards}) == len(standards) >= 20
    for standard in standards:
        assert standard.source
        assert standard.verification
        assert not re.search(r"file ids?\b", standard.source)
        if standard.usable:
            assert find_standard(standard.id.lower()).standard is standard
    for table in ("rural_codes.csv", "size_standards.csv"):
        assert all(row["gathered"] for row in read_standard_table(table))


def test_every_code_of_a_table_is_labelled_as_its_row_says() -> None:
    """A code that is spelled out belongs to its own row and to no earlier one."""
    for standard in list_standards():
        rows = rows_of(standard)
        if standard.kind != "rural" or not standard.usable:
            continue
        literal = [row for row in rows if re.fullmatch(row["pattern"], row["code"])]
        sellers = pa.table(
            {
                "seller": [row["code"] for row in literal] or ["x"],
                "zone": [row["code"] for row in literal] or ["x"],
            }
        )
        labels = label_sellers(sellers, {f"zone:{standard.id}": None}, {})[0]
        for row, level in zip(literal, _levels(labels), strict=False):
            expected = row["class"] if row["class"] in {"rural", "urban"} else "unknown"
            assert level == expected


def test_a_column_of_names_is_pointed_out() -> None:
    """More than fifty levels are labelled, and the reader is asked whether it is a grouping."""
    labels = label_sellers(_table(zone=[f"shop {n}" for n in range(51)]), {"zone": None}, {})[0]
    assert len(labels.levels) == 52
    assert [notice.code for notice in labels.notices] == ["attribute_many_levels"]


def test_unused_size_numbers_are_mentioned_once() -> None:
    """Where numbers for size lie unused, the first attribute says what to type."""
    sellers = _table(locality=["县域", "城市"], employees=[3.0, 4.0])
    made = label_sellers(sellers, {}, {})
    codes = [notice.code for labels in made for notice in labels.notices]
    assert codes.count("size_needs_standard") == 1


def test_a_scheme_by_sector_without_sectors_knows_nobody() -> None:
    """Without a sector column no Chinese class is given, and the notice says how to fix one."""
    sellers = _table(employees=[3.0, 400.0], annual_revenue=[1e5, 6e6])
    labels = label_sellers(sellers, {"size": None}, {"size": "CN-NBS-2017"})[0]
    assert labels.known == 0
    assert "sector_missing" in [notice.code for notice in labels.notices]


@pytest.mark.parametrize(
    ("address", "groups"),
    [
        (["市区"] * 5 + ["县域"] * 4, 2),
        (["市区"] * 9, None),
        ([f"市区{n}号" for n in range(9)], None),
    ],
)
def test_a_column_that_would_group_sellers_is_named(address: list[str], groups: int | None) -> None:
    """Taken for addresses, 市区 and 县域 give no rural seller; as words they are two groups.

    A column of one word, or of a different one for each seller, is not proposed.
    """
    labels = label_sellers(_table(address=address), {"locality": None}, {})[0]
    told = [one.facts for one in labels.notices if one.code == "column_would_group"]
    wanted = {"attribute": "locality:rural_urban", "column": "address", "groups": groups}
    assert told == ([wanted] if groups else [])
    assert not [
        one
        for one in label_sellers(_table(address=address), {"address": None}, {})[0].notices
        if one.code == "column_would_group"
    ]
