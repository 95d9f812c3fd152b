"""What is said about values that were mended or left out, with counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairshelf.audits.checks.stage import OFF, RESTORED
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.stage import Source
    from fairshelf.audits.results import Fact

_CUT = re.compile(r"[0-9]{15}0+")
_FEW = 3
_IDS = ("request", "listing", "seller")


def remarks(
    everything: ir.Table, sources: Sequence[Source], types: dict[str, str]
) -> list[Message]:
    """Count ids that were restored, ids that look cut off, and optional values left out.

    Parameters
    ----------
    everything
        All rows as :func:`fairshelf.audits.checks.stage.staged` gives them.
    sources
        The files.
    types
        Column -> type of the log.
    """
    marks = [RESTORED, *(OFF + name for name in types if OFF + name in everything.columns)]
    counts = everything.agg(**{mark: everything[mark].sum() for mark in marks}).to_pyarrow()
    found = {mark: int(counts[mark][0].as_py() or 0) for mark in marks}
    said = []
    if found[RESTORED]:
        said.append(Message("ids_restored", {"count": found[RESTORED]}))
    for mark in marks[1:]:
        if found[mark]:
            column = mark.removeprefix(OFF)
            said.append(Message("values_left_out", {"column": column, "count": found[mark]}))
    return [*said, *_cut_off(sources)]


def _cut_off(sources: Sequence[Source]) -> Iterable[Message]:
    for source in sources:
        for name in _IDS:
            heading = source.headings.get(name)
            if heading is None:
                continue
            cells = source.raw.head.column(heading).to_pylist()
            long = [str(cell) for cell in cells if cell and len(str(cell)) > 15]  # noqa: PLR2004 - what a spreadsheet keeps
            zeros = [cell for cell in long if _CUT.fullmatch(cell)]
            if len(zeros) >= _FEW and len(zeros) == len(long):
                facts: dict[str, Fact] = {"file": source.raw.name, "column": heading}
                yield Message("ids_cut_off", {**facts, "example": zeros[0]})
