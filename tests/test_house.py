"""The rules of the house a machine can hold: who knows whom, who prints, how long files are."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOMS = ("audits", "cli", "reports", "sample_data")
HEAVY = {
    "duckdb",
    "fairlearn",
    "ibis",
    "jinja2",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "scipy",
    "sklearn",
}
MOST_LINES = 400
MOST_MODULES_FOR_HELP = 700

# Names that print or end the process, however they are imported.
SPEAKS_OR_ENDS = {
    "print",
    "exit",
    "quit",
    "breakpoint",
    "input",
    "SystemExit",
    "os._exit",
    "rich.print",
    "sys.exit",
    "sys.stderr.write",
    "sys.stdout.write",
    "sys.stdout.buffer.write",
    "typer.Exit",
    "typer.Abort",
    "typer.echo",
    "typer.secho",
    "typer.confirm",
    "typer.prompt",
    "Console",
    "rich.console.Console",
}


def sources(root: Path) -> list[Path]:
    """Give every module of the package."""
    return [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]


def imported(tree: ast.AST) -> dict[str, str]:
    """Give what each imported name stands for: ``from sys import exit as leave`` as well."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    names[alias.asname] = alias.name
    return names


def spoken(source: str) -> list[str]:
    """Give the calls and raises of a module that print or end the process, with their lines."""
    tree = ast.parse(source)
    names = imported(tree)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call | ast.Raise):
            continue
        told = node.func if isinstance(node, ast.Call) else node.exc
        if not isinstance(told, ast.Name | ast.Attribute):
            continue
        first, dot, rest = ast.unparse(told).partition(".")
        name = names.get(first, first) + dot + rest
        if name in SPEAKS_OR_ENDS:
            found.append(f"{name} in line {node.lineno}")
    return found


@pytest.mark.parametrize(
    "source",
    [
        "print('x')",
        "import sys\nsys.exit(1)",
        "from sys import exit as leave\nleave(1)",
        "import typer as t\nraise t.Exit(2)",
        "raise SystemExit",
        "import sys as s\ns.stdout.write('x')",
        "from rich.console import Console\nConsole().print(1)",
    ],
)
def test_walk_sees_every_way_to_print_or_exit(source: str) -> None:
    """The check below is not blind to renamed imports, raises or streams."""
    assert spoken(source)


def test_only_the_terminal_prints_or_exits(root: Path) -> None:
    """Nothing but cli/terminal.py prints, asks or ends the process."""
    found = {
        str(file.relative_to(root)): told
        for file in sources(root)
        if file != root / "cli" / "terminal.py" and (told := spoken(file.read_text("utf-8")))
    }
    assert found == {}


def test_no_file_outgrows_one_idea(root: Path) -> None:
    """No module of the package is longer than 400 lines."""
    long = {
        str(file.relative_to(root)): lines
        for file in sources(root)
        if (lines := len(file.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_click_is_never_imported(root: Path) -> None:
    """Typer bundles its own click; a module of that name need not exist."""
    for file in sources(root):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            assert "click" not in {module.partition(".")[0] for module in modules}, file


def test_no_path_of_a_machine_stands_in_the_project(root: Path) -> None:
    """No file names a home or working directory of the machine it was written on."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=False,
        capture_output=True,
    )
    if names.returncode:
        pytest.skip("this is no git checkout, or the Debian package git is missing")
    marks = [("/" + folder + "/").encode() for folder in ("work", "home", "Users", "root")]
    for name in filter(None, names.stdout.decode().split("\0")):
        file = root / name
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            assert not [mark for mark in marks if mark in content], name


def test_import_contracts_hold(root: Path) -> None:
    """The rooms know each other in one direction only."""
    command = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [command, "--no-cache"], cwd=root, check=False, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["--version"], set()),
        (["run", "--help"], {"pydantic"}),  # typer's own way to look at a command's options
    ],
)
def test_help_starts_light(arguments: list[str], allowed: set[str], tmp_path: Path) -> None:
    """Help and version import no library that reads, counts or draws, and few modules at all."""
    listed = tmp_path / "modules"
    script = (
        "import json, pathlib, sys\n"
        "before = set(sys.modules)\n"
        "from fairshelf.cli.app import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "told = json.dumps(sorted(set(sys.modules) - before))\n"
        f"pathlib.Path({str(listed)!r}).write_text(told)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()
    modules = json.loads(listed.read_text())
    assert sorted(HEAVY & {name.partition(".")[0] for name in modules} - allowed) == []
    assert len(modules) < MOST_MODULES_FOR_HELP


def test_tests_compute_on_one_thread() -> None:
    """However pytest is started, no second thread of OpenMP waits on a core by spinning."""
    import sklearn.utils._openmp_helpers  # noqa: F401 - loads OpenMP
    from threadpoolctl import threadpool_info

    pools = [one["num_threads"] for one in threadpool_info() if one["user_api"] == "openmp"]
    assert pools
    assert set(pools) == {int(os.environ["OMP_NUM_THREADS"])}
