"""What goes wrong on the way to a gate is told in the names of what the user gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.sample_data import path

from .conftest import inside

if TYPE_CHECKING:
    from pathlib import Path

PLACES = ("urban", "rural")
ROWS = [
    f"q{request},l{listing},s{listing},{PLACES[listing % 2]},{(listing * 7 + request) % 5}"
    for request in range(12)
    for listing in range(40)
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write a few candidates and a rule that ranks them."""
    heads = "request,listing,seller,locality,fit"
    (tmp_path / "candidates.csv").write_text("\n".join([heads, *ROWS]) + "\n", encoding="utf-8")
    (tmp_path / "rule.toml").write_text("[weights]\nfit = 1.0\n", encoding="utf-8")
    return tmp_path


def test_a_missing_heading_is_looked_for_in_the_files_given(project: Path) -> None:
    """No file that a replay makes on its way is named; no column is taken in its place."""
    words = ("candidates.csv", "--attribute", "locality=place", "-o", "out")
    ended = inside(project, "replay", "rule.toml", *words)
    assert ended.exit_code == 2
    assert "looked for in: candidates.csv." in " ".join(ended.stderr.split())


def test_candidates_without_a_model_hear_of_it(project: Path) -> None:
    """Candidates have no positions: besides --map, the option --model is named."""
    rule = ("--rule", "exposure_ratio >= 0.8")
    ended = inside(project, "check", "candidates.csv", "--attribute", "locality", *rule)
    assert ended.exit_code == 3
    assert "--model" in ended.stderr


def test_folders_on_the_way_are_made(project: Path) -> None:
    """A first baseline and a report go where a build keeps them, folders made."""
    told = ("--model", "rule.toml", "--attribute", "locality", "--save", "base/line/results.json")
    rule = ("--rule", "exposure_ratio >= 0.01", "--format", "junit=build/gate.xml")
    ended = inside(project, "check", "candidates.csv", *told, *rule)
    assert ended.exit_code == 0, ended.stdout + ended.stderr
    assert (project / "base" / "line" / "results.json").is_file()
    assert (project / "build" / "gate.xml").is_file()


def test_the_settings_may_name_the_class_to_rank_by(project: Path) -> None:
    """A classifier of words is checked by the class that the gate's ``output`` names."""
    skops = pytest.importorskip("skops.io")
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    rows = pd.read_csv(project / "candidates.csv")
    taught = ["keen" if value > 1 else "bored" for value in rows["fit"]]
    skops.dump(LogisticRegression().fit(rows[["fit"]], taught), project / "model.skops")
    gate = '[attributes]\nlocality = "locality"\n[gate]\nrules = ["exposure_ratio >= 0.01"]\n'
    words = ("check", "candidates.csv", "--model", "model.skops", "-c", "audit.toml")
    (project / "audit.toml").write_text(f'{gate}output = "bored"\n', encoding="utf-8")
    ended = inside(project, *words)
    assert ended.exit_code == 0, ended.stdout + ended.stderr
    (project / "audit.toml").write_text(f'{gate}output = "bird"\n', encoding="utf-8")
    ended = inside(project, *words)
    assert ended.exit_code == 2
    assert "keen" in ended.stderr


def test_two_kinds_are_not_compared(project: Path) -> None:
    """Results beside a model, and two ways to compare at once, are refused by their names."""
    (project / "results.json").write_text('{"schema_version": "1.0"}', encoding="utf-8")
    ended = inside(project, "compare", "results.json", "rule.toml")
    assert ended.exit_code == 2
    assert "results.json holds results, rule.toml holds none" in ended.stderr
    both = ("--log", "candidates.csv", "--candidates", "candidates.csv")
    ended = inside(project, "compare", "a", "b", *both)
    assert ended.exit_code == 2
    assert "--candidates and --log" in ended.stderr


def test_where_nothing_is_near_all_is_named(project: Path) -> None:
    """A mistyped name that is like none hears what there is, never a dash."""
    (project / "bad.toml").write_text("qqqq = 1\n", encoding="utf-8")
    log = path("log.en.csv")
    wrong: list[tuple[object, ...]] = [
        ("run", log, "-c", "bad.toml"),
        ("run", log, "--name-pattern", "{qqqq}.csv"),
        ("scorecard", "candidates.csv", "--model", "rule.toml", "--seller", "张三"),
        ("fit", log, "--sellers", path("sellers.en.csv"), "--missing", "rating=0"),
    ]
    for words in wrong:
        ended = inside(project, *words)
        assert ended.exit_code == 2, ended.stderr
        assert "–" not in ended.stderr
