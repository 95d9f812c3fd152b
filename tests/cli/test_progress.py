"""The line on a terminal while a command works."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.stages import Over, Stages
from fairshelf.cli.progress import Watch

if TYPE_CHECKING:
    from pathlib import Path

pty = pytest.importorskip("pty", reason="a terminal of POSIX")


class _Told(Stages):
    share: float | None = None

    over: Over | None = None

    def look(self) -> tuple[float | None, Over | None]:
        return self.share, self.over


def test_a_query_is_timed_from_its_own_beginning() -> None:
    """The clock of a query starts again when its share falls or another stage begins."""
    stages = _Told()
    watch = Watch(stages)
    seen = []
    for now, stage, share in (
        (10.0, "check", None),
        (11.0, "check", 0.2),
        (12.0, "check", 0.6),
        (13.0, "check", 0.1),
        (14.0, "check", 0.3),
        (15.0, "tally", 0.5),
    ):
        stages(stage)
        stages.share = share
        found = watch.look(now)
        seen.append((found.share, found.seconds, found.running))
    assert seen == [
        (None, 0.0, 0.0),
        (0.2, 1.0, 1.0),
        (0.6, 2.0, 2.0),
        (0.1, 3.0, 0.0),
        (0.3, 4.0, 1.0),
        (0.5, 0.0, 0.0),
    ]


def test_a_count_is_timed_from_its_own_beginning() -> None:
    """What is counted after a query has its own clock, though it is further on than that was."""
    stages = _Told()
    watch = Watch(stages)
    stages("score")
    stages.share = 0.1
    assert watch.look(10.0).running == 0.0
    assert watch.look(14.0).running == 4.0
    stages.share, stages.over = 0.2, Over(50, "candidates")
    found = watch.look(15.0)
    assert (found.seconds, found.share, found.over, found.running) == (5.0, 0.2, stages.over, 0.0)
    stages.share = 0.4
    assert watch.look(17.0).running == 2.0


def _log(path: Path, requests: int) -> None:
    with path.open("w") as file:
        file.write("request,position,listing,seller,locality\n")
        for request in range(requests):
            file.writelines(
                f"q{request},{place},l{(request * 7 + place) % 5000},s{(request + place) % 500},"
                f"{'rural' if (request + place) % 500 % 3 else 'urban'}\n"
                for place in range(1, 11)
            )


HEEDED = """if True:
    import signal, sys
    from fairshelf.cli.app import main
    told = int(sys.argv.pop(1))
    usual = signal.default_int_handler if told == signal.SIGINT else signal.SIG_DFL
    signal.signal(told, usual)
    main()
"""
"""A command to which a signal says what it usually does: tests may run under ``nohup``."""


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_told_to_stop_leaves_nothing(tmp_path: Path, told: signal.Signals) -> None:
    """A stage is named on the terminal; Ctrl-C and its like in a query leave no file behind."""
    _log(tmp_path / "log.csv", 100_000)
    (tmp_path / "spill").mkdir()
    command = ("run", "log.csv", "-o", "out", "--save-tally", "t", "--temp-dir", "spill")
    terminal, end = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-c", HEEDED, str(int(told)), *command],
        cwd=tmp_path,
        stdout=end,
        stderr=end,
        env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(end)
    said, sent = b"", False
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while piece := os.read(terminal, 65_536):
            said += piece
            if b"Checking the rows" in said and not sent:
                assert list((tmp_path / "spill").iterdir())
                running.send_signal(told)
                sent = True
    os.close(terminal)
    assert running.wait(timeout=60) == 128 + told
    assert sent
    assert b"Traceback" not in said
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["log.csv", "spill"]
