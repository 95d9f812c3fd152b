"""What-ifs of a model: one feature otherwise, the location unknown, and who tells it still."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fairshelf.audits.errors import UsageError
from fairshelf.audits.pipeline.choices import choices
from fairshelf.audits.pipeline.heads import Head, head
from fairshelf.audits.replay.blind import levelled, residuals
from fairshelf.audits.replay.effects import NDCG_DEPTH, Effect, effect
from fairshelf.audits.replay.flip import Flip, flip
from fairshelf.audits.replay.limits import proxy_limits
from fairshelf.audits.replay.proxies import TOGETHER, Proxy, proxies
from fairshelf.audits.replay.whatif import equalised
from fairshelf.audits.results import Message
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline.choices import Choices
    from fairshelf.audits.pipeline.contrasts import Contrast
    from fairshelf.audits.pipeline.replay import ModelAsk

Values = tuple[tuple[str, str], ...]
"""(feature, value as typed) that are set together."""


@dataclass(frozen=True, slots=True)
class WhatIfAsk:
    """What is asked of a model.

    ``flips``: what the listings of each group are shown with, all else as it is. ``same``: what
    every candidate is shown with. ``blind``: whether the model is replayed without what goes along
    with the group.
    """

    flips: tuple[Values, ...] = ()
    same: tuple[Values, ...] = ()
    blind: bool = True


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One what-if of one contrast.

    ``code``: ``flip``, ``same``, ``residuals`` (:func:`fairshelf.audits.replay.blind.residuals`)
    or ``proxies`` (features that tell the group made equal). ``features`` are those that were
    changed, with the value where one was set. ``alone`` is given for flips: each listing by
    itself; ``effect`` is of all at once.
    """

    code: str
    features: tuple[tuple[str, str | None], ...]
    effect: Effect
    alone: Flip | None


@dataclass(frozen=True, slots=True)
class OfContrast:
    """The what-ifs of a group against its reference, and which features tell the group."""

    attribute: str
    group: str
    reference: str
    sellers: tuple[int, int]
    proxies: tuple[Proxy, ...]
    whatifs: tuple[WhatIf, ...]


@dataclass(frozen=True, slots=True)
class WhatIfs:
    """What ``whatif.json`` holds."""

    head: Head
    proxy_auc: float
    contrasts: tuple[OfContrast, ...]


def whatif(
    ask: ModelAsk,
    wanted: WhatIfAsk,
    candidates: Sequence[str],
    sellers: str | None,
    settings: Settings,
    stage: Stages = QUIET,
) -> WhatIfs:
    """Ask a model what it would do, were something else true of a group's listings.

    Parameters
    ----------
    ask
        The model.
    wanted
        What is asked of it.
    candidates, sellers
        Candidate sets with the model's features, and the table of sellers.
    settings
        Attributes, references, browsing models, ``level``, ``seed``.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.choices.choices`; ``set_unknown_feature``;
        ``set_no_number``; ``whatif_no_features``: the model's scores are all there is.
    """
    with choices(ask, candidates, sellers, settings, stage) as given:
        if given.features is None or given.ranker is None or given.ranker.kind == "column":
            raise UsageError("whatif_no_features", model=ask.model)
        told = []
        for contrast in given.contrasts:
            stage(f"whatif {contrast.group}")
            told.append(_of_contrast(given, contrast, wanted, settings, stage))
        asked: dict[str, Any] = {
            "flips": [dict(one) for one in wanted.flips],
            "same": [dict(one) for one in wanted.same],
            "blind": wanted.blind,
        }
        return WhatIfs(
            head(given, "whatif", asked, settings, (_said(given, wanted), _limits(wanted))),
            proxy_limits().auc,
            tuple(told),
        )


def _of_contrast(
    given: Choices, contrast: Contrast, wanted: WhatIfAsk, settings: Settings, stage: Stages
) -> OfContrast:
    told = [_flip(given, contrast, one, settings) for one in stage.each(wanted.flips, "features")]
    told += [
        WhatIf("same", one, _replayed(given, contrast, _set(given, one), settings), None)
        for one in stage.each(wanted.same, "features")
    ]
    features, ranker = given.features, given.ranker
    found: tuple[Proxy, ...] = ()
    if wanted.blind and features is not None and ranker is not None:
        found = _proxies(given, contrast, settings, stage)
        telling = [
            one.feature
            for one in found
            if one.feature != TOGETHER and one.low is not None and one.low > proxy_limits().auc
        ]
        numbers = [name for name in features.column_names if name not in ranker.text]
        words = [name for name in telling if name in ranker.text]
        codes = np.full(given.sellers.size, -1)
        codes[contrast.sides[1]], codes[contrast.sides[0]] = 0, 1
        cleared = residuals(features, numbers, codes[given.sets.seller])
        score = given.scored(levelled(cleared, words, ranker.text))
        cleared_names = tuple((name, None) for name in (*numbers, *words))
        told.append(
            WhatIf("residuals", cleared_names, _replayed(given, contrast, score, settings), None)
        )
        if telling:
            score = given.scored(levelled(features, telling, ranker.text))
            dropped = tuple((name, None) for name in telling)
            done = _replayed(given, contrast, score, settings)
            told.append(WhatIf("proxies", dropped, done, None))
    return OfContrast(
        contrast.attribute,
        contrast.group,
        contrast.reference,
        (int(contrast.sides[0].sum()), int(contrast.sides[1].sum())),
        found,
        tuple(told),
    )


