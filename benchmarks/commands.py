"""What is run: the command itself, the children beside this file, and the logs they read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import run_child
from benchmarks.records import LOGS, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.shape import Shape

BIN = Path(sys.executable).parent
"""Where the interpreter stands, and ``audit`` beside it."""


def child(name: str, *arguments: object) -> list[str]:
    """Give the command of a child of the benchmark."""
    return [sys.executable, "-m", f"benchmarks.children.{name}", *map(str, arguments)]


def audit(log: Path, out: Path, *more: str) -> list[str]:
    """Give the command of a whole audit: both languages, every default."""
    told = ["run", str(log), "--attribute", "locality", "--out", str(out), "--force", "--quiet"]
    return [str(BIN / "audit"), *told, *more]


def shown(command: Sequence[str]) -> str:
    """Give a command as one would type it, without the folders of this machine."""
    parts = [Path(part).name if "/" in part else part for part in command]
    return " ".join(["python", *parts[1:]] if command[0] == sys.executable else parts)


class Shelf:
    """The folder of generated logs; a log that is there already is not made again."""

    def __init__(self, folder: Path) -> None:
        """Take a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.made: list[Series] = []

    def log(self, shape: Shape, suffix: str = "parquet") -> Path:
        """Give a log of a shape; what its making took is added to ``made``."""
        place = self.folder / f"{shape.name}.{suffix}"
        if not place.exists():
            new = place.with_name(f"new-{place.name}")
            command = [sys.executable, "-m", "benchmarks.log_generator", str(new)]
            command += [part for size, told in shape.told() for part in (f"--{size}", str(told))]
            spent = run_child(command)
            new.rename(place)
            self.made.append(
                Series(LOGS, "generate", place.name, shape.rows, shown(command), (spent,))
            )
        return place

    @property
    def out(self) -> Path:
        """The folder that audits write, each over the last."""
        return self.folder / "report"
