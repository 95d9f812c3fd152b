"""Ranks told as page and place in one cell (第2页第3位), parted into two columns."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from fairshelf.audits.columns.headings import lookup
from fairshelf.audits.ingest import engine
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fairshelf.audits.ingest.found import Read

HALF = 0.5
"""A column tells pages and places where at least this share of its first cells does."""

PAGE = "页码"
_DIGITS = "[0-9０-９]{1,4}"
_PLACE = rf"^\s*第?\s*({_DIGITS})\s*页\s*[,，、/·的-]?\s*第?\s*({_DIGITS})\s*[位名个条件]?\s*$"


def with_pages(found: Read, name: str) -> Read:
    """Leave the place in its column and put the page into one of its own.

    Nothing is done where the file has a column of pages already, or several such columns.

    Parameters
    ----------
    found
        The file.
    name
        What messages call it.
    """
    if any(known.canonical == "page" for heading in found.headings for known in lookup(heading)):
        return found
    head = engine.head(found.table) if found.head is None else found.head
    told = [heading for heading in found.headings if _tells(head.column(heading).to_pylist())]
    if len(told) != 1:
        return replace(found, head=head)
    (heading,) = told
    facts = {"file": found.name or name, "heading": heading}
    return replace(
        found,
        table=_parted(found.table, heading),
        head=_head(head, heading),
        headings=(*found.headings, PAGE),
        numbered=lambda: _parted(found.numbered(), heading),
        notices=(*found.notices, Message("page_parted", {**facts, "page": PAGE})),
        files=(),
    )


def _tells(cells: list[object]) -> bool:
    said = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    hits = sum(re.match(_PLACE, cell) is not None for cell in said)
    return bool(hits) and hits >= HALF * len(said)


def _parted(table: ir.Table, heading: str) -> ir.Table:
    cell = table[heading].cast("string")
    both = cell.re_search(_PLACE)
    return table.mutate(
        **{
            heading: both.ifelse(cell.re_extract(_PLACE, 2), cell),
            PAGE: both.ifelse(cell.re_extract(_PLACE, 1), None),
        }
    )


def _head(head: pa.Table, heading: str) -> pa.Table:
    cells = head.column(heading).to_pylist()
    matches = [re.match(_PLACE, cell) if cell else None for cell in cells]
    places = [hit[2] if hit else cell for hit, cell in zip(matches, cells, strict=True)]
    pages = [hit[1] if hit else None for hit in matches]
    at = head.column_names.index(heading)
    kept = head.set_column(at, heading, pa.array(places, pa.string()))
    return kept.append_column(PAGE, pa.array(pages, pa.string()))
