"""Ids that a file holds as numbers: counted and joined as such, and written out as text once.

Ids are text everywhere (``0012`` is not ``12``). Where a large file holds them as whole numbers
already, its rows carry the number beside the text, which an engine reads, groups and joins in half
the time; the text is then made of the few that are left, not of every row's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.stage import Source

IDS = ("request", "listing", "seller")
"""The ids that may have a number beside them."""

_KEY = "_key_"


def key(name: str) -> str:
    """Name the column of numbers that stands beside an id."""
    return _KEY + name


def is_key(column: str) -> bool:
    """Say whether a column is such a number."""
    return column.startswith(_KEY)


def whole_ids(sources: Sequence[Source]) -> tuple[str, ...]:
    """Name the ids that every file of a log holds as whole numbers of at most 64 bits, signed."""
    told = []
    for name in IDS:
        types = [
            source.raw.table.schema()[source.headings[name]] if name in source.headings else None
            for source in sources
        ]
        if all(kind is not None and kind.is_integer() and not kind.is_uint64() for kind in types):
            told.append(name)
    return tuple(told)


def with_keys(rows: ir.Table, source: Source, names: Sequence[str]) -> dict[str, ir.IntegerValue]:
    """Give the columns of numbers of a file's rows, by their names."""
    return {key(name): rows[source.headings[name]].cast("int64") for name in names}


def without_keys(rows: ir.Table, *names: str) -> ir.Table:
    """Take numbers away whose ids are about to be replaced."""
    return rows.drop(*(key(name) for name in names if key(name) in rows.columns))


def seller_is_listing(rows: ir.Table) -> ir.Table:
    """Let every listing be its own seller."""
    rows = rows.mutate(seller=rows.listing)
    if key("listing") in rows.columns:
        return rows.mutate(**{key("seller"): rows[key("listing")]})
    return rows


def by_key(rows: ir.Table, names: Sequence[str]) -> tuple[list[str], dict[str, ir.StringValue]]:
    """Say what to group rows by instead of some columns, and how the ids come back of it.

    Parameters
    ----------
    rows
        Rows, perhaps with numbers beside ids.
    names
        The columns to group by.

    Returns
    -------
    list, dict
        The columns to group by, a number in place of each id that has one; and those ids as
        deferred expressions over what was grouped.
    """
    kept = [key(name) if key(name) in rows.columns else name for name in names]
    texts = {name: ibis._[key(name)].cast("string") for name in names if key(name) in kept}
    return kept, texts


def number_of(text: ir.StringValue) -> ir.IntegerValue:
    """Give the number whose text an id is; null for one that no number is written as."""
    number = text.try_cast("int64")
    return ibis.ifelse(number.cast("string") == text, number, ibis.null("int64"))


def join_by(rows: ir.Table, few: ir.Table, name: str) -> ir.Table:
    """Join rows to a table with a row for each id, by the id or by the number beside it.

    Parameters
    ----------
    rows
        Rows, perhaps with a number beside the id.
    few
        A table with the id, perhaps with its number.
    name
        The id.
    """
    if key(name) not in rows.columns:
        return rows.inner_join(few.drop(key(name)) if key(name) in few.columns else few, name)
    if key(name) not in few.columns:
        few = few.mutate(**{key(name): number_of(few[name])})
    return (rows.drop(name) if name in rows.columns else rows).inner_join(few, key(name))
