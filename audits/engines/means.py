"""How much of this machine a run may take: memory, threads, and where it may spill to."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairshelf.audits.engines.duckdb_backend import DuckDBBackend
    from fairshelf.audits.stages import Stages

_SIZE = re.compile(r"\d+(\.\d+)?\s*(KB|MB|GB|TB|KiB|MiB|GiB|TiB)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Means:
    """What a run may take; None leaves it to the engine.

    Attributes
    ----------
    memory
        DuckDB's limit, such as ``2GB``; what does not fit spills into ``folder``. A model and the
        small tables come on top.
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
            ``memory_limit_unread``: a limit that is no size.
        """
        from fairshelf.audits.engines.duckdb_backend import connect  # noqa: PLC0415 - heavy

        con = connect(str(work))
        if self.memory is not None:
            if not _SIZE.fullmatch(self.memory.strip()):
                con.disconnect()
                raise UsageError("memory_limit_unread", typed=self.memory)
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
            ``temp_dir_missing``.
        """
        if self.folder is not None and not self.folder.is_dir():
            raise UsageError("temp_dir_missing", folder=str(self.folder))
        with tempfile.TemporaryDirectory(
            prefix="fairshelf-", dir=self.folder, ignore_cleanup_errors=True
        ) as made:
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


FREE = Means()
"""No limits."""
