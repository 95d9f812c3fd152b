"""Columns that make a place together, joined into one beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from fairshelf.audits.columns.numbers import MISSING, is_missing
from fairshelf.audits.columns.places import place_in
from fairshelf.audits.ingest import engine
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    import ibis.expr.types as ir

    from fairshelf.audits.columns.places import Place
    from fairshelf.audits.config import Settings
    from fairshelf.audits.ingest.found import Read

_NOWHERE = sorted(MISSING | {"无", "其他"})


def with_place(found: Read, settings: Settings, name: str) -> tuple[Read, Place | None]:
    """Add a column of whole places to a file that tells them in parts.

    A unit that the next smaller one repeats (唐昌镇 | 唐昌镇战旗村) is not written twice. A file
    whose address the user has named (``--map address=...``) keeps to that.

    Parameters
    ----------
    found
        The file.
    settings
        ``map``.
    name
        What messages call the file.
    """
    place = place_in(found.headings)
    if place is None or "address" in settings.map or place.heading in found.headings:
        return found, None
    told = Message("place_joined", {"file": found.name or name, "columns": list(place.headings)})
    head = engine.head(found.table) if found.head is None else found.head
    made = replace(
        found,
        table=_added(found.table, place),
        head=head.append_column(place.heading, pa.array(_of_rows(head, place), pa.string())),
        headings=(*found.headings, place.heading),
        numbered=lambda: _added(found.numbered(), place),
        notices=(*found.notices, told),
        files=(),
    )
    return made, place


def _added(table: ir.Table, place: Place) -> ir.Table:
    whole = ibis.literal("")
    for heading in reversed(place.headings):
        cell = table[heading].cast("string").strip()
        part = ibis.ifelse(cell.isnull() | cell.isin(_NOWHERE), ibis.literal(""), cell)
        whole = ibis.ifelse(whole.contains(part), whole, part.concat(whole))
    return table.mutate(**{place.heading: whole.nullif("")})


def _of_rows(head: pa.Table, place: Place) -> Iterable[str | None]:
    columns = [head.column(heading).to_pylist() for heading in place.headings]
    return [_together(cells) for cells in zip(*columns, strict=True)]


def _together(cells: Iterable[object]) -> str | None:
    whole = ""
    for cell in reversed(list(cells)):
        part = "" if cell is None else str(cell).strip()
        if is_missing(part) or part in _NOWHERE or part in whole:
            continue
        whole = part + whole
    return whole or None
