"""A wide file turned long, inside the engine: one row per slot or per group."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.config import Reshape

_HOLE = re.compile(r"\{([^{}]*)\}")
_SLOT = "_slot"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a wide table turns long.

    ``column`` takes what stands in the headings' place of the placeholder; ``slots`` gives for
    each such value the heading that fills each cell column, None where the file has none;
    ``kept`` are the headings that stay.
    """

    column: str
    slots: dict[str, dict[str, str | None]]
    kept: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns that cells fill."""
        return tuple(next(iter(self.slots.values())))

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the long table."""
        return (*self.kept, self.column, *self.cells)


def plan(headings: Sequence[str], shape: Reshape, name: str) -> Plan:
    """Find the columns that are meant.

    Parameters
    ----------
    headings
        Headings of the wide file.
    shape
        The user's pattern.
    name
        What messages call the file.

    Raises
    ------
    UsageError
        ``reshape_pattern`` where a pattern has not just one placeholder or they differ,
        ``reshape_no_columns`` where no heading fits, ``reshape_collides`` where a new column has
        the name of one that stays.
    """
    patterns = {shape.cell: shape.pattern, **shape.also}
    column = _hole(shape.pattern)
    if any(_hole(pattern) != column for pattern in patterns.values()):
        raise UsageError("reshape_pattern", pattern=next(iter(shape.also.values())))
    found = {cell: _matches(headings, pattern) for cell, pattern in patterns.items()}
    leading = found[shape.cell]
    if not leading:
        raise UsageError(
            "reshape_no_columns", file=name, pattern=shape.pattern, headings=list(headings[:20])
        )
    slots = {
        value: {cell: matches.get(value) for cell, matches in found.items()} for value in leading
    }
    used = {heading for matches in found.values() for heading in matches.values()}
    result = Plan(column, slots, tuple(heading for heading in headings if heading not in used))
    clash = [new for new in (column, *patterns) if new in result.kept]
    if clash or column in patterns:
        raise UsageError("reshape_collides", file=name, column=(clash or [column])[0])
    return result


def lengthen(table: ir.Table, shape: Plan) -> ir.Table:
    """Turn a wide table long; cells that hold nothing give no row.

    Parameters
    ----------
    table
        The wide table, perhaps with ``_row``.
    shape
        What :func:`plan` found.
    """
    kept = [ROW, *shape.kept] if ROW in table.columns else list(shape.kept)
    slots = [
        ibis.struct(
            {
                shape.column: ibis.literal(value),
                **{cell: _cell(table, heading) for cell, heading in headings.items()},
            }
        )
        for value, headings in shape.slots.items()
    ]
    long = table.select(*kept, **{_SLOT: ibis.array(slots).unnest()}).unpack(_SLOT)
    leading = long[shape.cells[0]]
    return long.filter(leading.notnull() & (leading.strip() != ""))


def _cell(table: ir.Table, heading: str | None) -> ir.StringValue:
    value: ir.StringValue = (
        ibis.null("string") if heading is None else table[heading].cast("string")
    )
    return value


def _hole(pattern: str) -> str:
    holes = _HOLE.findall(pattern)
    if len(holes) != 1 or not holes[0]:
        raise UsageError("reshape_pattern", pattern=pattern)
    return str(holes[0])


def _matches(headings: Sequence[str], pattern: str) -> dict[str, str]:
    before, hole, after = _HOLE.split(pattern)
    inner = r"(\d+)" if hole in ("position", "page") else "(.+)"
    wanted = re.compile(re.escape(before) + inner + re.escape(after), re.IGNORECASE)
    found = {}
    for heading in headings:
        match = wanted.fullmatch(heading)
        if match:
            found[match[1]] = heading
    return found
