"""Amounts are held as whole millionths; a column that is too fine for that is not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from fairshelf.audits.checks.records import MICRO
from fairshelf.audits.checks.short import MICRO_SUMS
from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.stage import Source

FINEST = 500
"""Millionths that a cell which is not 0 has to hold on average: each is off by half of one at most,
so that a sum is then off by a thousandth at most."""

_SUM, _CELLS, _HELD = "_sum_", "_cells_", "_held_"


def amounts(rows: ir.Table) -> dict[str, ir.Value]:
    """Ask how much the amounts of a log hold, in a pass over its rows that is made anyway."""
    return {
        key: value
        for name in MICRO_SUMS
        if name in rows.columns
        for key, value in (
            (_SUM + name, rows[name].abs().cast("float64").sum()),
            (_HELD + name, ibis.ifelse(rows[name] != 0, 1, 0).sum()),
            (_CELLS + name, rows[name].count()),
        )
    }


def least(short: ir.Table) -> dict[str, ir.Value]:
    """Ask how much the amounts hold at least: amounts below 0 may have been summed with others."""
    named = [name for name in MICRO_SUMS if name in short.columns]
    return {_SUM + name: short[name].abs().cast("float64").sum() for name in named}


def require_fine(
    rows: ir.Table, sources: Sequence[Source], told: Mapping[str, int], read: int
) -> None:
    """Make sure that rounding to millionths does not move what is summed.

    Parameters
    ----------
    rows
        All rows as :func:`fairshelf.audits.checks.stage.staged` gives them. They are gone over
        only where ``told`` leaves it open.
    sources
        The files.
    told
        What :func:`amounts` or :func:`least` asked for.
    read
        How many rows there are.

    Raises
    ------
    DataError
        ``too_fine``: the cells of a column are so small that their sum would be off by more than a
        thousandth; a ratio does not depend on the unit, so another unit mends it.
    """
    names = [name for name in MICRO_SUMS if name in rows.columns]
    if all(told.get(_SUM + name, 0) >= FINEST * max(read, 1) for name in names):
        return  # cells that are 0 only lower the mean
    found: Mapping[str, Any] = told
    if any(_HELD + name not in told for name in names):
        (found,) = rows.agg(**amounts(rows)).to_pyarrow().to_pylist()
    for name in names:
        held = int(found[_HELD + name] or 0)
        mean = float(found[_SUM + name] or 0.0) / held if held else 0.0
        nothing = name != "attention" or not found[_CELLS + name]
        if mean < FINEST and (held or not nothing):
            source = next((one for one in sources if name in one.headings), sources[0])
            raise DataError(
                "too_fine",
                file=source.raw.name,
                column=source.headings.get(name, name),
                mean=f"{mean / MICRO:.1g}",
            )
