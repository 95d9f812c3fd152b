"""Remedies put to the parties: exposure ratios under each baseline, and what each would accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.pipeline.remedies.scene import exposure, ratio_of
from fairshelf.audits.remedies.deliberation import Option
from fairshelf.audits.remedies.points import Ranged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.pipeline.remedies.ask import Tried
    from fairshelf.audits.pipeline.remedies.scene import Scene
    from fairshelf.audits.remedies.stakeholders import Baseline

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def option_of(here: Scene, tried: Tried, place: Ints) -> Option:
    """Put a remedy at one strength to the parties.

    Exposure ratios per seller, per listing, per showing and, where the candidates say what they are
    worth, per unit of that; the relative change of each seller of the two groups that has
    exposure now.
    """
    sets = here.given.sets
    seen = place <= (here.given.shown or int(place.max()))
    showings = np.bincount(sets.seller[seen], minlength=sets.appearances.size)
    units: dict[Baseline, Floats] = {
        "sellers": (sets.appearances > 0).astype(np.float64),
        "catalogue": here.given.listings.astype(np.float64),
        "shown": showings.astype(np.float64),
    }
    if here.worth != "likeness" and sets.worth is not None:
        units["merit"] = np.bincount(
            sets.seller, weights=sets.worth, minlength=sets.appearances.size
        ).astype(np.float64)
    kept = here.contrast.sides[0] | here.contrast.sides[1]
    before, after = exposure(here, here.given.place)[kept], exposure(here, place)[kept]
    had = before > 0
    loss = tried.utility
    return Option(
        remedy=tried.remedy,
        strength=tried.strength,
        ratios={name: ratio_of(here, place, by) for name, by in units.items()},
        utility_loss=Ranged(
            1 - loss.value,
            None if loss.high is None else 1 - loss.high,
            None if loss.low is None else 1 - loss.low,
        ),
        changes=after[had] / before[had] - 1,
    )