def _set(given: Choices, values: Values) -> Floats:
    """Score the candidates by the model with some features the same on all."""
    ranker, features = given.ranker, given.features
    if ranker is None or features is None:
        raise UsageError("whatif_needs_model")
    named = {given.named(name): value for name, value in values}
    return replace(given, ranker=equalised(ranker, named)).scored(features)


def _replayed(given: Choices, contrast: Contrast, score: Floats, settings: Settings) -> Effect:
    """Put all candidates in the order of another score and measure what changes."""
    return changed(given, contrast, given.ranked_by(score), settings)


def changed(given: Choices, contrast: Contrast, place: Ints, settings: Settings) -> Effect:
    """Measure what other places change for a contrast, against the present ones."""
    depth = min(given.cutoff, given.shown or given.cutoff)
    names = list(dict.fromkeys((settings.browsing[0], f"top:{depth}")))
    return effect(
        given.sets,
        [(one, given.attention(one, given.place), given.attention(one, place)) for one in names],
        (given.place, place),
        contrast.sides,
        settings.level,
        min(NDCG_DEPTH, given.shown or NDCG_DEPTH),
    )


def _flip(given: Choices, contrast: Contrast, values: Values, settings: Settings) -> WhatIf:
    other = _set(given, values)
    rows = contrast.sides[0][given.sets.seller]
    alone = flip(
        given.sets.request,
        given.sets.seller,
        (given.score, other),
        rows,
        given.by_place(settings.browsing[0]),
        settings.level,
    )
    together = np.where(rows, other, given.score)
    return WhatIf("flip", values, _replayed(given, contrast, together, settings), alone)


def _proxies(
    given: Choices, contrast: Contrast, settings: Settings, stage: Stages
) -> tuple[Proxy, ...]:
    """Tell the group from each feature, on one row a listing: its first, or the mean of numbers."""
    features, ranker = given.features, given.ranker
    if features is None or ranker is None:
        return ()
    either = contrast.sides[0] | contrast.sides[1]
    rng = np.random.default_rng(settings.seed)
    chosen = _some_sellers(given, either, rng)
    rows = chosen[given.sets.seller]
    _, first, code = np.unique(given.listing[rows], return_index=True, return_inverse=True)
    told: dict[str, Floats] = {}
    for name in features.column_names:
        column = features[name].filter(pa.array(rows))
        if name in ranker.text:
            coded = column.combine_chunks().dictionary_encode().indices.fill_null(-1)
            told[name] = coded.to_numpy(zero_copy_only=False).astype(np.float64)[first]
            continue
        values = column.to_numpy()
        known = np.isfinite(values)
        count = np.bincount(code, weights=known)
        with np.errstate(invalid="ignore", divide="ignore"):
            told[name] = np.bincount(code, weights=np.where(known, values, 0.0)) / count
    told = {name: values for name, values in told.items() if np.unique(values).size > 1}
    seller = given.sets.seller[rows][first]
    return proxies(told, contrast.sides[0][seller], seller, rng, settings.level, stage)


def _some_sellers(given: Choices, either: NDArray[np.bool_], rng: np.random.Generator) -> Any:  # noqa: ANN401 - a mask
    """Draw sellers until they have as many listings as are looked at."""
    most = proxy_limits().listings
    if int(given.listings[either].sum()) <= most:
        return either
    order = rng.permutation(np.flatnonzero(either))
    kept = order[np.cumsum(given.listings[order]) <= most]
    chosen = np.zeros(either.size, dtype=bool)
    chosen[kept] = True
    return chosen


def _said(given: Choices, wanted: WhatIfAsk) -> list[Message]:
    ranker = given.ranker
    if wanted.blind and ranker is not None and ranker.text:
        return [Message("whatif_words_stay", {"features": sorted(ranker.text)})]
    return []


def _limits(wanted: WhatIfAsk) -> list[Message]:
    told = [Message("whatif_in_the_model", {})]
    if wanted.blind:
        told.append(Message("whatif_blind_linear", {}))
    return told
