"""The rules that rank otherwise: what each needs, how strongly it is tried, how it is checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.errors import UsageError, nearest
from fairshelf.audits.pipeline.remedies.scene import Scene, tried
from fairshelf.audits.remedies.rules import verify
from fairshelf.audits.remedies.rules.adload import ad_load, unboosted
from fairshelf.audits.remedies.rules.boost import boost, boost_for
from fairshelf.audits.remedies.rules.det_const_sort import det_const_sort
from fairshelf.audits.remedies.rules.explore import eligible, explore
from fairshelf.audits.remedies.rules.exposure_floor import exposure_floor
from fairshelf.audits.remedies.rules.fair_topk import fair_least, fair_topk
from fairshelf.audits.remedies.rules.fairco import fairco
from fairshelf.audits.remedies.rules.merit import merit
from fairshelf.audits.remedies.rules.prefixes import share_least
from fairshelf.audits.remedies.rules.stochastic import stochastic
from fairshelf.audits.replay.whatif import equalised
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fairshelf.audits.pipeline.remedies.ask import RemedyAsk, Tried
    from fairshelf.audits.remedies.rules.verify import Held
    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Strengths = Callable[["Scene", "RemedyAsk"], tuple[float, ...]]
    Run = Callable[["Scene", "RemedyAsk", float, np.random.Generator], tuple[Ints, Held | None]]

SHARES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Of parity, in floors and quotas."""

ALPHA = 0.1
"""Significance of the test of each prefix in FA*IR, the one of the authors' experiments."""

QUARTERS = (0.25, 0.5, 0.75, 1.0, 1.25)
"""Of the boost that brings parity per candidate; per listing it may take a little more."""

GATE = 0.5
"""Quantile of a list's worth that a newcomer must reach to be put into a slot."""

SLOT_PLACES = (4, 8, 12)
"""Places of exploration slots, the first for strength 1, and so on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that ranks otherwise.

    ``whole``: strengths are whole numbers. ``dear`` rules solve a programme for each request and
    are only run when they are named. ``needs`` is what must be asked or be in the data:
    ``sponsored``, ``fresh``, ``own``, ``neutral``, ``worth``; empty for nothing.
    """

    name: str
    needs: str
    dear: bool
    strengths: Strengths
    run: Run
    whole: bool = False


def _share(here: Scene) -> float:
    """Give the group's share of all candidates."""
    return float(here.lists.protected.mean())


