"""A tree model in a process of its own: a damaged one can bring its library down.

LightGBM and XGBoost trust their files: one that was cut off or altered can end the process that
reads it, without an error that could be caught. The process that is lost is then the other one
(:mod:`fairshelf.audits.rankers.loading.booster`). It also imports the library, which takes seconds,
beside what is done here meanwhile.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.errors import DataError
from fairshelf.audits.rankers.loading.booster import SHAPE, receive, send
from fairshelf.audits.rankers.loading.outputs import unanswered

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECONDS = 120
"""How long opening a model and scoring a few rows may take."""

_STACK = ("[bt]", "Stack trace:")
"""Begins a line of XGBoost's that tells addresses in memory."""

_WHERE = re.compile(r"^xgboost\.core\.XGBoostError: |\[\d\d:\d\d:\d\d\] \S+:\d+: ")
"""When and in which file XGBoost found it."""

_NAMES = {"lightgbm": "LightGBM", "xgboost": "XGBoost"}
"""What a reader calls the two."""

_OTHER = Path(__file__).with_name("booster.py")


class Apart:
    """A model that is opened elsewhere, and asked there.

    Parameters
    ----------
    content
        The model file.
    kind
        ``lightgbm`` or ``xgboost``.
    name
        What messages call the model.
    """

    def __init__(self, content: bytes, kind: str, name: str) -> None:
        """Start the other process; nothing is waited for."""
        self.kind, self.name = kind, name
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - held as long as the process
        self._process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-P", str(_OTHER), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
        )
        self.end = weakref.finalize(self, _ended, self._process, self._words)
        self._told: dict[str, Any] | None = None
        self._late = threading.Event()
        self._ask(content)

    def told(self) -> dict[str, Any]:
        """Wait for the model: ``features`` (names), ``width``, ``trees``, XGBoost's ``categories``.

        Raises
        ------
        DataError
            ``model_broken``: the process ended in an error, was brought down, or did not end.
        """
        if self._told is None:
            timer = threading.Timer(SECONDS, _give_up, (self._process, self._late))
            timer.daemon = True
            timer.start()
            try:
                self._told = json.loads(self._answer())
            finally:
                timer.cancel()
        return self._told

    def score(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give what the model gives for rows.

        Parameters
        ----------
        rows
            Shape (rows, features), NaN where a value is missing.

        Returns
        -------
        Shape (rows, outputs), float64.

        Raises
        ------
        DataError
            ``model_broken``: as :meth:`told`; ``model_unanswered``: the library refuses the rows.
        """
        self.told()
        cells = np.asfortranarray(rows, dtype=np.float64)
        self._ask(SHAPE.pack(*cells.shape), cells.T)
        answer = self._answer()
        if answer[:1] != b"S":
            raise unanswered(self.name, said(answer[1:].decode(errors="replace")))
        shape = SHAPE.unpack_from(answer, 1)
        return np.frombuffer(answer, dtype=np.float64, offset=1 + SHAPE.size).reshape(shape)

    def _ask(self, *parts: Any) -> None:  # noqa: ANN401 - bytes, or a buffer of them
        try:
            send(_pipe(self._process.stdin), *parts)
        except (BrokenPipeError, OSError) as error:
            raise self._lost() from error

    def _answer(self) -> bytes:
        answer = receive(_pipe(self._process.stdout))
        if answer is None:
            raise self._lost()
        return answer

    def _lost(self) -> DataError:
        """Say why the other process is gone."""
        status = self._process.wait()
        if self._late.is_set():
            why = f"no answer within {SECONDS} s"
            return self._broken(why)
        if status < 0:
            return self._broken(signal.Signals(-status).name)
        self._words.seek(0)
        return self._broken(said(self._words.read().decode(errors="replace")) or str(status))

    def _broken(self, why: str) -> DataError:
        return DataError("model_broken", model=self.name, kind=_NAMES[self.kind], why=why[:200])


def said(words: str) -> str:
    """Give the line that tells what is wrong: the last before the addresses of a stack.

    The hour and the source file in which a library wrote it are left out: they differ from machine
    to machine.
    """
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(_STACK)]
    return _WHERE.sub("", telling[-1]).rstrip(" :.") if telling else ""


def _pipe(pipe: IO[bytes] | None) -> Any:  # noqa: ANN401 - a binary stream, by two names
    if pipe is None:
        raise BrokenPipeError
    return pipe


def _give_up(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _ended(process: subprocess.Popen[bytes], words: IO[bytes]) -> None:
    """Leave no process behind."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, words):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                continue
