"""One pass over the rows of a log: how many there are, what they count from, what was mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis

from fairshelf.audits.checks.fine import amounts, least
from fairshelf.audits.checks.short import MARKED, ROWS, marks
from fairshelf.audits.checks.stage import BAD, FILE, OFF, RESTORED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.stage import Source

_MISSING = "_missing_"


@dataclass(frozen=True, slots=True)
class Overview:
    """What one pass tells of all rows of a log.

    Attributes
    ----------
    rows, bad
        How many rows there are, and how many of them bear a mark.
    counted
        Place of a file -> ``rows`` that bear no mark, ``zeros`` and ``ones`` among their positions
        and the ``highest``; a file without such rows is not in it.
    marks
        ``_restored`` and ``_off_NAME`` -> rows that bear it.
    missing
        Column of a feature -> rows without a value in it.
    amounts
        What :func:`fairshelf.audits.checks.fine.amounts` asks for; where the rows were summed over
        their requests, what :func:`fairshelf.audits.checks.fine.least` asks for.
    """

    rows: int
    bad: int
    counted: Mapping[int, Mapping[str, int]]
    marks: Mapping[str, int]
    missing: Mapping[str, int]
    amounts: Mapping[str, int]

    def below(self, base: Mapping[int, int]) -> int:
        """Count the rows without a mark whose position is 0 in a file that counts from 1."""
        return sum(one["zeros"] for place, one in self.counted.items() if base[place])


def overview(rows: ir.Table, sources: Sequence[Source], short: ir.Table | None = None) -> Overview:
    """Look at all rows of a log once.

    Parameters
    ----------
    rows
        The rows as :func:`fairshelf.audits.checks.stage.staged` gives them.
    sources
        The files.
    short
        The same rows summed over their requests, where they are: far fewer to look at, and enough
        while no row bears a mark.
    """
    if short is not None:
        held = {} if "impressions" in rows.columns else least(short)  # else weighed by them
        more = {MARKED: short[MARKED].sum(), **held}
        files = _counted(short, short[ROWS], more, sources)
        if not any(one[MARKED] for one in files):
            return _told(files, (), tuple(held))
    features = [name for source in sources for name, _, _ in source.detection.features]
    more = {name: rows[name].sum() for name in (BAD, *marks(rows))}
    more |= {_MISSING + name: rows[name].isnull().sum() for name in features}
    asked = amounts(rows)
    files = _counted(rows, ibis.ifelse(rows[BAD], 0, 1), {**more, **asked}, sources)
    return _told(files, tuple(more), tuple(asked))


def _counted(
    rows: ir.Table, good: ir.IntegerValue, more: Mapping[str, Any], sources: Sequence[Source]
) -> list[dict[str, int]]:
    """Count by file: ``good`` is how many rows that can be used each row stands for."""
    asked = {"good": good.sum(), **more}
    if "position" in rows.columns:
        asked |= {
            "zeros": ibis.ifelse(rows.position == 0, good, 0).sum(),
            "ones": ibis.ifelse(rows.position == 1, good, 0).sum(),
            "highest": rows.position.max(where=good > 0),
        }
    found = rows.group_by(FILE).agg(**asked) if len(sources) > 1 else rows.agg(**asked)
    return [
        {FILE: sources[0].place, **{key: int(value or 0) for key, value in row.items()}}
        for row in found.to_pyarrow().to_pylist()
    ]


def _told(files: Sequence[Mapping[str, int]], more: Sequence[str], held: Sequence[str]) -> Overview:
    every = {name: sum(one[name] for one in files) for name in ("good", *more)}
    bad = every.get(BAD, 0)
    missing = {
        name.removeprefix(_MISSING): count
        for name, count in every.items()
        if name.startswith(_MISSING)
    }
    return Overview(
        every["good"] + bad,
        bad,
        {one[FILE]: _of_positions(one) for one in files if one["good"]},
        {name: every[name] for name in every if name == RESTORED or name.startswith(OFF)},
        missing,
        {name: sum(one[name] for one in files) for name in held},
    )


def _of_positions(one: Mapping[str, int]) -> dict[str, int]:
    return {"rows": one["good"], **{n: one.get(n, 0) for n in ("zeros", "ones", "highest")}}
