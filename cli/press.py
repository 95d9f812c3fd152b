"""The process that makes the pages, started while the log is still read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DRAWS = "matplotlib.figure"
"""Where this module is loaded, pages are made here as quickly as elsewhere."""


class Press:
    """Makes pages elsewhere where that has been prepared, and says so where it has not.

    Attributes
    ----------
    process
        :mod:`fairshelf.reports.press`, which answers once; None where nothing is prepared.
    """

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """Take the process; nothing is asked of it."""
        self.process = process

    def pages(
        self, results: bytes, languages: tuple[str, ...], audience: str
    ) -> dict[str, str] | None:
        """Give a page for each language; None where they have to be made here.

        Parameters
        ----------
        results
            ``results.json`` of what the pages show.
        languages, audience
            As :func:`fairshelf.reports.html.render` takes them.
        """
        process, self.process = self.process, None
        if process is None:
            return None
        try:
            asked = json.dumps([results.decode(), languages, audience])
            told, _ = process.communicate(asked.encode())
        finally:
            _end(process)
        if process.returncode != 0:
            return None
        return dict(zip(languages, json.loads(told), strict=True))

    def end(self) -> None:
        """Leave no process behind."""
        if self.process is not None:
            _end(self.process)


@contextmanager
def pressed(languages: tuple[str, ...]) -> Iterator[Press]:
    """Start the process that makes the pages; none where what draws is loaded here already."""
    press = Press(None if DRAWS in sys.modules else _started(languages))
    try:
        yield press
    finally:
        press.end()


def _started(languages: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
    """Start the process outside the terminal's group: Ctrl-C is answered here alone."""
    try:
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, *_as_here(), "-m", "fairshelf.reports.press", *languages],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
    except OSError:
        return None


def _as_here() -> list[str]:
    """Give the options by which Python imports there from no place that it does not look at here.

    The folder where the command is typed is none even where it is one here.
    """
    flags = sys.flags
    told = {"-I": flags.isolated, "-E": flags.ignore_environment, "-s": flags.no_user_site}
    return ["-P", *(option for option, given in told.items() if given)]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it with what it has started: they are a group of their own where there are groups."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
