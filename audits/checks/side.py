"""Seller tables and catalogues: one row per key, and no two rows that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pyarrow.compute as pc

from fairshelf.audits.checks import engine
from fairshelf.audits.checks.account import rejects_of
from fairshelf.audits.checks.hold import hold
from fairshelf.audits.checks.keys import by_key
from fairshelf.audits.checks.records import MICRO, CleanLog, CleanSide
from fairshelf.audits.checks.stage import Source, mark
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.errors import DataError
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir
    import pyarrow as pa

    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings

_EXAMPLES = 5
_NUMBERS = {"position", "count", "amount", "share"}
_BAD = "_bad"
_OFF = "_off_"
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
    rows = _typed(source, key)
    held = hold(con, rows)
    early = len(raw.extra.get("rejects", ()))
    read = int(held.count().to_pyarrow().as_py()) + early
    good = held.filter(~held[_BAD])
    rejects = rejects_of(con, [source], everything_is_used=False)
    columns = [name for name in good.columns if name != key and not name.startswith("_")]
    merged = _one_per_key(good, key, columns, raw.name)
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
    return _one_per_key(rows, "seller", present, None)


def _as_told(rows: ir.Table, name: str) -> ir.Value:
    column = rows[name]
    if name in BY_NAME and BY_NAME[name].kind in {"amount", "share"}:
        return column.cast("float64") / MICRO
    return column if column.type().is_string() else column.cast("float64")


def _typed(source: Source, key: str) -> ir.Table:
    table = source.raw.table
    values: dict[str, Any] = {key: engine.identifier(table[source.headings[key]])}
    for name, heading in source.headings.items():
        if name != key:
            values[name] = _side_value(table[heading], name, source.raw.decimal)
    for name, constant in source.raw.constants.items():
        values.setdefault(name, ibis.literal(constant, "string"))
    for name, heading in source.detection.extras:
        values[name] = engine.word(table[heading])
    for name in source.off:
        cell = table[source.headings[name]]
        values[_OFF + name] = values[name].isnull() & ~engine.says_number_missing(cell)
    values[_BAD] = mark(source, table)
    return table.select(**values)


def _side_value(cell: ir.Value, name: str, decimal: str) -> ir.Value:
    kind = BY_NAME[name].kind
    if kind in _NUMBERS:
        return engine.number(cell, decimal)
    return engine.identifier(cell) if kind == "id" else engine.word(cell)


def _one_per_key(rows: ir.Table, key: str, columns: Sequence[str], file: str | None) -> pa.Table:
    held, texts = by_key(rows, [key])
    counted = (
        rows.group_by(held)
        .agg(
            **{name: rows[name].max() for name in columns},
            **{_LEAST + name: rows[name].min() for name in columns},
        )
        .mutate(**texts)
    )
    told = counted.order_by(key).to_pyarrow()
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


def _left_out(rows: ir.Table, file: str) -> list[Message]:
    marks = [name for name in rows.columns if name.startswith(_OFF)]
    if not marks:
        return []
    counts = rows.agg(**{mark: rows[mark].sum() for mark in marks}).to_pyarrow().to_pylist()[0]
    return [
        Message(
            "side_values_left_out",
            {"file": file, "column": mark.removeprefix(_OFF), "count": int(count)},
        )
        for mark, count in counts.items()
        if count
    ]
