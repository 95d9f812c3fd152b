"""The specification curve: one ratio under every choice that could as well have been made.

Simonsohn, Simmons and Nelson (Nature Human Behaviour 2020): list all specifications that are
defensible, show them all, and ask whether the curve as a whole could come from labels that mean
nothing. Specifications in their sense are tests of one question that differ in choices nobody can
call wrong: here how attention declines, how deep one looks, whether paid places count. Another
baseline, the paid places alone or another line between the groups ask something else, and are no
evidence for or against an answer: they are estimated and told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.browsing import parse
from fairshelf.audits.estimates.amounts import IMPRESSIONS, amounts_of
from fairshelf.audits.estimates.context import MIN_SELLERS
from fairshelf.audits.inference.gap import ratio_intervals
from fairshelf.audits.inference.permutation import draw, sums_note
from fairshelf.audits.inference.sums import labelled_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.inference.labellings import PermutationPlan
    from fairshelf.audits.results import Table
    from fairshelf.audits.sensitivity.definitions import Definition

    Floats = NDArray[np.float64]

MODELS = ("dcg", "logclip", "rbp:0.85", "reciprocal")
"""Browsing models that take part whatever the audit leads with."""

LABELLINGS = 299
"""Labellings for each interval of the curve: a look at many, where the headline has more."""

_WITH_RATIO = (None, "protected_zero")
"""A group that holds nothing has the ratio 0, which is a specification like any other."""

SAME = "same"
"""What a specification is called that asks the headline's question."""

ADS = {"organic": ("0", ""), "ads": ("1",)}
"""Which values of ``sponsored`` stand for which part; a place that is not marked is organic."""


@dataclass(frozen=True, slots=True)
class Specification:
    """One ratio under one set of choices; ``low`` and ``high`` bound its 95% interval or are None.

    ``sellers`` are those with attention in the smaller of the groups; ``agrees`` tells that the
    ratio lies on the headline's side of parity, ``firmly`` that its interval excludes parity on
    that side. ``question`` is ``same`` where the headline's question is asked; else what makes it
    another: the ``definition`` of the groups, paid places only (``ads``), or the ``baseline``.
    """

    browsing: str
    baseline: str
    cutoff: str | None
    definition: str
    ads: str
    value: float
    low: float | None
    high: float | None
    sellers: int
    agrees: bool
    firmly: bool
    question: str

    @property
    def same(self) -> bool:
        """Whether it asks the headline's question."""
        return self.question == SAME


@dataclass(frozen=True, slots=True)
class Curve:
    """All specifications of one contrast, lowest ratio first.

    Attributes
    ----------
    share_agree, share_firm
        Shares of all specifications, those of other questions included.
    p_median
        Share of labellings whose median ratio over the specifications of the audit's own definition
        is as far from parity as the real one's; None where it cannot be told.
    same_agree, same_firm, p_same
        The same of the specifications that ask the headline's question: what may be said for or
        against it. None where there are none, or the headline is on neither side of parity.
    """

    attribute: str
    group: str
    reference: str
    rows: tuple[Specification, ...]
    share_agree: float
    share_firm: float
    p_median: float | None
    same_agree: float | None
    same_firm: float | None
    p_same: float | None


@dataclass(frozen=True, slots=True)
class _Choice:
    browsing: str
    baseline: str
    cutoff: str | None
    ads: str
    exposure: Floats
    units: Floats


def specification_curve(
    ctx: Context,
    names: tuple[str, str, str],
    kinds: Sequence[Definition],
    headline: float,
) -> Curve | None:
    """Estimate one contrast under every combination of choices the tally supports.

    Browsing models and depths of the first page x baselines x parts (all places, organic, ads) x
    definitions of the groups, each with an inverted permutation interval.

    Parameters
    ----------
    ctx
        The audit.
    names
        Attribute, group and reference.
    kinds
        Definitions of the two groups, the audit's own first.
    headline
        The leading ratio: what the others agree with or not.

    Returns
    -------
    None where no specification has a ratio.
    """
    choices = _choices(ctx)
    rows: list[Specification] = []
    p_median = p_same = None
    for place, kind in enumerate(kinds):
        both = kind.group | kind.reference
        ours = kind.group[both]
        usable = [
            (choice, (choice.exposure[both], choice.units[both]))
            for choice in choices
            if sums_note(choice.exposure[both], choice.units[both], ours) in _WITH_RATIO
        ]
        if not usable:
            continue
        pairs = [pair for _, pair in usable]
        plan = draw(ours, None, LABELLINGS, ctx.rng("curve", *names, kind.name))
        found = ratio_intervals(pairs, plan, level=ctx.level, fewest=MIN_SELLERS)
        for (choice, _), one in zip(usable, found, strict=True):
            if one.value is not None:
                exact = one.method == "exact" and ctx.tally.requests != 1
                bounds = (None, None) if exact else (one.low, one.high)
                question = _question(choice, ctx.primary, own=place == 0)
                rows.append(_row(choice, kind, one.value, bounds, headline, question))
        if place == 0:
            logs = [(c, p) for c, p in usable if sums_note(*p, ours) is None]
            p_median = _median_test([pair for _, pair in logs], plan)
            alike = [p for c, p in logs if _question(c, ctx.primary, own=True) == SAME]
            p_same = _median_test(alike, plan)
    if not rows:
        return None
    rows.sort(key=lambda row: row.value)
    same = [row for row in rows if row.same and headline != 1]
    return Curve(
        *names,
        rows=tuple(rows),
        share_agree=float(np.mean([row.agrees for row in rows])),
        share_firm=float(np.mean([row.firmly for row in rows])),
        p_median=p_median,
        same_agree=float(np.mean([row.agrees for row in same])) if same else None,
        same_firm=float(np.mean([row.firmly for row in same])) if same else None,
        p_same=p_same,
    )


