"""``audit check`` on results: where it looks, what it writes where, and the statuses it ends in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import jsonschema
import pytest

from fairshelf.audits.gate import load_gate, rules_of
from fairshelf.audits.gate.settings import GateTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer.testing import Result

RULES = "[gate]\nrules = ['exposure_ratio[group=\"rural\"] <= 1.5']\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the results of an audit of a small log, once."""
    from fairshelf.audits.config import load
    from fairshelf.audits.pipeline import audit
    from fairshelf.reports.exports import results_json

    folder = tmp_path_factory.mktemp("results")
    rows = ["request,position,listing,seller,locality"]
    for request in range(40):
        order = sorted(range(60), key=lambda n: (n * 37 + request * 13) % 60 + 8 * (n % 3 == 0))
        rows += [
            f"q{request},{place + 1},l{n},s{n},{'rural' if n % 3 == 0 else 'urban'}"
            for place, n in enumerate(order[:10])
        ]
    (folder / "log.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    settings = load(None, {"permutations": 199, "browsing": ("dcg",)})
    done = audit([str(folder / "log.csv")], None, None, settings)
    (folder / "results.json").write_bytes(results_json(done.results))
    return folder / "results.json"


@pytest.fixture(autouse=True)
def _outside_build_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--rule", 'exposure_ratio[group="rural"] <= 1.5'], 0),
        (["--rule", 'exposure_ratio[group="rural"] >= 1.5'], 1),
        (["--rule", "exposure_ratio[group=rural] >= nonsense"], 2),
        (["--rule", "ndcg >= 0.5"], 3),
        (["--rule", 'exposure_ratio[group="rural"] >= 0.65', "--fail-on", "inconclusive"], 4),
        ([], 2),
        (["--fail-on", "never", "--rule", "gini <= 1"], 2),
        (["--today", "soon", "--rule", "gini <= 1"], 2),
        (["--format", "jnuit", "--rule", "gini <= 1"], 2),
    ],
)
def test_statuses(
    command: Callable[..., Result], results: Path, words: list[str], status: int
) -> None:
    """Kept, breached, a bad command, nothing to check, open: each ends in its own status."""
    ended = command("check", results, *words)
    assert ended.exit_code == status, ended.output
    assert bool(ended.stderr) == (status == 2)
    assert bool(ended.stdout) == (status != 2)


@pytest.mark.parametrize("data", [[], ["nothing.json"]])
def test_what_is_not_there_is_named(command: Callable[..., Result], data: list[str]) -> None:
    """Nothing to check, or a file that does not exist, is a fault of the command."""
    ended = command("check", *data, "--rule", "gini[scope=sellers] <= 1")
    assert ended.exit_code == 2
    assert not ended.stdout


def test_settings_are_found_where_the_command_runs(
    command: Callable[..., Result], results: Path, tmp_path: Path
) -> None:
    """audit.toml goes first, then pyproject.toml; one without a gate is passed over."""
    (tmp_path / "pyproject.toml").write_text(RULES.replace("gate", "tool.fairshelf.gate"))
    assert "pyproject.toml" not in command("check", results).stdout
    assert command("check", results).exit_code == 0
    (tmp_path / "audit.toml").write_text("seed = 0\n")
    assert command("check", results).exit_code == 0
    (tmp_path / "audit.toml").write_text(RULES.replace("1.5", "0.01"))
    ended = command("check", results)
    assert ended.exit_code == 1
    assert "audit.toml, line 2" in ended.stdout


def test_paths_of_the_settings_are_relative_to_them(
    command: Callable[..., Result], results: Path, tmp_path: Path
) -> None:
    """Log and baseline stand beside the settings, wherever the command runs."""
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    (folder / "now.json").write_bytes(results.read_bytes())
    text = 'log = "now.json"\nbaseline = "now.json"\n'
    gate = RULES.replace("[gate]\n", "[gate]\n" + text).replace("<= 1.5", "no_worse_than_baseline")
    (folder / "audit.toml").write_text(gate)
    ended = command("check", "-c", "deep/er/audit.toml")
    assert ended.exit_code == 0, ended.output


def test_each_format_goes_to_its_place(
    command: Callable[..., Result],
    results: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stdout holds one format; files are replaced; a job's summary is added to."""
    (tmp_path / "audit.toml").write_text(RULES)
    (tmp_path / "j.xml").write_text("old")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    forms = [("--format", one) for one in ("json", "junit=j.xml", "sarif", "markdown")]
    words = [word for pair in forms for word in pair]
    ended = command("check", results, *words, "--output", "sarif=s.sarif")
    assert ended.exit_code == 0, ended.output
    assert json.loads(ended.stdout)["status"] == 0
    assert (tmp_path / "j.xml").read_text().startswith("<?xml")
    assert json.loads((tmp_path / "s.sarif").read_text())["version"] == "2.1.0"
    assert summary.read_text(encoding="utf-8").startswith("before\n## ")
    alone = command("check", results, "--format", "gitlab", "--output", "q.json")
    assert alone.stdout == ""
    assert json.loads((tmp_path / "q.json").read_text()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "json", "--format", "junit"], "--output FORMAT=FILE"),
        (["--format", "json", "--output", "junit=x"], "--format"),
        (["--format", "json", "--output", "a=b"], ""),
        (["--output", "a=b", "--output", "c=d"], "--format"),
    ],
)
def test_formats_do_not_mix(
    command: Callable[..., Result], results: Path, words: list[str], said: str
) -> None:
    """Two formats cannot share stdout, and a file needs a format."""
    ended = command("check", results, "--rule", "gini[scope=sellers] <= 1", *words)
    assert ended.exit_code == (2 if said else 0)
    assert said in " ".join(ended.stderr.split())


