"""Groups of sellers that are held against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.pipeline.prepare import grouping_of, reference_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.config import Settings
    from fairshelf.audits.groups import Labels

    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Contrast:
    """A group held against its reference: the sellers of each, shape (S,)."""

    attribute: str
    group: str
    reference: str
    sides: tuple[Bools, Bools]


def contrasts(labels: Sequence[Labels], present: Bools, settings: Settings) -> tuple[Contrast, ...]:
    """Give every group that has candidates, against its reference.

    Parameters
    ----------
    labels
        Attributes of the sellers.
    present
        Sellers with candidates, shape (S,).
    settings
        The references that were asked for.

    Raises
    ------
    UsageError
        ``unknown_attribute_reference``; ``unknown_reference``; ``too_many_levels`` and
        ``too_many_codes``.
    DataError
        ``no_contrast``; ``no_contrast_but``: there is a column that would group sellers.
    """
    names = [one.name for one in labels]
    bare = {name.partition(":")[0] for name in names}
    for name in settings.reference:
        if name not in names and name not in bare:
            raise UsageError(
                "unknown_attribute_reference",
                attribute=name,
                known=names,
                suggestions=nearest(name, names) or names,
            )
    told = []
    for label in labels:
        grouping_of(label, names)
        held = np.bincount(label.codes[present], minlength=len(label.levels))
        asked = settings.reference.get(
            label.name, settings.reference.get(label.name.partition(":")[0])
        )
        reference = reference_level(label, asked, held)
        if reference is None:
            continue
        against = label.codes == label.levels.index(reference)
        told += [
            Contrast(
                label.name, level, reference, ((label.codes == n) & present, against & present)
            )
            for n, level in enumerate(label.levels[:-1])
            if held[n] and level != reference
        ]
    if not told:
        would = [
            str(said.facts["column"])
            for label in labels
            for said in label.notices
            if said.code == "column_would_group"
        ]
        if would:
            raise DataError("no_contrast_but", attributes=names, column=would[0])
        raise DataError("no_contrast", attributes=names)
    return tuple(told)
