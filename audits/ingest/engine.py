"""What the engine is asked while files are read; its faults never leave this file as its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.engines.faults import is_of_engine
from fairshelf.audits.engines.shortage import short_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa

HEAD = 1_000


class EngineRefusedError(Exception):
    """The engine could not read a file as it was told to."""


def refused(act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the act gives
    """Do what the engine is asked and turn its own errors into :class:`EngineRefusedError`.

    That it ran out of memory or of room is no fault of a file's, so that it goes through.
    """
    try:
        return act()
    except Exception as error:
        if short_of(error) or not (is_of_engine(error) or isinstance(error, UnicodeDecodeError)):
            raise
        raise EngineRefusedError(str(error).splitlines()[0] if str(error) else "") from error


def read_text(
    con: Any,  # noqa: ANN401 - ibis has no public type for it
    path: Path,
    headings: Sequence[str],
    delimiter: str,
    skip: int,
) -> ir.Table:
    """Read a UTF-8 file of delimited text that keeps the rules, every cell as text.

    Parameters
    ----------
    con
        ibis DuckDB backend.
    path
        UTF-8 text.
    headings
        Column names.
    delimiter
        One character.
    skip
        Lines above the first data row.
    """
    table: ir.Table = refused(
        lambda: con.read_csv(
            literal(path),
            columns=dict.fromkeys(headings, "string"),
            auto_detect=False,
            header=False,
            skip=skip,
            delim=delimiter,
            quote='"',
            escape='"',
        )
    )
    return table


def count(table: ir.Table) -> int:
    """Count the rows, which reads them all and finds what the engine cannot read."""
    return int(refused(lambda: table.count().to_pyarrow().as_py()))


def read_parquet(con: Any, paths: Sequence[str], **options: Any) -> ir.Table:  # noqa: ANN401 - ibis has no public type for it, options are the engine's
    """Read Parquet files with their own types."""
    table: ir.Table = refused(lambda: con.read_parquet(list(paths), **options))
    return table


def head(table: ir.Table) -> pa.Table:
    """Give the first rows as text."""
    names = table.columns
    limited = table.limit(HEAD).select(**{name: table[name].cast("string") for name in names})
    found: pa.Table = refused(limited.to_pyarrow)
    return found


def number(table: ir.Table, first: int) -> ir.Table:
    """Give rows their numbers in file order, from ``first``."""
    return table.mutate(**{ROW: ibis.row_number() + ibis.literal(first, "int64")})


def literal(path: Path) -> str:
    """Spell a path so that the engine does not take it for a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path.resolve()))


def json_keys(con: Any, path: Path) -> tuple[str, ...]:  # noqa: ANN401 - ibis has no public type for it
    """Give the keys of all objects of a JSON file, in order of appearance."""
    table = refused(
        lambda: con.read_json(literal(path), sample_size=-1, map_inference_threshold=-1)
    )
    return tuple(table.columns)


def read_json(con: Any, path: Path, keys: Sequence[str]) -> ir.Table:  # noqa: ANN401 - ibis has no public type for it
    """Read the objects of a JSON file, every value as text."""
    table: ir.Table = refused(
        lambda: con.read_json(literal(path), columns=dict.fromkeys(keys, "string"))
    )
    return table
