"""Estimates that hold a group against its reference: exposure ratios, top-k ratios, the funnel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.errors import UsageError
from fairshelf.audits.estimates import linearise
from fairshelf.audits.estimates.closed import of_log
from fairshelf.audits.estimates.context import MIN_SELLERS, bare, few
from fairshelf.audits.estimates.levels import listing_units
from fairshelf.audits.inference.absent import amounts_bound
from fairshelf.audits.inference.gap import ratio_intervals
from fairshelf.audits.inference.permutation import draw, permutations_for
from fairshelf.audits.inference.tails import tail_diagnostic
from fairshelf.audits.metrics import exposure_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.browsing import BrowsingModel
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.closed import Closed
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.inference.records import RatioInterval
    from fairshelf.audits.inference.tails import TailDiagnostic
    from fairshelf.audits.results import Direction, Estimate

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ask:
    """One ratio to estimate: what is summed per seller, over what, and how it is named."""

    start: Estimate
    exposure: Floats
    units: Floats
    model: BrowsingModel | None
    primary: bool = False
    topk: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An estimate with the tests the findings need.

    ``times``: where a group holds nothing, how many times the other group's mean each of its
    sellers who might get something is taken to get; None where the bound is no bound of amounts.
    """

    estimate: Estimate
    p_at: dict[float, float]
    primary: bool
    topk: bool
    reference_empty: bool = False
    tails: tuple[str, ...] = ()
    times: float | None = None


def contrast_answers(ctx: Context, grouping: Grouping, level: str, reference: str) -> list[Answer]:
    """Estimate every ratio of one contrast, the primary ones first.

    Parameters
    ----------
    ctx, grouping
        The audit and the attribute.
    level, reference
        The group and what it is held against.

    Raises
    ------
    UsageError
        ``uniform_over_shown``: what is asked is 1 whatever the log holds, and there is one place.
    """
    asks = _asks(ctx, grouping, level, reference)
    if ctx.question == "log" or not ctx.has_sellers:
        return [_by_requests(ctx, grouping, ask) for ask in asks]
    answers = _by_permutation(ctx, grouping, asks, level, reference)
    beside = [answer for ask in asks if (answer := _closed_beside(ctx, grouping, ask)) is not None]
    return answers + beside


def _asks(ctx: Context, grouping: Grouping, level: str, reference: str) -> list[Ask]:
    start = bare(
        "exposure_ratio",
        attribute=grouping.name,
        group=level,
        reference=reference,
        **ctx.counts(grouping, level, reference),
    )
    first = ctx.models[0].name
    asks = []
    for baseline, units in ctx.units.items():
        named = replace(start, baseline=baseline, note=ctx.baseline_note.get(baseline))
        leading = baseline == ctx.primary
        first_places = _topk_asks(ctx, named, units) if leading else []
        told = {ask.start.browsing for ask in first_places}
        asks += [
            Ask(
                replace(named, browsing=model.name),
                ctx.amounts[model.name].under(baseline),
                units,
                model,
                primary=leading and model.name == first,
            )
            for model in (ctx.models if leading else ctx.models[:1])
            if (baseline, model.name) != ("shown", "uniform")  # impressions per impression
            and model.name not in told  # the first places are one estimate, and one test
        ]
        asks += first_places
    asks += _selection_asks(ctx, start)
    clicks, merit = ctx.arrays.clicks, ctx.units.get("merit")
    if clicks is not None and merit is not None and clicks.sum() > 0:
        note = ctx.baseline_note.get("merit")
        asks.append(
            Ask(
                replace(start, metric="impact_ratio", baseline="merit", note=note),
                clicks,
                merit,
                None,
            )
        )
    if not any(ask.primary for ask in asks):
        raise UsageError("uniform_over_shown")
    return sorted(asks, key=lambda ask: not ask.primary)


def _one_list(ctx: Context) -> bool:
    return ctx.tally.requests == 1 and bool(ctx.arrays.topk_listings)


