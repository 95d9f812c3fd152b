"""Ranks told with the length of their list (3/20): the rank is what stands first."""

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

LEAST = 3
"""Different ranks from which on a column of such pairs is one of ranks."""

_OF = r"^\s*第?\s*([0-9０-９]{1,4})\s*[名位]?\s*[/／]\s*共?\s*([0-9０-９]{1,4})\s*[名位条个]?\s*$"


def without_totals(found: Read, name: str) -> Read:
    """Leave the rank alone in columns of positions that tell the length of the list behind it.

    Parameters
    ----------
    found
        The file.
    name
        What messages call it.

    Notes
    -----
    Page and place (2/1) are not taken for it: no rank is beyond the length of its list, and ranks
    differ more than lengths do.
    """
    told = [one for one in found.headings if _is_position(one)]
    if not told:
        return found
    head = engine.head(found.table) if found.head is None else found.head
    told = [heading for heading in told if _tells(head.column(heading).to_pylist())]
    found = replace(found, head=head)
    for heading in told:
        found = _bare(found, heading, name)
    return found


def _is_position(heading: str) -> bool:
    known = lookup(heading)
    return bool(known) and known[0].canonical == "position"


def _tells(cells: list[object]) -> bool:
    said = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    pairs = [(int(hit[1]), int(hit[2])) for cell in said if (hit := re.match(_OF, cell))]
    ranks, lengths = {rank for rank, _ in pairs}, {length for _, length in pairs}
    return (
        2 * len(pairs) >= len(said)
        and len(ranks) >= LEAST
        and len(ranks) > len(lengths)
        and all(rank <= length for rank, length in pairs)
    )


def _bare(found: Read, heading: str, name: str) -> Read:
    assert found.head is not None  # noqa: S101 - the caller fetched it
    cells = found.head.column(heading).to_pylist()
    ranks = [hit[1] if cell and (hit := re.match(_OF, cell)) else cell for cell in cells]
    at = found.head.column_names.index(heading)
    told = Message("rank_of_total", {"file": found.name or name, "heading": heading})
    return replace(
        found,
        table=_ranks(found.table, heading),
        head=found.head.set_column(at, heading, pa.array(ranks, pa.string())),
        numbered=lambda: _ranks(found.numbered(), heading),
        notices=(*found.notices, told),
        files=(),
    )


def _ranks(table: ir.Table, heading: str) -> ir.Table:
    cell = table[heading].cast("string")
    return table.mutate(**{heading: cell.re_search(_OF).ifelse(cell.re_extract(_OF, 1), cell)})
