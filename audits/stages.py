"""How far a command is: its stages, what they go over, and how much of that is done."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

T = TypeVar("T")

ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Over:
    """What a stage goes over: how many of what, and whether the number is an estimate."""

    of: int
    unit: str = ROWS
    about: bool = False


class Stages:
    """Told what a pipeline does as it does it; asked by whoever shows it.

    A share is known from one of two: what is counted here (:meth:`count`), else what the engine
    says of its query (:meth:`watching`).

    Attributes
    ----------
    stage
        The stage that began last; empty before the first.
    """

    def __init__(self, *, seen: bool = True) -> None:
        """Begin before the first stage; an engine is only asked where somebody sees it."""
        self.stage = ""
        self._seen = seen
        self._rows: Over | None = None
        self._counted: tuple[int, Over] | None = None
        self._far: Callable[[], float | None] | None = None

    def __call__(self, name: str) -> None:
        """Begin a stage."""
        self._counted = None
        self.stage = name

    def going_over(self, rows: int | None, *, about: bool = False) -> None:
        """Say how many rows the engine's queries go over from here on, or ``about`` how many."""
        self._rows = None if rows is None else Over(rows, about=about)

    def count(self, done: int, of: int, unit: str) -> None:
        """Say how many things of a stage are done; when all are, the count is over.

        A single thing is no count: the engine, which can tell more of it, is asked.

        ``unit`` is one of those that ``progress.unit`` of the report's words knows, or ``rows``.
        """
        self._counted = (done, Over(of, unit)) if done < of and of > 1 else None

    def each(self, things: Collection[T], unit: str) -> Iterator[T]:
        """Go over things and count them."""
        for done, thing in enumerate(things):
            self.count(done, len(things), unit)
            yield thing
        self.count(len(things), len(things), unit)

    def look(self) -> tuple[float | None, Over | None]:
        """Give the share that is done, 0 to 1 (None where none can be told), and of what."""
        counted, asked = self._counted, self._far
        if counted is not None:
            return counted[0] / counted[1].of, counted[1]
        return None if asked is None else asked(), self._rows

    @contextmanager
    def watching(self, con: Any) -> Iterator[None]:  # noqa: ANN401 - an Ibis backend has no type of its own
        """Let an engine be asked how far it is for as long as it is open; DuckDB can tell."""
        if not self._seen or con.name != "duckdb":
            yield
            return
        for setting in _TELLS:
            con.raw_sql(setting)
        before, self._far = self._far, lambda: _share(con.con)
        try:
            yield
        finally:
            self._far = before


QUIET = Stages(seen=False)
"""For those whom nobody watches."""

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
