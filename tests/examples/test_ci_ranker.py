"""The example project under its gate: as committed, and after the commit that is unfair."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "ci-ranker"
JUNIT = HERE.parent / "reports" / "verdicts" / "junit.xsd"
WAIVER = """
[[tool.fairshelf.gate.waivers]]
rule = "{rule}"
reason = "a trial on 5% of traffic"
owner = "ranking team"
expires = 2027-03-31
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy the example to a checkout of its own."""
    return _copy(tmp_path)


def _copy(folder: Path) -> Path:
    place = folder / "ci-ranker"
    shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns("__pycache__"))
    return place


@pytest.fixture
def check(project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run ``audit check`` in the project, in English, outside any build server."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> Result:
        from fairshelf.cli.app import app

        return CliRunner().invoke(app, ["check", "--today", "2027-03-31", *words])

    return run


def _run(project: Path, *words: str) -> None:
    done = subprocess.run(words, cwd=project, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def _commit(project: Path, message: str) -> None:
    _run(project, "git", "add", "--all")
    named = ("-c", "user.name=ranking team", "-c", "user.email=ranking@example.org")
    _run(project, "git", *named, "commit", "--quiet", "--no-gpg-sign", "--message", message)


def _train(project: Path) -> None:
    _run(project, sys.executable, "train.py")


def _change(project: Path, old: str, new: str) -> None:
    file = project / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def _waive(project: Path) -> None:
    """Waive what the unfair commit breaks, until the end of March 2027."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as stream:
        for rule in ("rural-exposure", "rural-not-worse"):
            stream.write(WAIVER.format(rule=rule))


@pytest.fixture(scope="module")
def unfair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the example, make the change that the patch holds, and train again, once."""
    place = _copy(tmp_path_factory.mktemp("unfair"))
    _run(place, "git", "init", "--quiet")
    _commit(place, "A ranker that its gate lets pass")
    _run(place, "git", "apply", "add-distance.patch")
    _train(place)
    _commit(place, "Predict orders better: use the distance")
    return place


def _spoil(project: Path, unfair: Path) -> None:
    """Bring the project to the unfair commit."""
    shutil.copytree(unfair, project, dirs_exist_ok=True)


def test_the_data_are_those_of_the_script(project: Path) -> None:
    """make_data.py gives the very files that are committed."""
    before = {name: (project / name).read_bytes() for name in ("candidates.csv", "sellers.csv")}
    _run(project, sys.executable, "make_data.py")
    for name, content in before.items():
        assert (project / name).read_bytes() == content


def test_as_committed_it_passes(project: Path, check: Callable[..., Result]) -> None:
    """Training gives the committed model again, and every rule is kept."""
    committed = (project / "ranker.toml").read_text(encoding="utf-8")
    _train(project)
    assert (project / "ranker.toml").read_text(encoding="utf-8") == committed
    ended = check()
    assert ended.exit_code == 0, ended.output
    assert "4 kept" in ended.stdout


def test_the_unfair_commit_fails(project: Path, unfair: Path, check: Callable[..., Result]) -> None:
    """After the commit that adds the distance the gate fails, while quality is better."""
    _spoil(project, unfair)
    ended = check()
    assert ended.exit_code == 1
    for said in ("Breached: rural-exposure", "Breached: rural-not-worse", "Kept: quality"):
        assert said in ended.stdout


def test_the_same_commit_gives_the_same_verdict(
    project: Path, check: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every digit of the JSON is the same again, in another folder as well."""
    first = check("--format", "json").stdout
    assert len(json.loads(first)["verdicts"]) == 4
    moved = project.rename(project.with_name("elsewhere"))
    monkeypatch.chdir(moved)
    assert check("--format", "json").stdout == first


SCENARIOS: dict[str, tuple[int, tuple[str, ...]]] = {
    "pass": (0, ()),
    "breach": (1, ()),
    "inconclusive": (4, ("--fail-on", "inconclusive")),
    "waived": (0, ()),
    "expired": (1, ("--today", "2027-04-01")),
    "bad_config": (2, ()),
    "bad_rule": (2, ()),
    "missing_group": (3, ()),
    "missing_data": (3, ()),
}


def _prepare(project: Path, scenario: str) -> None:
    if scenario in {"waived", "expired"}:
        _waive(project)
    if scenario == "inconclusive":
        _change(project, '"rural"] >= 0.8\'', '"rural"] >= 0.93\'')
    if scenario == "bad_config":
        _change(project, 'level = "warn"', 'levl = "warn"')
    if scenario == "bad_rule":
        _change(project, "ndcg[cutoff=10] >=", "ndcg[cutof=10] >=")
    if scenario == "missing_group":
        _change(project, '"rural"] >= 0.8\'', '"rurale"] >= 0.8\'')
    if scenario == "missing_data":
        file = project / "candidates.csv"
        file.write_text(file.read_text().replace("rating", "q1"), encoding="utf-8")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenarios(
    project: Path, unfair: Path, check: Callable[..., Result], scenario: str, tmp_path: Path
) -> None:
    """Right status, JUnit that Jenkins' schema takes, and the annotations of the golden file."""
    if scenario in {"breach", "waived", "expired"}:
        _spoil(project, unfair)
    _prepare(project, scenario)
    status, words = SCENARIOS[scenario]
    report = tmp_path / "junit.xml"
    ended = check(*words, "--format", "github", "--format", "junit", "--output", f"junit={report}")
    assert ended.exit_code == status, ended.output
    root = etree.parse(report).getroot()
    etree.XMLSchema(etree.parse(JUNIT)).assertValid(root)
    failing = [case.get("name") for case in root.iter("testcase") if _fails(case)]
    assert bool(failing) == bool(status)
    golden = HERE / "golden" / f"{scenario}.txt"
    told = f"{ended.stdout}{failing}\n"
    if os.environ.get("GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


def _fails(case: etree._Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None


def test_inconclusive_alone_does_not_fail(project: Path, check: Callable[..., Result]) -> None:
    """A line within the interval is 0 unless it was asked to fail."""
    _prepare(project, "inconclusive")
    ended = check()
    assert ended.exit_code == 0
    assert "Inconclusive: rural-exposure" in ended.stdout


def test_the_first_baseline(project: Path, check: Callable[..., Result]) -> None:
    """Without a baseline --save makes one, rules that need it are not checkable; then all pass."""
    (project / "baseline" / "results.json").unlink()
    ended = check("--save", "baseline/results.json")
    assert ended.exit_code == 3
    assert "2 not checkable" in ended.stdout
    assert check().exit_code == 0
