"""The folder of a saved tally: a Parquet file per table, and ``tally.json`` with their digests."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from fairshelf.audits.engines.shortage import short_of
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.tally.saved.account import KIND, SCHEMA, Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import ibis.expr.types as ir

MANIFEST = "tally.json"
REJECTS = "rejects"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Saved:
    """A tally as it lies on the disk, found whole."""

    folder: Path
    account: Account

    def path(self, table: str) -> Path:
        """Give the file of a table."""
        return self.folder / f"{table}.parquet"

    def head(self, place: int) -> pa.Table:
        """Give the first rows of one file of the log, as they were read."""
        return pq.read_table(self.path(f"head.{place}"))

    def rejects(self) -> pa.Table:
        """Give the account of rows that were set aside."""
        return pq.read_table(self.path(REJECTS))


def write_tally(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    folder: Path,
    account: Account,
    tables: Mapping[str, ir.Table],
    heads: Sequence[pa.Table],
    rejects: pa.Table,
) -> None:
    """Fill an empty folder.

    Parameters
    ----------
    con
        The engine that holds the tables.
    folder
        Where to write; see :func:`fairshelf.audits.tally.saved.place.made`.
    account, tables
        What was counted.
    heads, rejects
        The first rows of each file of the log, and the rows that were set aside.

    Raises
    ------
    UsageError
        ``tally_no_room``.
    """
    with _room(folder):
        for name, table in tables.items():
            _write(con, table, folder / f"{name}.parquet")
        for place, head in enumerate(heads):
            pq.write_table(head, folder / f"head.{place}.parquet", compression="zstd")
        pq.write_table(rejects, folder / f"{REJECTS}.parquet", compression="zstd")
        _write_manifest(folder, account)


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Tell a disk that is full here from one that is full where temporary files lie."""
    try:
        yield
    except Exception as error:
        here = isinstance(error, OSError) or str(folder) in str(error)
        if not here or short_of(error) != "disk":
            raise
        why = os.strerror(errno.ENOSPC)
        raise UsageError("tally_no_room", folder=str(folder.parents[1]), why=why) from error


def _write_manifest(folder: Path, account: Account) -> None:
    digests = {path.name: _digest(path) for path in sorted(folder.iterdir())}
    said = {"account": account.model_dump(mode="json"), "sha256": digests}
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _write(con: Any, table: ir.Table, path: Path) -> None:  # noqa: ANN401 - an Ibis backend has no type of its own
    if con.name != "duckdb":
        pq.write_table(table.to_pyarrow(), path, compression="zstd")
    elif _may_write(con):
        con.to_parquet(table, path, compression="zstd")
    else:
        batches = con.to_pyarrow_batches(table)
        with pq.ParquetWriter(path, batches.schema, compression="zstd") as file:
            for batch in batches:
                file.write_batch(batch)


def _may_write(con: Any) -> bool:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Say whether a DuckDB writes files itself: not where it has a file of somebody's attached."""
    told = con.raw_sql("SELECT current_setting('enable_external_access')").fetchone()
    return bool(told[0])


def open_tally(folder: Path) -> Saved:
    """Open a saved tally, and hold every file against its digest.

    Raises
    ------
    UsageError
        ``tally_missing``: there is no such folder.
    DataError
        ``tally_foreign``: it is no saved tally; ``tally_schema``: another version wrote it;
        ``tally_damaged``: a file is missing or is not what was written.
    """
    if not folder.is_dir():
        raise UsageError("tally_missing", tally=str(folder))
    try:
        said = json.loads(_manifest(folder / MANIFEST))
        told, digests = said["account"], dict(said["sha256"])
        kind, schema = told["kind"], told["schema_version"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise DataError("tally_foreign", tally=str(folder)) from error
    if kind != KIND:
        raise DataError("tally_foreign", tally=str(folder))
    if schema != SCHEMA:
        raise DataError("tally_schema", tally=str(folder), found=str(schema), known=SCHEMA)
    try:
        account = Account.model_validate(told)
    except ValidationError as error:
        raise DataError("tally_damaged", tally=str(folder), file=MANIFEST) from error
    for name, digest in sorted(digests.items()):
        if Path(name).name != name or not _is(folder / name, digest):
            raise DataError("tally_damaged", tally=str(folder), file=str(name))
    needed = ["owners", "listings", "requests", "cells", "shown", REJECTS]
    needed += [f"head.{place}" for place in range(len(account.files))]
    needed += [f"margin.{name}" for name in account.margins]
    needed += (["moves"] if account.moves else []) + (["lists"] if account.lists != "none" else [])
    for name in needed:
        if f"{name}.parquet" not in digests:
            raise DataError("tally_damaged", tally=str(folder), file=f"{name}.parquet")
    return Saved(folder, account)


def _manifest(path: Path) -> str:
    """Give the text of a file; a pipe would be waited for, and a device is read without end."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path.read_text(encoding="utf-8")


def _is(path: Path, digest: object) -> bool:
    try:
        return path.is_file() and _digest(path) == digest
    except OSError:
        return False


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
