"""What is said about values that were mended or left out, with counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairshelf.audits.checks.stage import OFF, RESTORED
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairshelf.audits.checks.overview import Overview
    from fairshelf.audits.checks.stage import Source
    from fairshelf.audits.results import Fact

_CUT = re.compile(r"[0-9]{15}0+")
_FEW = 3
_IDS = ("request", "listing", "seller")


def remarks(seen: Overview, sources: Sequence[Source]) -> list[Message]:
    """Count ids that were restored, ids that look cut off, and optional values left out.

    Parameters
    ----------
    seen
        What one pass over the rows has told.
    sources
        The files.
    """
    said = []
    if seen.marks.get(RESTORED):
        said.append(Message("ids_restored", {"count": seen.marks[RESTORED]}))
    for mark, count in seen.marks.items():
        if count and mark != RESTORED:
            column = mark.removeprefix(OFF)
            said.append(Message("values_left_out", {"column": column, "count": count}))
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
