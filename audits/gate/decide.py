"""One rule held against results: breach, pass, inconclusive, waived or missing.

The interval decides, never the point. A rule ``>= t`` is kept where the whole interval lies at or
above t, broken where all of it lies below, and left open where t is inside. Where the tail
diagnostic says that an interval may be too narrow, only a line at equality is decided by it, as in
the report. A line that a baseline draws is none at equality: it is settled where neither interval
is doubted, or where nothing moved.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fairshelf.audits.gate.noise import difference
from fairshelf.audits.gate.records import Difference, Verdict
from fairshelf.audits.gate.resolve import alike, estimates_of, resolve
from fairshelf.audits.results import Estimate, Message

if TYPE_CHECKING:
    from datetime import date

    from fairshelf.audits.gate.records import Operator, Outcome, Rule
    from fairshelf.audits.results import Results

_OPEN = float("inf")
_TOO_NARROW = frozenset(("certainty_tails", "certainty_nothing_held"))
"""What lowers the certainty of a finding whose interval settles nothing but equality."""


def decide(rule: Rule, results: Results, baseline: Results | None, today: date) -> Verdict:
    """Hold one rule against results.

    Parameters
    ----------
    rule
        The rule.
    results
        Of what is judged.
    baseline
        Of what it is judged against, for rules that name one.
    today
        The day waivers are held against.

    Returns
    -------
    Verdict
        Without severity and failure, which are the gate's business.
    """
    if rule.level == "off":
        return Verdict(rule, "off")
    found = _usable(resolve(rule.statement, results))
    if isinstance(found, Message):
        return Verdict(rule, "missing", reason=found)
    verdict = Verdict(rule, "missing", found=found, everything=alike(found, results))
    if rule.statement.on_baseline:
        decided = _against_baseline(verdict, results, baseline)
    else:
        line = rule.statement.offset
        outcome = _held(rule.statement.operator, found.low, found.high, line)
        decided = replace(verdict, outcome=outcome, line=line)
        if line != 1 and outcome != "inconclusive" and (why := _tails(found, results)):
            decided = replace(decided, outcome="inconclusive", reason=why)
    return _waived(decided, today)


def _usable(found: Estimate | Message) -> Estimate | Message:
    """Say why an estimate cannot decide anything: it is withheld or has no interval."""
    if isinstance(found, Message):
        return found
    if found.suppressed:
        return Message("gate_withheld", {"key": found.key})
    if found.low is None and found.high is None:
        return Message("gate_no_interval", {"key": found.key, "note": found.note or ""})
    return found


def _tails(found: Estimate, results: Results) -> Message | None:
    """Say that a finding which rests on an estimate found its interval too narrow to rely on."""
    fired = any(
        reason.code in _TOO_NARROW
        for finding in results.findings
        if found.key in finding.keys
        for reason in finding.reasons
    )
    return Message("gate_tails", {"key": found.key}) if fired else None


def _held(operator: Operator, low: float | None, high: float | None, line: float) -> Outcome:
    """Tell on which side of a line an interval lies; an open side has no end."""
    bottom = -_OPEN if low is None else low
    top = _OPEN if high is None else high
    if operator == ">=":
        kept, broken = bottom >= line, top < line
    elif operator == ">":
        kept, broken = bottom > line, top <= line
    elif operator == "<=":
        kept, broken = top <= line, bottom > line
    else:
        kept, broken = top < line, bottom >= line
    return "pass" if kept else "breach" if broken else "inconclusive"


def _against_baseline(verdict: Verdict, results: Results, baseline: Results | None) -> Verdict:
    statement, found = verdict.rule.statement, verdict.found
    if baseline is None:
        return replace(verdict, reason=Message("gate_no_baseline", {}))
    base = _usable(_counterpart(verdict, baseline))
    if isinstance(base, Message):
        why = Message("gate_baseline_lacks", {"why": base.code, "key": found.key if found else ""})
        return replace(verdict, reason=why)
    if found is None or found.value is None or base.value is None:
        return replace(verdict, baseline=base, reason=Message("gate_no_value", {}))
    changed = _otherwise(found, base, results, baseline)
    if changed is not None:
        return replace(verdict, baseline=base, reason=changed)
    gap = difference(found, base, statement.factor, statement.offset)
    line = statement.factor * base.value + statement.offset
    outcome = _held_gap(statement.operator, gap, found.metric)
    held = replace(verdict, outcome=outcome, line=line, baseline=base, difference=gap)
    wider_too = outcome == "pass" and statement.operator == "no_worse_than_baseline"
    if outcome == "inconclusive" or wider_too or gap.low == gap.high:
        return held
    doubted = _tails(found, results) or _tails(base, baseline)
    if doubted is None:
        return held
    return replace(held, outcome="inconclusive", reason=replace(doubted, code="gate_tails_either"))


def _counterpart(verdict: Verdict, baseline: Results) -> Estimate | Message:
    """Find the same estimate in the baseline: that of the same key, else what the rule names."""
    key = verdict.found.key if verdict.found else ""
    same = next((one for one in estimates_of(baseline) if one.key == key), None)
    return same or resolve(verdict.rule.statement, baseline)


def _otherwise(
    found: Estimate, base: Estimate, results: Results, baseline: Results
) -> Message | None:
    """Say what makes two estimates no measure of the same thing."""
    if found.level != base.level:
        return Message(
            "gate_levels_differ", {"level": found.level or 0.0, "baseline": base.level or 0.0}
        )
    standards = [
        {one.name: (one.standard, one.standard_version) for one in each.groups}
        for each in (results, baseline)
    ]
    name = found.attribute or ""
    if name in standards[0] and name in standards[1] and standards[0][name] != standards[1][name]:
        return Message("gate_standards_differ", {"attribute": name})
    if (found.browsing, found.baseline, found.cutoff) != (
        base.browsing,
        base.baseline,
        base.cutoff,
    ):
        return Message("gate_settings_differ", {"key": found.key, "baseline": base.key})
    return None


def _held_gap(operator: Operator, gap: Difference, metric: str) -> Outcome:
    if operator != "no_worse_than_baseline":
        return _held(operator, gap.low, gap.high, 0.0)
    worse = worse_side(metric)
    bottom = -_OPEN if gap.low is None else gap.low
    top = _OPEN if gap.high is None else gap.high
    worsened = top < 0 if worse == "lower" else bottom > 0
    return "breach" if worsened else "pass"


@cache
def _sides() -> dict[str, str]:
    text = files("fairshelf.audits").joinpath("standards", "gate.toml").read_text("utf-8")
    told: dict[str, list[str]] = tomllib.loads(text)
    return {metric: side for side, metrics in told.items() for metric in metrics}


def worse_side(metric: str) -> str:
    """Tell whether a metric gets worse as it gets ``lower`` or ``higher``."""
    return _sides()[metric]


def _waived(verdict: Verdict, today: date) -> Verdict:
    """Let a waiver that has not expired stand in for a rule that is not kept."""
    waiver = verdict.rule.waiver
    if waiver is None or verdict.outcome not in {"breach", "inconclusive", "pass"}:
        return verdict
    if verdict.outcome == "pass":
        return replace(verdict, reason=Message("gate_waiver_idle", {}))
    facts: dict[str, str] = {
        "owner": waiver.owner,
        "expires": waiver.expires,
        "why": waiver.reason,
    }
    if today.isoformat() > waiver.expires:
        return replace(verdict, reason=Message("gate_waiver_expired", {**facts}))
    return replace(verdict, outcome="waived", reason=Message("gate_waived", {**facts}))