def _topk_asks(ctx: Context, named: Estimate, units: Floats) -> list[Ask]:
    baseline = str(named.baseline)
    deepest = int(ctx.tally.by_seller.position.max())
    return [
        Ask(
            replace(named, browsing=f"top:{depth}"),
            ctx.amounts[f"top:{depth}"].under(baseline),
            units,
            parse(f"top:{depth}"),
            primary=ctx.models[0].name == f"top:{depth}"
            or (depth == ctx.depths[0] and not _one_list(ctx)),
            topk=True,
        )
        for depth in ctx.depths
        if baseline != "shown" or depth < deepest  # else it is impressions per impression
    ]


def _selection_asks(ctx: Context, start: Estimate) -> list[Ask]:
    asks = []
    for depth in ctx.depths:
        named = replace(start, metric="topk_impact_ratio", cutoff=str(depth))
        if depth in ctx.arrays.topk_listings:
            units, baseline = listing_units(ctx)
            asks.append(
                Ask(
                    replace(named, baseline=baseline, scope="listings"),
                    ctx.arrays.topk_listings[depth],
                    units,
                    None,
                    primary=depth == ctx.depths[0] and _one_list(ctx),
                    topk=True,
                )
            )
        if ctx.tally.has_seller_table:
            held = (ctx.arrays.topk_impressions[depth] > 0).astype(np.float64)
            named = replace(named, baseline="sellers", scope="sellers")
            asks.append(Ask(named, held, np.ones(ctx.arrays.sellers), None, topk=True))
    return asks


def _by_permutation(
    ctx: Context, grouping: Grouping, asks: list[Ask], level: str, reference: str
) -> list[Answer]:
    """Ask the permutation test, or the exact one where a factor between groups means nothing."""
    ours, theirs = grouping.mask(level), grouping.mask(reference)
    both = ours | theirs
    protected = ours[both]
    columns = [(ask.exposure[both], ask.units[both]) for ask in asks]
    rng = ctx.rng("permutation", grouping.name, level, reference)
    wanted = ctx.permutations or permutations_for(int(both.sum()))
    plan = draw(protected, None, wanted, rng)
    found = ratio_intervals(
        columns, plan, level=ctx.level, hypotheses=ctx.bounds, fewest=MIN_SELLERS
    )
    told = []
    for ask, pair, one in zip(asks, columns, found, strict=True):
        value = _value(*pair, protected)
        note = few(ctx.sellers_in(grouping, level, reference, units=ask.units))
        tails = tail_diagnostic(pair[0], protected, denominator=pair[1])
        amounts = None
        if one.method == "exact" and ask.model is not None and not _one_list(ctx):
            amounts = amounts_bound(pair, plan, level=ctx.level, hypotheses=ctx.bounds)
        if amounts is None:
            told.append(_answer(ctx, ask, one, value, note, tails))
        else:
            answer = _answer(ctx, ask, amounts[0], value, _joined(note, AS_THE_LARGEST), tails)
            told.append(replace(answer, tails=(), times=amounts[1]))
    return told


def _value(exposure: Floats, units: Floats, protected: NDArray[np.bool_]) -> float:
    return exposure_ratio(
        float(exposure[protected].sum()),
        float(units[protected].sum()),
        float(exposure[~protected].sum()),
        float(units[~protected].sum()),
    )


NOTHING_HELD = "nothing_held"
"""A reason beside those of :func:`fairshelf.audits.inference.tails.tail_diagnostic`."""


AS_THE_LARGEST = "as_the_largest"
"""The note of a bound of amounts (:func:`fairshelf.audits.inference.absent.amounts_bound`)."""


def _answer(
    ctx: Context,
    ask: Ask,
    found: RatioInterval,
    value: float,
    note: str | None,
    tails: TailDiagnostic,
) -> Answer:
    exact = found.method == "exact"
    if exact and found.note is None and not _one_list(ctx):
        # the exact test holds the number of selected sellers fixed, which only one page does
        return _without(ask, value, "selection_saturates")
    bounded = found.low is not None or found.high is not None
    estimate = replace(
        ask.start,
        value=None if found.note == "reference_zero" else value,
        low=found.low,
        high=found.high,
        level=ctx.level if bounded else None,
        method=("hypergeometric" if exact else "permutation") if bounded else None,
        question="sellers" if bounded else None,
        se=None if found.se is None else found.se * value,
        p_value=found.p_value,
        direction=direction(found.low, found.high),
        note=_joined(note, ask.start.note, found.note),
    )
    return Answer(
        estimate,
        dict(found.p_at),
        ask.primary,
        ask.topk,
        reference_empty=found.note == "reference_zero",
        tails=_tails(tails, exact=exact and not _one_list(ctx)) if bounded else (),
    )


