"""The record every way of grouping sellers ends in, and the one way to build it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.results import LevelRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.results import Message

UNKNOWN = "unknown"
"""The level of a seller whose group is not known. Always the last level of an attribute."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the levels of an attribute come from: the data's column, or a named standard."""

    column: str | None = None
    standard: str | None = None
    standard_version: str | None = None
    source: str | None = None
    verification: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the data say, the level that follows, and the rule that says so."""

    value: str
    level: str
    rule: str


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """The cases that can occur, and the one of each seller.

    ``case_of`` indexes ``cases``, int64, shape (sellers,).
    """

    cases: tuple[Case, ...]
    case_of: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One attribute: the level of every seller, and the rule each level came from.

    Attributes
    ----------
    name
        ``locality``, ``locality:rural_urban``, ``size:CN-NBS-2017``, ``locality*size`` ...
    levels
        The groups; ``unknown`` is always the last, whether or not a seller is in it.
    codes
        Index into ``levels`` for each seller, int32, shape (sellers,).
    column, standard, standard_version, source, verification
        Where the levels come from; see :class:`Origin`.
    declared
        Whether the attribute was asked for (or is the default), or stands beside one that was.
    mapping
        One row per value and rule met in the data, with its number of sellers.
    rule_of
        Row of ``mapping`` that labelled each seller, int32, shape (sellers,).
    notices
        What the reader must be told about these labels.
    """

    name: str
    levels: tuple[str, ...]
    codes: NDArray[np.int32]
    column: str | None
    standard: str | None
    standard_version: str | None
    source: str | None
    verification: str | None
    declared: bool
    mapping: tuple[LevelRule, ...]
    rule_of: NDArray[np.int32]
    notices: tuple[Message, ...] = ()

    @property
    def sellers(self) -> NDArray[np.int64]:
        """Give the number of sellers in each level, shape (levels,)."""
        return np.bincount(self.codes, minlength=len(self.levels)).astype(np.int64)

    @property
    def known(self) -> int:
        """Give the number of sellers whose level is known."""
        return int(self.sellers[:-1].sum())


def labels_from_cases(
    name: str,
    levels: Sequence[str],
    assigned: Assigned,
    origin: Origin,
    notices: Sequence[Message] = (),
) -> Labels:
    """Build the labels of an attribute from the case each seller falls under.

    Parameters
    ----------
    name
        The attribute.
    levels
        Known levels in the order of the report; ``unknown`` is added at the end.
    assigned
        Every case that can occur and each seller's; equal ones are merged and unused ones left
        out. A case whose level is not in ``levels`` must be ``unknown``.
    origin
        Where the levels come from.
    notices
        What the reader must be told.
    """
    every = (*(level for level in levels if level != UNKNOWN), UNKNOWN)
    place = {level: index for index, level in enumerate(every)}
    distinct: dict[Case, int] = {}
    rows = [distinct.setdefault(case, len(distinct)) for case in assigned.cases]
    row_of = np.array(rows or [0], dtype=np.int64)[assigned.case_of]
    kept = list(distinct)
    counts = np.bincount(row_of, minlength=len(kept))
    order = sorted(
        (row for row in range(len(kept)) if counts[row]),
        key=lambda row: (place[kept[row].level], -counts[row], kept[row].value, kept[row].rule),
    )
    position = np.zeros(max(len(kept), 1), dtype=np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    level_of = np.array([place[kept[row].level] for row in order] or [0], dtype=np.int32)
    rule_of = position[row_of]
    return Labels(
        name=name,
        levels=every,
        codes=level_of[rule_of],
        column=origin.column,
        standard=origin.standard,
        standard_version=origin.standard_version,
        source=origin.source,
        verification=origin.verification,
        declared=False,
        mapping=tuple(
            LevelRule(kept[row].value, kept[row].level, kept[row].rule, int(counts[row]))
            for row in order
        ),
        rule_of=rule_of,
        notices=tuple(notices),
    )
