"""Intersections: sellers grouped by two or more attributes at once."""

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

if TYPE_CHECKING:
    from collections.abc import Sequence

JOIN = " × "
"""Stands between the levels of an intersection."""

FEW = 36
"""Up to this many combinations, unknown ones included, those without sellers are kept too."""


def cross_labels(name: str, parts: Sequence[Labels]) -> Labels:
    """Label sellers by every combination of the levels of several attributes.

    A seller unknown in any part is ``unknown``; the mapping says in which. Combinations come in
    the order of the parts' levels; where there are few (:data:`FEW`), one without sellers stays a
    level, so that a group that is absent can be named.

    Parameters
    ----------
    name
        The attribute, such as ``locality*size``.
    parts
        The attributes it crosses, labels of the same sellers in the same order.
    """
    widths = [len(part.levels) for part in parts]
    total = int(np.prod(widths))
    flat = np.zeros(len(parts[0].codes), dtype=np.int64)
    for part, width in zip(parts, widths, strict=True):
        flat = flat * width + part.codes
    used, case_of = np.unique(flat, return_inverse=True)
    few = total <= FEW
    cases = tuple(_case(index, parts, widths) for index in used)
    candidates = range(total) if few else used
    levels = [_case(index, parts, widths).level for index in candidates]
    known = [level for level in dict.fromkeys(levels) if level != UNKNOWN]
    columns = [part.column for part in parts if part.column]
    standards = [part.standard for part in parts if part.standard]
    origin = Origin(column="*".join(columns) or None, standard="*".join(standards) or None)
    return labels_from_cases(name, known, Assigned(cases, case_of), origin)


def _case(index: int, parts: Sequence[Labels], widths: Sequence[int]) -> Case:
    words = []
    for part, width in zip(reversed(parts), reversed(widths), strict=True):
        words.append(part.levels[index % width])
        index //= width
    words.reverse()
    value = JOIN.join(words)
    if UNKNOWN not in words:
        return Case(value, value, "crossed")
    missing = [part.name for part, word in zip(parts, words, strict=True) if word == UNKNOWN]
    return Case(value, UNKNOWN, "unknown_in:" + "+".join(missing))
