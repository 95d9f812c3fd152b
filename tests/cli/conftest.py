"""Run the command inside the test's own process or in one of its own, and small logs for it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Protocol

import pytest
from typer.testing import CliRunner

from fairshelf.sample_data import path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Ended(Protocol):
    """What a finished command leaves."""

    @property
    def exit_code(self) -> int:
        """The status."""

    @property
    def stdout(self) -> str:
        """What it told."""

    @property
    def stderr(self) -> str:
        """What it remarked."""


ENGLISH = {"LC_ALL": "C.UTF-8", "COLUMNS": "80"}


def inside(folder: Path, *words: object) -> Ended:
    """Run ``audit`` in a folder, in English, in the test's own process.

    Starting Python and its libraries costs more than most commands do. What escapes from the
    command escapes from here too: an error of ours is never mistaken for a status.
    """
    from fairshelf.cli.app import app

    told = [str(word) for word in words]
    with contextlib.chdir(folder):
        return CliRunner(env=ENGLISH).invoke(app, told, catch_exceptions=False)


def audit_the_sample(folder: Path) -> None:
    """Audit the sample quickly into ``out`` of a folder, by the ``audit.toml`` written there."""
    (folder / "audit.toml").write_text(
        'permutations = 99\nseries = "none"\nadjust = ["none"]\n', encoding="utf-8"
    )
    files = (path("log.en.csv"), "--sellers", path("sellers.en.csv"))
    ended = inside(folder, "run", *files, "-c", "audit.toml", "-o", "out", "-q")
    assert ended.exit_code == 0, ended.stderr


def outside(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run ``audit`` in a folder, in English, in a process of its own, as a shell would."""
    return subprocess.run(
        [sys.executable, "-m", "fairshelf", *map(str, words)],
        cwd=folder,
        env=os.environ | ENGLISH,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ended]:
    """Run ``audit`` with some arguments in a fresh folder, in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> Ended:
        from fairshelf.cli.app import app

        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


def write_small(folder: Path) -> Path:
    """Write a clean log: 40 requests of 10, 60 sellers, rural ones a third and mostly below."""
    rows = ["request,position,listing,seller,locality"]
    for request in range(40):
        order = sorted(range(60), key=lambda n: (n * 37 + request * 13) % 60 + 8 * (n % 3 == 0))
        rows += [
            f"q{request},{place + 1},l{n},s{n},{'rural' if n % 3 == 0 else 'urban'}"
            for place, n in enumerate(order[:10])
        ]
    path = folder / "log.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give the clean log of 40 requests in the test's own folder."""
    return write_small(tmp_path)
