"""``audit inspect`` tells what a file is; ``audit init`` writes settings that can be used."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.case import Case
from fairshelf.audits.config import Settings, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

LANGS = ("en", "zh")
NO_POSITION = {"en": "There is no position column", "zh": "没有名次列"}
OWN_GOODS = {"en": "shop's own back", "zh": "店铺自己后台"}
SHOPS = {"en": "at least {count} shops", "zh": "至少 {count} 家店"}
TOTAL = {"en": "a row of sums", "zh": "合计行"}
ACCOUNT = {
    "en": "{read} rows read: {used} usable, {out} set aside",
    "zh": "读取 {read} 行：可用 {used} 行，剔除 {out} 行",
}


def _said(ended: Ended) -> str:
    """Give all that was told, line breaks and indents taken out."""
    assert ended.exit_code == 0, ended.stderr
    return "".join(ended.stdout.split())


def _holds(said: str, *wanted: str) -> None:
    for words in wanted:
        assert "".join(words.split()) in said, words


def _taken(ended: Ended, heading: str, canonical: str) -> None:
    """Hold one line of the table of columns: the heading and what it was taken for."""
    lines = [line for line in ended.stdout.splitlines() if line.startswith(heading)]
    assert lines, heading
    assert any(canonical in line.removeprefix(heading) for line in lines), lines


@pytest.mark.parametrize("lang", LANGS)
def test_rows_set_aside_are_told_of_every_file(
    command: Callable[..., Ended], tmp_path: Path, lang: str
) -> None:
    """Of files told together each row bears its file's name; one in another encoding is apart."""
    heading, good = "请求,排名,商品,店铺\n", "q1,1,甲,s1\nq1,2,乙,s2\n"
    (tmp_path / "a.csv").write_text(heading + good, "utf-8")
    (tmp_path / "b.csv").write_text(heading + good + "q2,x,甲,s1\n", "utf-8")
    (tmp_path / "c.csv").write_text(heading + good, "gb18030")
    files = [tmp_path / f"{name}.csv" for name in "abc"]
    said = _said(command("inspect", *files, "--lang", lang))
    _holds(said, ACCOUNT[lang].format(read=5, used=4, out=1), "UTF-8", "GB18030")
    _holds(
        said, {"en": "b.csv: row 4, column 排名: “x”", "zh": "b.csv：第 4 行，排名 列：“x”"}[lang]
    )


@pytest.mark.shared
@pytest.mark.parametrize("lang", LANGS)
def test_the_german_export(command: Callable[..., Ended], shared: Path, lang: str) -> None:
    """BOM, semicolons, decimal commas, a break in a cell and a row of sums are all understood."""
    ended = command(
        "inspect", shared / "messy" / "GEN_amazon_business_report_de.csv", "--lang", lang
    )
    said = _said(ended)
    _holds(said, "UTF-8 BOM", "';'", NO_POSITION[lang], OWN_GOODS[lang])
    _holds(said, ACCOUNT[lang].format(read=3, used=2, out=1), "Gesamtzeile", TOTAL[lang])
    _holds(said, "1.699,15 € = 1,699.15", "874,65 € = 874.65")
    _taken(ended, "Bestellte Produkte", "revenue")
    _taken(ended, "(Untergeordnete)", "listing")
    _taken(ended, "Titel", "-")


@pytest.mark.shared
@pytest.mark.parametrize("lang", LANGS)
def test_the_jingdong_export(command: Callable[..., Ended], shared: Path, lang: str) -> None:
    """GB18030, 1.2万, the full-width yen sign and ``-`` in an unused column lose no row."""
    ended = command("inspect", shared / "messy" / "GEN_jd_shangzhi_sku_gb18030.csv", "--lang", lang)
    said = _said(ended)
    _holds(said, "GB18030", NO_POSITION[lang], OWN_GOODS[lang])
    _holds(said, ACCOUNT[lang].format(read=2, used=2, out=0))
    _holds(said, "1.2万 = 12,000", "￥3,210.50 = 3,210.5", "￥0.00 = 0")
    _taken(ended, "商品曝光次数", "impressions")
    _taken(ended, "SKU", "listing")
    _taken(ended, "成交金额", "revenue")
    _taken(ended, "搜索曝光次数", "-")


