"""What a Parquet file says of its columns, held against what the columns hold.

Engines believe a file: they pass over row groups by their least and largest values, and leave out
questions that these answer. Where they are not true, rows are counted that are not there, or none
where some are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence


def flat(metadata: Any) -> dict[str, int]:  # noqa: ANN401 - pyarrow ships no types
    """Give the columns of a file that have one value a row, and the place of each in its groups.

    Of columns with the same name none is given: they cannot be asked for.
    """
    told: dict[str, int] = {}
    twice: set[str] = set()
    for place in range(len(metadata.schema)):
        leaf = metadata.schema.column(place)
        if leaf.max_repetition_level or leaf.max_definition_level > 1 or leaf.name != leaf.path:
            continue
        twice |= {leaf.name} & set(told)
        told[leaf.name] = place
    return {name: place for name, place in told.items() if name not in twice}


def miscounted(metadata: Any) -> str | None:  # noqa: ANN401 - pyarrow ships no types
    """Name a column that in some row group does not have as many values as that has rows."""
    places = flat(metadata)
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for name, place in places.items():
            if group.column(place).num_values != group.num_rows:
                return name
    return None


def contradicted(metadata: Any, groups: Sequence[int], rows: Any) -> str | None:  # noqa: ANN401 - pyarrow ships no types
    """Name the first column that is not as its file says.

    Parameters
    ----------
    metadata
        The file's account of itself.
    groups
        Row groups.
    rows
        The rows of these, a pyarrow table of some of the columns :func:`flat` gives.
    """
    places = flat(metadata)
    start = 0
    for number in groups:
        group = metadata.row_group(number)
        for name in rows.column_names:
            held = rows[name].slice(start, group.num_rows)
            if len(held) != group.num_rows or not _is_so(group.column(places[name]), held):
                return str(name)
        start += group.num_rows
    return None


def _is_so(said: Any, held: Any) -> bool:  # noqa: ANN401 - pyarrow ships no types
    return nulls_so(said, held.null_count) and ends_so(said, held)


def nulls_so(said: Any, nulls: int) -> bool:  # noqa: ANN401 - pyarrow ships no types
    """Say whether a row group's column has as many missing values as the file says."""
    told = said.statistics
    return told is None or not told.has_null_count or bool(told.null_count == nulls)


def ends_so(said: Any, held: Any) -> bool:  # noqa: ANN401 - pyarrow ships no types
    """Say whether values of a row group's column lie within the ends that the file names."""
    statistics = said.statistics
    if statistics is None or not statistics.has_min_max or held.null_count == len(held):
        return True
    coded = pa.types.is_dictionary(held.type)
    kind = held.type.value_type if coded else held.type
    if kind in (pa.string(), pa.large_string(), pa.binary(), pa.large_binary()):
        ends = statistics.min_raw, statistics.max_raw
        return all(_words_within(chunk, *ends) for chunk in held.chunks)
    return coded or _within(_stored(held), statistics.min, statistics.max)


def _stored(column: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Give the numbers as they are stored, whatever a writer says that they mean."""
    if isinstance(column.type, pa.BaseExtensionType):
        return column.cast(column.type.storage_type)
    return column.cast(pa.int64()) if pa.types.is_duration(column.type) else column


def _within(column: Any, least: object, most: object) -> bool:  # noqa: ANN401 - pyarrow ships no types
    """Say whether numbers lie between two; of times and decimals nothing is said."""
    if not isinstance(least, int | float) or not isinstance(most, int | float):
        return True
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        return True
    ends = pc.min_max(column).as_py()
    return not (ends["min"] < least or ends["max"] > most)


def _words_within(chunk: Any, least: bytes, most: bytes) -> bool:  # noqa: ANN401 - pyarrow ships no types
    """Say whether words lie between two; a dictionary may hold words that no row has."""
    if not pa.types.is_dictionary(chunk.type):
        return _between(chunk, least, most)
    words = chunk.dictionary
    return _between(words, least, most) or _between(
        words.take(chunk.indices.unique().drop_null()), least, most
    )


def _between(words: Any, least: bytes, most: bytes) -> bool:  # noqa: ANN401 - pyarrow ships no types
    ends = pc.min_max(words.cast(pa.large_binary())).as_py()
    return ends["min"] is None or bool(ends["min"] >= least and ends["max"] <= most)
