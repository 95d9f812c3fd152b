"""Counties from codes and addresses."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fairshelf.audits.groups.county_of import county_of


def _names(**columns: list[str | None]) -> list[str | None]:
    told = county_of(pa.table(columns))
    return [told.names[code] if code >= 0 else None for code in told.codes.tolist()]


@pytest.mark.parametrize(
    ("address", "county"),
    [
        ("四川省成都市郫都区德源镇", "成都市郫都区"),
        ("四川省 成都市 武侯区", "成都市武侯区"),
        ("重庆市奉节县永安街道", "重庆市奉节县"),
        ("山东省菏泽市曹县大集镇", "菏泽市曹县"),
        ("江西吉安市永新县", "吉安市永新县"),
        ("吉林省吉林市船营区", "吉林市船营区"),
        ("内蒙古自治区锡林郭勒盟太仆寺旗宝昌镇", "锡林郭勒盟太仆寺旗"),
        (
            "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县",
            "伊犁哈萨克自治州察布查尔锡伯自治县",
        ),
        ("望江县高士镇", "望江县"),
        ("浙江省杭州市高新区某路", None),
        ("陕西省西安市", None),
        ("Hangzhou", None),
        (None, None),
    ],
)
def test_an_address_begins_with_its_county(address: str | None, county: str | None) -> None:
    """Provinces are left out, development zones and bare prefectures are no counties."""
    assert _names(address=[address]) == [county]


def test_codes_decide_and_addresses_name() -> None:
    """A seller without a code joins the coded county that its address names, in full or bare."""
    told = _names(
        region_code=["340826", "340826103000", None, "340827", None],
        address=["安庆市宿松县", None, "安徽省宿松县二郎镇", None, "安庆市望江县"],
    )
    assert told == ["安庆市宿松县", "安庆市宿松县", "安庆市宿松县", "340827", "安庆市望江县"]


def test_a_code_of_a_prefecture_is_no_county() -> None:
    """340800 is all of Anqing; 441900 is Dongguan, which has no counties and is taken whole."""
    assert _names(region_code=["340800", "340000", "441900003", "06037"]) == [
        *(None, None, "441900", "06037"),
    ]


def test_one_name_never_stands_for_two_codes() -> None:
    """Two districts that an address calls the same stay apart, by their codes."""
    told = _names(region_code=["990101", "990201"], address=["某某市新华区", "某某市新华区"])
    assert told == ["990101", "990201"]
