"""Levels as people name them: a page's Chinese words, other cases, other signs for a crossing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairshelf.audits.columns.traditional import simplified
from fairshelf.audits.groups.words import RURAL_LEVELS, SIZE_LEVELS, word_table

if TYPE_CHECKING:
    from collections.abc import Iterable

_TABLES = (("locality_words.csv", RURAL_LEVELS), ("size_words.csv", SIZE_LEVELS))
_CROSSING = re.compile(r"\s*[×*＊✕✖]\s*|\s+[xX]\s+")
COUNTY = "county_scope"
"""Basis of 县域 in the table of words: county and below, which is not all rural."""

_MARKS = "“”\"'「」 "


def level_named(typed: str, levels: Iterable[str]) -> str | None:
    """Give the level that is meant by what was typed.

    A level named exactly is taken first. Else case, quotation marks and the sign of a crossing
    (``rural*micro``, ``rural x micro``, ``农村×微型``) play no part, and a word stands for every
    level of its class: 农村 for ``rural``, ``micro`` for 微型企业, by the tables of words.

    Parameters
    ----------
    typed
        What was typed.
    levels
        The levels there are.

    Returns
    -------
    None where no level is meant, or more than one.
    """
    known = list(dict.fromkeys(levels))
    if typed in known:
        return typed
    parts = _parts(typed)
    for same in (_alike, _of_a_class):
        meant = [
            level
            for level in known
            if len(own := _parts(level)) == len(parts)
            and all(same(one, other) for one, other in zip(own, parts, strict=True))
        ]
        if len(meant) == 1:
            return meant[0]
    return None


def _parts(text: str) -> list[str]:
    return [part.strip(_MARKS).casefold() for part in _CROSSING.split(text.strip(_MARKS))]


def _alike(one: str, other: str) -> bool:
    return one == other


def _of_a_class(one: str, other: str) -> bool:
    return one == other or bool(_classes(one) & _classes(other))


def _classes(word: str) -> set[str]:
    found = [word_table(name).get(simplified(word), ("", "")) for name, _ in _TABLES]
    told = {level for level, basis in found if basis != COUNTY}
    coded = {level for _, levels in _TABLES for level in levels}
    return (told | {word}) & coded
