"""Seller tables and catalogues: one row per key, and no two rows that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pyarrow.compute as pc

from fairshelf.audits.checks import engine
from fairshelf.audits.checks.account import rejects_of
from fairshelf.audits.checks.believed import believe
from fairshelf.audits.checks.keys import by_key
from fairshelf.audits.checks.records import CleanLog, CleanSide
from fairshelf.audits.checks.stage import BAD, NUMBERS, OFF, Source, mark, number_of, scale_of
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.errors import DataError
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir
    import pyarrow as pa

    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings

_EXAMPLES = 5
_CELL = "_cell"
_MISSING = "_missing_"
_ROWS = "_rows"
_LEAST = "_least_"


def clean_side(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    raw: RawTable,
    detection: Detection,
    settings: Settings,  # noqa: ARG001 - every check takes the settings
) -> CleanSide:
    """Read a seller table or a catalogue: one row per seller or listing.

    Parameters
    ----------
    con
        The Ibis backend that holds the file's table.
    raw, detection
        The file (its ``role`` says which key it has) and what its columns are.
    settings
        The settings of the audit.

    Returns
    -------
    CleanSide
        Rows without a key, and rows of sums, stand in ``rejects``. Where one row of a key leaves
        open what another says, the two are one.

    Raises
    ------
    DataError
        ``conflicting_rows``: two rows of one key say different things in the same column.
        ``no_key_left``: no row has a key.
    """
    key = "seller" if raw.role == "sellers" else "listing"
    source = Source(0, raw, detection, needed=frozenset({key}))
    believe([source])
    rows = _typed(source, key)
    bad = mark(source, {source.headings[name]: rows[_CELL] for name in _told_twice(source)}, rows)
    told = _per_key(rows, key, _left_open(rows), {BAD: bad})
    good = told.filter(pc.invert(told[BAD]))
    read = _sum(told, _ROWS) + len(raw.extra.get("rejects", ()))
    rejects = rejects_of(con, [source], everything_is_used=good.num_rows == told.num_rows)
    merged = _agreed(good, rows.filter(~bad), key, raw.name)
    if not merged.num_rows:
        raise DataError("no_key_left", file=raw.name, column=source.headings[key], read=read)
    return CleanSide(
        table=merged,
        read=read,
        repeated=read - rejects.num_rows - merged.num_rows,
        rejects=rejects,
        notices=tuple(_left_out(good, raw.name)),
    )


def sellers_from_log(
    con: Any,  # noqa: ANN401, ARG001 - an Ibis backend has no type of its own; the table is bound to it
    log: CleanLog,
    columns: Sequence[str],
) -> pa.Table:
    """Take the sellers' own columns out of a wide log: one row per seller.

    Parameters
    ----------
    con
        The Ibis backend that holds the log.
    log
        The clean log.
    columns
        The columns that describe sellers; those the log has not are passed over.

    Returns
    -------
    pyarrow.Table
        ``seller`` (string, in order), then the columns: words as strings, numbers as float64. A
        seller whose rows leave a column open in places has what the other rows say.

    Raises
    ------
    DataError
        ``conflicting_labels``: the log says different things about one seller.
    """
    present = [name for name in columns if name in log.columns and name != "seller"]
    held = log.table
    short = log.known.short
    if short is not None and set(present) <= set(short.columns):
        held = short
    rows = held.filter(held.seller.notnull())
    ids = dict.fromkeys(("seller", *by_key(rows, ["seller"])[0]))
    rows = rows.select(*ids, **{name: _as_told(rows, name) for name in present})
    return _agreed(_per_key(rows, "seller"), rows, "seller", None)


def _as_told(rows: ir.Table, name: str) -> ir.Value:
    column = rows[name]
    if name in BY_NAME and BY_NAME[name].kind in {"amount", "share"}:
        return column.cast("float64") / scale_of(name)
    return column if column.type().is_string() else column.cast("float64")


def _typed(source: Source, key: str) -> ir.Table:
    """Give the rows as typed columns, each cell read once.

    ``_cell`` is the seller's as it stands. ``_missing_NAME`` says whether a cell of an optional
    number is empty: what is neither empty nor a number is counted where rows are grouped, and
    rows that are not to be used are told apart there, so that no expression is written out twice.
    """
    table = source.raw.table
    values: dict[str, Any] = {key: engine.identifier(table[source.headings[key]])}
    for name, heading in source.headings.items():
        if name != key:
            numeric = BY_NAME[name].kind in NUMBERS
            values[name] = (
                number_of(source, table, name) if numeric else _said(table[heading], name)
            )
    for name, constant in source.raw.constants.items():
        values.setdefault(name, ibis.literal(constant, "string"))
    for name, heading in source.detection.extras:
        values[name] = engine.word(table[heading])
    for name in sorted(source.off):
        values[_MISSING + name] = engine.says_number_missing(table[source.headings[name]])
    for name in _told_twice(source):
        values[_CELL] = table[source.headings[name]]
    return table.select(**values)


def _told_twice(source: Source) -> tuple[str, ...]:
    """Name the column whose cell is looked at as it stands, too: a seller's id may be damaged."""
    return ("seller",) if "seller" in source.headings else ()


