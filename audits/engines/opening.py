"""Open the engine an audit runs on, and let its faults out only as errors with a sentence."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from fairshelf.audits.engines.faults import is_of_engine, said, was_interrupted
from fairshelf.audits.engines.means import FREE, Means
from fairshelf.audits.engines.shortage import short_of
from fairshelf.audits.errors import DataError, FairshelfError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairshelf.audits.engines.address import Engine

ATTACHED = "fairshelf_source"
"""The name under which a DuckDB file is attached, to be read only."""

_MARK = slice(8, 12)
"""Where ``DUCK`` stands in a file of DuckDB."""


@contextmanager
def opened(engine: Engine, work: Path, means: Means = FREE) -> Iterator[Any]:
    """Open an engine, and close it at the end whatever happens.

    Parameters
    ----------
    engine
        Which engine.
    work
        A folder that may be written into.
    means
        What a DuckDB here may take.

    Yields
    ------
    Ibis backend
        The engine that counts the log.

    Raises
    ------
    UsageError
        ``engine_not_installed``, ``engine_needs_java``, ``engine_unreachable``,
        ``engine_file_other``, ``engine_no_workers``.
    DataError
        ``engine_failed``: the engine gave up in the middle.
    """
    con = _connected(engine, work, means)
    try:
        yield con
    except Exception as error:
        if was_interrupted(error):
            raise KeyboardInterrupt from error
        if isinstance(error, FairshelfError) or engine.kind == "here" or not is_of_engine(error):
            raise
        if engine.kind == "duckdb" and short_of(error):
            raise
        raise DataError("engine_failed", engine=engine.name, why=said(error)) from error
    finally:
        con.disconnect()


@contextmanager
def for_tables(con: Any, engine: Engine, work: str, means: Means = FREE) -> Iterator[Any]:  # noqa: ANN401 - ibis has no public type for it
    """Give the DuckDB that reads the tables beside a log: the log's own where it reads files.

    Parameters
    ----------
    con, engine
        What counts the log.
    work
        A folder that may be written into.
    means
        What the DuckDB may take.
    """
    if engine.kind == "here":
        yield con
        return
    here = means.connect(work)
    try:
        yield here
    finally:
        here.disconnect()


def _connected(engine: Engine, work: Path, means: Means) -> Any:  # noqa: ANN401 - ibis has no public type for it
    if engine.kind == "spark":
        from fairshelf.audits.engines.spark import connect  # noqa: PLC0415 - an extra

        return connect(engine, work)
    if engine.kind == "url":
        return _by_url(engine)
    con = means.connect(work)
    if engine.kind == "duckdb":
        _attach(con, engine)
        _shut(con, work)
    return con


def _shut(con: Any, work: Path) -> None:  # noqa: ANN401 - ibis has no public type for it
    """Let no view of an attached file read other files or addresses."""
    folder = str(work).replace("'", "''")
    con.raw_sql(f"SET allowed_directories = ['{folder}']")
    con.raw_sql("SET enable_external_access = false")


def _attach(con: Any, engine: Engine) -> None:  # noqa: ANN401 - ibis has no public type for it
    """Attach a file; an extension is never fetched for it, as for a file of SQLite would be."""
    import duckdb  # noqa: PLC0415 - known to be there once the engine is

    for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
        con.raw_sql(f"SET {name} = false")
    try:
        con.attach(engine.address, name=ATTACHED, read_only=True)
    except duckdb.Error as error:
        con.disconnect()
        code = "engine_unreachable" if _is_duckdb(Path(engine.address)) else "engine_file_other"
        raise UsageError(code, engine=engine.name, why=said(error)) from error


def _is_duckdb(path: Path) -> bool:
    """Say whether a file begins as those of DuckDB do."""
    try:
        with path.open("rb") as file:
            return file.read(_MARK.stop)[_MARK] == b"DUCK"
    except OSError:
        return True  # the engine's own sentence says why it cannot be read


def _by_url(engine: Engine) -> Any:  # noqa: ANN401 - ibis has no public type for it
    url = f"{engine.scheme}://{engine.address.partition('://')[2]}"
    try:
        return ibis.connect(url, **engine.options)
    except ImportError as error:
        raise UsageError(
            "engine_not_installed", engine=engine.scheme, package=_package(engine.scheme)
        ) from error
    except Exception as error:
        raise UsageError("engine_unreachable", engine=engine.name, why=said(error)) from error


def _package(scheme: str) -> str:
    """Give what pip is to install: an extra of ours where there is one, else that of ibis."""
    return "fairshelf[postgres]" if scheme == "postgres" else f"ibis-framework[{scheme}]"
