"""``--engine``: one sentence for each thing that can be wrong, and a table as the log."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

SPARK = ("--engine", "spark", "log.parquet")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--engine", "sprak", "log.parquet"), "spark://HOST:PORT"),
        (("--engine", "duckdb:shop.duckdb", "--table", "shwn"), "shown"),
        (("--engine", "duckdb:shop.duckdb"), "--table"),
        (("--engine", "duckdb:gone.duckdb", "--table", "shown"), "gone.duckdb"),
        (("--engine", "trino://host/base", "--table", "shown"), "ibis-framework[trino]"),
        (("--engine", "spark://127.0.0.1:1", "log.parquet"), "127.0.0.1:1"),
        (("--engine", "spark", "--engine-option", "memory"), "--engine-option"),
        (("--table", "shown"), "--engine"),
        ((), "--table"),
    ],
)
def test_each_mistake_has_its_sentence(
    command: Callable[..., Ended], tmp_path: Path, lang: str, options: tuple[str, ...], said: str
) -> None:
    """The status is 2, nothing is written, and no traceback is shown, in either language."""
    if "spark://127.0.0.1:1" in options:
        pytest.importorskip("pyspark", reason="the extra spark (pyspark) is not installed")
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("create table shown as select 'r' as request, 1 as position, 'l' as listing")
    ended = command("run", *options, "--lang", lang, "-o", "out")
    assert ended.exit_code == 2
    assert said in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
    assert any("\u4e00" <= letter <= "\u9fff" for letter in ended.stderr) == (lang == "zh")
    assert not (tmp_path / "out").exists()


def test_spark_that_is_not_installed_is_named_with_its_extra(
    command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to type is in the sentence."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    ended = command("run", *SPARK, "-o", "out")
    assert ended.exit_code == 2
    assert "pip install 'fairshelf[spark]'" in ended.stderr


@pytest.mark.parametrize("home", ["", "/nowhere"])
def test_spark_without_java_says_so(
    command: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    """Neither on the path nor in JAVA_HOME; one that is set wrongly is shown."""
    pytest.importorskip("pyspark", reason="the extra spark (pyspark) is not installed")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", home)
    ended = command("run", *SPARK, "-o", "out")
    assert ended.exit_code == 2
    assert "Java" in ended.stderr
    assert home in ended.stderr


def test_a_table_leaves_a_report_a_bundle_that_verifies_and_a_tally(
    command: Callable[..., Ended], tmp_path: Path, small: Path
) -> None:
    """It has no digest and no file to seal; everything else is as with files."""
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute(f"create table shown as from read_csv('{small}')")
    engine = ("--engine", "duckdb:shop.duckdb", "--table", "shown")
    ended = command("run", *engine, "--attribute", "locality", "--bundle", "-o", "out")
    assert ended.exit_code == 0
    results = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert [one["sha256"] for one in results["inputs"]] == [""]
    assert command("verify", "out.bundle").exit_code == 0
    beside = command("run", small, "--attribute", "locality", "-o", "beside")
    assert beside.exit_code == 0
    files = json.loads((tmp_path / "beside" / "results.json").read_text("utf-8"))
    assert results["estimates"] == files["estimates"]
    told = ("--attribute", "locality", "-q")
    assert command("run", *engine, *told, "--save-tally", "t", "-o", "saved").exit_code == 0
    assert command("run", "--tally", "t", *told, "-o", "again").exit_code == 0
    saved, again = (tmp_path / name / "results.json" for name in ("saved", "again"))
    assert again.read_bytes() == saved.read_bytes()
