"""What is packaged: the lists in pyproject.toml against the folders and a wheel really built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOMS = ("audits", "cli", "reports", "sample_data")
LIBRARY = "metrics"  # lies in src/fairshelf itself, not behind a link
NOT_SHIPPED = {"README.md"}  # read in the repository, not by the program


@pytest.fixture(scope="module")
def setuptools_table(root: Path) -> dict[str, Any]:
    """Give what pyproject.toml tells setuptools."""
    document = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    table: dict[str, Any] = document["tool"]["setuptools"]
    return table


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy that holds nothing but what is tracked by hand."""
    copy = tmp_path_factory.mktemp("source") / "project"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, copy / name)
    for name in (*ROOMS, "src"):
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(root / name, copy / name, symlinks=True, ignore=ignored)
    out = tmp_path_factory.mktemp("wheel")
    run = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, copy],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = out.glob("*.whl")
    return built


def shipped(root: Path) -> dict[str, Path]:
    """Give every file of the package by its name in a wheel, from the folders alone."""
    found = {"fairshelf/" + file.name: file for file in (root / "src" / "fairshelf").glob("*.*")}
    homes = [(root, room) for room in ROOMS] + [(root / "src" / "fairshelf", LIBRARY)]
    for home, room in homes:
        for file in (home / room).rglob("*"):
            hidden = "__pycache__" in file.parts or file.name in NOT_SHIPPED
            if file.is_file() and not hidden:
                found["fairshelf/" + file.relative_to(home).as_posix()] = file
    return {name: file for name, file in found.items() if file.is_file()}


def test_every_package_is_listed(root: Path, setuptools_table: dict[str, Any]) -> None:
    """The list of packages is that of the folders with an __init__, no more and no fewer."""
    folders = {"fairshelf", f"fairshelf.{LIBRARY}"}
    for room in ROOMS:
        for init in (root / room).rglob("__init__.py"):
            folders.add(".".join(("fairshelf", *init.parent.relative_to(root).parts)))
    assert sorted(setuptools_table["packages"]) == sorted(folders)


def test_no_module_lies_outside_a_package(root: Path) -> None:
    """Every folder with Python in it has an __init__, so that the wheel takes it."""
    for room in ROOMS:
        for file in (root / room).rglob("*.py"):
            assert (file.parent / "__init__.py").is_file(), file


def test_every_data_pattern_matches_something(root: Path, setuptools_table: dict[str, Any]) -> None:
    """A pattern in package-data that matches nothing is a mistake."""
    places = setuptools_table["package-dir"]
    for package, patterns in setuptools_table["package-data"].items():
        for pattern in patterns:
            assert list((root / places[package]).glob(pattern)), (package, pattern)


@pytest.mark.parametrize("room", ROOMS)
def test_links_lead_to_the_folders(root: Path, room: str) -> None:
    """src/fairshelf holds a relative symbolic link to each top-level folder."""
    link = root / "src" / "fairshelf" / room
    assert link.is_symlink()
    assert os.readlink(link) == f"../../{room}"  # noqa: PTH115 - the text of the link, as committed
    assert link.resolve() == root / room


def test_wheel_holds_every_file_and_nothing_else(root: Path, wheel: Path) -> None:
    """A module, standard, template, catalogue or sample that exists is in the wheel, unchanged."""
    expected = shipped(root)
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert sorted(names) == sorted(expected)
        for name, file in expected.items():
            assert archive.read(name) == file.read_bytes(), name
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
        assert len(licences) == 1


def test_installed_wheel_runs(wheel: Path, tmp_path: Path) -> None:
    """A wheel in a fresh folder imports from there, and its command answers."""
    target = tmp_path / "site"
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, "--target", target, wheel],
        check=True,
        capture_output=True,
    )
    script = (
        "import fairshelf.cli.app as app, fairshelf.metrics, fairshelf.sample_data as sample\n"
        "print(app.__file__); print(sample.path('truth.toml')); app.main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, "--version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(target)},
        check=True,
        capture_output=True,
        text=True,
    )
    module, sample, version = run.stdout.splitlines()
    assert Path(module) == target / "fairshelf" / "cli" / "app.py"
    assert Path(sample) == target / "fairshelf" / "sample_data" / "truth.toml"
    assert version.split() == ["fairshelf", wheel.name.split("-")[1]]
    assert sorted(place.name for place in (target / "bin").iterdir()) == ["audit", "fairshelf"]