def test_a_fault_is_told_in_the_format_too(
    command: Callable[..., Result], results: Path, tmp_path: Path
) -> None:
    """A rule that cannot be read is an annotation at its line, and a sentence on stderr."""
    (tmp_path / "audit.toml").write_text(RULES.replace("<=", "=<"))
    ended = command("check", results, "--format", "github")
    assert ended.exit_code == 2
    assert ended.stdout.startswith("::error file=audit.toml,line=2,title=")
    assert "cannot be read" in ended.stderr
    told = json.loads(command("check", results, "--format", "json").stdout)
    assert (told["status"], told["fault"]["code"]) == (2, "rule_syntax")


def test_places_are_told_from_the_top_of_the_checkout(
    command: Callable[..., Result],
    results: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a build server names the checkout, annotations name files from there."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path.parent))
    (tmp_path / "audit.toml").write_text(RULES.replace("1.5", "0.01"))
    ended = command("check", results, "--format", "github")
    assert ended.stdout.startswith(f"::error file={tmp_path.name}/audit.toml,line=2,")


def test_the_schema_is_printed(command: Callable[..., Result], results: Path) -> None:
    """What --format json writes is valid by what audit schema check prints."""
    schema = json.loads(command("schema", "check").stdout)
    told = command("check", results, "--rule", "gini[scope=sellers] <= 0", "--format", "json")
    jsonschema.validate(json.loads(told.stdout), schema)
    assert json.loads(command("schema").stdout)["title"] == "Results"
    assert command("schema", "chek").exit_code == 2


@pytest.mark.parametrize("page", ["ci.md", "ci.zh.md"])
def test_the_documented_settings_are_read(root: Path, tmp_path: Path, page: str) -> None:
    """The settings on the page are read as they stand, and use nearly every key of a gate."""
    text = (root / "docs" / page).read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "audit.toml"
    path.write_text(block, encoding="utf-8")
    assert [rule.id for rule in rules_of(load_gate(path), path, page)] == [
        "rural-exposure",
        "quality",
    ]
    unused = set(GateTable.model_fields) - set(tomllib.loads(block)["gate"])
    assert unused == {"features", "shown", "output", "catalogue"}
    assert all(f"`{key}`" in text or f"# {key} = " in text for key in unused)


def _checked(results: Path, folder: Path, rule: str, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "fairshelf", "check", str(results), "--rule", rule, *more],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("form", ["text", "json", "github"])
@pytest.mark.parametrize(("line", "status"), [(200, 1), (0, 0)])
def test_a_verdict_stands_where_nobody_reads_it(
    results: Path, tmp_path: Path, form: str, line: int, status: int
) -> None:
    """A breach is a breach though the pipe was closed: ``audit check ... | head`` stays red."""
    rule = f'exposure_ratio[group="rural"] >= {line}'
    with _checked(results, tmp_path, rule, "--format", form) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.wait(timeout=60) == status


def test_what_is_no_plain_file_is_written_into(
    command: Callable[..., Result], results: Path, tmp_path: Path
) -> None:
    """A link stays a link, a pipe a pipe; a folder is one error, and nothing is left behind."""
    rule = ("--rule", 'exposure_ratio[group="rural"] >= 0')
    real, link, pipe = (tmp_path / name for name in ("real.json", "link.json", "pipe"))
    real.write_text("before", encoding="utf-8")
    real.chmod(0o600)
    link.symlink_to(real)
    assert command("check", str(results), *rule, "--format", f"json={link}").exit_code == 0
    assert link.is_symlink()
    assert json.loads(real.read_bytes())["status"] == 0
    assert real.stat().st_mode & 0o777 == 0o600
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert command("check", str(results), *rule, "--format", f"json={pipe}").exit_code == 0
        assert reader.stdout is not None
        assert json.loads(reader.stdout.read())["status"] == 0
    assert pipe.is_fifo()
    (tmp_path / "folder").mkdir()
    ended = command("check", str(results), *rule, "--format", f"json={tmp_path / 'folder'}")
    assert ended.exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("folder", "link.json", "pipe", "real.json")
    ]


def test_a_program_in_the_settings_runs_only_where_it_is_trusted(
    command: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings may come with somebody else's change; a program typed by the user is their word."""
    log = tmp_path / "log.csv"
    log.write_text("request,listing,seller,price\nq1,l1,s1,1\nq1,l2,s2,2\n", encoding="utf-8")
    mark = tmp_path / "ran"
    (tmp_path / "audit.toml").write_text(
        f'[gate]\nmodel = "command:touch {mark}"\nfeatures = ["price"]\nlog = "{log}"\n'
        "[[gate.rules]]\nrule = 'gini[] <= 1'\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    refused = command("check")
    assert refused.exit_code == 2
    assert not mark.exists()
    command("check", "--trust-code")
    assert mark.exists()
