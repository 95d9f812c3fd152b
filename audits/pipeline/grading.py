"""What bears on the certainty of a finding, by the numbers of ``standards/certainty.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fairshelf.audits.estimates.contrasts import NOTHING_HELD
from fairshelf.audits.findings import Contrast, Primary, Rules
from fairshelf.audits.results import Finding, Message

if TYPE_CHECKING:
    from fairshelf.audits.checks.lost import Lost
    from fairshelf.audits.estimates.arrays import Grouping
    from fairshelf.audits.estimates.context import Context
    from fairshelf.audits.estimates.contrasts import Answer
    from fairshelf.audits.results import Estimate, Fact


_STEPS = {
    "certainty_not_adjusted": "not_adjusted",
    "certainty_adjusted_open": "adjusted_open",
    "certainty_adjusted_one_seller": "adjusted_open",
    "certainty_definitions_disagree": "definitions_disagree",
    "certainty_few_carry": "few_carry",
    "certainty_unknown_turns": "unknown_turns",
    "certainty_rows_lost": "rows_lost",
}
"""Which table of the standards says how much a check takes away."""

_OF_A_GAP = (
    "certainty_few_carry",
    "certainty_adjusted_open",
    "certainty_adjusted_one_seller",
)
"""What says something of a gap that is claimed, and nothing where none is."""


@cache
def thresholds() -> dict[str, Any]:
    """Read the grading table of the standards."""
    text = files("fairshelf.audits").joinpath("standards", "certainty.toml").read_text("utf-8")
    return tomllib.loads(text)


def rules(ctx: Context) -> Rules:
    """Give the rules the findings are graded by."""
    sizes = sorted(thresholds()["sizes"].items(), key=lambda pair: pair[1])
    return Rules(ctx.bounds, ctx.level, tuple((word, float(limit)) for word, limit in sizes))


def contrast_of(
    ctx: Context,
    grouping: Grouping,
    answers: list[Answer],
    support: tuple[str, ...],
    checks: tuple[Message, ...] = (),
) -> Contrast:
    """Gather what a finding about one contrast rests on.

    Parameters
    ----------
    ctx, grouping
        The audit and the attribute.
    answers
        Every ratio of the contrast, with sealed estimates.
    support
        Keys of the estimates that the sentences mention beside the primary ones.
    checks
        What further checks found that lowers the certainty.
    """
    taken = thresholds()["certainty"]
    more = tuple((one, int(taken[_STEPS[one.code]]["steps"])) for one in checks)
    first = answers[0].estimate
    primaries = [answer for answer in answers if answer.primary]
    return Contrast(
        attribute=grouping.name,
        group=str(first.group),
        reference=str(first.reference),
        primaries=tuple(
            replace(primary, reasons=(*primary.reasons, *_bearing(primary, more)))
            for primary in (_primary(ctx, grouping, answer, answers) for answer in primaries)
        ),
        support=support,
    )


def _bearing(
    primary: Primary, found: tuple[tuple[Message, int], ...]
) -> tuple[tuple[Message, int], ...]:
    """Keep what bears on a claim: that few carry a gap says nothing where no gap is claimed."""
    claims = (primary.high is not None and primary.high < 1) or (
        primary.low is not None and primary.low > 1
    )
    return found if claims else tuple(one for one in found if one[0].code not in _OF_A_GAP)


def _primary(ctx: Context, grouping: Grouping, answer: Answer, answers: list[Answer]) -> Primary:
    estimate = answer.estimate
    lower, upper = ctx.bounds
    return Primary(
        key=estimate.key,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        p_parity=estimate.p_value,
        p_lower=answer.p_at.get(lower),
        p_upper=answer.p_at.get(upper),
        estimable=estimate.p_value is not None,
        topk=answer.topk,
        reference_empty=answer.reference_empty,
        tails=bool(answer.tails),
        reasons=tuple(_reasons(ctx, grouping, answer, answers)),
    )


def _reasons(
    ctx: Context, grouping: Grouping, answer: Answer, answers: list[Answer]
) -> list[tuple[Message, int]]:
    table = thresholds()["certainty"]
    told = [
        _sellers(ctx, grouping, answer.estimate, table),
        _wide(answer.estimate, table["interval_wide"]),
        _unknown(ctx, grouping, table["unknown_share"]),
        _disagree(answer, answers, "browsing", table["models_disagree"]),
        _disagree(answer, answers, "baseline", table["baselines_disagree"]),
        _view(ctx, table["limited_view"]),
        _catalogue(ctx, table["catalogue_incomplete"]),
    ]
    if answer.times is not None:
        told.append((Message("certainty_largest", {"times": answer.times}), 1))
    elif answer.tails == (NOTHING_HELD,):
        told.append((Message("certainty_nothing_held", {}), 1))
    elif answer.tails:
        covered = thresholds()["tails"]
        facts: dict[str, Fact] = {
            "reasons": list(answer.tails),
            "low": float(covered["coverage_low"]),
            "high": float(covered["coverage_high"]),
        }
        told.append((Message("certainty_tails", facts), 1))
    return [reason for reason in told if reason is not None]


def _sellers(
    ctx: Context, grouping: Grouping, lead: Estimate, table: dict[str, Any]
) -> tuple[Message, int] | None:
    """Tell what the sellers leave open: they are unknown, taken as given, or few."""
    few = table["few_sellers"]
    if not ctx.has_sellers:
        return Message("certainty_no_sellers"), int(few["very_few_steps"])
    if ctx.question == "log":
        return Message("certainty_log_only"), int(table["log_only"]["steps"])
    sellers = _compared(ctx, grouping, lead)
    if sellers >= few["few"]:
        return None
    steps = few["very_few_steps"] if sellers < few["very_few"] else few["steps"]
    return Message("certainty_few_sellers", {"sellers": sellers}), int(steps)


def _compared(ctx: Context, grouping: Grouping, lead: Estimate) -> int:
    """Count the sellers of the smaller group that the ratio is over at all."""
    counted = ctx.units[str(lead.baseline)] > 0
    levels = (str(lead.group), str(lead.reference))
    return min(int((grouping.mask(level) & counted).sum()) for level in levels)


def _wide(lead: Estimate, table: dict[str, Any]) -> tuple[Message, int] | None:
    if (
        lead.value is None
        or not lead.value
        or lead.low is None
        or not lead.low
        or lead.high is None
    ):
        return None
    spread = lead.high / lead.low
    if spread <= table["ratio_of_bounds"]:
        return None
    steps = table["very_wide_steps"] if spread > table["very_wide"] else table["steps"]
    return Message("certainty_wide", {"low": lead.low, "high": lead.high}), int(steps)


def _unknown(ctx: Context, grouping: Grouping, table: dict[str, Any]) -> tuple[Message, int] | None:
    if "unknown" not in grouping.levels:
        return None
    held = grouping.sums(ctx.arrays.impressions)
    whole = held.sum()
    if not whole:
        return None
    share = float(held[grouping.levels.index("unknown")] / whole)
    if share <= table["some"]:
        return None
    steps = table["much_steps"] if share > table["much"] else table["steps"]
    return Message("certainty_unknown", {"share": share}), int(steps)


def _disagree(
    answer: Answer, answers: list[Answer], over: str, table: dict[str, Any]
) -> tuple[Message, int] | None:
    """Tell whether a ratio changes sides over browsing models, or over baselines."""
    lead = answer.estimate
    other = "baseline" if over == "browsing" else "browsing"
    alike = [
        value
        for beside in answers
        if beside.topk == answer.topk
        and (value := beside.estimate.value) is not None
        and beside.estimate.metric == lead.metric
        and getattr(beside.estimate, other) == getattr(lead, other)
    ]
    if not alike or min(alike) >= 1 or max(alike) <= 1:
        return None
    if min(alike) > 0 and max(alike) / min(alike) <= table["apart"]:
        return None
    code = "certainty_models_disagree" if over == "browsing" else "certainty_baselines_disagree"
    return Message(code, {"low": min(alike), "high": max(alike)}), int(table["steps"])


def _view(ctx: Context, table: dict[str, Any]) -> tuple[Message, int] | None:
    if ctx.primary == "shown":
        return Message("certainty_shown_only"), int(table["steps"])
    if ctx.tally.requests == 1:
        return Message("certainty_one_list"), int(table["steps"])
    return None


def _catalogue(ctx: Context, table: dict[str, Any]) -> tuple[Message, int] | None:
    """Tell that listings were shown which the catalogue does not hold."""
    listings = ctx.tally.listings
    if listings is None or not ctx.tally.has_catalogue or ctx.primary not in ("catalogue", "merit"):
        return None
    shown = int(listings.shown.sum())
    missing = int((listings.shown & ~listings.in_catalogue).sum())
    if not shown or missing / shown <= table["some"]:
        return None
    return Message("certainty_catalogue_incomplete", {"share": missing / shown}), int(
        table["steps"]
    )


def lost_to_reading(lost: Lost | None) -> tuple[Message, ...]:
    """Tell that many rows could not be used, so that what is left may not be the whole."""
    if lost is None or lost.share < thresholds()["certainty"]["rows_lost"]["some"]:
        return ()
    facts: dict[str, Fact] = {"share": lost.share, "column": lost.column, "rows": lost.rows}
    return (Message("certainty_rows_lost", facts),)


def nothing_to_compare(grouping: Grouping) -> Finding:
    """Say that an attribute has no second group: nothing is estimable, and it is not left out."""
    return Finding(
        code="NO_COMPARISON",
        attribute=grouping.name,
        group=grouping.reference or "unknown",
        reference="",
        outcome="not_estimable",
        direction="none",
        size="unknown",
        certainty="very_low",
        keys=(),
    )
