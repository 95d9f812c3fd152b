"""How far an audit is: its stages, the rows they go over, and what the engine says of its query."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Stages:
    """Told the name of each stage as it begins; asked by whoever shows it.

    Attributes
    ----------
    stage
        The stage that began last; empty before the first.
    rows
        Rows that the stages go over, and whether that is an estimate; None where it is not known.
    """

    def __init__(self) -> None:
        """Begin before the first stage."""
        self.stage = ""
        self.rows: tuple[int, bool] | None = None
        self._far: Callable[[], float | None] | None = None

    def __call__(self, name: str) -> None:
        """Begin a stage."""
        self.stage = name

    def far(self) -> float | None:
        """Give the share of the present query that is done, 0 to 1; None where none can be told."""
        asked = self._far
        return None if asked is None else asked()

    @contextmanager
    def watching(self, con: Any) -> Iterator[None]:  # noqa: ANN401 - an Ibis backend has no type of its own
        """Let an engine be asked how far it is for as long as it is open; DuckDB can tell."""
        if con.name != "duckdb":
            yield
            return
        for setting in _TELLS:
            con.raw_sql(setting)
        self._far = lambda: _share(con.con)
        try:
            yield
        finally:
            self._far = None


_TELLS = (
    "SET enable_progress_bar = true",
    "SET enable_progress_bar_print = false",
    "SET progress_bar_time = 0",
)
"""DuckDB keeps an account of a query only where it is to show it, from these milliseconds on."""


def _share(held: Any) -> float | None:  # noqa: ANN401 - duckdb ships no types
    import duckdb  # noqa: PLC0415 - known to be there once the engine is

    try:
        told = float(held.query_progress())
    except duckdb.Error:  # closed between the question and the answer
        return None
    return min(told / 100, 1.0) if told >= 0 else None


@contextmanager
def watched(stage: Callable[[str], None], con: Any) -> Iterator[None]:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Let whoever shows the stages ask an engine how far it is; nothing where nobody does."""
    if not isinstance(stage, Stages):
        yield
        return
    with stage.watching(con):
        yield


def going_over(stage: Callable[[str], None], rows: int | None, *, about: bool = False) -> None:
    """Say how many rows the stages go over from here on, or ``about`` how many."""
    if isinstance(stage, Stages):
        stage.rows = None if rows is None else (rows, about)
