"""Columns of a log and of the table of listings beside it, as a fit takes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from fairshelf.audits.checks import engine
from fairshelf.audits.columns.sample import number_share
from fairshelf.audits.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.pipeline.files import Files

LAST = 100_000_000
"""The position that candidates get that were not shown."""

NUMBERS = 0.95
"""Share of a column's first values that must be numbers for it to be taken as a number."""

ONLY = "_fit_"
"""Begins the name of a column that is fetched for a fit."""


def last(raw: RawTable, detection: Detection) -> RawTable:
    """Give rows of a log without a position one behind all others."""
    heading = detection.heading("position") if raw.role == "log" else None
    if heading is None:
        return raw

    def filled(table: ir.Table) -> ir.Table:
        said = engine.word(engine.text_of(table[heading]))
        return table.mutate(**{heading: said.fill_null(str(LAST))})

    return replace(raw, table=filled(raw.table), numbered=lambda: filled(raw.numbered()))


def heading_of(files: Files, name: str) -> str | None:
    """Give the heading a factor has in the log, or beside it."""
    for raw, detection in zip(files.raws, files.detections, strict=True):
        heading = name if name in raw.headings else detection.heading(name)
        if heading is not None:
            return heading
    return None


def joined(
    told: pa.Table, beside: tuple[RawTable, Detection], names: Sequence[str], text: set[str]
) -> pa.Table:
    """Put what a table of listings says beside each row; a listing's first row there counts."""
    raw, detection = beside
    key = detection.heading("listing")
    if key is None or not names:
        return told
    columns = {}
    for name in names:
        heading = name if name in raw.headings else detection.heading(name)
        if heading is None:
            raise DataError(
                "features_missing",
                file=raw.name,
                missing=[name],
                headings=list(raw.headings)[:12],
                suggestions=nearest(name, raw.headings) or list(raw.headings)[:12],
            )
        cell = raw.table[heading]
        columns[name] = engine.word(cell) if name in text else engine.number(cell, raw.decimal)
    table = raw.table.select(_key=engine.identifier(raw.table[key]), **columns).to_pyarrow()
    first: dict[str | None, int] = {}
    for place, listing in enumerate(table["_key"].to_pylist()):
        first.setdefault(listing, place)
    at = pa.array([first.get(one) for one in told["listing"].to_pylist()], pa.int64())
    for name in names:
        told = told.append_column(ONLY + name, table[name].combine_chunks().take(at))
    return told


def is_text(files: Files, name: str) -> bool:
    """Say whether a factor's first values are words rather than numbers."""
    for raw, detection in zip(files.raws, files.detections, strict=True):
        heading = name if name in raw.headings else detection.heading(name)
        if heading is not None:
            share = number_share(raw, heading)
            if share is not None and share < NUMBERS:
                return True
    return False
