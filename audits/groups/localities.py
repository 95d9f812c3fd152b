"""Rural or urban where no standard was named: words, codes beyond doubt, and addresses last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.groups.addresses import address_cases
from fairshelf.audits.groups.codes import (
    MISSING_CASE,
    code_notices,
    code_sellers,
    fitting_standards,
    infer_standard,
    origin_of,
)
from fairshelf.audits.groups.labels import (
    UNKNOWN,
    Assigned,
    Case,
    Labels,
    Origin,
    labels_from_cases,
)
from fairshelf.audits.groups.notices import notice
from fairshelf.audits.groups.values import distinct_texts
from fairshelf.audits.groups.words import RURAL_LEVELS, UNMAPPED, locality_cases, word_notices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.groups.values import Texts
    from fairshelf.audits.results import Fact, Message

WORDS_SOURCE = "locality_words.csv"
ADDRESS_SOURCE = "address_rules.csv"


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What one route says: the case of each seller, and where it comes from."""

    cases: tuple[Case, ...]
    case_of: NDArray[np.int64]
    origin: Origin
    notices: tuple[Message, ...]


def label_rural_urban(sellers: pa.Table, base: str) -> Labels:
    """Label sellers rural, urban or unknown by the first route that knows any of them.

    Words of the attribute's column by ``locality_words.csv``; else codes in that column or in
    ``region_code`` whose form leaves no doubt about the standard; definitions are never mixed.
    For ``locality``, sellers who have no value there, or one no table knows, are then labelled
    from their ``address``; the mapping shows the rule that fired and for how many.

    Parameters
    ----------
    sellers
        One row per seller.
    base
        The attribute mapped, usually ``locality``.
    """
    name = f"{base}:rural_urban"
    columns = [base, "region_code"] if base == "locality" else [base]
    texts = {
        column: distinct_texts(sellers[column])
        for column in columns
        if column in sellers.column_names
    }
    found = _by_words(name, base, texts) or _by_codes(name, texts) or _by_nothing(name, texts)
    if base == "locality" and "address" in sellers.column_names:
        found = _with_addresses(name, found, sellers)
    return labels_from_cases(
        name, RURAL_LEVELS, Assigned(found.cases, found.case_of), found.origin, found.notices
    )


def _by_words(name: str, base: str, texts: dict[str, Texts]) -> _Found | None:
    if base not in texts:
        return None
    words = texts[base]
    cases = locality_cases(words)
    if all(case.rule == UNMAPPED for case in cases):
        return None
    case_of = np.where(words.codes < 0, len(cases), words.codes).astype(np.int64)
    origin = Origin(column=base, source=WORDS_SOURCE)
    return _Found((*cases, MISSING_CASE), case_of, origin, tuple(word_notices(name, cases, words)))


def _by_codes(name: str, texts: dict[str, Texts]) -> _Found | None:
    for column, values in texts.items():
        chosen = infer_standard(values)
        if chosen is not None:
            coded = code_sellers(values, chosen)
            standard = chosen.standard.id
            notices = (
                notice("standard_inferred", attribute=name, standard=standard, column=column),
                *code_notices(name, chosen, coded),
            )
            return _Found(coded.cases, coded.case_of, origin_of(chosen, column), notices)
    return None


def _by_nothing(name: str, texts: dict[str, Texts]) -> _Found:
    """Leave every seller unknown, and say which standards the values might be codes of."""
    notices: list[Message] = []
    for column, values in texts.items():
        fitting = fitting_standards(values)
        if fitting:
            facts: dict[str, Fact] = {"value": values.values[0], "standards": fitting}
            notices.append(notice("codes_need_standard", attribute=name, column=column, **facts))
    if not texts:
        return _Found((MISSING_CASE,), np.zeros(0, dtype=np.int64), Origin(), ())
    column, values = next(iter(texts.items()))
    if not notices and values.values:
        notices += word_notices(name, locality_cases(values), values)
    cases = (Case("…", UNKNOWN, UNMAPPED), MISSING_CASE)
    case_of = (values.codes < 0).astype(np.int64)
    return _Found(cases, case_of, Origin(column=column), tuple(notices))


def _with_addresses(name: str, found: _Found, sellers: pa.Table) -> _Found:
    """Label from the address those sellers whose own column says nothing."""
    if not len(found.case_of):
        found = replace(found, case_of=np.zeros(sellers.num_rows, dtype=np.int64))
    silent = np.array([case.rule in {"missing", UNMAPPED} for case in found.cases])[found.case_of]
    asked = pc.if_else(pa.array(silent), sellers["address"].combine_chunks(), None)
    cases, address_of = address_cases(asked)
    has = np.array([case.level != UNKNOWN or case.rule != "missing" for case in cases])[address_of]
    taken = silent & has
    if not taken.any():
        return found
    case_of = np.where(taken, address_of + len(found.cases), found.case_of)
    known = np.array([case.level != UNKNOWN for case in cases])[address_of]
    facts = {"sellers": int((taken & known).sum()), "tried": int(taken.sum())}
    origin = replace(
        found.origin,
        column="+".join(filter(None, [found.origin.column, "address"])),
        source="; ".join(filter(None, [found.origin.source, ADDRESS_SOURCE])),
    )
    notices = (*found.notices, notice("address_fallback", attribute=name, **facts))
    return _Found((*found.cases, *cases), case_of, origin, notices)
