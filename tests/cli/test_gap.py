"""``audit gap`` on a table of any kind, and on a published study."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result


def _row(n: int) -> str:
    rural = n % 3 == 0
    slow = (n * 7) % 5 < (3 if rural else 2)
    return f"{'农村' if rural else '城镇'},{'是' if slow else '否'},{n % 11}\n"


TABLE = "群体,慢,价格\n" + "".join(_row(n) for n in range(120))


def _write(folder: Path, text: str = TABLE, encoding: str = "gb18030") -> None:
    (folder / "t.csv").write_bytes(text.encode(encoding))


def test_a_chinese_table_in_either_language(command: Callable[..., Result], tmp_path: Path) -> None:
    """GB18030 with Chinese yes and no: rates by hand, both languages, nothing cut at 80 columns."""
    _write(tmp_path)
    for lang in ("en", "zh"):
        ended = command("gap", "t.csv", "--outcome", "慢", "--attribute", "群体", "--lang", lang)
        assert ended.exit_code == 0, ended.stderr
        assert "60" in ended.stdout
        assert "40" in ended.stdout
    told = json.loads(
        command(
            "gap", "t.csv", "--outcome", "慢", "--attribute", "群体", "--adjust", "价格", "--json"
        ).stdout
    )
    assert [rate["group"] for rate in told["gap"]["rates"]] == ["城镇", "农村"]
    assert told["gap"]["alone"][0]["value"] == pytest.approx((0.6 / 0.4) / (0.4 / 0.6))
    assert told["gap"]["adjusted"][0]["rows"] == 120


def test_chinese_sentences_fill_their_lines(command: Callable[..., Result], tmp_path: Path) -> None:
    """A sentence beside a table breaks between Chinese characters, not at its next blank."""
    _write(tmp_path)
    ended = command("gap", "t.csv", "--outcome", "慢", "--attribute", "群体", "--lang", "zh")
    lines = ended.stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("优势比大于"))
    assert 76 <= cell_len(lines[at]) <= 80
    assert all(cell_len(line) <= 80 for line in lines)


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        (["--outcome", "快", "--attribute", "群体"], 2, "慢"),
        (["--outcome", "价格", "--attribute", "群体"], 2, "--yes"),
        (["--outcome", "慢", "--attribute", "群体", "--reference", "农"], 2, "农村"),
        (["--outcome", "慢", "--attribute", "群体", "--yes", "对"], 2, "--yes"),
    ],
)
def test_wrong_words_are_named(
    command: Callable[..., Result], tmp_path: Path, typed: list[str], status: int, said: str
) -> None:
    """An unknown column, an outcome that is not plain, an unknown group: what to type instead."""
    _write(tmp_path)
    ended = command("gap", "t.csv", *typed, "--lang", "en")
    assert ended.exit_code == status
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("text", ["群体,慢\na,是\nb,是\n", "群体,慢\na,是\na,否\n"])
def test_data_without_a_gap_to_tell(
    command: Callable[..., Result], tmp_path: Path, text: str
) -> None:
    """One outcome only, or one group only, is data that cannot be used."""
    _write(tmp_path, text, "utf-8")
    ended = command("gap", "t.csv", "--outcome", "慢", "--attribute", "群体", "--lang", "en")
    assert ended.exit_code == 3


def test_a_value_is_named_as_yes(command: Callable[..., Result], tmp_path: Path) -> None:
    """With --yes any value of any column can be the outcome."""
    _write(tmp_path)
    ended = command(
        "gap", "t.csv", "--outcome", "价格", "--attribute", "群体", "--yes", "3", "--json"
    )
    assert ended.exit_code == 0, ended.stderr
    assert sum(rate["yes"] for rate in json.loads(ended.stdout)["gap"]["rates"]) == 11


@pytest.mark.shared
def test_the_published_odds_of_slow_internet(command: Callable[..., Result], shared: Path) -> None:
    """The Markup's AT&T offers in Atlanta: odds of low against upper income 2.2306 and 3.7273.

    The second with density, providers and broadband share held equal; rates 14.43% and 7.03%.
    """
    ended = command(
        "gap",
        str(shared / "isp_att_atlanta.parquet"),
        *("--outcome", "is_slow", "--attribute", "income_level", "--reference", "Upper Income"),
        *("--adjust", "ppl_per_sq_mile,n_providers,internet_perc_broadband", "--json"),
    )
    told = json.loads(ended.stdout)["gap"]
    rates = {one["group"]: one["value"] for one in told["rates"]}
    assert (round(rates["Low"], 4), round(rates["Upper Income"], 4)) == (0.1443, 0.0703)
    odds = [
        next(one["value"] for one in told[side] if one["group"] == "Low")
        for side in ("alone", "adjusted")
    ]
    assert [round(value, 4) for value in odds] == [2.2306, 3.7273]


def _counties(folder: Path, rural: int, blank: int = 0) -> None:
    """Write 40 rows a county, of some rural counties and 12 urban ones, some without a county."""
    lines = ["county,locality,ok"]
    for county in range(rural + 12):
        for n in range(40):
            name = "" if county == 0 and n < blank else f"c{county}"
            ok = int((n * 7 + county * 11) % 40 < 10 + county % 5 * 4)
            lines.append(f"{name},{'rural' if county < rural else 'urban'},{ok}")
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


CLUSTERED = ("gap", "t.csv", "--outcome", "ok", "--attribute", "locality", "--cluster", "county")


@pytest.mark.parametrize(
    ("rural", "said", "zh"),
    [(1, "no interval", "无区间"), (6, "Indicative only", "仅供参考"), (12, "", "")],
)
def test_few_clusters_are_said(
    command: Callable[..., Result], tmp_path: Path, rural: int, said: str, zh: str
) -> None:
    """One county has no interval, six have an indicative one; their number stands in the table."""
    _counties(tmp_path, rural)
    for lang, words in (("en", said), ("zh", zh)):
        ended = command(*CLUSTERED, "--lang", lang)
        assert ended.exit_code == 0, ended.stderr
        shown = ended.stdout.replace("\n", " ")
        assert words in shown
        if not words:
            assert "*" not in shown
    told = json.loads(command(*CLUSTERED, "--json").stdout)["gap"]
    assert [rate["clusters"] for rate in told["rates"]] == [12, rural]
    assert (told["alone"][0]["low"] is None) == (rural == 1)


def test_rows_without_a_cluster_are_left_out(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """Rows whose county is empty are no county of their own: they are counted and left out."""
    _counties(tmp_path, 12, blank=15)
    told = json.loads(command(*CLUSTERED, "--json").stdout)
    assert (told["read"], told["used"], told["no_cluster"]) == (960, 945, 15)
    assert [rate["clusters"] for rate in told["gap"]["rates"]] == [12, 12]
    assert "15 rows say no county" in command(*CLUSTERED, "--lang", "en").stdout


def test_no_sheet_and_no_file_of_an_archive_is_left_out(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """Two halves of a table, as sheets or in a zip archive, tell what the whole does."""
    _write(tmp_path)
    heading, *rows = TABLE.splitlines()
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        for name, half in (("一", rows[:60]), ("二", rows[60:])):
            archive.writestr(f"{name}.csv", "\n".join([heading, *half]))
            sheet = book.create_sheet(name)
            for line in (heading, *half):
                sheet.append(line.split(","))
    book.save(tmp_path / "t.xlsx")
    ask = ("--outcome", "慢", "--attribute", "群体", "--json")
    of_a_file = {"file", "sha256"}
    told = [
        {name: value for name, value in json.loads(ended.stdout).items() if name not in of_a_file}
        for ended in (
            command("gap", *file, *ask)
            for file in (("t.csv",), ("t.zip",), ("t.xlsx", "--sheet", "*"))
        )
    ]
    assert told[0]["used"] == 120
    assert told[1] == told[2] == told[0]
