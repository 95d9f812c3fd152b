"""``audit fit`` from a log to a page, on a rule that is known and on real lists."""

from __future__ import annotations

import json
import re
import tomllib
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

HAN = re.compile("[\u3400-\u9fff]")
FAST = ("--model", "linear")


def draw(seed: int, planted: float) -> list[dict[str, Any]]:
    """Rank 20 of 240 goods of 80 shops, 30 of them in counties, in each of 80 searches."""
    rng = np.random.default_rng(seed)
    shop = np.repeat(np.arange(80), 3)
    away = (np.arange(80) < 30)[shop]
    price = np.exp(4 + 0.6 * rng.standard_normal(240))
    rating = np.where(rng.random(240) < 0.2, 0.0, rng.uniform(4, 5, 240)).round(1)
    fixed = 0.8 * np.log(price) + planted * away
    rows = []
    for search in range(80):
        chosen = rng.choice(240, 20, replace=False)
        order = chosen[np.argsort(-fixed[chosen] - rng.gumbel(size=20))]
        rows += [
            {
                "搜索ID": f"Q{search:03d}",
                "排名": place + 1,
                "商品ID": f"GOODS{one:04d}",
                "店铺ID": f"SHOP{shop[one]:03d}",
                "地区类型": "县域" if away[one] else "城区",
                "价格": round(float(price[one]), 1),
                "评分": float(rating[one]),
            }
            for place, one in enumerate(order)
        ]
    return rows


def write(rows: list[dict[str, Any]], place: Path) -> Path:
    """Write rows as a Chinese CSV file."""
    lines = [",".join(rows[0]), *(",".join(str(cell) for cell in row.values()) for row in rows)]
    place.write_text("\n".join(lines) + "\n", encoding="gb18030")
    return place


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a log whose rule holds 0.9 against counties."""
    return write(draw(1, -0.9), tmp_path / "log.csv")


def found(folder: Path) -> dict[str, Any]:
    """Read what a fit found."""
    told: dict[str, Any] = json.loads((folder / "fit.json").read_text("utf-8"))
    return told


def effect(record: dict[str, Any], label: str) -> dict[str, Any]:
    """Give the effect of a level or a factor."""
    told: dict[str, Any] = next(
        one
        for one in record["study"]["effects"]
        if label in (one["label"], one["factor"]) and one["kind"] != "missing"
    )
    return told


def test_a_planted_rule_is_found_and_written(
    command: Callable[..., Result], log: Path, tmp_path: Path
) -> None:
    """The location effect and the price's lie in their intervals; all files are there."""
    ended = command(
        *("fit", log, "--attribute", "locality", "--disclosed", "rating", "--missing", "rating=0"),
        *("-o", "out", "--lang", "en"),
    )
    assert ended.exit_code == 0, ended.stderr
    out = tmp_path / "out"
    assert sorted(file.name for file in out.iterdir()) == [
        *("boosted.skops", "fit.en.html", "fit.json", "weights.toml")
    ]
    record = found(out)
    county = effect(record, "县域")
    assert county["low"] < np.exp(-0.9) < county["high"] < 1
    assert county["sellers"] == 30
    told = {one["factor"]: one["code"] for one in record["study"]["verdicts"]}
    assert told["price"] == "undisclosed_seen"
    assert told["locality"] == "undisclosed_seen"
    assert told["rating"] != "disclosed_seen"
    assert record["rows"]["read"] == record["rows"]["used"] == 1600
    weights = tomllib.loads((out / "weights.toml").read_text("utf-8"))
    assert weights["empty"]["rating"] == [0.0]
    assert "not named, but seen" in " ".join(ended.stdout.split())


