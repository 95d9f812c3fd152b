"""What each seller would gain were only its own listings otherwise, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fairshelf.audits.pipeline.remedies.catalogue import column
from fairshelf.audits.remedies.quality import lifted
from fairshelf.audits.remedies.scorecard import Priority, training_priorities
from fairshelf.audits.replay.flip import places_alone, shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.pipeline.remedies.scene import Scene

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def gain_by_seller(here: Scene, score: Floats, rows: Bools) -> Floats:
    """Give the exposure per request each seller gains by other scores of its listings, shape (S,).

    Each listing is moved by itself while all others keep their scores
    (:func:`fairshelf.audits.replay.flip.places_alone`): what a seller can bring about alone, not
    what remains when its competitors do the same.

    Parameters
    ----------
    here
        The candidates.
    score
        Other scores, shape (n,).
    rows
        Candidates that have them, shape (n,).
    """
    sets, given = here.given.sets, here.given
    before = places_alone(sets.request, given.score, given.score, rows)
    after = places_alone(sets.request, given.score, score, rows)
    gained = shared(here.attention, *after) - shared(here.attention, *before)
    sums = np.bincount(sets.seller[rows], weights=gained, minlength=sets.appearances.size)
    return np.asarray(sums / sets.requests, dtype=np.float64)


def lifts_of(
    here: Scene, names: Sequence[str], quantile: float
) -> tuple[dict[str, pa.Table], Floats]:
    """Lift features of the group's candidates, each alone and (``*``) all together.

    Returns
    -------
    features, lifts
        Name -> the model's features with that one lifted; by how much on average each seller's
        candidates are lifted, in interquartile ranges of the reference, shape (S, F).
    """
    features = here.given.features
    if features is None:
        return {}, np.empty((here.given.sets.appearances.size, 0))
    group, reference = (side[here.given.sets.seller] for side in here.contrast.sides)
    seller, sellers = here.given.sets.seller, here.given.sets.appearances.size
    count = np.maximum(np.bincount(seller, minlength=sellers), 1)
    told, lifts, every = {}, [], features
    for typed in names:
        name = here.given.named(typed.removesuffix("-"))
        values = column(here, name)
        better = "lower" if typed.endswith("-") else "higher"
        after = lifted(values, group, reference, quantile, better).values  # type: ignore[arg-type]
        known = values[reference & np.isfinite(values)]
        spread = float(np.subtract(*np.quantile(known, [0.75, 0.25]))) if known.size else 0.0
        moved = np.nan_to_num(np.abs(after - values)) / (spread or 1.0)
        lifts.append(np.bincount(seller, weights=moved, minlength=sellers) / count)
        told[name] = _with(features, name, after)
        every = _with(every, name, after)
    told["*"] = every
    return told, np.stack(lifts, axis=1)


def _with(features: pa.Table, name: str, values: Floats) -> pa.Table:
    return features.set_column(features.schema.get_field_index(name), name, pa.array(values))


def priorities(here: Scene, names: Sequence[str], quantile: float) -> tuple[Priority, ...]:
    """Order the group's sellers by what a unit of training would gain each by itself."""
    tables, lifts = lifts_of(here, names, quantile)
    rows = here.contrast.sides[0][here.given.sets.seller]
    gains = {
        name: gain_by_seller(here, here.given.scored(table), rows) for name, table in tables.items()
    }
    plain = [here.given.named(name.removesuffix("-")) for name in names]
    return training_priorities(
        here.contrast.sides[0],
        gains["*"],
        np.stack([gains[name] for name in plain], axis=1),
        lifts,
        plain,
    )
