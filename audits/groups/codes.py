"""Codes of places under a named standard, mapped to rural and urban."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.errors import DataError
from fairshelf.audits.groups.counties import NAMED_BY_COUNTY, county_suffixes, name_case
from fairshelf.audits.groups.labels import (
    UNKNOWN,
    Assigned,
    Case,
    Labels,
    Origin,
    labels_from_cases,
)
from fairshelf.audits.groups.notices import notice
from fairshelf.audits.groups.standards import find_standard, list_standards, rows_of
from fairshelf.audits.groups.values import distinct_texts
from fairshelf.audits.groups.words import RURAL_LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.groups.standards import Chosen, Row
    from fairshelf.audits.groups.values import Texts
    from fairshelf.audits.results import Fact, Message

NOT_IN_STANDARD = "code_not_in_standard"
MISSING_CASE = Case("", UNKNOWN, "missing")
_SHOWN = 5
_KEPT_STRANGE = 50


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """The case of each seller under a standard.

    ``cases`` are all that can occur, ``case_of`` indexes them per seller (shape (sellers,)),
    ``matched`` says which sellers carry a code that the standard knows (shape (sellers,)), and
    ``strange`` are distinct values that it does not know.
    """

    cases: tuple[Case, ...]
    case_of: NDArray[np.int64]
    matched: NDArray[np.bool_]
    strange: tuple[str, ...]


def label_codes(sellers: pa.Table, base: str, chosen: Chosen) -> Labels:
    """Label sellers rural or urban by the codes of a standard that was named.

    The attribute's own column is read first, then ``region_code`` for ``locality``. Only what
    the standard decides is labelled: other values, and classes it leaves to the user, are
    ``unknown``. Under ``CN-ADM-CNTY`` the name of the county, where one stands in ``locality``
    or ``address``, comes before the digits.

    Raises
    ------
    DataError
        ``standard_columns_missing`` where there is no column that could hold codes.
    """
    standard = chosen.standard
    columns = [base, "region_code"] if base == "locality" else [base]
    present = [column for column in columns if column in sellers.column_names]
    if not present:
        raise DataError("standard_columns_missing", standard=standard.id, columns=columns)
    coded = [code_sellers(distinct_texts(sellers[column]), chosen) for column in present]
    joined = _first_matched(coded)
    used = [name for name, part in zip(present, coded, strict=True) if part.matched.any()]
    if standard.id in NAMED_BY_COUNTY:
        joined = _named(joined, county_suffixes(sellers), standard.id)
    name = f"{base}:{standard.id}" + (f"@{chosen.option}" if chosen.option else "")
    return labels_from_cases(
        name,
        RURAL_LEVELS,
        Assigned(joined.cases, joined.case_of),
        origin_of(chosen, "+".join(used or present[:1])),
        code_notices(name, chosen, joined),
    )


def origin_of(chosen: Chosen, column: str) -> Origin:
    """Give the origin record of an attribute labelled by a standard."""
    standard = chosen.standard
    return Origin(
        column=column,
        standard=standard.id,
        standard_version=standard.version,
        source=f"{standard.title}; {standard.source}",
        verification=standard.verification,
    )


def code_sellers(texts: Texts, chosen: Chosen) -> Coded:
    """Give each seller's case under a standard, from the distinct values of one column."""
    rows = rows_of(chosen.standard)
    row_of = _row_of_value(texts.values, rows)
    cases = [_case(row, chosen) for row in rows] + [MISSING_CASE]
    strange = tuple(value for value, row in zip(texts.values, row_of, strict=True) if row < 0)
    few = len(strange) <= _KEPT_STRANGE
    row_of_strange = {value: len(cases) + (i if few else 0) for i, value in enumerate(strange)}
    cases += [Case(value, UNKNOWN, NOT_IN_STANDARD) for value in (strange if few else ("…",))]
    lookup = np.array(
        [
            *(row_of_strange.get(v, r) for v, r in zip(texts.values, row_of, strict=True)),
            len(rows),
        ],
        dtype=np.int64,
    )
    case_of = lookup[texts.codes]
    return Coded(tuple(cases), case_of, case_of < len(rows), strange)


def infer_standard(texts: Texts) -> Chosen | None:
    """Give the standard that the form of the codes leaves no doubt about, or None.

    Every value present must have the form (``inferred_from`` in ``rural_codes.csv``); single
    digits fit several standards and are never taken for one.
    """
    if not texts.values:
        return None
    values = pa.array(texts.values, pa.string())
    for standard in list_standards():
        form = rows_of(standard)[0].get("inferred_from", "") if standard.usable else ""
        if form and pc.all(_full_match(values, form)).as_py():
            return find_standard(standard.id)
    return None


