"""What a process costs by the operating system's account, and the arithmetic on that.

Only the standard library is imported here, and that is meant: on Linux the peak a child is charged
with is at least what its parent held when it started it, so the process that measures stays small.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
"""The top of the checkout, where children are started: ``-m benchmarks.children.X`` works there."""

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in a unit of ``ru_maxrss``."""

FEWEST_POINTS = 3
"""Points that a slope needs."""

Cost = Literal["wall", "cpu", "peak"]


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process took.

    Attributes
    ----------
    wall
        Seconds from its start to its end.
    cpu
        Seconds of processor time, user and system, of it and of the children it waited for.
    peak
        Bytes of its largest resident set.
    told
        What it says of itself: numbers by name, the JSON object on the last line of its stdout.
    """

    wall: float
    cpu: float
    peak: int
    told: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and greatest of some values, in their unit."""

    median: float
    low: float
    high: float


def run_child(command: Sequence[str], env: Mapping[str, str] | None = None) -> Spent:
    """Run a command to its end and give what it took.

    Parameters
    ----------
    command
        The program and its arguments.
    env
        Environment variables to add.

    Raises
    ------
    RuntimeError
        The command failed; the end of what it wrote on stderr is the message.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            list(command), stdout=out, stderr=errors, cwd=ROOT, env={**os.environ, **(env or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            last = errors.read().decode(errors="replace").strip().splitlines()[-12:]
            raise RuntimeError("\n".join((f"{' '.join(command)}: {process.returncode}", *last)))
        out.seek(0)
        told = _told(out.read())
    return Spent(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MAXRSS_UNIT, told)


def _told(said: bytes) -> dict[str, float]:
    """Read the numbers on the last line, where it is a JSON object."""
    lines = said.decode(errors="replace").strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return {}
    return {name: float(value) for name, value in json.loads(lines[-1]).items()}


def alternate(
    commands: Mapping[str, Sequence[str]], runs: int, warm: str | None = None
) -> dict[str, tuple[Spent, ...]]:
    """Run commands in turn, so that what slows the machine for a while slows them all.

    Parameters
    ----------
    commands
        Commands by name, in the order of a turn.
    runs
        How many turns.
    warm
        The command that runs once before and does not count: it brings the file into memory.
    """
    if warm is not None:
        run_child(commands[warm])
    found: dict[str, list[Spent]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(run_child(command))
    return {name: tuple(spent) for name, spent in found.items()}


def values(runs: Sequence[Spent], of: str) -> list[float]:
    """Give one cost of each run: ``wall``, ``cpu`` or ``peak``, or a name the child told."""
    if of in ("wall", "cpu", "peak"):
        return [float(getattr(run, of)) for run in runs]
    return [run.told[of] for run in runs]


def spread(found: Sequence[float]) -> Spread:
    """Give median, least and greatest.

    Raises
    ------
    ValueError
        There are no values.
    """
    if not found:
        raise ValueError("no_runs")
    return Spread(statistics.median(found), min(found), max(found))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Divide the median of one by the median of the other.

    Raises
    ------
    ValueError
        There are no values, or the divisor is not positive.
    """
    below = spread(theirs).median
    if below <= 0:
        raise ValueError("ratio_to_nothing")
    return spread(ours).median / below


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Give the log-log slope: 1 where the cost doubles with the size, 0 where it stays.

    Least squares of ln cost on ln size.

    Parameters
    ----------
    sizes, costs
        Positive, one cost for each size, at least three different sizes.

    Raises
    ------
    ValueError
        Fewer than three sizes, lengths that differ, or something not positive.
    """
    if len(sizes) != len(costs) or len(set(sizes)) < FEWEST_POINTS:
        raise ValueError("too_few_sizes")
    if min(*sizes, *costs) <= 0:
        raise ValueError("not_positive")
    across, up = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    return float(statistics.linear_regression(across, up).slope)
