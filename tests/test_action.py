"""The GitHub Action and the pre-commit hook: what they say, and their steps run on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from pathlib import Path

INPUT = re.compile(r"\$\{\{\s*inputs\.([\w-]+)\s*\}\}")


@pytest.fixture(scope="module")
def action(root: Path) -> dict[str, Any]:
    """Give action.yml as GitHub reads it."""
    told: dict[str, Any] = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))
    return told


def _steps(action: dict[str, Any]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = action["runs"]["steps"]
    return steps


def _said(action: dict[str, Any], given: dict[str, str], text: str) -> str:
    """Put the inputs, given or by default, in the place of their expressions."""
    inputs = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
    return INPUT.sub(lambda found: {**inputs, **given}[found[1]], text)


def test_every_input_is_described_and_used(action: dict[str, Any]) -> None:
    """Each input has a description and a default, and some step reads it; none is made up."""
    told = str(action["runs"]) + str(action["outputs"])
    used = set(INPUT.findall(told))
    assert used == set(action["inputs"])
    for one in action["inputs"].values():
        assert one["description"]
        assert isinstance(one["default"], str)


def test_inputs_reach_the_shell_as_variables_only(action: dict[str, Any]) -> None:
    """No expression stands inside a script, where an input could become a command."""
    assert action["runs"]["using"] == "composite"
    for step in _steps(action):
        assert "${{" not in step.get("run", "")
        assert ("uses" in step) != (step.get("shell") == "bash")


def _run(
    action: dict[str, Any], place: Path, given: dict[str, str]
) -> tuple[subprocess.CompletedProcess[str], Path, Path]:
    """Run the step that checks, as GitHub's runner would."""
    (step,) = [one for one in _steps(action) if one.get("id") == "check"]
    outputs, summary = place.with_name("outputs"), place.with_name("summary.md")
    environment = {
        **os.environ,
        **{name: _said(action, given, value) for name, value in step["env"].items()},
        "PATH": f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}",  # noqa: PTH120 - the interpreter's own folder, links kept
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_WORKSPACE": str(place.parent),
    }
    folder = place.parent / _said(action, given, step["working-directory"])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done, outputs, summary


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """Copy the example into a checkout."""
    place = tmp_path / "checkout" / "ci-ranker"
    shutil.copytree(root / "examples" / "ci-ranker", place)
    return place


def test_the_step_passes_the_example(action: dict[str, Any], project: Path) -> None:
    """Without inputs but the folder: exit 0, a summary, a SARIF log, JUnit and the status."""
    done, outputs, summary = _run(action, project, {"working-directory": "ci-ranker"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == ""
    assert outputs.read_text() == "status=0\n"
    assert summary.read_text(encoding="utf-8").startswith("## Fairness gate")
    assert (project / "fairshelf.sarif").is_file()
    assert (project / "fairshelf.xml").is_file()


def test_the_step_fails_with_annotations(action: dict[str, Any], project: Path) -> None:
    """Inputs with blanks and signs arrive whole; files are named from the checkout's top."""
    (project / "rules & more.toml").write_text(
        "permutations = 199\n[gate]\nrules = ['exposure_ratio[group=rural] >= 0.99']\n"
        "fail_on = 'inconclusive'\n",
        encoding="utf-8",
    )
    given = {
        "working-directory": "ci-ranker",
        "config": "rules & more.toml",
        "data": "candidates.csv\n",
        "model": "ranker.toml",
        "sellers": "sellers.csv",
        "fail-on": "warn inconclusive",
        "lang": "zh",
    }
    done, outputs, summary = _run(action, project, given)
    assert done.returncode == 4, done.stdout + done.stderr
    assert done.stdout.startswith("::error file=ci-ranker/rules & more.toml,line=3,title=无法判定")
    assert outputs.read_text() == "status=4\n"
    assert "公平性门禁" in summary.read_text(encoding="utf-8")


def test_the_step_tells_bad_settings(action: dict[str, Any], project: Path) -> None:
    """A missing settings file is an annotation and status 2, not a bare log."""
    given = {"working-directory": "ci-ranker", "config": "none.toml"}
    done, outputs, summary = _run(action, project, given)
    assert done.returncode == 2
    assert done.stdout.startswith("::error file=none.toml,title=")
    assert outputs.read_text() == "status=2\n"
    assert "none" in summary.read_text(encoding="utf-8")


def test_the_package_can_be_installed_from_the_action(action: dict[str, Any], root: Path) -> None:
    """The step that installs names the folder of the action and the extras there are."""
    (step,) = [one for one in _steps(action) if one.get("name") == "Install fairshelf"]
    assert step["env"]["ACTION"] == "${{ github.action_path }}"
    assert (root / "pyproject.toml").is_file()
    told = subprocess.run(
        ["bash", "-ec", step["run"].replace("python -m pip install --quiet", "echo")],
        env={"ACTION": "/there", "EXTRAS": "models", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "/there[models]\n"


def test_the_hook_runs_a_command_there_is(root: Path) -> None:
    """The pre-commit hook enters through a script that the package installs."""
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    command, *words = hook["entry"].split()
    assert (command, words) == ("audit", ["check"])
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
