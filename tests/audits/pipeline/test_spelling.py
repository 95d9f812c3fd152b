"""Sellers that are spelt otherwise, or stand in another column, are pointed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline import audit
from fairshelf.audits.pipeline.spelling import alike

if TYPE_CHECKING:
    from pathlib import Path

SHOPS = ("甲店（青川）", "乙店", "丙店")


def _log(folder: Path, shops: tuple[str, ...] = SHOPS) -> str:
    lines = [f"{query},{n},{shop}" for query in "茶米" for n, shop in enumerate(shops, start=1)]
    path = folder / "log.csv"
    path.write_text("\n".join(["搜索词,排名,店铺名称", *lines]), encoding="utf-8")
    return str(path)


def _sellers(folder: Path, *names: str) -> str:
    lines = [f"9251{n},{name},农村" for n, name in enumerate(names)]
    path = folder / "sellers.csv"
    heading = "统一社会信用代码,企业名称,地区类型"
    path.write_text("\n".join([heading, *lines]), encoding="utf-8")
    return str(path)


def test_the_column_that_holds_the_shops_is_named(tmp_path: Path) -> None:
    """The register goes by its code, the log by names: the heading to map is told."""
    with pytest.raises(DataError) as caught:
        audit([_log(tmp_path)], _sellers(tmp_path, "乙店", "丙店 ", "丁店"), None, Settings())
    assert caught.value.code == "sellers_match_elsewhere"
    told = {name: caught.value.facts[name] for name in ("heading", "count", "sellers")}
    assert told == {"heading": "企业名称", "count": 2, "sellers": 3}


def test_where_no_column_holds_them_nothing_is_suggested(tmp_path: Path) -> None:
    """Other shops altogether: the error is the one of a table that does not belong to the log."""
    with pytest.raises(DataError) as caught:
        audit([_log(tmp_path)], _sellers(tmp_path, "丁店"), None, Settings())
    assert caught.value.code == "sellers_match_nothing"


def test_brackets_of_another_width_are_pointed_at(tmp_path: Path) -> None:
    """甲店(青川) in the register is not 甲店（青川） of the log: both are named, none is joined."""
    sellers = _sellers(tmp_path, "甲店(青川)", "乙店", "丙店")
    done = audit([_log(tmp_path)], sellers, None, Settings(map={"seller": "企业名称"})).results
    (notice,) = [one for one in done.notices if one.code == "names_alike"]
    assert notice.facts == {"count": 1, "example": "甲店(青川)", "value": "甲店（青川）"}
    assert done.joins.log_sellers_without_row == 1
    (notice,) = [one for one in done.notices if one.code == "sellers_not_listed"]
    assert notice.facts == {"sellers": 1, "examples": ["甲店（青川）"]}


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("甲 店", "甲店", "Ａ店", "A店", "乙店"), 2),
        (("a1", "A1", "甲店", "甲店2"), 0),
        ((None, "甲店"), 0),
    ],
)
def test_width_and_spaces_fold_and_nothing_else(names: tuple[str | None, ...], count: int) -> None:
    """Case tells ids apart, and a further letter another shop."""
    found = alike(names)
    assert (0 if found is None else found.facts["count"]) == count


def test_where_every_shop_is_listed_nothing_is_said(tmp_path: Path) -> None:
    """A register that has all shops of the log gives no such notice, further shops or not."""
    sellers = _sellers(tmp_path, *SHOPS, "丁店")
    done = audit([_log(tmp_path)], sellers, None, Settings(map={"seller": "企业名称"})).results
    assert not {"names_alike", "sellers_not_listed"} & {one.code for one in done.notices}
