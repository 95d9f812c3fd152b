"""Parquet files and folders of them: columns keep their own types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest import engine
from fairshelf.audits.ingest.found import Read
from fairshelf.audits.ingest.header import unique
from fairshelf.audits.ingest.schemas import schemas

if TYPE_CHECKING:
    from pathlib import Path


def read_parquet(con: Any, path: Path, name: str) -> Read:  # noqa: ANN401 - ibis has no public type for it
    """Read a Parquet file, or a folder of them whose sub-folders may name columns.

    Parameters
    ----------
    con
        ibis DuckDB backend.
    path
        A file, or a folder of nothing else.
    name
        What messages call it.

    Raises
    ------
    DataError
        ``file_broken``, ``parquet_differs`` where the files of a folder have other columns,
        ``decimals_too_long``, ``nothing_beneath``.
    """
    files = sorted(parts(path)) if path.is_dir() else [path]
    partitioned = any("=" in part for file in files for part in file.relative_to(path).parts)
    # files of one type are read as they are: the engine then knows the ends of a column at once
    options = {"union_by_name": True} if files and schemas(files, name).unlike else {}
    try:
        table = engine.read_parquet(
            con, [engine.literal(file) for file in files], hive_partitioning=partitioned, **options
        )
        table = table.rename(dict(zip(unique(table.columns), table.columns, strict=True)))
        rows = engine.count(table)
        engine.head(table)
    except engine.EngineRefusedError as error:
        raise DataError("file_broken", file=name, kind="Parquet", why=str(error)) from error
    if not rows:
        raise DataError("nothing_beneath", file=name, row=0)
    return Read(
        table=table,
        headings=tuple(table.columns),
        first_row=1,
        numbered=lambda: engine.number(table, 1),
        format="parquet",
    )


def parts(folder: Path) -> list[Path]:
    """Give the files of a folder that hold rows."""
    return [
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)
    ]
