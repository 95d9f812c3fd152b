"""Words among the candidates that a model has no weight for: a location it was not taught."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ibis.expr.types as ir

    from fairshelf.audits.rankers.records import Ranker

MOST = 6
"""Words that are named."""

OTHERS = "*"
"""Stands in a rule for every other word."""


@dataclass(frozen=True, slots=True)
class Strange:
    """A feature's words without a weight: on how many candidates, and the most frequent of them."""

    feature: str
    count: int
    words: tuple[str, ...]


def strange_words(
    rows: ir.Table, features: Mapping[str, str], ranker: Ranker
) -> tuple[Strange, ...]:
    """Tell which words of the candidates a rule has no weight for.

    A rule that says nothing of a word adds nothing for it, and says so nowhere: where not one
    candidate has a word it knows (a model fitted to 县域 and 中心城区 is given names of
    districts), its order is not the one that was fitted.

    Parameters
    ----------
    rows
        The candidates.
    features
        What the model calls a feature -> its column.
    ranker
        The model; only what it says of ``levels`` is looked at.

    Raises
    ------
    DataError
        ``model_words_unknown``: no candidate has any word that the model knows of a feature.
    """
    told = []
    for name, known in ranker.levels.items():
        taught = {word for word in known if word not in ("", OTHERS)}
        if not taught or name not in features:
            continue
        word = rows[features[name]]
        counts = rows.group_by(word=word).agg(n=rows.count()).order_by("word")
        held = {one["word"] or "": int(one["n"] or 0) for one in counts.to_pyarrow().to_pylist()}
        other = sorted((w for w in held if w and w not in taught), key=lambda w: (-held[w], w))
        if not taught & set(held):
            raise DataError(
                "model_words_unknown",
                model=ranker.name,
                feature=name,
                words=other[:MOST] or ["-"],
                known=sorted(taught)[:MOST],
            )
        if other and OTHERS not in known:
            told.append(Strange(name, sum(held[w] for w in other), tuple(other[:MOST])))
    return tuple(told)
