"""Positions counted from 1 over the whole list, whatever the file counted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks.stage import BAD, FILE
from fairshelf.audits.columns.ranks import parse_rank
from fairshelf.audits.columns.sample import cells
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.stage import Source
    from fairshelf.audits.config import Settings

COMMON = 0.5
"""Zeros are as common as ones from this ratio on: the file counts from 0."""

OVERLAP = 0.5
"""Ranks start again on each page if this share of later pages' rows fits on the first page."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How a rank in a page becomes a rank in the list."""

    first_page: int
    page_size: int


def bases(
    counted: Mapping[int, Mapping[str, int]], sources: Sequence[Source], settings: Settings
) -> tuple[dict[int, int], list[Message]]:
    """Say for each file whether its positions count from 0 or from 1.

    A file counts from 0 where zeros are about as common as ones; a single zero must stand first or
    fill the place of the highest position. A file without zeros and ones does as the others do.

    Parameters
    ----------
    counted
        Place of the file -> ``rows``, ``zeros``, ``ones`` and the ``highest`` of its positions, as
        :class:`fairshelf.audits.checks.overview.Overview` has them.
    sources
        The files.
    settings
        ``position_base`` overrules.

    Returns
    -------
    tuple
        Place of the file -> base, and what is to be said.
    """
    if settings.position_base is not None:
        base = settings.position_base
        return {source.place: base for source in sources}, _said(
            [source for source in sources if base == 0], given=True
        )
    seen = {place: _base(one, sources[place]) for place, one in counted.items()}
    known = [base for base in seen.values() if base is not None]
    usual = 0 if known and all(base == 0 for base in known) else 1
    decided = {source.place: _or(seen.get(source.place), usual) for source in sources}
    return decided, _said([source for source in sources if decided[source.place] == 0], given=False)


def _base(counted: Mapping[str, int], source: Source) -> int | None:
    zeros, ones = counted["zeros"], counted["ones"]
    if zeros == ones == 0:
        return None
    if zeros == 0 or zeros < COMMON * ones:
        return 1
    if zeros > 1 or counted["highest"] < counted["rows"]:
        return 0
    first = cells(source.raw, source.headings["position"])[:1]
    return 0 if [parse_rank(cell, source.raw.decimal) for cell in first] == [0] else 1


def _or(base: int | None, usual: int) -> int:
    return usual if base is None else base


def _said(sources: Sequence[Source], *, given: bool) -> list[Message]:
    names = [source.raw.name for source in sources if "position" in source.headings]
    code = "positions_from_zero_given" if given else "positions_from_zero"
    return [Message(code, {"files": names})] if names else []


def from_one(staged: ir.Table, base: Mapping[int, int]) -> ir.Table:
    """Give the staged rows with positions counted from 1."""
    if all(value == 1 for value in base.values()):
        return staged
    zero = [place for place, value in base.items() if value == 0]
    if len(zero) == len(base):
        return staged.mutate(position=staged.position + 1)
    shifted = ibis.ifelse(staged[FILE].isin(zero), staged.position + 1, staged.position)
    return staged.mutate(position=shifted)


def paging(used: ir.Table, settings: Settings) -> tuple[Paging | None, list[Message]]:
    """Find out whether ranks start again on each page.

    They do where most rows of later pages have a rank that also occurs on the first page. A rank
    that goes on over the pages has none such.

    Parameters
    ----------
    used
        Rows with ``page`` and a ``position`` counted from 1.
    settings
        ``page_size`` overrules the largest rank seen.

    Returns
    -------
    tuple
        The paging, or None where the rank is one over the whole list; and what is to be said.
    """
    rows = used.filter(used.page.notnull())
    ends = rows.agg(first=rows.page.min(), last=rows.page.max()).to_pyarrow().to_pylist()[0]
    if ends["first"] is None or ends["first"] == ends["last"]:
        return None, []
    on_first = rows.filter(rows.page == ends["first"]).position.max().to_pyarrow().as_py()
    later = rows.filter(rows.page > ends["first"])
    share = (later.position <= on_first).mean().to_pyarrow().as_py()
    if share < OVERLAP:
        return None, [Message("position_over_pages", {"pages": int(ends["last"])})]
    largest = int(rows.position.max().to_pyarrow().as_py())
    size = settings.page_size or largest
    first = min(int(ends["first"]), 1)
    facts = {"page_size": size, "first_page": first}
    code = "position_in_page_given" if settings.page_size else "position_in_page"
    return Paging(first, size), [Message(code, dict(facts))]


def over_pages(rows: ir.Table, found: Paging | None) -> ir.Table:
    """Give the rows with positions counted over the whole list."""
    if found is None:
        return rows
    before = (rows.page - found.first_page) * found.page_size
    return rows.mutate(position=before + rows.position)


def usable(staged: ir.Table) -> ir.Table:
    """Give the rows that bear no mark."""
    return staged.filter(~staged[BAD])
