"""Parquet files and folders of them: columns keep their own types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import DataError
from fairshelf.audits.ingest import engine
from fairshelf.audits.ingest.found import Read
from fairshelf.audits.ingest.header import each_named
from fairshelf.audits.ingest.schemas import beyond_floats, headings_of, schemas

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import ibis.expr.types as ir

_WHOLE = r"^(-?[0-9]+)[.]0$"


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
        ``parquet_letters`` where headings differ in letters alone and stand in another order,
        ``parquet_digits_lost`` where one holds whole numbers as floats that another has in more
        digits than these hold, ``decimals_too_long``, ``nothing_beneath``.
    """
    files = sorted(parts(path)) if path.is_dir() else [path]
    partitioned = any("=" in part for file in files for part in file.relative_to(path).parts)
    # files of one type are read as they are: the engine then knows the ends of a column at once
    found = schemas(files, name) if files else None
    options = {"union_by_name": True} if found is not None and found.unlike else {}
    floats = {} if found is None else found.floats
    for column, other in floats.items():
        part = beyond_floats(files, column)
        if part is not None:
            raise DataError("parquet_digits_lost", file=name, part=part, other=other, column=column)
    try:
        table = engine.read_parquet(
            con, [engine.literal(file) for file in files], hive_partitioning=partitioned, **options
        )
        headings = each_named(_spelt(files, name, table.columns))
        table = table.rename(dict(zip(headings, table.columns, strict=True)))
        table = table.mutate(**_without_point(table, floats))
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
        files=() if partitioned or options else tuple(files),
        written=tuple(files),
    )


def _spelt(files: Sequence[Path], name: str, columns: Sequence[str]) -> list[str]:
    """Give the headings as the files have them: of two that differ in letters DuckDB renames one.

    Raises
    ------
    DataError
        ``parquet_letters``.
    """
    told = headings_of(files[0])
    folded = [heading.casefold() for heading in told]
    if len(set(folded)) == len(folded) or len(columns) < len(told):
        return list(columns)
    other = next((file for file in files if headings_of(file) != told), None)
    if other is not None:
        alike = [one for one in told if folded.count(one.casefold()) > 1]
        raise DataError("parquet_letters", file=name, part=other.name, columns=alike)
    return [*told, *columns[len(told) :]]


def _without_point(table: ir.Table, floats: Collection[str]) -> dict[str, ir.StringValue]:
    """Write a whole number as one where files that hold floats were read beside files of text.

    DuckDB makes ``12.0`` of it, which is another id than the ``12`` of the others.
    """
    return {
        name: table[name].re_replace(_WHOLE, r"\1")
        for name, kind in table.schema().items()
        if name.casefold() in floats and kind.is_string()
    }


def parts(folder: Path) -> list[Path]:
    """Give the files of a folder that hold rows."""
    return [
        file
        for file in folder.rglob("*")
        if file.is_file()
        and not any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)
    ]