def test_factors_may_be_typed_by_their_headings(
    command: Callable[..., Result], log: Path, tmp_path: Path
) -> None:
    """价格 and 评分 are what the log calls price and rating: they are in the data."""
    typed = ("--disclosed", "价格,配送", "--missing", "评分=0")
    ended = command("fit", log, *FAST, "--attribute", "locality", *typed, "-o", "out")
    assert ended.exit_code == 0, ended.stderr
    record = found(tmp_path / "out")
    told = {one["factor"]: one["code"] for one in record["study"]["verdicts"]}
    assert told["price"].startswith("disclosed_")
    assert told["price"] != "disclosed_no_column"
    assert "价格" not in told
    assert told["配送"] == "disclosed_no_column"
    assert record["settings"]["missing"] == {"rating": [0.0]}


def test_the_weights_rank_again(command: Callable[..., Result], log: Path, tmp_path: Path) -> None:
    """Replaying the written weights on the same goods is an audit of the surrogate's order."""
    assert command("fit", log, *FAST, "-o", "out", "--attribute", "locality").exit_code == 0
    ended = command(
        *("replay", "out/weights.toml", log, "--attribute", "locality", "-o", "again"),
        *("--permutations", 99),
    )
    assert ended.exit_code == 0, ended.stderr
    told = json.loads((tmp_path / "again" / "results.json").read_text("utf-8"))
    assert dict(told["tables"]["ranking_model"]["rows"])["kind"] == "linear"


def test_a_zero_that_means_none_is_pointed_out(
    command: Callable[..., Result], log: Path, tmp_path: Path
) -> None:
    """Ratings of 0.0 are noticed unless they are told to be none."""
    command("fit", log, *FAST, "-o", "a")
    command("fit", log, *FAST, "-o", "b", "--missing", "rating=0")
    codes = [{one["code"] for one in found(tmp_path / name)["notices"]} for name in ("a", "b")]
    assert "fit_spike" in codes[0]
    assert "fit_spike" not in codes[1]
    assert "fit_missing" in codes[1]