@pytest.mark.shared
@pytest.mark.parametrize("lang", LANGS)
def test_the_workbook(command: Callable[..., Ended], shared: Path, lang: str) -> None:
    """Headings in row 6; ids restored from 5.6E+11; ``-`` and 合计 set aside by row number."""
    ended = command(
        "inspect", shared / "messy" / "GEN_shengyicanmou_header_row6.xlsx", "--lang", lang
    )
    said = _said(ended)
    _holds(said, "商品效果", NO_POSITION[lang], SHOPS[lang].format(count=2), "5.6E+11")
    _holds(said, ACCOUNT[lang].format(read=3, used=1, out=2), "合计", TOTAL[lang])
    _holds(
        said, *{"en": ("row 6", "row 8", "row 9"), "zh": ("第 6 行", "第 8 行", "第 9 行")}[lang]
    )
    _holds(said, "--sellers")
    for heading, canonical in (
        ("商品id", "listing"),
        ("曝光量", "impressions"),
        ("点击次数", "clicks"),
        ("支付金额", "revenue"),
        ("店铺名称", "seller"),
        ("店铺所在地", "address"),
    ):
        _taken(ended, heading, canonical)


@pytest.mark.parametrize("lang", LANGS)
def test_rows_are_looked_at_without_a_position(
    command: Callable[..., Ended], tmp_path: Path, lang: str
) -> None:
    """A file that is no log is still told which of its rows would be set aside, and why."""
    export = tmp_path / "export.csv"
    rows = ["商品ID,商品曝光次数,成交金额", "5.64940950728E+11,1.2万,￥3.5"]
    rows += ["5.649E+11,7,￥1", "p3,many,￥2", ",,", "合计,12007,￥6.5"]
    export.write_text("\n".join(rows) + "\n", encoding="gb18030")
    said = _said(command("inspect", export, "--lang", lang))
    _holds(said, NO_POSITION[lang], ACCOUNT[lang].format(read=5, used=1, out=4))
    _holds(said, "5.649E+11", "“many”", TOTAL[lang], "1.2万 = 12,000", "￥3.5 = 3.5")
    _holds(said, *(f"row {row}" if lang == "en" else f"第 {row} 行" for row in (3, 4, 5, 6)))


@pytest.mark.parametrize("lang", LANGS)
def test_totals_of_many_shops_are_told_as_such(
    command: Callable[..., Ended], tmp_path: Path, lang: str
) -> None:
    """A table of totals over shops is told how many it has, not that it lists one shop's goods."""
    file = tmp_path / "totals.csv"
    rows = "".join(f"店{one},g{one},{one}00\n" for one in range(1, 13))
    file.write_text("店铺名称,商品编号,曝光量\n" + rows, "utf-8")
    said = _said(command("inspect", file, "--lang", lang))
    _holds(said, NO_POSITION[lang], SHOPS[lang].format(count=12))
    assert "".join(OWN_GOODS[lang].split()) not in said


def test_a_usable_log_says_what_it_supports(command: Callable[..., Ended], small: Path) -> None:
    """A clean log is told as usable, with every column and no row set aside."""
    ended = command("inspect", small)
    said = _said(ended)
    _holds(said, ACCOUNT["en"].format(read=400, used=400, out=0))
    assert "".join(NO_POSITION["en"].split()) not in said
    for name in ("request", "position", "listing", "seller", "locality"):
        _taken(ended, name, name)


def test_inspect_fits_eighty_columns(command: Callable[..., Ended], small: Path) -> None:
    """No line is wider than a terminal, Chinese characters counted as two."""
    from rich.cells import cell_len

    content = small.read_text("utf-8").replace("locality", "店铺所在的地区（城镇或者农村）", 1)
    small.write_text(content, encoding="utf-8")
    for lang in LANGS:
        ended = command("inspect", small, "--lang", lang)
        assert max(cell_len(line) for line in ended.stdout.splitlines()) <= 80


