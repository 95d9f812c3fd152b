"""Headings of two rows: a heading that says only a unit takes the one above it along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairshelf.audits.columns.headings import lookup

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_RANKS = 3
"""Ranks side by side, 1, 2, 3 ... without a gap, from which on they are taken for such."""

WEAK = 3
"""Ranks from here on are headings of many meanings (``次数``): the one above says which."""

_UNIT = re.compile(
    r"[(（]?\s*(?:单位\s*[:：]?\s*)?"
    r"(?:[百千]?[万亿千]?(?:元|次|件|人|条|单|笔|个|分)|[百千]?[万亿]|千|%|％)\s*[)）]?"
)


def joined(above: Sequence[str], row: Sequence[str]) -> tuple[str, ...]:
    """Give the headings of a row, with those of the row above where they do not stand alone.

    ``价格`` above ``元`` is ``价格(元)``; ``点击`` above ``次数`` is ``点击次数``, where that is
    known and ``次数`` alone is not, or hardly. A heading above goes on over the empty cells to its
    right, as merged cells are.

    Parameters
    ----------
    above
        The row above the header, merged cells filled in their first place only.
    row
        The header.
    """
    over, told = "", []
    for place, cell in enumerate(row):
        over = (above[place].strip() if place < len(above) else "") or over
        told.append(_joined(over, cell))
    return tuple(told)


def is_of_units(header: Sequence[str], row: Sequence[str]) -> bool:
    """Say whether the row beneath a header goes on with it: units, and merged headings."""
    cells = [cell.strip() for cell in row]
    over = [cell.strip() for cell in header]
    pairs = [(cell, up) for cell, up in zip(cells, over, strict=False) if cell and cell != up]
    return bool(pairs) and len(cells) <= len(over) and all(_UNIT.fullmatch(one) for one, _ in pairs)


def with_units(header: Sequence[str], row: Sequence[str]) -> tuple[str, ...]:
    """Give the headings of a header with the units that stand beneath some of them."""
    cells = [*row, *[""] * (len(header) - len(row))]
    return tuple(
        _with_unit(up, cell.strip()) if cell.strip() and cell.strip() != up.strip() else up
        for up, cell in zip(header, cells, strict=True)
    )


def with_ranks(header: Sequence[str], row: Sequence[str]) -> tuple[str, ...] | None:
    """Give the headings where ranks 1, 2, 3 ... stand beneath one heading: ``第1名``, ``第2名`` ...

    Parameters
    ----------
    header
        The header, say 日期, 关键词 and 排名 over merged cells.
    row
        The row beneath it.

    Returns
    -------
    tuple of str or None
        None where anything stands beneath but ranks without a gap and the headings themselves.
    """
    over = [*header, *[""] * (len(row) - len(header))]
    beneath = [*row, *[""] * (len(header) - len(row))]
    ranks = [at for at, cell in enumerate(beneath) if cell.strip().isdecimal()]
    others = [at for at, cell in enumerate(beneath) if cell.strip() and at not in ranks]
    alone = all(beneath[at].strip() == over[at].strip() for at in others)
    numbered = [int(beneath[at]) for at in ranks] == list(range(1, len(ranks) + 1))
    beside = [at for at in ranks[1:] if over[at].strip()]
    if len(ranks) < LEAST_RANKS or not alone or not numbered or beside:
        return None
    told = {at: f"第{number}名" for number, at in enumerate(ranks, start=1)}
    return tuple(told.get(at, cell) for at, cell in enumerate(over))


def _with_unit(over: str, unit: str) -> str:
    return f"{over.strip()}({unit.strip('()（） ')})"


def _joined(over: str, cell: str) -> str:
    said = cell.strip()
    if not over or not said or over == said or any(known.rank < WEAK for known in lookup(said)):
        return cell
    if _UNIT.fullmatch(said):
        return _with_unit(over, said) if lookup(over) else cell
    return over + said if lookup(over + said) else cell