def test_the_same_seed_gives_the_same_bytes(
    command: Callable[..., Result], log: Path, tmp_path: Path
) -> None:
    """fit.json, both pages and the weights are the same to the byte when run again."""
    for name in ("a", "b"):
        assert command("fit", log, *FAST, "-o", name, "--seed", 4).exit_code == 0
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert names == ["fit.en.html", "fit.json", "fit.zh.html", "weights.toml"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


class Reading(HTMLParser):
    """Tags left open, ids, texts with their language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.names: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and the language within it."""
        lang = dict(attrs).get("lang") or (self.open[-1][1] if self.open else "")
        self.names.append(tag)
        if tag not in {"meta", "br", "path", "rect", "circle"}:
            self.open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag last opened."""
        if tag not in {"path", "rect", "circle"} and (not self.open or self.open.pop()[0] != tag):
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        """Hold text against the language it stands in."""
        around = {tag for tag, _ in self.open}
        if not self.open or around & {"style", "title", "desc", "code"}:
            return
        lang = self.open[-1][1]
        if (lang == "en" and HAN.search(data)) or (
            lang == "zh-Hans" and re.search("[A-Za-z]{2}", data)
        ):
            self.wrong.append(data)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_whole_inert_and_names_nobody(
    command: Callable[..., Result], log: Path, tmp_path: Path, lang: str
) -> None:
    """No script, nothing loaded, tags balanced, languages marked, no id of shop, good or search."""
    command("fit", log, "--attribute", "locality", "-o", "out", "--disclosed", "price,rating")
    text = (tmp_path / "out" / f"fit.{lang}.html").read_text("utf-8")
    page = Reading(text)
    assert not page.wrong
    assert not set(page.names) & {"script", "link", "iframe", "img", "form", "object"}
    assert "default-src 'none'" in text
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org", "")
    for held in (text, (tmp_path / "out" / "fit.json").read_text("utf-8")):
        assert not re.search(r"SHOP\d{3}|GOODS\d{4}|Q\d{3}\b", held)
    assert "log.csv" not in text
    assert text.count("<svg") >= 6
    for drawing in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        assert 'aria-hidden="true"' in drawing or ("<title" in drawing and "<desc" in drawing)


def test_few_sellers_are_withheld_from_the_page(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """A level of seven shops stands in fit.json, marked as indicative, and not on the page."""
    rows = draw(2, -0.5)
    for row in rows:
        if row["店铺ID"] < "SHOP007":
            row["地区类型"] = "牧区"
    log = write(rows, tmp_path / "log.csv")
    assert command("fit", log, *FAST, "--attribute", "locality", "-o", "out").exit_code == 0
    assert effect(found(tmp_path / "out"), "牧区")["indicative"]
    assert "牧区" not in (tmp_path / "out" / "fit.zh.html").read_text("utf-8")
    assert "县域" in (tmp_path / "out" / "fit.zh.html").read_text("utf-8")


def test_candidates_that_were_not_shown_bring_the_effect_back(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """From the first 5 of 20 alone -0.9 all but vanishes; with the 15 not shown it is found."""
    rows = draw(3, -0.9)
    top = [row for row in rows if row["排名"] <= 5]
    known = [{**row, "排名": row["排名"] if row["排名"] <= 5 else ""} for row in rows]
    write(top, tmp_path / "top.csv")
    write(known, tmp_path / "known.csv")
    asked = (*FAST, "--attribute", "locality")
    assert command("fit", tmp_path / "top.csv", *asked, "-o", "top").exit_code == 0
    ended = command("fit", tmp_path / "known.csv", *asked, "--unshown", "-o", "known")
    assert ended.exit_code == 0, ended.stderr
    alone, told = found(tmp_path / "top"), found(tmp_path / "known")
    assert effect(alone, "县域")["odds"] > 0.7
    assert effect(told, "县域")["low"] < np.exp(-0.9) < effect(told, "县域")["high"] < 1
    assert alone["study"]["shown_only"]
    assert not told["study"]["shown_only"]
    assert told["rows"]["rejected"] == 0


def test_factors_of_a_catalogue_and_advertisements_left_out(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """A table of listings gives the price the log has not; paid places tell of no order."""
    rows = draw(4, 0.0)
    goods = {row["商品ID"]: row["价格"] for row in rows}
    catalogue = [{"商品ID": name, "价格": price} for name, price in goods.items()]
    write(catalogue, tmp_path / "goods.csv")
    bare = [
        {**{k: row[k] for k in list(row)[:5]}, "是否广告": "是" if row["排名"] == 3 else "否"}
        for row in rows
    ]
    log = write(bare, tmp_path / "log.csv")
    ended = command("fit", log, *FAST, "--catalogue", tmp_path / "goods.csv", "-o", "out")
    assert ended.exit_code == 0, ended.stderr
    record = found(tmp_path / "out")
    assert effect(record, "price")["low"] > 1
    ads = next(one for one in record["notices"] if one["code"] == "fit_ads")
    assert ads["facts"]["count"] == 80


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        (["--model", "forest"], 2, "lambdamart"),
        (["--split", "weeks"], 2, "sellers"),
        (["--split", "time"], 2, "--split requests"),
        (["--missing", "rating=none"], 2, "rating=0"),
        (["--missing", "ratng=0"], 2, "rating"),
        (["--feature", "prise"], 3, "价格"),
        (["--attribute", "locality", "--reference", "locality=乡"], 2, "城区"),
        (["--attribute", "locality", "--reference", "size=small"], 2, "locality"),
    ],
)
def test_wrong_words_are_named(
    command: Callable[..., Result], log: Path, typed: list[str], status: int, said: str
) -> None:
    """A choice that is none, a value that is no number, a column that is not there."""
    ended = command("fit", log, *FAST, *typed, "--lang", "en", "-o", "out")
    assert ended.exit_code == status
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_log_that_tells_of_no_order(command: Callable[..., Result], tmp_path: Path) -> None:
    """Four rows cannot be held out of: the data cannot be used, and it is said why."""
    log = write(draw(1, 0.0)[:3], tmp_path / "log.csv")
    ended = command("fit", log, *FAST, "-o", "out")
    assert ended.exit_code == 3
    assert not (tmp_path / "out").exists()


def test_columns_without_a_value_tell_nothing(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """A price that is always the same and ratings nobody has end in a model that is too weak."""
    rows = [{**row, "价格": 5, "评分": ""} for row in draw(1, 0.0)]
    ended = command("fit", write(rows, tmp_path / "log.csv"), "-o", "out")
    assert ended.exit_code == 0, ended.stderr
    record = found(tmp_path / "out")
    assert record["study"]["grade"] == "too_weak"
    assert {one["code"] for one in record["notices"]} >= {"fit_constant"}


def test_what_the_platform_says_may_stand_in_the_settings(
    command: Callable[..., Result], log: Path, tmp_path: Path
) -> None:
    """``[fit] disclosed`` of audit.toml is read, and other tables are left alone."""
    (tmp_path / "audit.toml").write_text('[audit]\nseed = 3\n[fit]\ndisclosed = ["rating"]\n')
    assert command("fit", log, *FAST, "-c", "audit.toml", "-o", "out").exit_code == 0
    record = found(tmp_path / "out")
    assert record["settings"]["disclosed"] == ["rating"]
    assert record["settings"]["seed"] == 3


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "county"), [("tujia_chengdu_gb18030.csv", -1), ("tujia_suzhou.csv", 1)]
)
def test_real_lists_tell_what_goes_with_their_order(
    command: Callable[..., Result], shared: Path, tmp_path: Path, name: str, county: int
) -> None:
    """Chengdu holds 县域 down and Suzhou up, as their positions do; reviews go with high places."""
    ended = command(
        *("fit", shared / name, *FAST, "--missing", "rating=0", "--attribute", "locality"),
        *("-o", "out"),
    )
    assert ended.exit_code == 0, ended.stderr
    record = found(tmp_path / "out")
    study = record["study"]
    assert (study["how"], study["grade"], record["seller_is"]) == ("listings", "usable", "listing")
    told = effect(record, "县域")
    assert (told["high"] < 1) if county < 0 else (told["low"] > 1)
    assert effect(record, "reviews")["low"] > 1
    assert {"fit_limit_one_list", "fit_limit_own_seller"} <= {o["code"] for o in record["limits"]}
    order = {one["name"]: one["measures"]["pairs"]["value"] for one in study["orders"]}
    assert order["linear"] > max(order["price"], order["rating"], order["reviews"]) > 0.5


@pytest.mark.shared
def test_a_random_arm_is_too_weak_to_conclude_from(
    command: Callable[..., Result], shared: Path, tmp_path: Path
) -> None:
    """ZOZOTOWN's randomised arm rewards nothing, and nothing is concluded from it."""
    ended = command(
        *("fit", shared / "obd_zozotown_all_20k.parquet", *FAST, "--where", "policy=random"),
        *("--feature", "item_feature_0", "--feature", "group_1=words", "-o", "out"),
    )
    assert ended.exit_code == 0, ended.stderr
    record = found(tmp_path / "out")
    assert record["study"]["grade"] == "too_weak"
    assert {one["seen"] for one in record["study"]["verdicts"]} == {"too_weak"}
    assert "fit_pooled" in {one["code"] for one in record["notices"]}


@pytest.mark.parametrize(("showings", "refused"), [("row", True), ("page", False), ("same", False)])
def test_orders_that_were_added_up_are_no_orders(
    tmp_path: Path,
    command: Callable[..., Result],
    showings: str,
    *,
    refused: bool,
) -> None:
    """Rows of one page that were shown differently often are refused; whole pages count once."""
    rows = draw(1, -0.9)
    for number, row in enumerate(rows):
        times = {"row": 1 + number % 7, "page": 1 + number // 20 % 7, "same": 3}
        row["展示次数"] = times[showings]
    words = ("fit", write(rows, tmp_path / "log.csv"), *FAST, "--lang", "en")
    done = command(*words, "--attribute", "locality", "-o", "out")
    if refused:
        assert done.exit_code == 2
        assert "1 to 7" in " ".join(done.stderr.split())
        return
    assert done.exit_code == 0, done.stderr
    told = [one["code"] for one in found(tmp_path / "out")["notices"]]
    assert ("fit_counts_once" in told) == (showings == "page")