@pytest.mark.parametrize("lang", LANGS)
def test_init_writes_settings_that_run(
    command: Callable[..., Ended], tmp_path: Path, small: Path, lang: str
) -> None:
    """What ``init`` writes holds every setting, reads back as the defaults, and runs."""
    file = tmp_path / "mine.toml"
    assert command("init", small, "-o", file, "--lang", lang).exit_code == 0
    text = file.read_text("utf-8")
    settings = load(file, {})
    columns = ("request", "position", "listing", "seller", "locality")
    assert settings == Settings(map={name: name for name in columns})
    written = tomllib.loads(text)["audit"]
    for name in Settings.model_fields:
        assert name in written or f"# {name} = " in text, name
    case = text.partition("[case]")[2]
    for name in Case.model_fields:
        assert f'# {name} = ""' in case, name
    filled = text.replace('# platform = ""', 'platform = "Shop Street"')
    file.write_text(filled, "utf-8")
    ended = command("run", small, "-c", file, "-o", "out", "-q")
    assert ended.exit_code == 0, ended.stderr
    results = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert results["case"] == {"platform": "Shop Street"}


def test_init_comments_in_the_language_that_was_asked_for(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """Every setting has a comment above it, Chinese in the Chinese file only."""
    for lang in LANGS:
        assert command("init", small, "-o", f"{lang}.toml", "--lang", lang).exit_code == 0
    text = {lang: (tmp_path / f"{lang}.toml").read_text("utf-8") for lang in LANGS}
    comments = {
        lang: [line for line in text[lang].splitlines() if line.startswith("# ")] for lang in LANGS
    }
    assert len(comments["en"]) == len(comments["zh"]) > len(Settings.model_fields)
    assert comments["en"] != comments["zh"]
    assert any("名次" in line or "设置" in line for line in comments["zh"])


def test_init_keeps_an_existing_file(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """A settings file that is there is not written over."""
    (tmp_path / "audit.toml").write_text("level = 0.9\n")
    assert command("init", small).exit_code == 2
    assert (tmp_path / "audit.toml").read_text() == "level = 0.9\n"


def test_a_folder_of_shops_is_told_at_once(command: Callable[..., Ended], tmp_path: Path) -> None:
    """Files with the same headings are one section; their names are offered for the shop."""
    for shop in ("甲", "乙", "丙"):
        (tmp_path / f"{shop}_20260301.csv").write_text("排名,商品名称\n1,茶\n2,米\n", "utf-8")
    said = _said(command("inspect", tmp_path, "--lang", "zh"))
    assert said.count("展示位置") + said.count("名次（position）") == 1
    _holds(said, "共 3 个", "读取 6 行", '--name-pattern "{seller}_{time}.xlsx"')
    pattern = ("--name-pattern", "{seller}_{time}.csv")
    said = _said(command("inspect", tmp_path, *pattern, "--lang", "zh"))
    _holds(said, "共 3 个", "可以：统计第一页上有谁", "可以：有时间列")
    assert "没有卖家列" not in said


def test_what_was_done_to_numbers_and_times_is_told(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """The unit of a heading and serial days are shown; days without a year promise no series."""
    rows = [f"词{n // 3},{46082 + n // 3},{n % 3 + 1},店{n},3.{n}" for n in range(9)]
    text = "\n".join(["搜索词,搜索时间,排名,店铺名称,曝光量(万)", *rows])
    (tmp_path / "a.csv").write_text(text, "utf-8")
    said = _said(command("inspect", tmp_path / "a.csv", "--lang", "zh"))
    _holds(said, "3.1 = 31,000", "都已乘以 10,000", "Excel 的日期序号", "可以：有时间列")
    (tmp_path / "b.csv").write_text(re.sub(r",4608(\d),", r",3月\1日,", text), "utf-8")
    said = _said(command("inspect", tmp_path / "b.csv", "--lang", "zh"))
    _holds(said, "没有年份")
    assert "可以：有时间列" not in said


def test_two_sheets_are_refused(command: Callable[..., Ended], tmp_path: Path) -> None:
    """Of two sheets named one would go unread without a word."""
    ended = command("run", tmp_path / "a.xlsx", "--sheet", "1月", "--sheet", "2月", "--lang", "zh")
    assert ended.exit_code == 2
    assert "1月、2月" in ended.stderr


def test_full_width_digits_are_typed(command: Callable[..., Ended]) -> None:
    """``--cutoff ５`` is 5, and what is no number is still said to be none."""
    shown = command("run", "x.csv", "--cutoff", "５", "--show-settings")
    assert json.loads(shown.stdout)["cutoffs"] == [5]
    ended = command("run", "x.csv", "--cutoff", "五", "--lang", "zh")
    assert ended.exit_code == 2
    assert "应是整数" in ended.stderr


@pytest.mark.parametrize("lang", LANGS)
def test_one_request_is_one_list(command: Callable[..., Ended], tmp_path: Path, lang: str) -> None:
    """A column of requests with one value tells nothing of the spread between requests."""
    file = tmp_path / "one.csv"
    rows = "".join(f"q1,{place},l{place},s{place % 3}\n" for place in range(1, 9))
    file.write_text("request,position,listing,seller\n" + rows, "utf-8")
    said = _said(command("inspect", file, "--lang", lang))
    _holds(said, {"en": "one ranked list", "zh": "一份排序列表"}[lang])
    assert {"en": "Requestsaretoldapart", "zh": "区分了各次请求"}[lang] not in said


def test_two_columns_of_positions_are_not_none(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """Where it is asked which column holds the positions, none is said to be missing."""
    file = tmp_path / "two.csv"
    rows = "".join(f"a,{place},{9 - place},l{place},s{place}\n" for place in range(1, 9))
    file.write_text("搜索词,排名,位置,商品ID,店铺名称\n" + rows, "utf-8")
    said = _said(command("inspect", file, "--lang", "en"))
    _holds(said, "Several columns could be", "--map position=排名")
    assert "".join(NO_POSITION["en"].split()) not in said


def test_of_a_register_nothing_is_said_about_listings(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """A register of sellers is told as one, 所在镇村 as an address; no listing is missed."""
    rows = "".join(f"店{n},青山镇李家村,{n}\n" for n in range(1, 9))
    (tmp_path / "r.csv").write_text(f"店铺名称,所在镇村,从业人数\n{rows}", encoding="utf-8")
    ended = command("inspect", "r.csv", "--lang", "zh")
    said = _said(ended)
    _holds(said, "卖家名录", "--sellers")
    _taken(ended, "所在镇村", "address")
    assert "商品编号" not in said


def test_a_rank_in_words_is_a_rank_all_the_same(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """Where positions stand in words, no total of shops is claimed, and none said to be missing."""
    rows = "".join(f"茶,榜上{n}号,店{n},{n}00+\n" for n in range(1, 9))
    (tmp_path / "w.csv").write_text(f"关键词,排名,店铺名,月销量\n{rows}", encoding="utf-8")
    said = _said(command("inspect", "w.csv", "--lang", "zh"))
    _holds(said, "名次这一列里不是整数而是文字")
    assert "合计数字" not in said
    assert "没有名次列" not in said


def test_an_empty_column_is_suggested_to_nobody(
    command: Callable[..., Ended], tmp_path: Path
) -> None:
    """Of the columns left over the first that holds something is given as an example."""
    rows = "".join(f",茶,{n},东头{n}\n" for n in range(1, 9))
    (tmp_path / "e.csv").write_text(f",关键词,名次,摊子\n{rows}", encoding="utf-8")
    said = _said(command("inspect", "e.csv", "--lang", "zh"))
    _holds(said, "group=摊子")
