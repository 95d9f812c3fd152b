"""The arithmetic of size schemes: ceilings per class and metric, and how they combine.

Every scheme is the same sum: a class fits a firm when enough of its ceilings are kept, and the
firm belongs to the smallest class that fits, or to ``large``. China: any one ceiling is enough
(the smallest class over metrics). India: all. United Kingdom: two of three. EU: the headcount,
and turnover or balance sheet. With a missing number a ceiling is neither kept nor broken, and
the answer is a range of classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.groups.standards import METRIC_COLUMNS, Standard, rows_of
from fairshelf.audits.groups.words import SIZE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from fairshelf.audits.groups.standards import Row

BOUNDED = SIZE_LEVELS[:-1]
"""Classes that have ceilings; ``large`` is what exceeds them."""

KEPT, OPEN, BROKEN = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The upper limit of one class in one metric: kept at ``limit`` itself if ``inclusive``."""

    column: str
    limit: float
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Scheme:
    """A size scheme ready to be applied.

    ``ceilings`` holds, per sector and bounded class, the ceilings; ``combine_rule`` and
    ``missing_rule`` are the codes of ``size_standards.csv``; ``caution`` the code of what the
    scheme asks for beyond one firm's numbers, empty for nothing.
    """

    sectors: tuple[str, ...]
    ceilings: tuple[tuple[tuple[Ceiling, ...], ...], ...]
    combine_rule: str
    missing_rule: str
    currency: str
    caution: str

    @property
    def by_sector(self) -> bool:
        """Say whether the limits differ by sector."""
        return len(self.sectors) > 1


@cache
def scheme_of(standard: Standard) -> Scheme:
    """Give the scheme of a usable size standard, from its table."""
    rows = rows_of(standard)
    sectors = tuple(dict.fromkeys(row["sector_code"] for row in rows))
    money = [row["unit"] for row in rows if row["unit"].isupper()]
    return Scheme(
        sectors=sectors,
        ceilings=tuple(
            tuple(_ceilings(rows, sector, level) for level in BOUNDED) for sector in sectors
        ),
        combine_rule=rows[0]["combine_rule"],
        missing_rule=rows[0]["missing_rule"],
        currency=money[0],
        caution=rows[0]["caution"],
    )


def _ceilings(rows: tuple[Row, ...], sector: str, level: str) -> tuple[Ceiling, ...]:
    return tuple(
        Ceiling(METRIC_COLUMNS[row["metric"]], float(row["upper"]), row["upper_op"] == "<=")
        for row in rows
        if row["sector_code"] == sector and row["size_class"] == level
    )


def classify(
    scheme: Scheme,
    numbers: Mapping[str, NDArray[np.float64]],
    sector: NDArray[np.int64],
    count: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the smallest and the largest class each firm can belong to.

    Parameters
    ----------
    scheme
        The scheme.
    numbers
        Metric values by seller column, NaN where missing, each of shape (firms,).
    sector
        Index into ``scheme.sectors``, -1 where not known, shape (firms,).
    count
        The number of firms.

    Returns
    -------
    low, high
        Index into ``SIZE_LEVELS``, equal where the class is settled, shape (firms,).
    """
    top = len(BOUNDED)
    low = np.zeros(count, dtype=np.int64)
    high = np.full(count, top, dtype=np.int64)
    for index, classes in enumerate(scheme.ceilings):
        rows = np.flatnonzero(sector == index)
        if not len(rows):
            continue
        own = {column: values[rows] for column, values in numbers.items()}
        fits = np.stack(
            [_fits(scheme.combine_rule, ceilings, own, len(rows)) for ceilings in classes]
        )
        low[rows] = _first(fits >= OPEN, top)
        high[rows] = _first(fits == KEPT, top)
        undecided = _undecided(scheme.missing_rule, classes[0], own, len(rows))
        blurred = rows[undecided & (low[rows] == high[rows])]
        low[blurred] = 0
    return low, high


def _first(fits: NDArray[np.bool_], top: int) -> NDArray[np.int64]:
    """Give the first class that fits, or the one above all, shape (firms,)."""
    return np.where(fits.any(axis=0), fits.argmax(axis=0), top).astype(np.int64)


def _fits(
    rule: str, ceilings: tuple[Ceiling, ...], numbers: Mapping[str, NDArray[np.float64]], count: int
) -> NDArray[np.int8]:
    """Say whether a class fits: kept, broken, or open for want of a number, shape (firms,)."""
    states = {
        ceiling.column: _state(ceiling, numbers.get(ceiling.column), count) for ceiling in ceilings
    }
    every = np.stack(list(states.values()))
    if rule == "min_over_metrics":
        return np.asarray(every.max(axis=0))
    if rule == "max_over_metrics":
        return np.asarray(every.min(axis=0))
    if rule == "two_of_three":
        return np.asarray(np.median(every, axis=0).astype(np.int8))
    either = np.maximum(states["annual_revenue"], states["balance_sheet"])
    return np.asarray(np.minimum(states["employees"], either))


def _state(ceiling: Ceiling, values: NDArray[np.float64] | None, count: int) -> NDArray[np.int8]:
    if values is None:
        return np.zeros(count, dtype=np.int8)
    kept = values <= ceiling.limit if ceiling.inclusive else values < ceiling.limit
    return np.where(np.isnan(values), OPEN, np.where(kept, KEPT, BROKEN)).astype(np.int8)


def _undecided(
    rule: str, ceilings: tuple[Ceiling, ...], numbers: Mapping[str, NDArray[np.float64]], count: int
) -> NDArray[np.bool_]:
    """Say where the scheme wants a number that is missing, whatever the others say."""
    none = np.full(count, fill_value=True)
    missing = {
        ceiling.column: np.isnan(numbers[ceiling.column]) if ceiling.column in numbers else none
        for ceiling in ceilings
    }
    every = np.stack(list(missing.values()))
    if rule == "headcount_needed":
        return missing["employees"]
    if rule == "all_needed":
        return np.asarray(every.any(axis=0))
    if rule == "two_needed":
        return np.asarray(every.sum(axis=0) > 1)
    return np.zeros(count, dtype=np.bool_)
