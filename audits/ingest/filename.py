"""What a file's name says: the shop and the date often stand nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.columns.headings import lookup
from fairshelf.audits.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Collection

_HOLE = re.compile(r"\{([^{}]*)\}")


def constants(base: str, pattern: str, attributes: Collection[str] = ()) -> dict[str, str]:
    """Read columns out of a file's name.

    Parameters
    ----------
    base
        The base name, such as ``临安山货_商品明细_2026-07_sku.xlsx``.
    pattern
        Such as ``{seller}_商品明细_{time}_sku.xlsx``: placeholders are canonical columns, known
        headings (``{店铺名}``), a user's attributes, or ``{*}`` for anything. ``.gz`` and ``.zst``
        behind the name may be left out.
    attributes
        Names of the user's own attributes.

    Raises
    ------
    UsageError
        ``name_pattern_unknown`` for a placeholder that is none of these, ``name_pattern_differs``
        where the name does not fit.
    """
    parts = _HOLE.split(pattern)
    names = [_column(hole, attributes) for hole in parts[1::2]]
    pieces = [re.escape(parts[0])]
    for text, name in zip(parts[2::2], names, strict=True):
        pieces.append("(?:.*?)" if name is None else "(.+?)")
        pieces.append(re.escape(text))
    wanted = re.compile("".join(pieces) + r"(?:\.gz|\.zst)?", re.IGNORECASE)
    match = wanted.fullmatch(base)
    if match is None:
        raise UsageError("name_pattern_differs", file=base, pattern=pattern)
    kept = [name for name in names if name is not None]
    return dict(zip(kept, (value.strip() for value in match.groups()), strict=True))


def _column(hole: str, attributes: Collection[str]) -> str | None:
    if hole == "*":
        return None
    if hole in BY_NAME or hole in attributes:
        return hole
    for known in lookup(hole):
        if known.canonical in BY_NAME:
            return known.canonical
    offered = [*BY_NAME, *attributes]
    near = nearest(hole, offered) or offered
    raise UsageError("name_pattern_unknown", value=hole, suggestions=near)
