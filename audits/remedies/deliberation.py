"""What each party can accept, held against remedies: who agrees, and what each would have to give.

Parties are never averaged or weighed against each other, and no remedy is chosen: a remedy is
nearest when no other asks for less of any party without asking for more of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from fairshelf.audits.remedies.points import PRESENT, Ranged

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.remedies.stakeholders import Baseline, Party

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

Name = TypeVar("Name", bound=str)
Holds = Literal["yes", "no", "not_clear"]
Term = Literal["lower", "upper", "utility", "losing", "remedy"]


@dataclass(frozen=True, slots=True)
class Option:
    """A remedy at one strength, as it is put to the parties.

    Attributes
    ----------
    remedy, strength
        Name of the rule and how strongly it is applied.
    ratios
        Exposure ratio of the group under each baseline.
    utility_loss
        Share of the present utility that is lost, below 0 where some is gained.
    changes
        Relative change of each seller's exposure, -1 where all of it is lost, shape (S,).
    """

    remedy: str
    strength: float
    ratios: Mapping[Baseline, Ranged]
    utility_loss: Ranged
    changes: Floats


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one term of one party holds for one option.

    Attributes
    ----------
    option, party, term, baseline
        Index of the option, id of the party, which term, and for ratios under which baseline.
    bound
        What the party can accept; NaN for ``remedy``.
    found
        What the option brings; for ``remedy`` 1 where it is accepted, 0 where it is not.
    holds
        ``not_clear`` where the interval straddles the bound, or a figure or its interval is
        missing. Shares of sellers are counted, and always clear.
    give
        How far the bound would have to move for the estimate to meet it (ratios in ratio points,
        shares in shares), 0 where it does, 1 for a remedy that is not accepted, NaN where unknown.
    give_surely
        The same for the whole interval.
    """

    option: int
    party: str
    term: Term
    baseline: Baseline | None
    bound: float
    found: Ranged
    holds: Holds
    give: float
    give_surely: float


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which term of which party is held against which option."""

    option: int
    party: str
    term: Term
    baseline: Baseline | None


@dataclass(frozen=True, slots=True)
class CommonGround:
    """Where parties agree before any remedy is looked at; None where nobody sets that term.

    ``bounds`` always hold 1; ``baselines`` and ``remedies`` are empty where no one is accepted by
    all. ``losing`` holds (more than, at most) as each party sets it: thresholds differ, and are not
    brought to one.
    """

    baselines: tuple[Baseline, ...] | None
    bounds: tuple[float, float] | None
    max_utility_loss: float | None
    losing: tuple[tuple[float, float], ...]
    remedies: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Options under one baseline that all accept.

    ``all_hold``: every term of every party holds; ``none_broken``: no term is broken, some not
    clear; ``nearest``: those for which no other option asks for less of a party and more of none.
    Indices of options. ``accepted`` tells whether all parties accept the baseline.
    """

    baseline: Baseline
    accepted: bool
    all_hold: tuple[int, ...]
    none_broken: tuple[int, ...]
    nearest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Deliberation:
    """All verdicts, the common ground, and the options that stand under each baseline."""

    verdicts: tuple[Verdict, ...]
    common: CommonGround
    agreements: tuple[Agreement, ...]


def deliberate(parties: Sequence[Party], options: Sequence[Option]) -> Deliberation:
    """Hold every party's terms against every option.

    A ratio is held against a party's bounds under each baseline the party accepts; an agreement is
    looked for under each baseline by itself, with the ratios of the others left aside. A party that
    does not accept a baseline has no say on the ratio there, which ``accepted`` points out.

    Parameters
    ----------
    parties
        From :func:`fairshelf.audits.remedies.stakeholders.load_stakeholders`.
    options
        Remedies at their strengths, the present order among them if it is to be judged too.
    """
    known = tuple(dict.fromkeys(name for option in options for name in option.ratios))
    verdicts = tuple(
        verdict
        for place, option in enumerate(options)
        for party in parties
        for verdict in _verdicts(place, option, party, known)
    )
    common = common_ground(parties)
    agreements = tuple(_agreement(name, common, verdicts, len(options)) for name in known)
    return Deliberation(verdicts, common, agreements)


def concessions(
    verdicts: Sequence[Verdict], option: int, baseline: Baseline
) -> tuple[Verdict, ...]:
    """Give the terms that an option does not surely meet under a baseline, party by party.

    Parameters
    ----------
    verdicts
        From :func:`deliberate`.
    option
        Index of the option, one of the ``nearest`` perhaps.
    baseline
        The yardstick; terms that do not go by one are given too.
    """
    return tuple(
        one
        for one in verdicts
        if one.option == option and one.baseline in {None, baseline} and one.holds != "yes"
    )


