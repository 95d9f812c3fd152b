"""A page of results kept as one row: columns 第1名, 第2名 ... whose cells name the shops."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.columns.headings import lookup
from fairshelf.audits.columns.readings import number_in
from fairshelf.audits.config import Reshape
from fairshelf.audits.ingest.stacked import LEAST_RANKS, WEAK

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pyarrow as pa

MOST_NUMBERS = 0.1
"""Share of their cells that may be numbers: columns of counts or prices are no lists of shops."""

_PATTERNS = (
    *("第{position}名", "第{position}位", "第{position}", "第{position}个", "第{position}家"),
    *("排名{position}", "名次{position}", "排名第{position}", "位置{position}", "{position}名"),
    *("top{position}", "top {position}", "rank{position}", "rank {position}", "rank_{position}"),
    *("position_{position}", "position {position}", "{position}"),
)

_HELD = re.compile(
    r"(第|排名|名次|top|rank[ _]?)\d{1,3}((?:名|位|个|家)?[的 _-]?)(.+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RanksAcross:
    """How a file turns long whose ranks stand side by side: from column ``first`` to ``last``."""

    shape: Reshape
    first: str
    last: str


def ranks_across(headings: Sequence[str], head: pa.Table) -> RanksAcross | None:
    """Find out whether the ranks of a file stand side by side, one column each.

    Parameters
    ----------
    headings
        Headings of the file.
    head
        Its first rows, as text.

    Returns
    -------
    RanksAcross or None
        ``position`` comes from the headings, ``seller`` from the cells (``listing`` where another
        column is a seller). None where a column is a position of its own, where the numbers are
        not 1, 2, 3 ..., or where the cells are numbers.
    """
    known = {one.canonical for name in headings for one in lookup(name) if one.rank < WEAK}
    if "position" in known:
        return None
    beside = _by_what_they_hold(headings)
    if beside is not None:
        return beside
    for pattern in _PATTERNS:
        ranks = _ranks(headings, pattern)
        if len(ranks) >= LEAST_RANKS and _without_gap(ranks):
            if not _are_words(head, list(ranks.values())):
                return None
            cell = "listing" if "seller" in known else "seller"
            shape = Reshape(pattern=pattern, cell=cell)
            return RanksAcross(shape, ranks[1], ranks[len(ranks)])
    return None


def _by_what_they_hold(headings: Sequence[str]) -> RanksAcross | None:
    """Find columns such as 第1名店铺 and 第1名价格, whose headings say what their cells hold."""
    found: dict[str, str] = {}
    for heading in headings:
        match = _HELD.fullmatch(heading)
        known = lookup(match[3]) if match else ()
        if match and known:
            found.setdefault(known[0].canonical, f"{match[1]}{{position}}{match[2]}{match[3]}")
    cell = next((name for name in ("listing", "seller") if name in found), None)
    ranks = _ranks(headings, found[cell]) if cell else {}
    if not cell or len(ranks) < LEAST_RANKS or not _without_gap(ranks):
        return None
    also = {name: pattern for name, pattern in found.items() if name != cell}
    shape = Reshape(pattern=found[cell], cell=cell, also=also)
    return RanksAcross(shape, ranks[1], ranks[len(ranks)])


def _without_gap(ranks: Collection[int]) -> bool:
    return sorted(ranks) == list(range(1, len(ranks) + 1))


def _ranks(headings: Sequence[str], pattern: str) -> dict[int, str]:
    before, after = pattern.split("{position}")
    wanted = re.compile(rf"{re.escape(before)}(\d{{1,3}}){re.escape(after)}", re.IGNORECASE)
    matches = {heading: wanted.fullmatch(heading) for heading in headings}
    return {int(match[1]): heading for heading, match in matches.items() if match}


def _are_words(head: pa.Table, headings: Sequence[str]) -> bool:
    cells = [cell.strip() for name in headings for cell in head[name].to_pylist() if cell]
    said = [cell for cell in cells if cell]
    numbers = sum(number_in(cell, "position", "", ".") is not None for cell in said)
    return bool(said) and numbers <= MOST_NUMBERS * len(said)