def _tails(found: TailDiagnostic, *, exact: bool) -> tuple[str, ...]:
    """Say why an interval may be too narrow.

    Where a group holds nothing on many pages, the exact test bounds how many of its sellers get
    anything. On one page that is what is asked; elsewhere a few sellers may hold nearly all that
    a group gets, and be missing here.
    """
    return (NOTHING_HELD,) if exact else found.reasons


def direction(low: float | None, high: float | None) -> Direction:
    """Tell the side of parity on which a whole interval lies."""
    if high is not None and high < 1:
        return "lower"
    return "higher" if low is not None and low > 1 else "none"


def _joined(*notes: str | None) -> str | None:
    told = [note for note in notes if note and note not in ("protected_zero", "few_sellers")]
    return ";".join(dict.fromkeys(told)) or None


def _without(ask: Ask, value: float, note: str) -> Answer:
    estimate = replace(ask.start, value=value, note=_joined(note, ask.start.note))
    return Answer(estimate, {}, ask.primary, ask.topk)


def _closed_beside(ctx: Context, grouping: Grouping, ask: Ask) -> Answer | None:
    """Give the closed-form two-way interval as a row of its own, never a primary one."""
    if ask.model is None:
        return None
    closed = _closed(ctx, grouping, ask)
    return None if closed is None else _closed_answer(ctx, ask, closed, primary=False)


def _closed(ctx: Context, grouping: Grouping, ask: Ask) -> Closed | None:
    levels = (str(ask.start.group), str(ask.start.reference))
    level, reference = (grouping.levels.index(name) for name in levels)
    amount, units = grouping.sums(ask.exposure), grouping.sums(ask.units)
    if min(amount[level], amount[reference], units[level], units[reference]) <= 0:
        return None
    assert ask.model is not None  # noqa: S101 - selections have no closed form here
    shown = ask.start.baseline == "shown"
    coefficients = linearise.log_ratio_coefficients(
        amount, units, level, reference, over_impressions=shown
    )
    spread = linearise.influences(
        ctx,
        grouping,
        ask.model.name,
        coefficients,
        None if shown else ask.units,
        str(ask.start.baseline),
    )
    value = amount[level] / units[level] / (amount[reference] / units[reference])
    sellers = ctx.sellers_in(grouping, *levels, units=ask.units)
    return of_log(ctx, spread, sellers, float(value))


def _closed_answer(ctx: Context, ask: Ask, closed: Closed, *, primary: bool) -> Answer:
    found = closed.found
    estimate = replace(
        ask.start,
        value=found.value,
        low=found.low,
        high=found.high,
        level=ctx.level,
        method=closed.method,
        question=closed.question,
        df=float(found.df),
        se=found.se * found.value,
        p_value=found.p_value,
        direction=direction(found.low, found.high),
        note=_joined(closed.note, ask.start.note),
    )
    tests = {bound: closed.p_value(bound) for bound in ctx.bounds}
    return Answer(estimate, tests, primary, ask.topk)


def _by_requests(ctx: Context, grouping: Grouping, ask: Ask) -> Answer:
    """Speak of this log only: the requests are what could have come out otherwise."""
    ours, theirs = (grouping.mask(str(name)) for name in (ask.start.group, ask.start.reference))
    both = ours | theirs
    value = _value(ask.exposure[both], ask.units[both], ours[both])
    closed = None if ask.model is None else _closed(ctx, grouping, ask)
    if closed is None:
        return _without(ask, value, _why_none(ctx, grouping, ask))
    return _closed_answer(ctx, ask, closed, primary=ask.primary)


def _why_none(ctx: Context, grouping: Grouping, ask: Ask) -> str:
    levels = (str(ask.start.group), str(ask.start.reference))
    few_sellers = few(ctx.sellers_in(grouping, *levels, units=ask.units))
    if ctx.has_sellers and few_sellers == "too_few_sellers":
        return few_sellers
    return "census" if ask.model is None else "no_replicates"
