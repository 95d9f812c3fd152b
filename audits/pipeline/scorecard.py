"""One seller's scorecard: its funnel, its features beside the reference's, its location."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.pipeline.choices import choices
from fairshelf.audits.pipeline.heads import Head, head
from fairshelf.audits.pipeline.remedies.alone import gain_by_seller
from fairshelf.audits.pipeline.remedies.scene import exposure, scene
from fairshelf.audits.remedies.scorecard import Feature, Scorecard, scorecard, seller_funnel
from fairshelf.audits.replay.whatif import equalised
from fairshelf.audits.results import Message
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline.choices import Choices
    from fairshelf.audits.pipeline.contrasts import Contrast
    from fairshelf.audits.pipeline.remedies.scene import Scene
    from fairshelf.audits.pipeline.replay import ModelAsk
    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SellerCard:
    """What ``scorecard.json`` holds: for that seller alone, and for nobody else.

    ``own`` tells whether the seller is of the group or of the reference. ``exposure``: what it
    gets a request. ``location``: what it would gain (a request) were the model shown the stated
    value instead of where it is; None where none was stated.
    """

    head: Head
    seller: str
    attribute: str
    group: str
    reference: str
    exposure: float
    card: Scorecard
    location: float | None


def seller_card(
    model: ModelAsk | None,
    seller: str,
    neutral: tuple[tuple[str, str], ...],
    candidates: Sequence[str],
    sellers: str | None,
    settings: Settings,
    stage: Stages = QUIET,
) -> SellerCard:
    """Make the scorecard of one seller.

    Gains are of its own listings brought to the median of the reference in one feature, each by
    itself and all others as they are. Features that stand for the location are no seller's to
    change and are left out of them.

    Parameters
    ----------
    model
        The model; None for the observed order, of which only the funnel can be told.
    seller
        The seller's identity in the data.
    neutral
        (feature, value): what the model is shown instead of the location.
    candidates, sellers, settings, stage
        As for :func:`fairshelf.audits.pipeline.whatif.whatif`.

    Raises
    ------
    UsageError, DataError
        As ``choices``; ``scorecard_unknown_seller``; ``scorecard_no_group``: the seller belongs
        to no group that is compared.
    """
    with choices(model, candidates, sellers, settings, stage) as given:
        found = np.flatnonzero(given.sellers == seller)
        if found.size == 0 or given.sets.appearances[found[0]] == 0:
            known = [str(one) for one in given.sellers.tolist()]
            near = nearest(seller, known) or known[:3]
            raise UsageError("scorecard_unknown_seller", seller=seller, suggestions=near)
        code = int(found[0])
        contrast, peers = _contrast(given, code, seller)
        here = scene(given, contrast, settings)
        stage("scorecard")
        funnel = seller_funnel(
            here.lists,
            here.attention,
            given.cutoff,
            given.shown,
            (None, None)
            if given.ranker is not None
            else (given.extra.get("clicks"), given.extra.get("orders")),
        )
        rows = given.sets.seller == code
        fixed = frozenset(given.named(name) for name, _ in neutral)
        features = _features(here, code, fixed, stage) if given.features is not None else []
        location = None
        if neutral and given.ranker is not None and given.features is not None:
            bare = replace(
                given, ranker=equalised(given.ranker, {given.named(n): v for n, v in neutral})
            )
            gained = gain_by_seller(here, bare.scored(given.features), rows)
            location = float(gained[code])
        reference = contrast.sides[1][given.sets.seller]
        card = scorecard(
            code,
            funnel,
            _present(peers, given),
            (given.sets.seller, reference),
            features,
        )
        asked = {"seller": "given", "neutral": dict(neutral)}
        return SellerCard(
            head(given, "scorecard", asked, settings, ((), (Message("scorecard_private", {}),))),
            seller,
            contrast.attribute,
            contrast.group if peers is contrast.sides[0] else contrast.reference,
            contrast.reference,
            float(exposure(here, given.place)[code]),
            card,
            location,
        )


def _present(peers: NDArray[np.bool_], given: Choices) -> NDArray[np.bool_]:
    """Cut the peers to the sellers that a funnel is told of."""
    size = int(given.sets.seller.max()) + 1
    return np.asarray(peers[:size] & (given.sets.appearances[:size] > 0))


def _contrast(given: Choices, code: int, seller: str) -> tuple[Contrast, NDArray[np.bool_]]:
    """Find the contrast a seller is in, and the sellers of its own side."""
    for one in given.contrasts:
        if one.sides[0][code]:
            return one, one.sides[0]
    for one in given.contrasts:
        if one.sides[1][code]:
            return one, one.sides[1]
    raise DataError("scorecard_no_group", seller=seller)


def _scored(given: Choices, name: str, values: Floats) -> Floats:
    table = given.features
    if table is None:
        raise UsageError("whatif_needs_model")
    place = table.schema.get_field_index(name)
    return given.scored(table.set_column(place, name, pa.array(values)))


def _features(here: Scene, code: int, fixed: frozenset[str], stage: Stages) -> list[Feature]:
    """Give each number the model reads, with what bringing it to the reference's median gains.

    Which way is better is not known of a feature: listings below the median are brought up to it,
    or those above down, whichever gains more; nothing that would lose is counted.
    """
    given = here.given
    table, ranker = given.features, given.ranker
    if table is None or ranker is None:
        return []
    rows = given.sets.seller == code
    group, reference = (side[given.sets.seller] for side in here.contrast.sides)
    told = []
    for name in stage.each(table.column_names, "features"):
        if name in ranker.text or name in fixed:
            continue
        values = table[name].to_numpy()
        known = values[reference & np.isfinite(values)]
        own = values[group & np.isfinite(values)]
        if not known.size or not own.size or np.ptp(own) == 0:
            continue  # what is the same for the whole group is no seller's to change
        median = float(np.median(known))
        gains = [
            gain_by_seller(
                here, _scored(given, name, np.where(rows, cut(values, median), values)), rows
            )
            for cut in (np.fmax, np.fmin)
        ]
        best = max(gains, key=lambda one: float(one[code]))
        told.append(Feature(name, values, np.maximum(best, 0.0)))
    return told
