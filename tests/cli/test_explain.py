"""``audit explain`` says what every metric of the catalogue is."""

from __future__ import annotations

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


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_has_words_a_formula_and_a_case(metric: object) -> None:
    """Label and explanation in both languages, formula and range, and a worked case."""
    name = str(getattr(metric, "name", ""))
    for lang in LANGUAGES:
        assert {f"metric.{name}", f"metric.{name}.explain"} <= set(catalogue(lang))
    assert all(facts()[name][field] for field in ("formula", "range"))
    assert (CASES / f"{name}.toml").is_file()


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
    assert "(E_g / N_g) / (E_ref / N_ref)" in by_code


def test_an_unknown_metric_offers_the_nearest(command: Callable[..., Result]) -> None:
    """A slip of the pen ends in 2 and names what was meant."""
    ended = command("explain", "exposur_ratio", "--lang", "en")
    assert ended.exit_code == 2
    assert "exposure_ratio" in ended.stderr