def _question(choice: _Choice, primary: str, *, own: bool) -> str:
    """Name what makes a specification another question than the headline's."""
    if not own:
        return "definition"
    if choice.ads == "ads":
        return "ads"
    return SAME if choice.baseline == primary else "baseline"


def _row(
    choice: _Choice,
    kind: Definition,
    value: float,
    bounds: tuple[float | None, float | None],
    headline: float,
    question: str,
) -> Specification:
    low, high = bounds
    below = headline < 1
    firmly = (high is not None and high < 1) if below else (low is not None and low > 1)
    return Specification(
        choice.browsing,
        choice.baseline,
        choice.cutoff,
        kind.name,
        choice.ads,
        value,
        low,
        high,
        min(int((choice.exposure[side] > 0).sum()) for side in (kind.group, kind.reference)),
        agrees=(value < 1) == below and value != 1,
        firmly=firmly,
        question=question,
    )


def _choices(ctx: Context) -> list[_Choice]:
    models = {model.name: model for model in ctx.models}
    for name in MODELS:
        models.setdefault(name, parse(name))
    lead = ctx.depths[0]
    deepest = int(ctx.tally.by_seller.position.max())
    depths = sorted({*ctx.depths, max(1, lead // 2), 2 * lead})
    depths = [depth for depth in depths if depth < deepest or depth in ctx.depths]
    amounts = amounts_of(ctx.tally, models.values(), depths)
    told = []
    for (name, amount), (baseline, units) in product(amounts.items(), ctx.units.items()):
        top = name.startswith("top:")
        if baseline == "shown" and (name == IMPRESSIONS or (top and int(name[4:]) >= deepest)):
            continue  # impressions per impression
        if name == IMPRESSIONS and name not in models:
            continue
        cutoff = name[4:] if top else None
        fixed = (name, baseline, cutoff)
        told.append(_Choice(*fixed, "all", amount.under(baseline), units))
        told += [
            _Choice(*fixed, part, exposure, shown if baseline == "shown" else units)
            for part, exposure, shown in _parts(ctx, name, baseline, amount.narrowed)
        ]
    return told


def _parts(
    ctx: Context, name: str, baseline: str, narrowed: dict[str, Floats]
) -> list[tuple[str, Floats, Floats]]:
    """Give attention and impressions per seller of organic places and of ads."""
    margin = ctx.tally.margins.get("sponsored")
    models = {model.name: model for model in ctx.models}
    if margin is None or baseline in narrowed or "1" not in margin.values:
        return []
    model = models.get(name) or parse(name)
    held = margin.by_seller(margin.counts.attention(model), ctx.tally.sellers)
    shown = margin.by_seller(margin.counts.impressions.astype(np.float64), ctx.tally.sellers)
    told = []
    for part, values in ADS.items():
        rows = [place for place, value in enumerate(margin.values) if value in values]
        if rows:
            told.append((part, held[rows].sum(axis=0), shown[rows].sum(axis=0)))
    return told


def _median_test(pairs: list[tuple[Floats, Floats]], plan: PermutationPlan) -> float | None:
    """Give how often labels that mean nothing have a median as far from parity.

    Specifications in which the group holds nothing have no logarithm and are left out, which
    makes the test cautious.
    """
    if not pairs:
        return None
    logs = [
        np.concatenate([kind.log_ratio(np.zeros(kind.pairs), slice(None))[0] for kind in sums], 1)
        for sums in labelled_sums(pairs, plan)
    ]
    medians = np.abs(np.median(np.concatenate(logs), axis=0))
    real, moved = medians[0], medians[1:]
    extreme = int(np.count_nonzero((moved >= real - 1e-12) | ~np.isfinite(moved)))
    if plan.exact:
        return extreme / plan.permutations
    return (extreme + 1) / (plan.permutations + 1)


def curve_table(curves: Sequence[Curve]) -> Table:
    """Lay the curves out for ``results.tables["specification_curve"]``."""
    from fairshelf.audits.results import Table  # noqa: PLC0415 - a record, for the annotation too

    columns = (
        "attribute",
        "group",
        "reference",
        "browsing",
        "baseline",
        "cutoff",
        "definition",
        "ads",
        "value",
        "low",
        "high",
        "sellers",
        "agrees",
        "question",
    )
    rows = tuple(
        (
            curve.attribute,
            curve.group,
            curve.reference,
            row.browsing,
            row.baseline,
            row.cutoff,
            row.definition,
            row.ads,
            round(row.value, 9),
            row.low,
            row.high,
            row.sellers,
            int(row.agrees),
            row.question,
        )
        for curve in curves
        for row in curve.rows
    )
    return Table(columns, rows)
