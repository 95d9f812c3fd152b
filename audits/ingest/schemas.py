"""What the Parquet files of a folder say of their columns: whether all have the same, of one type.

An engine takes the types of one file for all of them, and forces the others into these: shares of
0.3 become 0 where the first file holds whole numbers only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EXACT = 2**53
"""The whole numbers up to which a float holds every one."""

_TIMESTAMP = "TIMESTAMP"
_NANOSECONDS = "timeUnit=nanoseconds"
_OF_A_ZONE = "isAdjustedToUTC=true"

_DECIMAL = "DECIMAL"
_DIGITS = 38
"""The most digits that a decimal number may have, which is what 16 bytes hold.

DuckDB and Spark hold no longer ones; DuckDB 1.5 reads other numbers in their place (281474976710656
for 1 with 10 places), without a word. BigQuery writes its BIGNUMERIC with 76 digits.
"""


@dataclass(frozen=True, slots=True)
class Schemas:
    """What was found.

    Attributes
    ----------
    unlike
        The columns that are of other types from file to file; that times are told in other
        units is no difference.
    fine
        Column of times that some file holds in nanoseconds -> whether they count from UTC.
    floats
        Those of ``unlike`` that some file holds as floats -> the first of the files that do.
    """

    unlike: tuple[str, ...]
    fine: dict[str, bool]
    floats: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    types: dict[str, str] = field(default_factory=dict)
    fine: dict[str, bool] = field(default_factory=dict)


def schemas(files: Sequence[Path], name: str, *, letters: bool = False) -> Schemas:
    """Hold the columns of files against each other; rows are not looked at.

    Parameters
    ----------
    files
        Parquet files, at least one.
    name
        What messages call them together.
    letters
        Whether ``Seller`` and ``seller`` are two columns.

    Raises
    ------
    DataError
        ``file_broken``; ``decimals_too_long`` where a column holds decimal numbers of more digits
        than engines hold; ``parquet_differs`` where a file lacks a column that another one has.
    """
    first = _file(files[0], name, letters=letters)
    fine = dict(first.fine)
    unlike: set[str] = set()
    floats = _floats(first)
    for path in files[1:]:
        other = _file(path, name, letters=letters)
        floats = {**_floats(other), **floats}
        for one, than in ((first, other), (other, first)):
            lacking = [heading for heading in than.types if heading not in one.types]
            if lacking:
                raise DataError(
                    "parquet_differs", file=name, part=one.name, other=than.name, columns=lacking
                )
        fine |= other.fine
        unlike |= {one for one, kind in other.types.items() if kind != first.types[one]}
    told = tuple(heading for heading in first.types if heading in unlike)
    return Schemas(told, fine, {one: floats[one] for one in told if one in floats})


def _floats(file: _File) -> dict[str, str]:
    kinds = {heading: kind.split()[:1] for heading, kind in file.types.items()}
    return {one: file.name for one, kind in kinds.items() if kind in (["DOUBLE"], ["FLOAT"])}


def headings_of(path: Path) -> list[str]:
    """Give the headings of a Parquet file, as it spells them."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only with Parquet

    with pq.ParquetFile(path) as opened:
        return list(opened.schema_arrow.names)


def beyond_floats(files: Sequence[Path], column: str) -> str | None:
    """Name a file whose whole numbers in a column have more digits than a float holds.

    Parameters
    ----------
    files
        Parquet files.
    column
        The column, its letters folded. What a file's statistics do not tell is not looked for.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - only with Parquet

    for path in files:
        with pq.ParquetFile(path) as opened:
            held = opened.metadata
            for group in range(held.num_row_groups):
                for place in range(held.num_columns):
                    one = held.row_group(group).column(place)
                    if one.path_in_schema.casefold() != column or one.physical_type != "INT64":
                        continue
                    said = one.statistics
                    ends = (said.min, said.max) if said is not None and said.has_min_max else ()
                    if any(isinstance(end, int) and abs(end) > EXACT for end in ends):
                        return path.name
    return None


def _file(path: Path, name: str, *, letters: bool) -> _File:
    import pyarrow as pa  # noqa: PLC0415 - only with Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415 - only with Parquet

    try:
        with pq.ParquetFile(path) as opened:
            headings, held = list(opened.schema_arrow.names), opened.schema
    except (pa.ArrowException, OSError) as error:
        why = f"{path.name}: {str(error).splitlines()[0]}"
        raise DataError("file_broken", file=name, kind="Parquet", why=why) from error
    found = _File(path.name)
    for heading in headings:
        found.types[heading if letters else heading.casefold()] = ""
    for place in range(len(held)):
        leaf = held.column(place)
        inside = [h for h in headings if f"{leaf.path}.".startswith(f"{h}.")]
        heading = max(inside, key=len, default=leaf.path)
        said = str(leaf.logical_type)
        kind = _TIMESTAMP if leaf.logical_type.type == _TIMESTAMP else said
        if leaf.logical_type.type == _DECIMAL and leaf.precision > _DIGITS:
            raise DataError(
                "decimals_too_long",
                part=path.name,
                column=heading,
                digits=leaf.precision,
                most=_DIGITS,
            )
        spelt = heading if letters else heading.casefold()
        found.types[spelt] = f"{found.types.get(spelt, '')} {leaf.physical_type} {kind}"
        if leaf.path == heading and _NANOSECONDS in said:
            found.fine[heading] = _OF_A_ZONE in said
    return found
