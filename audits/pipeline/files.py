"""The files of an audit, read, with what was taken for what in each."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from fairshelf.audits.checks import clean_side
from fairshelf.audits.checks.engine import refusals
from fairshelf.audits.columns.detect import detect, require_headings
from fairshelf.audits.columns.raw import RawTable
from fairshelf.audits.errors import UsageError
from fairshelf.audits.ingest import read, read_stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ibis.backends.duckdb import Backend

    from fairshelf.audits.checks.records import CleanSide
    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import Role
    from fairshelf.audits.config import Settings
    from fairshelf.audits.engines import Engine


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An engine that holds the log, and the connection to it."""

    engine: Engine
    con: Any


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an audit with what was taken for what in each."""

    raws: tuple[RawTable, ...]
    detections: tuple[Detection, ...]

    @property
    def columns(self) -> frozenset[str]:
        """The canonical columns that any file of the log has."""
        return frozenset().union(*(found.found for _, found in self.of("log")))

    def of(self, role: str) -> list[tuple[RawTable, Detection]]:
        """Give the files of one role."""
        both = zip(self.raws, self.detections, strict=True)
        return [(raw, found) for raw, found in both if raw.role == role]


def read_files(
    con: Backend,
    log: Sequence[str] | Sequence[RawTable],
    sellers: str | None,
    catalogue: str | None,
    settings: Settings,
    work: Path,
    elsewhere: Elsewhere | None = None,
) -> Files:
    """Read the log and the tables beside it, and find out what their columns are.

    The log is read by the engine that counts it, where that is another; the tables beside it are
    small, and read here. The files of a saved tally are known already.

    Raises
    ------
    UsageError
        A file or a heading that is not there; see :func:`fairshelf.audits.ingest.read.read`.
    DataError
        A file that holds no table.
    """
    raws = [one for one in log if isinstance(one, RawTable)]
    typed = [one for one in log if isinstance(one, str)]
    raws = raws or list(_log(con, typed, settings, work, elsewhere))
    for role, path in (("sellers", sellers), ("catalogue", catalogue)):
        if path is not None:
            raws += read(con, [path], cast("Role", role), settings, work)
    headings = {heading for raw in raws for heading in raw.headings}
    extras = {
        name: heading or name
        for name, heading in settings.attributes.items()
        if heading or name in headings
    }
    require_headings(raws, settings.map, extras)
    given = [{**raw.extra.get("given", {}), **settings.map} for raw in raws]
    detections = [detect(raw, one, extras) for raw, one in zip(raws, given, strict=True)]
    return Files(tuple(raws), tuple(detections))


def _log(
    con: Backend, log: Sequence[str], settings: Settings, work: Path, elsewhere: Elsewhere | None
) -> tuple[RawTable, ...]:
    if elsewhere is not None:
        return read_stored(elsewhere.con, elsewhere.engine, log, work)
    if not log:
        raise UsageError("no_log")
    return read(con, log, "log", settings, work)


@contextmanager
def unchanged(files: Files) -> Iterator[None]:
    """Say of a file that an engine refuses half way that it was changed, where it was.

    Raises
    ------
    DataError
        ``file_changed``.
    """
    try:
        yield
    except refusals():
        for raw in files.raws:
            _ = raw.sha256
        raise


def about_rows(files: Files) -> int | None:
    """Estimate the rows of the log from its bytes and first rows; None where no file is text."""
    told = 0
    for raw, _ in files.of("log"):
        if raw.format != "csv" or not raw.head.num_rows:
            return None
        letters = sum(
            len(str(cell).encode()) + 1
            for name in raw.head.column_names
            for cell in raw.head.column(name).to_pylist()
            if cell is not None
        )
        told += round(raw.bytes * raw.head.num_rows / max(letters, 1))
    return told


def log_rows(raw: RawTable) -> int | None:
    """Give the number of rows of a file whose rows are not here; None where they are."""
    rows = raw.extra.get("rows")
    return None if rows is None else int(rows)


def side(con: Backend, files: Files, role: str, settings: Settings) -> CleanSide | None:
    """Clean the seller table or the catalogue; None where there is none."""
    found = files.of(role)
    return clean_side(con, *found[0], settings) if found else None


def open_side(
    con: Backend, path: str | None, role: Role, settings: Settings, work: Path
) -> tuple[CleanSide, RawTable, Detection] | None:
    """Read and clean a table of sellers or listings by itself; None where there is none.

    Raises
    ------
    UsageError, DataError
        As :func:`read_files`.
    """
    if path is None:
        return None
    (raw,) = read(con, [path], role, settings, work)
    extras = {
        name: heading or name
        for name, heading in settings.attributes.items()
        if (heading or name) in raw.headings
    }
    found = detect(raw, settings.map, extras)
    return clean_side(con, raw, found, settings), raw, found
