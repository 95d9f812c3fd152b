"""``audit explain`` says what every metric of the catalogue is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.metrics import CATALOGUE
from fairshelf.reports.explain import facts
from fairshelf.reports.wording import LANGUAGES, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result

CASES = Path(__file__).parents[1] / "cases" / "metrics"
PAGES = Path(__file__).parents[2] / "docs" / "metrics"


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_has_words_a_formula_and_a_case(metric: object) -> None:
    """All its words in both languages, formula, range and target, a worked case and a page."""
    name = str(getattr(metric, "name", ""))
    said = {f"metric.{name}{part}" for part in ("", ".explain", ".matters", ".misleads")}
    for lang in LANGUAGES:
        assert said <= set(catalogue(lang))
    assert all(facts()[name][field] for field in ("formula", "range", "against"))
    assert (CASES / f"{name}.toml").is_file()
    assert (PAGES / f"{name}.md").is_file()


def test_the_pages_say_what_the_command_says(root: Path, tmp_path: Path) -> None:
    """The pages of the documentation are those that their script writes, and no others."""
    script = root / "docs" / "make_metric_pages.py"
    subprocess.run([sys.executable, script, tmp_path / "metrics"], check=True)
    written = {file.name: file.read_text("utf-8") for file in (tmp_path / "metrics").iterdir()}
    assert written == {file.name: file.read_text("utf-8") for file in PAGES.iterdir()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_holds_every_metric(command: Callable[..., Result], lang: str) -> None:
    """Each code and name stands in the list, within 80 columns."""
    told = command("explain", "--lang", lang).stdout
    for metric in CATALOGUE:
        assert metric.code in told
        assert metric.name in told
    assert max(len(line) for line in told.splitlines()) <= 80


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_metric_by_code_or_by_name(command: Callable[..., Result], lang: str) -> None:
    """Code and name give the same text, which holds the formula."""
    by_code = command("explain", "fs105", "--lang", lang).stdout
    assert by_code == command("explain", "exposure_ratio", "--lang", lang).stdout
    words = catalogue(lang)
    flat = "".join(by_code.split())
    for part in ("matters", "misleads"):
        assert "".join(words[f"metric.exposure_ratio.{part}"].split()) in flat
    assert "(E_g / N_g) / (E_ref / N_ref)" in by_code


def test_an_unknown_metric_offers_the_nearest(command: Callable[..., Result]) -> None:
    """A slip of the pen ends in 2 and names what was meant."""
    ended = command("explain", "exposur_ratio", "--lang", "en")
    assert ended.exit_code == 2
    assert "exposure_ratio" in ended.stderr


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_metric_is_found_by_what_the_list_calls_it(
    command: Callable[..., Result], lang: str
) -> None:
    """What stands in the third column of the list can be typed, in either language."""
    for named in ("关注度比值", "Exposure ratio", "FS105", "exposure_ratio"):
        ended = command("explain", named, "--lang", lang)
        assert ended.exit_code == 0, ended.stderr
        assert "exposure_ratio" in ended.stdout.splitlines()[0]


def test_labels_are_told_apart() -> None:
    """No two metrics are called alike in a language, so that each can be asked for."""
    for lang in LANGUAGES:
        labels = [catalogue(lang)[f"metric.{metric.name}"].casefold() for metric in CATALOGUE]
        assert len(set(labels)) == len(labels)


def test_an_unknown_chinese_name_gets_the_nearest_chinese_ones(
    command: Callable[..., Result],
) -> None:
    """Who types Chinese is offered Chinese names."""
    ended = command("explain", "关注比值", "--lang", "zh")
    assert ended.exit_code == 2
    assert "关注度比值" in ended.stderr


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["ee_d", "ee_r", "ee_l"])
def test_letters_of_expected_exposure_are_told(
    command: Callable[..., Result], lang: str, name: str
) -> None:
    """Below the formula stands what e, e* and a_i(l) are; no other metric has these letters."""
    legend = "".join(catalogue(lang)["explain.symbols.expected"].split())
    assert legend in "".join(command("explain", name, "--lang", lang).stdout.split())
    assert {"e_i", "a_i(l)", "e*", "|e|^2"} <= set(re.findall(r"e_i|a_i\(l\)|\|e\|\^2|e\*", legend))
    assert legend not in "".join(command("explain", "iaa", "--lang", lang).stdout.split())
