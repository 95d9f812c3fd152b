"""A model that is shown something else: one feature the same for every candidate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.groups.spoken import level_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from fairshelf.audits.rankers.records import Ranker

MISSING = "missing"
"""The value that takes a feature away: the model is given what it is given for an empty cell."""


def equalised(ranker: Ranker, values: Mapping[str, str]) -> Ranker:
    """Give a model that sees the same value of some features on every candidate.

    What it shows is how much of an order rests on these features *in this model*: the rest stays
    as it is, also what goes along with them. It is no statement on what sellers or users would do.

    Parameters
    ----------
    ranker
        The model.
    values
        Feature -> value as it was typed: a number, a word for features that are text, or
        ``missing``.

    Raises
    ------
    UsageError
        ``set_unknown_feature``; ``set_no_number``.
    """
    known = ranker.features or ()
    told: dict[str, str | float | None] = {}
    for name, value in values.items():
        if name not in known:
            raise UsageError(
                "set_unknown_feature",
                feature=name,
                model=ranker.name,
                suggestions=nearest(name, list(known)) or list(known)[:12],
            )
        words = [word for word in ranker.levels.get(name, ()) if word]
        meant = level_named(value, words) or value
        told[name] = _value(name, meant, text=name in ranker.text)

    def score(table: pa.Table) -> NDArray[np.float64]:
        for name, value in told.items():
            place = table.schema.get_field_index(name)
            kind = pa.string() if name in ranker.text else pa.float64()
            filled = pa.repeat(pa.scalar(value, kind), table.num_rows)
            table = table.set_column(place, name, filled)
        return ranker.score(table)

    levels = {name: words for name, words in ranker.levels.items() if name not in told}
    return replace(ranker, score=score, levels=levels)


def _value(name: str, typed: str, *, text: bool) -> str | float | None:
    if typed == MISSING:
        return None if text else float("nan")
    if text:
        return typed
    try:
        return float(typed)
    except ValueError as error:
        raise UsageError("set_no_number", feature=name, typed=typed) from error