def _left_open(rows: ir.Table) -> dict[str, ir.IntegerValue]:
    """Count the cells of optional numbers that are not empty and yet hold none."""
    names = [name.removeprefix(_MISSING) for name in rows.columns if name.startswith(_MISSING)]
    return {OFF + name: (rows[name].isnull() & ~rows[_MISSING + name]).sum() for name in names}


def _said(cell: ir.Value, name: str) -> ir.StringValue:
    return engine.identifier(cell) if BY_NAME[name].kind == "id" else engine.word(cell)


def _per_key(
    rows: ir.Table,
    key: str,
    more: Mapping[str, ir.IntegerValue] | None = None,
    apart: Mapping[str, ir.Value] | None = None,
) -> pa.Table:
    """Fetch the greatest and the least value of every column for each key, in order of the keys.

    Parameters
    ----------
    rows
        The key, and columns of it; those whose names begin with ``_`` are passed over.
    key
        The key.
    more
        What else is summed up for each key, by its name.
    apart
        Marks that keep rows of one key apart, by their names.

    Returns
    -------
    pyarrow.Table
        ``NAME`` (the greatest) and ``_least_NAME`` of every column, ``_rows``, ``more`` and
        ``apart``.
    """
    columns = [name for name in rows.columns if name != key and not name.startswith("_")]
    held, texts = by_key(rows, [key])
    counted = rows.group_by(held, **(apart or {})).agg(
        **{name: rows[name].max() for name in columns},
        **{_LEAST + name: rows[name].min() for name in columns},
        **{_ROWS: rows.count()},
        **(more or {}),
    )
    return counted.mutate(**texts).order_by(key).to_pyarrow()


def _agreed(told: pa.Table, rows: ir.Table, key: str, file: str | None) -> pa.Table:
    """Give one row per key, where the rows of each key say the same."""
    columns = [name for name in told.column_names if name != key and not name.startswith("_")]
    for name in columns:
        several = pc.fill_null(pc.not_equal(told[name], told[_LEAST + name]), fill_value=False)
        wrong = told[key].filter(several).to_pylist()
        if wrong:
            raise _conflict(rows, key, name, wrong, file)
    return told.select([key, *columns])


def _conflict(
    rows: ir.Table, key: str, column: str, keys: list[str], file: str | None
) -> DataError:
    shown = rows.filter(rows[key].isin(keys[:_EXAMPLES]) & rows[column].notnull())
    pairs = shown.select(key, column).distinct().order_by([key, column]).to_pyarrow().to_pylist()
    examples = [
        f"{name}: " + " / ".join(str(pair[column]) for pair in pairs if pair[key] == name)
        for name in keys[:_EXAMPLES]
    ]
    facts = {"column": column, "count": len(keys), "examples": examples}
    if file is None:
        return DataError("conflicting_labels", **facts)
    return DataError("conflicting_rows", file=file, key=key, **facts)


def _left_out(told: pa.Table, file: str) -> list[Message]:
    counts = {
        name.removeprefix(OFF): _sum(told, name)
        for name in told.column_names
        if name.startswith(OFF)
    }
    return [
        Message("side_values_left_out", {"file": file, "column": column, "count": count})
        for column, count in counts.items()
        if count
    ]


def _sum(told: pa.Table, name: str) -> int:
    return int(pc.sum(told[name]).as_py() or 0)
