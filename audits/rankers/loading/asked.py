"""Models that are asked and not opened: a column, a program, an address, a function."""

from __future__ import annotations

import http.client
import importlib
import ipaddress
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow.csv

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.rankers.loading.outputs import one_score
from fairshelf.audits.rankers.records import Ranker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

SECONDS = 600
"""How long one batch may take a program or an address."""

_MOST_ANSWER = 256 * 1024**2
_OK = 200


def column(name: str, *, ascending: bool) -> Ranker:
    """Take a column of the candidates for the score; ``ascending``: the least stands first."""

    def score(table: pa.Table) -> NDArray[np.float64]:
        value: NDArray[np.float64] = table.column(0).to_numpy().astype(np.float64)
        return np.negative(value) if ascending else value

    typed = f"{'-' if ascending else ''}column:{name}"
    return Ranker("column", typed, None, (name,), 1, score, "fairshelf", "")


def command(line: str, given: Sequence[str] | None) -> Ranker:
    """Ask a program: candidates as CSV with a header on its input, a score a line on its output.

    The program is started anew for each batch, without a shell.

    Raises
    ------
    UsageError
        ``model_features_unnamed``: nobody said which columns to hand over.
    DataError
        ``model_program``: it cannot be started, ends in an error, takes too long, or answers
        something other than a number a line; ``model_scores_count``.
    """
    words = shlex.split(line)
    if not words:
        raise UsageError("model_missing", model=f"command:{line}")
    features = _required(f"command:{line}", given)

    def score(table: pa.Table) -> NDArray[np.float64]:
        sink = pyarrow.BufferOutputStream()
        pyarrow.csv.write_csv(table, sink)
        try:
            done = subprocess.run(  # noqa: S603 - the user typed the program
                words,
                input=sink.getvalue().to_pybytes(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DataError("model_program", model=words[0], why=str(error)[:300]) from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-300:]
            raise DataError("model_program", model=words[0], why=f"{done.returncode}: {said}")
        return _numbers(done.stdout.decode(errors="replace").split(), table.num_rows, words[0])

    return Ranker("command", f"command:{words[0]}", None, features, None, score, words[0], "")


def address(url: str, given: Sequence[str] | None) -> Ranker:
    """Ask an address of this machine: JSON ``{"features": [...], "rows": [[...]]}`` by POST.

    The answer is ``{"scores": [...]}``. No other machine is ever asked, no redirection followed,
    no proxy used.

    Raises
    ------
    UsageError
        ``model_not_loopback``; ``model_features_unnamed``.
    DataError
        ``model_program``: no answer, or another one; ``model_scores_count``.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "http" or not _is_loopback(host) or parts.username is not None:
        raise UsageError("model_not_loopback", model=url)
    features = _required(url, given)

    def score(table: pa.Table) -> NDArray[np.float64]:
        rows = [[_plain(cell) for cell in row.values()] for row in table.to_pylist()]
        body = json.dumps({"features": list(features), "rows": rows}, ensure_ascii=False)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            line = http.client.HTTPConnection(host, parts.port or 80, timeout=SECONDS)
            line.request("POST", target, body.encode(), {"Content-Type": "application/json"})
            answer = line.getresponse()
            content = answer.read(_MOST_ANSWER)
            line.close()
            if answer.status != _OK:
                raise DataError("model_program", model=url, why=f"HTTP {answer.status}")
            told = json.loads(content)["scores"]
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as error:
            why = str(error)[:300] or type(error).__name__
            raise DataError("model_program", model=url, why=why) from error
        return _numbers(told, table.num_rows, url)

    return Ranker("http", url, None, features, None, score, "http", "")


def function(typed: str, given: Sequence[str] | None, *, trusted: bool) -> Ranker:
    """Ask a Python function ``module:function``, which gets the features as a DataFrame.

    The module is looked for in the folder one stands in first, as ``python -m`` looks for it; what
    installs a command leaves that folder out.

    Raises
    ------
    UsageError
        ``model_needs_trust``: the module's code would run, and nobody said that it may;
        ``model_no_function``; ``model_features_unnamed``.
    DataError
        ``model_program``: the function fails; ``model_scores_count``.
    """
    if not trusted:
        raise UsageError("model_needs_trust", model=typed)
    module, _, name = typed.partition(":")
    here = str(Path.cwd())
    if not {here, ""} & {*sys.path}:
        sys.path.insert(0, here)
    try:
        ask = getattr(importlib.import_module(module), name)
    except Exception as error:
        raise UsageError("model_no_function", model=typed, why=str(error)[:300]) from error
    features = _required(typed, given or getattr(ask, "features", None))

    def score(table: pa.Table) -> NDArray[np.float64]:
        try:
            told = ask(table.to_pandas())
        except Exception as error:
            why = f"{type(error).__name__}: {error}"[:300]
            raise DataError("model_program", model=typed, why=why) from error
        return one_score(told, table.num_rows, typed)

    return Ranker("function", typed, None, features, None, score, module, "")


def _required(name: str, given: Sequence[str] | None) -> tuple[str, ...]:
    if not given:
        raise UsageError("model_features_unnamed", model=name)
    return tuple(given)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(cell: Any) -> Any:  # noqa: ANN401 - a cell of any type
    return None if isinstance(cell, float) and not np.isfinite(cell) else cell


def _numbers(told: Any, rows: int, name: str) -> NDArray[np.float64]:  # noqa: ANN401 - an answer of any form
    try:
        scores = np.array([np.nan if one is None else float(one) for one in told])
    except (TypeError, ValueError) as error:
        raise DataError("model_program", model=name, why=str(error)[:300]) from error
    return one_score(scores, rows, name)
