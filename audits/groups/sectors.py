"""Which sector of a size standard a seller's line of business belongs to."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from fairshelf.audits.groups.standards import read_standard_table, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairshelf.audits.groups.standards import Standard

_CODE = re.compile(r"[A-Za-z]?\s*(\d{2,4})(?:\.0)?")


def sector_of(value: str, standard: Standard) -> str | None:
    """Give the sector code of a standard for a word, a code of ours or a GB/T 4754 code.

    ``retail``, ``零售业``, ``52``, ``F5211`` and ``互联网零售`` are all ``retail`` of
    ``CN-NBS-2017``. None where nothing fits; no default is guessed.

    Parameters
    ----------
    value
        Text of the seller's ``sector``, in Unicode form NFKC.
    standard
        A size standard with limits by sector.
    """
    names = _names(standard)
    key = _key(value)
    if key in names:
        return names[key]
    code = _CODE.fullmatch(value.strip())
    return _by_division(code[1], set(names.values())) if code else None


@cache
def _names(standard: Standard) -> Mapping[str, str]:
    """Give the sector by its names: the standard's own first, then those of the word table."""
    names: dict[str, str] = {}
    known = {row["sector_code"] for row in rows_of(standard)}
    for row in read_standard_table("sector_words.csv"):
        if row["kind"] == "word" and row["sector"] in known:
            names[_key(row["word"])] = row["sector"]
    for row in rows_of(standard):
        single = [part for part in row["sector_ref"].split(",") if part.isalpha()]
        for name in (row["sector_code"], row["sector_zh"], row["sector_en"], *single):
            names[_key(name)] = row["sector_code"]
    return names


def _by_division(digits: str, known: set[str]) -> str | None:
    """Give the sector of a GB/T 4754 code: groups and classes first, then divisions."""
    found = None
    for row in read_standard_table("sector_words.csv"):
        if row["kind"] != "division" or row["sector"] not in known:
            continue
        first, _, last = row["word"].partition("-")
        width = len(first)
        if len(digits) >= width and int(first) <= int(digits[:width]) <= int(last or first):
            found = (width, row["sector"]) if found is None else max(found, (width, row["sector"]))
    return found[1] if found else None


def _key(text: str) -> str:
    return re.sub(r"[\s、,，/()（）_-]+", "", text.casefold())