def fitting_standards(texts: Texts) -> list[str]:
    """Give the ids of rural standards that know every value present, for a suggestion."""
    fitting = []
    for standard in list_standards():
        if texts.values and standard.kind == "rural" and standard.usable:
            values = texts.values[:1000]
            if all(row >= 0 for row in _row_of_value(values, rows_of(standard))):
                fitting.append(standard.id)
    return fitting


def code_notices(attribute: str, chosen: Chosen, coded: Coded) -> list[Message]:
    """Say what a reader of codes must know: proxies, open choices, codes that are not known."""
    standard = chosen.standard
    notices = []
    facts: dict[str, Fact] = {"attribute": attribute, "standard": standard.id}
    if not standard.verified:
        how = standard.verification
        notices.append(notice("standard_unverified", **facts, verification=how))
    if rows_of(standard)[0]["kind"] == "proxy":
        notices.append(notice("standard_proxy", **facts))
    counts = np.bincount(coded.case_of, minlength=len(coded.cases))
    left = _count(coded.cases, counts, "choice") + _count(coded.cases, counts, "context")
    if left:
        options = [f"{standard.id}@{option}" for option in standard.options]
        notices.append(notice("standard_choice", **facts, sellers=left, options=options))
    unread = _count(coded.cases, counts, NOT_IN_STANDARD)
    if unread:
        examples = list(coded.strange[:_SHOWN])
        notices.append(notice("codes_unmatched", **facts, sellers=unread, values=examples))
    return notices


def _count(cases: Sequence[Case], counts: NDArray[np.int64], rule: str) -> int:
    found = [row for row, case in enumerate(cases) if case.rule.rsplit("#", 1)[-1] == rule]
    return int(counts[found].sum()) if found else 0


def _case(row: Row, chosen: Chosen) -> Case:
    """Give the case of a row of a standard, an open choice settled where one was typed."""
    rule, kind = chosen.standard.id, row["class"]
    if kind == "choice" and chosen.option:
        level = "rural" if int(row["code"]) >= int(chosen.option) else "urban"
        return Case(row["code"], level, f"{rule}@{chosen.option}")
    if kind == "context" and chosen.option:
        return Case(row["code"], chosen.option, f"{rule}@{chosen.option}")
    if kind in {"choice", "context"}:
        return Case(row["code"], UNKNOWN, f"{rule}#{kind}")
    return Case(row["code"], kind, rule)


def _row_of_value(values: Sequence[str], rows: Sequence[Row]) -> NDArray[np.int64]:
    """Give the first row each value matches by pattern or by the label, -1 for none."""
    row_of = np.full(len(values), -1, dtype=np.int64)
    column = pa.array(values, pa.string())
    for index, row in enumerate(rows):
        labels = [re.escape(row[key]) for key in ("label_en", "label_zh") if row[key]]
        form = "|".join([f"(?:{row['pattern']})(?:\\.0+)?", *labels])
        hit = _full_match(column, form).to_numpy(zero_copy_only=False)
        row_of[(row_of < 0) & hit] = index
    return row_of


def _full_match(values: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(values, pattern=f"^(?:{pattern})$", ignore_case=True)


def _first_matched(parts: Sequence[Coded]) -> Coded:
    """Join several columns: the first in which a seller's code is known, else the first."""
    first = parts[0]
    cases, case_of, matched = list(first.cases), first.case_of.copy(), first.matched.copy()
    strange = list(first.strange)
    for part in parts[1:]:
        empty = np.array([case == MISSING_CASE for case in cases])[case_of]
        better = (~matched & part.matched) | empty
        case_of[better] = part.case_of[better] + len(cases)
        cases += part.cases
        matched |= part.matched
        strange += part.strange
    unread = {case.value for case in _used(cases, case_of) if case.rule == NOT_IN_STANDARD}
    kept = tuple(value for value in strange if value in unread or "…" in unread)
    return Coded(tuple(cases), case_of, matched, kept)


def _used(cases: Sequence[Case], case_of: NDArray[np.int64]) -> list[Case]:
    return [cases[index] for index in np.unique(case_of)]


def _named(coded: Coded, suffixes: NDArray[np.int8], standard: str) -> Coded:
    """Let the county's name overrule the digits of its code."""
    cases, case_of = list(coded.cases), coded.case_of.copy()
    for suffix in np.unique(suffixes[coded.matched & (suffixes >= 0)]):
        mask = coded.matched & (suffixes == suffix)
        case_of[mask] = len(cases)
        cases.append(name_case(int(suffix), standard))
    return Coded(tuple(cases), case_of, coded.matched, coded.strange)
