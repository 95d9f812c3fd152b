"""A column of the data as an attribute: its levels are its values, as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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

if TYPE_CHECKING:
    import pyarrow as pa

    from fairshelf.audits.groups.values import Texts
    from fairshelf.audits.results import Message

MANY_LEVELS = 50
"""Above this a column is more likely a name or a number than a grouping."""


MOST_GROUPS = 20
"""A column with more different values is not proposed for grouping sellers."""


def groups_in(sellers: pa.Table, column: str) -> int:
    """Give how many groups a column of words would make; 0 where it is none to group by.

    It has 2 to 20 different values, and sellers are at least twice as many.

    Parameters
    ----------
    sellers
        One row per seller.
    column
        The column's name, there or not.
    """
    if column not in sellers.column_names:
        return 0
    texts = distinct_texts(sellers[column])
    count = len(texts.values)
    usual = 1 < count <= min(MOST_GROUPS, sellers.num_rows // 2)
    return count if usual else 0


def label_plain(sellers: pa.Table, column: str) -> Labels:
    """Label sellers by a column's own values.

    Levels run from the one with most sellers to the one with fewest, ties by their text; a
    missing value is ``unknown``.

    Parameters
    ----------
    sellers
        One row per seller.
    column
        The column, and the attribute's name.
    """
    texts = distinct_texts(sellers[column])
    counts = texts.counts
    order = sorted(range(len(texts.values)), key=lambda row: (-counts[row], texts.values[row]))
    cases = [Case(value, value, "as_in_data") for value in texts.values]
    cases.append(Case("", UNKNOWN, "missing"))
    return labels_from_cases(
        column,
        [texts.values[row] for row in order],
        Assigned(tuple(cases), np.where(texts.codes < 0, len(texts.values), texts.codes)),
        Origin(column=column),
        _notices(column, texts),
    )


def _notices(column: str, texts: Texts) -> list[Message]:
    notices = []
    if len(texts.values) > MANY_LEVELS:
        count = len(texts.values)
        notices.append(notice("attribute_many_levels", attribute=column, levels=count))
    alike = _alike(texts)
    if alike:
        notices.append(notice("attribute_levels_alike", attribute=column, levels=alike))
    return notices


def _alike(texts: Texts) -> list[str]:
    """Give the values that differ from another one only in case or inner blanks."""
    groups: dict[str, list[str]] = {}
    for value in texts.values:
        groups.setdefault("".join(value.casefold().split()), []).append(value)
    return [value for group in groups.values() if len(group) > 1 for value in group]