def losing_share(changes: Floats, more_than: float) -> float:
    """Give the share of sellers that lose more than a share of their exposure; NaN without any."""
    return float((changes < -more_than).mean()) if changes.size else nan


def common_ground(parties: Sequence[Party]) -> CommonGround:
    """Give the baselines, bounds and remedies that all parties accept."""
    bounds = [party.bounds for party in parties if party.bounds is not None]
    losses = [one.max_utility_loss for one in parties if one.max_utility_loss is not None]
    losing = {(one.losing.more_than, one.losing.at_most) for one in parties if one.losing}
    return CommonGround(
        baselines=_shared([party.baselines for party in parties]),
        bounds=(max(low for low, _ in bounds), min(high for _, high in bounds)) if bounds else None,
        max_utility_loss=min(losses, default=None),
        losing=tuple(sorted(losing)),
        remedies=_shared([party.remedies for party in parties]),
    )


def _shared(named: Sequence[tuple[Name, ...] | None]) -> tuple[Name, ...] | None:
    told = [names for names in named if names is not None]
    if not told:
        return None
    return tuple(dict.fromkeys(one for one in told[0] if all(one in names for names in told)))


def _verdicts(
    place: int, option: Option, party: Party, known: Sequence[Baseline]
) -> Iterator[Verdict]:
    """Give one verdict for each term of a party, in the same order for every option.

    The present order is no remedy, and needs no place in a party's list of those it accepts.
    """
    for baseline in known:
        if party.bounds is None or not (party.baselines is None or baseline in party.baselines):
            continue
        ratio = option.ratios.get(baseline, Ranged(nan))
        yield _verdict(_Asked(place, party.id, "lower", baseline), party.bounds[0], ratio)
        yield _verdict(_Asked(place, party.id, "upper", baseline), party.bounds[1], ratio)
    if party.max_utility_loss is not None:
        asked = _Asked(place, party.id, "utility", None)
        yield _verdict(asked, party.max_utility_loss, option.utility_loss)
    if party.losing is not None:
        lost = losing_share(option.changes, party.losing.more_than)
        asked = _Asked(place, party.id, "losing", None)
        yield _verdict(asked, party.losing.at_most, Ranged(lost, lost, lost))
    if party.remedies is not None:
        taken = option.remedy in (PRESENT, *party.remedies)
        give = 0.0 if taken else 1.0
        holds: Holds = "yes" if taken else "no"
        found = Ranged(1.0 - give)
        yield Verdict(place, party.id, "remedy", None, nan, found, holds, give, give)


def _verdict(asked: _Asked, bound: float, found: Ranged) -> Verdict:
    sign = -1.0 if asked.term == "lower" else 1.0
    ends = [sign * (end - bound) for end in found.bounds or (nan, nan)]
    if any(isnan(end) for end in ends):
        ends = [nan, nan]
    holds: Holds = "not_clear"
    if max(ends) <= 0:
        holds = "yes"
    elif min(ends) > 0:
        holds = "no"
    return Verdict(
        option=asked.option,
        party=asked.party,
        term=asked.term,
        baseline=asked.baseline,
        bound=bound,
        found=found,
        holds=holds,
        give=_at_least_nothing(sign * (found.value - bound)),
        give_surely=_at_least_nothing(max(ends)),
    )


def _at_least_nothing(short: float) -> float:
    return short if isnan(short) else max(short, 0.0)


def _agreement(
    baseline: Baseline, common: CommonGround, verdicts: Sequence[Verdict], options: int
) -> Agreement:
    asked = [one for one in verdicts if one.baseline in {None, baseline}]
    held: list[set[Holds]] = [set() for _ in range(options)]
    gives: list[list[float]] = [[] for _ in range(options)]
    for one in asked:
        held[one.option].add(one.holds)
        gives[one.option].append(inf if isnan(one.give) else one.give)
    return Agreement(
        baseline=baseline,
        accepted=common.baselines is None or baseline in common.baselines,
        all_hold=tuple(place for place, told in enumerate(held) if told <= {"yes"}),
        none_broken=tuple(
            place for place, told in enumerate(held) if "no" not in told and "not_clear" in told
        ),
        nearest=_nearest(np.array(gives, dtype=np.float64).reshape(options, -1)),
    )


def _nearest(gives: Floats) -> tuple[int, ...]:
    """Give the options that no other asks less than, party by party and term by term.

    Parameters
    ----------
    gives
        What each term of each party would have to give, shape (options, terms).
    """
    no_more = (gives[:, None, :] <= gives).all(axis=2)
    less = (gives[:, None, :] < gives).any(axis=2)
    return tuple(int(one) for one in np.flatnonzero(~(no_more & less).any(axis=0)))
