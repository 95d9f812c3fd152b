"""Size classes from numbers: employees, revenue and the like under a published scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import DataError
from fairshelf.audits.groups.ceilings import classify, scheme_of
from fairshelf.audits.groups.codes import origin_of
from fairshelf.audits.groups.firms import SIZE_NUMBERS, read_firms
from fairshelf.audits.groups.labels import (
    UNKNOWN,
    Assigned,
    Case,
    Labels,
    Origin,
    labels_from_cases,
)
from fairshelf.audits.groups.notices import notice
from fairshelf.audits.groups.standards import find_standard
from fairshelf.audits.groups.words import COARSE, COARSE_LEVELS, SIZE_LEVELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from fairshelf.audits.groups.ceilings import Scheme
    from fairshelf.audits.groups.firms import Firms
    from fairshelf.audits.results import Message

_NO_SECTOR, _FOREIGN = 1, 2


def label_size(sellers: pa.Table, base: str, standard: str) -> Labels:
    """Label sellers micro, small, medium or large by a size standard.

    Where a number is missing the class is given only if every value of it leads there; else
    the seller is ``unknown``, and the rule says within which classes (``at_most_small``).
    Negative and infinite numbers count as missing, and so does money in another currency.

    Parameters
    ----------
    sellers
        One row per seller; numbers as float64, money in whole units of its currency.
    base
        The attribute's name, usually ``size``.
    standard
        The id of a size standard, with ``@sector`` to fix one sector for all sellers.

    Raises
    ------
    DataError
        ``standard_columns_missing`` where none of the numbers it needs is there.
    """
    chosen = find_standard(standard, "size")
    scheme = scheme_of(chosen.standard)
    needed = [column for column in chosen.standard.needs if column in SIZE_NUMBERS]
    present = [column for column in needed if column in sellers.column_names]
    if not present:
        raise DataError("standard_columns_missing", standard=chosen.standard.id, columns=needed)
    option = f"@{chosen.option}" if chosen.option else ""
    name = f"{base}:{chosen.standard.id}{option}"
    firms = read_firms(sellers, present, scheme, chosen, name)
    low, high = classify(scheme, firms.numbers, firms.sector, sellers.num_rows)
    reason = np.where(firms.sector < 0, _NO_SECTOR, np.where(firms.foreign, _FOREIGN, 0))
    assigned = _assign(scheme, chosen.standard.id, firms.sector, reason, (low, high))
    left = int(((low != high) & (reason == 0)).sum())
    notices = (*firms.notices, *_gaps(name, scheme, firms, left))
    used = [*present, *(["sector"] if scheme.by_sector and not option else [])]
    origin = origin_of(chosen, "+".join(name for name in used if name in sellers.column_names))
    return labels_from_cases(name, SIZE_LEVELS, assigned, origin, notices)


def coarse_size(base: str, fine: Labels) -> Labels:
    """Put micro and small together as ``small``, medium and large as ``large``.

    A seller of whom only a range of classes is known counts where the range lies in one half.
    """
    cases = tuple(Case(row.value, _coarse(row.level, row.rule), row.rule) for row in fine.mapping)
    origin = Origin(
        fine.column, fine.standard, fine.standard_version, fine.source, fine.verification
    )
    assigned = Assigned(cases, fine.rule_of.astype(np.int64))
    return labels_from_cases(f"{base}:small_large", COARSE_LEVELS, assigned, origin)


def _coarse(level: str, rule: str) -> str:
    halves = {"at_most_small": "small", "at_least_medium": "large"}
    return COARSE.get(level) or halves.get(rule.rsplit("#", 1)[-1], UNKNOWN)


def _gaps(name: str, scheme: Scheme, firms: Firms, left: int) -> list[Message]:
    """Say which numbers are not there, and how many sellers that leaves without a class."""
    used = np.unique(firms.sector[firms.sector >= 0]).tolist()
    wanted = [ceiling.column for index in used for ceiling in scheme.ceilings[index][0]]
    absent = [column for column in dict.fromkeys(wanted) if column not in firms.numbers]
    notices = []
    if absent:
        notices.append(notice("size_columns_missing", attribute=name, columns=absent))
    if left:
        notices.append(notice("size_incomplete", attribute=name, sellers=left))
    if "annual_revenue" in firms.numbers:
        notices.append(notice("size_revenue_as_given", attribute=name))
    if scheme.caution:
        notices.append(notice(f"size_{scheme.caution}", attribute=name))
    return notices


def _assign(
    scheme: Scheme,
    standard: str,
    sector: NDArray[np.int64],
    reason: NDArray[np.int64],
    span: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Assigned:
    """Give the cases of all sellers: sector, class or range, and why a class is not settled."""
    width = len(SIZE_LEVELS)
    low, high = span
    key = (((sector + 1) * 3 + reason) * width + low) * width + high
    used, case_of = np.unique(key, return_inverse=True)
    cases = []
    for index in used.tolist():
        rest, top = divmod(index, width)
        rest, bottom = divmod(rest, width)
        place, why = divmod(rest, 3)
        sign = scheme.sectors[place - 1] if place and scheme.by_sector else ""
        cases.append(_case(sign, why, (bottom, top), standard))
    return Assigned(tuple(cases), case_of)


def _case(sector: str, why: int, span: tuple[int, int], standard: str) -> Case:
    low, high = span
    if why == _NO_SECTOR:
        return Case(sector, UNKNOWN, f"{standard}#sector_unknown")
    if low == high:
        return Case(sector, SIZE_LEVELS[low], standard)
    if why == _FOREIGN:
        return Case(sector, UNKNOWN, f"{standard}#currency_mismatch")
    return Case(sector, UNKNOWN, f"{standard}#{_range(low, high)}")


def _range(low: int, high: int) -> str:
    """Name the classes between which the numbers leave a seller."""
    top = len(SIZE_LEVELS) - 1
    if (low, high) == (0, top):
        return "numbers_missing"
    if low == 0:
        return f"at_most_{SIZE_LEVELS[high]}"
    if high == top:
        return f"at_least_{SIZE_LEVELS[low]}"
    return f"{SIZE_LEVELS[low]}_or_{SIZE_LEVELS[high]}"
