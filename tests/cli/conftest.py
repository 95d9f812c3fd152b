"""Run the command inside the test's own process, and small logs to run it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest
from typer.testing import CliRunner

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


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a clean log: 40 requests of 10, 60 sellers, rural ones a third and mostly below."""
    rows = ["request,position,listing,seller,locality"]
    for request in range(40):
        order = sorted(range(60), key=lambda n: (n * 37 + request * 13) % 60 + 8 * (n % 3 == 0))
        rows += [
            f"q{request},{place + 1},l{n},s{n},{'rural' if n % 3 == 0 else 'urban'}"
            for place, n in enumerate(order[:10])
        ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n")
    return path