def _floor(
    here: Scene, _ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    rank = exposure_floor(here.lists, here.attention, strength)
    return rank, verify.exposure(here.lists, rank, here.attention, strength)


def _quota(
    here: Scene, _ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    share = strength * _share(here)
    rank = det_const_sort(here.lists, share)
    return rank, verify.prefixes(here.lists, rank, share_least(share))


def _fair(
    here: Scene, _ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    share, depth = strength * _share(here), here.given.cutoff
    rank = fair_topk(here.lists, share, ALPHA, depth=depth)
    return rank, verify.prefixes(here.lists, rank, fair_least(share, ALPHA, depth=depth))


def _boost(
    here: Scene, _ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    rank = boost(here.lists, strength)
    score = here.lists.score + strength * here.lists.protected
    return rank, verify.sorted_by(here.lists, rank, score)


def _fairco(
    here: Scene, _ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    rank = fairco(here.lists, here.attention, strength)
    return rank, verify.permutation(here.lists, rank)


def _merit(
    here: Scene, _ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    cutoff = here.given.cutoff
    theta = 1.0 - strength
    rank = merit(here.lists, here.attention, theta, cutoff)
    worth = here.lists.worth
    return rank, None if worth is None else verify.quality(here.lists, rank, worth, theta, cutoff)


def _lottery(
    here: Scene, _ask: RemedyAsk, strength: float, rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    rank = stochastic(here.lists, here.attention, rng, "parity", 1.0 - strength)
    return rank, verify.permutation(here.lists, rank)


def _explore(
    here: Scene, ask: RemedyAsk, strength: float, rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    fresh = _below(here, ask)
    places = np.array(SLOT_PLACES[: int(strength)], dtype=np.int64)
    rank = explore(here.lists, fresh, places, GATE, rng)
    return rank, verify.slots(here.lists, rank, places, eligible(here.lists, fresh, GATE))


def _ads(
    here: Scene, _ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    paid, most = _paid(here)
    kept = max(most - int(strength), 0)
    organic = here.lists.score if here.given.ranker is not None else None
    rank = ad_load(here.lists, paid, kept, organic)
    return rank, verify.ad_load(here.lists, rank, paid, kept, organic)


def _paid(here: Scene) -> tuple[Bools, int]:
    """Give which candidates are sponsored, and the most that one request has."""
    paid = np.nan_to_num(here.given.extra["sponsored"]) > 0
    return paid, int(np.bincount(here.given.sets.request, weights=paid).max(initial=0))


def _own(
    here: Scene, ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    name, size = ask.own or ("", 0.0)
    own = column(here, name) > 0
    rank = unboosted(here.lists, own, strength * size)
    score = here.lists.score - strength * size * own
    return rank, verify.sorted_by(here.lists, rank, score)


def _neutral(
    here: Scene, ask: RemedyAsk, strength: float, _rng: np.random.Generator
) -> tuple[Ints, Held | None]:
    rank = here.given.ranked_by(mixed(here, ask, strength))
    return rank, verify.permutation(here.lists, rank)


def mixed(here: Scene, ask: RemedyAsk, strength: float) -> Floats:
    """Score with the model that sees a feature the same on all, mixed with its present scores."""
    ranker, features = here.given.ranker, here.given.features
    if ranker is None or features is None:
        raise UsageError("whatif_needs_model")
    named = {here.given.named(name): value for name, value in ask.neutral}
    other = replace(here.given, ranker=equalised(ranker, named)).scored(features)
    return (1 - strength) * here.given.score + strength * other


def column(here: Scene, name: str) -> Floats:
    """Give a number of each candidate: a feature of the model, or a canonical column.

    Raises
    ------
    UsageError
        ``remedy_unknown_column``.
    """
    features, name = here.given.features, here.given.named(name)
    if features is not None and name in features.column_names:
        if here.given.ranker is not None and name in here.given.ranker.text:
            raise UsageError("remedy_unknown_column", column=name, suggestions=_numbers(here))
        told: Floats = features[name].to_numpy()
        return told
    if name in here.given.extra:
        return here.given.extra[name]
    known = _numbers(here)
    raise UsageError(
        "remedy_unknown_column", column=name, suggestions=nearest(name, known) or known[:12]
    )


def _numbers(here: Scene) -> list[str]:
    features, ranker = here.given.features, here.given.ranker
    names = [] if features is None else list(features.column_names)
    text = ranker.text if ranker is not None else frozenset()
    return [*(one for one in names if one not in text), *here.given.extra]


def _below(here: Scene, ask: RemedyAsk) -> Bools:
    name, limit = ask.fresh or ("", 0.0)
    return np.asarray(column(here, name) < limit)


def _of_parity(_here: Scene, _ask: RemedyAsk) -> tuple[float, ...]:
    return SHARES


def _boosts(here: Scene, _ask: RemedyAsk) -> tuple[float, ...]:
    """Quarters of the boost that brings parity; none where the group is not behind."""
    found = boost_for(here.lists, here.attention, 1.0)
    return tuple(found.strength * part for part in QUARTERS if found.strength > 0)


def _gains(here: Scene, _ask: RemedyAsk) -> tuple[float, ...]:
    """Take a tenth of the spread of the scores a unit of disparity, the spread, and ten."""
    spread = float(here.lists.score.std())
    return tuple(spread * part for part in (0.1, 1.0, 10.0)) if spread > 0 else ()


def _losses(_here: Scene, _ask: RemedyAsk) -> tuple[float, ...]:
    return (0.01, 0.05, 0.1)


def _tolerances(_here: Scene, _ask: RemedyAsk) -> tuple[float, ...]:
    return (0.8, 0.9, 1.0)


def _slots(_here: Scene, _ask: RemedyAsk) -> tuple[float, ...]:
    return (1.0, 2.0, 3.0)


def _loads(here: Scene, _ask: RemedyAsk) -> tuple[float, ...]:
    """One ad fewer a request, two fewer, up to four."""
    return tuple(float(fewer) for fewer in range(1, min(_paid(here)[1], 4) + 1))


def _halves(_here: Scene, _ask: RemedyAsk) -> tuple[float, ...]:
    return (0.5, 1.0)


RULES: tuple[Rule, ...] = (
    Rule("floor", "", dear=False, strengths=_of_parity, run=_floor),
    Rule("quota", "", dear=False, strengths=_of_parity, run=_quota),
    Rule("fa_ir", "", dear=False, strengths=_of_parity, run=_fair),
    Rule("boost", "", dear=False, strengths=_boosts, run=_boost),
    Rule("fairco", "", dear=False, strengths=_gains, run=_fairco),
    Rule("merit", "worth", dear=True, strengths=_losses, run=_merit),
    Rule("lottery", "", dear=True, strengths=_tolerances, run=_lottery),
    Rule("explore", "fresh", dear=False, strengths=_slots, run=_explore, whole=True),
    Rule("ad_load", "sponsored", dear=False, strengths=_loads, run=_ads, whole=True),
    Rule("own_boost", "own", dear=False, strengths=_halves, run=_own),
    Rule("neutral", "neutral", dear=False, strengths=_halves, run=_neutral),
)
"""Every rule, in the order of the report."""


def require_known(ask: RemedyAsk) -> None:
    """Refuse a name that names no rule, before anything is read.

    Raises
    ------
    UsageError
        ``remedy_unknown``.
    """
    known = [rule.name for rule in RULES]
    for name in (*ask.what, *ask.strengths):
        if name not in known:
            raise UsageError(
                "remedy_unknown", remedy=name, suggestions=nearest(name, known) or known
            )


def chosen(here: Scene, ask: RemedyAsk) -> tuple[Rule, ...]:
    """Give the rules that are asked for, or all that can be run at once.

    Raises
    ------
    UsageError
        As :func:`require_known`; ``remedy_needs``: what a rule needs was not given.
    """
    require_known(ask)
    by_name = {rule.name: rule for rule in RULES}
    have = {
        "": True,
        "worth": here.worth != "likeness",
        "fresh": ask.fresh is not None,
        "own": ask.own is not None,
        "neutral": bool(ask.neutral),
        "sponsored": bool(np.nansum(here.given.extra.get("sponsored", np.zeros(1))) > 0),
    }
    for name in ask.what:
        if not have[by_name[name].needs]:
            raise UsageError("remedy_needs", remedy=name, needs=by_name[name].needs)
    if ask.what:
        return tuple(rule for rule in RULES if rule.name in ask.what)
    asked = (rule for rule in RULES if have[rule.needs])
    return tuple(rule for rule in asked if not rule.dear or rule.name in ask.strengths)


def try_rule(
    here: Scene, ask: RemedyAsk, rule: Rule, stage: Stages = QUIET
) -> tuple[tuple[Tried, Ints], ...]:
    """Run a rule at each strength; give what its output brings, and the places themselves.

    Raises
    ------
    UsageError
        What the rule refuses.
    """
    strengths = sorted(ask.strengths.get(rule.name, rule.strengths(here, ask)))
    return tuple(
        run_once(here, ask, rule, strength) for strength in stage.each(strengths, "strengths")
    )


def run_once(here: Scene, ask: RemedyAsk, rule: Rule, strength: float) -> tuple[Tried, Ints]:
    """Run a rule at one strength; chance is drawn by the seed alone, the same at every strength."""
    rank, held = rule.run(here, ask, strength, np.random.default_rng(here.settings.seed))
    return tried(here, rule.name, strength, rank, held), rank
