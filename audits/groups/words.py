"""Words for places and sizes, and the class each is given; the words stand in CSV tables."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.columns.traditional import simplified
from fairshelf.audits.groups.labels import (
    UNKNOWN,
    Assigned,
    Case,
    Labels,
    Origin,
    labels_from_cases,
)
from fairshelf.audits.groups.notices import notice
from fairshelf.audits.groups.standards import read_standard_table
from fairshelf.audits.groups.values import distinct_texts

if TYPE_CHECKING:
    import pyarrow as pa

    from fairshelf.audits.groups.values import Texts
    from fairshelf.audits.results import Fact, Message

RURAL_LEVELS = ("rural", "urban")
SIZE_LEVELS = ("micro", "small", "medium", "large")
COARSE_LEVELS = ("small", "large")
COARSE = {
    "micro": "small",
    "small": "small",
    "micro_or_small": "small",
    "medium": "large",
    "large": "large",
    "medium_or_large": "large",
}
"""The coarse split: micro and small against medium and large."""

UNMAPPED = "words:not_in_table"
_SHOWN = 8


@cache
def word_table(name: str) -> dict[str, tuple[str, str]]:
    """Give class and basis by word (case folded) of a table such as ``locality_words.csv``."""
    rows = read_standard_table(name)
    return {_key(row["word"]): (row["class"], row["basis"]) for row in rows}


def locality_cases(texts: Texts) -> list[Case]:
    """Give the rural/urban case of each distinct word, in the order of ``texts.values``."""
    return [_case(value, "locality_words.csv", RURAL_LEVELS) for value in texts.values]


def label_size_words(sellers: pa.Table, column: str, *, coarse: bool) -> Labels:
    """Label sellers by words for size: micro, small, medium, large, or small against large.

    Parameters
    ----------
    sellers
        One row per seller.
    column
        The column of words.
    coarse
        Whether micro and small are put together as ``small``, medium and large as ``large``.
    """
    name = f"{column}:small_large" if coarse else f"{column}:class"
    texts = distinct_texts(sellers[column])
    cases = [_case(value, "size_words.csv", SIZE_LEVELS) for value in texts.values]
    if coarse:
        table = word_table("size_words.csv")
        cases = [
            Case(
                case.value, COARSE.get(table.get(_key(case.value), ("", ""))[0], UNKNOWN), case.rule
            )
            for case in cases
        ]
    notices = word_notices(name, cases, texts, open_code="sizes_not_settled")
    case_of = np.where(texts.codes < 0, len(cases), texts.codes)
    assigned = Assigned((*cases, Case("", UNKNOWN, "missing")), case_of)
    told = {case.level for case in cases}  # a class that no word names is no group of these data
    levels = COARSE_LEVELS if coarse else tuple(one for one in SIZE_LEVELS if one in told)
    return labels_from_cases(name, levels, assigned, Origin(column=column), notices)


def word_notices(
    attribute: str, cases: list[Case], texts: Texts, open_code: str = "words_not_settled"
) -> list[Message]:
    """Say which words could not be mapped, and which of those no standard settles.

    Parameters
    ----------
    attribute
        The attribute the words are mapped for.
    cases
        One case per distinct word, in the order of ``texts.values``.
    texts
        The words and how many sellers carry each.
    open_code
        The notice for words that no standard settles: ``words_not_settled`` of rural and urban,
        ``sizes_not_settled`` of sizes. 县城 has a notice of its own, for what it can mean is known.
    """
    counts = texts.counts
    notices = []
    codes = {UNMAPPED: "words_unmapped", _COUNTY_SEAT: "county_seat_not_settled"}
    for code in (*codes.values(), open_code):
        found = [
            (-int(counts[row]), case.value)
            for row, case in enumerate(cases)
            if case.level == UNKNOWN and codes.get(case.rule, open_code) == code
        ]
        if found:
            words = [value for _, value in sorted(found)]
            sellers = -sum(n for n, _ in found)
            facts: dict[str, Fact] = {"words": words[:_SHOWN], "count": len(words)}
            notices.append(notice(code, attribute=attribute, sellers=sellers, **facts))
    county = sum(int(counts[row]) for row, case in enumerate(cases) if case.rule == _COUNTY)
    if county:
        notices.append(notice("county_is_not_rural", attribute=attribute, sellers=county))
    return notices


_COUNTY = "words:county_scope"
_COUNTY_SEAT = "words:county_seat"


def _case(value: str, table: str, levels: tuple[str, ...]) -> Case:
    word, basis = word_table(table).get(_key(value), ("", ""))
    if not basis:
        return Case(value, UNKNOWN, UNMAPPED)
    return Case(value, word if word in levels else UNKNOWN, f"words:{basis}")


def _key(value: str) -> str:
    return simplified(" ".join(value.casefold().replace("_", " ").split()))
