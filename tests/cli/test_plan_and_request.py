"""``audit plan`` and ``audit request``: files written once, errors told, nothing invented."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.plan import load_plan
from fairshelf.sample_data import path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

SIMULATED = ("--sellers", "8,24", "--requests", "30", "--length", "10", "--replicates", "20")


def test_a_plan_is_frozen_and_a_run_says_whether_it_follows(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """The plan of the sample's settings is followed by its audit, not by one with other bounds."""
    plan = tmp_path / "plan.json"
    config = str(path("audit.en.toml"))
    quick = tmp_path / "audit.toml"
    text = path("audit.en.toml").read_text(encoding="utf-8")
    quick.write_text('permutations = 99\nseries = "none"\nadjust = ["none"]\n' + text)
    ended = command("plan", "-c", quick, "-o", plan, "--lang", "en")
    assert ended.exit_code == 0
    assert load_plan(plan)["sha256"] in "".join(ended.stdout.split())
    assert command("plan", "-c", config, "-o", plan).exit_code == 2  # never overwritten
    files = (path("log.en.csv"), "--sellers", path("sellers.en.csv"))
    for bounds, followed in (("0.8,1.25", True), ("0.7,1.4", False)):
        out = tmp_path / bounds
        run = command(
            "run", *files, "-c", quick, "--plan", plan, "--bounds", bounds, "-o", out, "-q"
        )
        assert run.exit_code == 0, run.stderr
        told = json.loads((out / "results.json").read_text(encoding="utf-8"))["plan"]
        assert told["followed"] is followed


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_power_is_told_without_writing(
    command: Callable[..., Result], tmp_path: Path, lang: str
) -> None:
    """With --gap alone a table is printed and no plan written."""
    ended = command(
        "plan", "--gap", "0.5", *SIMULATED, "-o", tmp_path / "plan.json", "--lang", lang
    )
    assert ended.exit_code == 0, ended.stderr
    assert "8 / 24" in ended.stdout
    assert not (tmp_path / "plan.json").exists()


@pytest.mark.parametrize(
    "wrong", [("--gap", "1"), ("--gap", "0.001"), ("--gap", "0.5", "--sellers", "3,24")]
)
def test_impossible_sizes_are_refused(
    command: Callable[..., Result], tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    """A gap of none, or four sellers, is one error."""
    ended = command("plan", *wrong, "-o", tmp_path / "plan.json", "--lang", "en")
    assert ended.exit_code == 2
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("to", ["platform", "authority"])
def test_the_letter_asks_for_the_columns(
    command: Callable[..., Result], tmp_path: Path, to: str, lang: str
) -> None:
    """Needed columns by canonical name, names of the case, blanks for what was not given."""
    case = tmp_path / "case.toml"
    case.write_text('platform = "Shelf & Co"\nperiod = "2026-03"\n', encoding="utf-8")
    out = tmp_path / "letter.md"
    ended = command("request", "--to", to, "--case", case, "-o", out, "--lang", lang)
    assert ended.exit_code == 0, ended.stderr
    text = out.read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in text for name in ("request", "position", "listing", "seller"))
    assert "Shelf & Co" in text
    assert "2026-03" in text
    assert "____" in text
    assert "HMAC-SHA-256" in text
    assert ("此致" in text and "敬礼！" in text) is (lang == "zh")
    assert "audit plan" not in text  # a letter to an office names no command
    assert command("request", "-o", out).exit_code == 2


def test_law_stands_in_a_letter_to_an_authority_only(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """A platform is asked, an authority is told by what it can call for a log."""
    said = {}
    for to in ("platform", "authority"):
        out = tmp_path / f"{to}.md"
        command("request", "--to", to, "--jurisdiction", "CN", "-o", out, "--lang", "zh")
        said[to] = "第二十八条" in out.read_text(encoding="utf-8")
    assert said == {"platform": False, "authority": True}


def test_wrong_words_are_told(command: Callable[..., Result], tmp_path: Path) -> None:
    """An unknown addressee or jurisdiction ends in 2 and names those there are."""
    assert command("request", "--to", "court", "-o", tmp_path / "a.md").exit_code == 2
    ended = command("request", "--jurisdiction", "XX", "-o", tmp_path / "a.md", "--lang", "en")
    assert ended.exit_code == 2
    assert "CN" in ended.stderr


def test_a_plan_without_groups_says_what_it_leaves_open(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    """Where no grouping is set, nobody is told that who is compared was fixed beforehand."""
    said = {}
    for name, text in (("open", ""), ("told", '[standard]\nlocality = "CN-NBS-URC"\n')):
        config = tmp_path / f"{name}.toml"
        config.write_text(text, encoding="utf-8")
        ended = command("plan", "-c", config, "-o", tmp_path / f"{name}.json", "--lang", "zh")
        assert ended.exit_code == 0, ended.stderr
        said[name] = "没有固定谁与谁比较" in "".join(ended.stdout.split())
    assert said == {"open": True, "told": False}
