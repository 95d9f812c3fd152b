"""``audit gap`` on a table of any kind, and on a published study."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

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
