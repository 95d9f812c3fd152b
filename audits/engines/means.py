"""How much of this machine a run may take: memory, threads, and where it may spill to."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.engines.shortage import refused, told
from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairshelf.audits.engines.duckdb_backend import DuckDBBackend
    from fairshelf.audits.stages import Stages

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGTP])(i?)B", re.IGNORECASE)
_POWERS = "KMGTP"
LEAST_MEMORY = "64MB"
"""What a limit must leave: 6,400 rows with sellers and catalogue were audited under 32 MB but not
under 16 MB, and the engine takes several times a row's size for rows of long text."""

_PART, _PLACE, _ROWS = 8, 64, 8
"""Parts of the memory, bytes of a place, rows to a place."""

_LEAST_BITS, _MOST_BITS = 12, 22
"""Bits. DuckDB itself goes to 12; 2,000 shards at 100 places of 8 groups are 11, 7 and 4."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a run may take; None leaves it to the engine.

    Attributes
    ----------
    memory
        DuckDB's limit, such as ``2GB``; what does not fit spills into ``folder``. A model and the
        small tables come on top, and of plain Parquet up to about a third of it for blocks of rows.
    threads
        Threads of DuckDB.
    folder
        Where temporary files lie; the system's place where not given.
    """

    memory: str | None = None
    threads: int | None = None
    folder: Path | None = None

    def connect(self, work: Path | str) -> DuckDBBackend:
        """Open a DuckDB in memory that spills into a folder.

        Raises
        ------
        UsageError
            ``memory_limit_unread``: a limit that is no size; ``memory_limit_small``: one under
            which nothing can be counted.
        """
        from fairshelf.audits.engines.duckdb_backend import connect  # noqa: PLC0415 - heavy

        if self.memory is not None and _bytes(self.memory) < _bytes(LEAST_MEMORY):
            raise UsageError("memory_limit_small", typed=self.memory, least=LEAST_MEMORY)
        con = connect(str(work))
        if self.memory is not None:
            con.raw_sql(f"SET memory_limit = '{self.memory.strip()}'")
        if self.threads is not None:
            con.raw_sql(f"SET threads = {self.threads:d}")
        return con

    @contextmanager
    def workspace(self) -> Iterator[str]:
        """Make a folder that is gone at the end, whatever happens.

        Raises
        ------
        UsageError
            ``temp_dir_missing``; ``temp_dir_refused`` where it takes no files, at once or later
            on; ``memory_limit_reached``.
        """
        if self.folder is not None and not self.folder.is_dir():
            raise UsageError("temp_dir_missing", folder=str(self.folder))
        try:
            held = tempfile.TemporaryDirectory(
                prefix="fairshelf-", dir=self.folder, ignore_cleanup_errors=True
            )
        except OSError as error:
            place = self.folder or os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - only named
            raise refused(place, error.strerror) from error
        with held as made, told(self.memory, made):
            yield made

    @contextmanager
    def working(self, stage: Stages) -> Iterator[tuple[DuckDBBackend, Path]]:
        """Open a DuckDB with a folder of its own, both gone at the end; its queries are watched.

        Raises
        ------
        UsageError
            As :meth:`workspace` and :meth:`connect`.
        """
        with self.workspace() as folder:
            con = self.connect(folder)
            try:
                with stage.watching(con):
                    yield con, Path(folder)
            finally:
                con.disconnect()


def count_into_arrays(con: DuckDBBackend, rows: int) -> None:
    """Let a DuckDB count a log into arrays where keys are few, instead of a table of hashes.

    Each thread has an array, of about 64 bytes a place for what is counted here, which is filled
    with zeros before and looked through afterwards: so it has a place for every eighth row at most
    (20,000 rows in an array of 2**20 places take thirty times as long as in a table of hashes).
    All of them together take an eighth of the memory at most, or a quarter where all columns of
    sums are there. Above that the engine takes a table of hashes, which can spill.

    Parameters
    ----------
    con
        The engine.
    rows
        How many rows the log has.
    """
    memory, threads = allowance(con)
    places = min(memory / (_PART * _PLACE * threads), rows / _ROWS)
    bits = max(min(int(places).bit_length() - 1, _MOST_BITS), _LEAST_BITS)
    con.raw_sql(f"SET perfect_ht_threshold = {bits:d}")


def allowance(con: DuckDBBackend) -> tuple[float, int]:
    """Give the bytes and the threads that a DuckDB may take."""
    told = con.raw_sql("SELECT current_setting('memory_limit'), current_setting('threads')")
    memory, threads = told.fetchone() or ("0KB", 1)
    return _bytes(memory), int(threads)


def _bytes(typed: str) -> float:
    """Read a size of memory: ``2GB`` is 2e9 bytes, ``2GiB`` 2**31.

    Raises
    ------
    UsageError
        ``memory_limit_unread``.
    """
    found = _SIZE.fullmatch(typed.strip())
    if found is None:
        raise UsageError("memory_limit_unread", typed=typed)
    number, power, binary = found.groups()
    base = 1024 if binary else 1000
    return float(number) * float(base) ** (1 + _POWERS.index(power.upper()))


FREE = Means()
"""No limits."""
