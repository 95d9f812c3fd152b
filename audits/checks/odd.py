"""Columns of words and ids in which a cell is not to be taken as it stands.

Most files hold none such: the few distinct cells of a column are looked at, and only where one is
untidy, means nothing or was damaged are the column's rows read with care.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.checks import engine
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.columns.numbers import NO_WORD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.stage import Source


def may_be_odd(name: str, sources: Sequence[Source]) -> bool:
    """Say whether a column of words or ids can hold a cell that is not to be taken as it stands.

    What a typed file holds as a number is written out by us.
    """
    for source in sources:
        found = source.headings.get(name) or next(
            (
                heading
                for own, heading, *_ in (*source.detection.extras, *source.detection.features)
                if own == name
            ),
            None,
        )
        if found is not None and source.raw.table.schema()[found].is_string():
            return True
    return False


def odd_columns(values: Mapping[str, ir.Table], sources: Sequence[Source]) -> frozenset[str]:
    """Find the columns of words and ids in which a cell is not to be taken as it stands.

    Parameters
    ----------
    values
        The distinct values of every such column, each taken as it stands.
    sources
        The files.
    """
    asked_of = {name: table for name, table in values.items() if may_be_odd(name, sources)}
    if not asked_of:
        return frozenset()
    counts = [
        table.filter(_is_odd_cell(table[name], name, sources))
        .aggregate(odd=ibis._.count())
        .mutate(column=ibis.literal(name))
        for name, table in asked_of.items()
    ]
    asked = ibis.union(*counts) if len(counts) > 1 else counts[0]
    return frozenset(row["column"] for row in asked.to_pyarrow().to_pylist() if row["odd"])


def odd_columns_of(rows: ir.Table, sources: Sequence[Source]) -> frozenset[str]:
    """Find the same columns in one pass over rows that are not held.

    Parameters
    ----------
    rows
        The log, each cell taken as it stands.
    sources
        The files.
    """
    names = [name for name, kind in rows.schema().items() if kind.is_string()]
    if not names:
        return frozenset()
    odd = {name: _is_odd_cell(rows[name], name, sources) for name in names}
    found = rows.aggregate(**{name: ibis.ifelse(odd[name], 1, 0).max() for name in names})
    found = found.to_pyarrow()
    return frozenset(name for name in names if found[name][0].as_py())


def _is_odd_cell(cell: ir.StringValue, name: str, sources: Sequence[Source]) -> ir.BooleanValue:
    marks = set(NO_WORD)
    if any(name == source.key for source in sources):
        marks |= set(engine.TOTALS)
    odd = cell.isin(sorted(marks)) | engine.is_untidy(cell)
    if name in BY_NAME and BY_NAME[name].kind == "id":
        odd = odd | cell.contains("+")
    return odd
