"""An engine is closed whatever happens; what ends an audit is not mistaken for a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fairshelf.audits.engines import engine, opened
from fairshelf.audits.engines.spark import _stop
from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


class _Gone:
    """A Spark whose process has ended; it plays context, gateway and process."""

    proc: Any

    def __init__(self, status: int | None) -> None:
        self.proc, self.status, self.stdin = self, status, self

    def stop(self) -> None:
        """Fail as py4j does."""
        raise ConnectionRefusedError

    shutdown = stop

    def poll(self) -> int | None:
        """Give the status."""
        return self.status

    def close(self) -> None:
        """Do nothing."""

    def wait(self, _seconds: float) -> None:
        """Do nothing."""

    def disconnect(self) -> None:
        """Stop as the backend does."""
        _stop(self, self)


@pytest.mark.parametrize("between", [False, True])
def test_an_interruption_that_ends_spark_too_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, between: bool
) -> None:
    """What py4j raises while a signal is answered does not take its place, nor does the end."""
    pytest.importorskip("pyspark", reason="the extra spark (pyspark) is not installed")
    from py4j.protocol import Py4JNetworkError

    monkeypatch.setattr("fairshelf.audits.engines.opening._connected", lambda *_: _Gone(143))

    def interrupted() -> None:
        try:
            raise KeyboardInterrupt
        finally:
            if between:
                raise Py4JNetworkError

    with pytest.raises(KeyboardInterrupt), opened(engine("spark"), tmp_path):
        interrupted()
    with pytest.raises(DataError, match="engine_failed"), opened(engine("spark"), tmp_path):
        raise Py4JNetworkError


def test_a_spark_that_runs_and_does_not_stop_is_told() -> None:
    """Only what has ended already needs no stopping."""
    pytest.importorskip("pyspark", reason="the extra spark (pyspark) is not installed")
    with pytest.raises(ConnectionRefusedError):
        _Gone(None).disconnect()
