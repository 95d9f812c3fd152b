"""One pass over the rows of a log: how many there are, what they count from, what was mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    """

    rows: int
    bad: int
    counted: Mapping[int, Mapping[str, int]]
    marks: Mapping[str, int]
    missing: Mapping[str, int]

    def below(self, base: Mapping[int, int]) -> int:
        """Count the rows without a mark whose position is 0 in a file that counts from 1."""
        return sum(one["zeros"] for place, one in self.counted.items() if base[place])


def overview(rows: ir.Table, sources: Sequence[Source]) -> Overview:
    """Look at all rows of a log once.

    Parameters
    ----------
    rows
        The rows as :func:`fairshelf.audits.checks.stage.staged` gives them.
    sources
        The files.
    """
    good = ~rows[BAD]
    asked: dict[str, Any] = {"rows": rows.count(), "bad": rows[BAD].sum()}
    if "position" in rows.columns:
        asked |= {
            "zeros": (good & (rows.position == 0)).sum(),
            "ones": (good & (rows.position == 1)).sum(),
            "highest": rows.position.max(where=good),
        }
    marks = [RESTORED, *(OFF + name for name in rows.columns if OFF + name in rows.columns)]
    features = [name for source in sources for name, _, _ in source.detection.features]
    asked |= {name: rows[name].sum() for name in marks}
    asked |= {_MISSING + name: rows[name].isnull().sum() for name in features}
    found = rows.group_by(FILE).agg(**asked) if len(sources) > 1 else rows.agg(**asked)
    files = [
        {FILE: sources[0].place, **{key: int(value or 0) for key, value in row.items()}}
        for row in found.to_pyarrow().to_pylist()
    ]
    every = {name: sum(one[name] for one in files) for name in asked if name != "highest"}
    return Overview(
        every["rows"],
        every["bad"],
        {one[FILE]: _of_positions(one) for one in files if one["rows"] > one["bad"]},
        {name: every[name] for name in marks},
        {name: every[_MISSING + name] for name in features},
    )


def _of_positions(one: Mapping[str, int]) -> dict[str, int]:
    told = {name: one.get(name, 0) for name in ("zeros", "ones", "highest")}
    return {"rows": one["rows"] - one["bad"], **told}
