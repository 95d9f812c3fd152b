"""Whether results keep the rules, decided on intervals and not on points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fairshelf.audits.gate.find import Figure, NotFound, find
from fairshelf.audits.gate.grammar import parse

if TYPE_CHECKING:
    import datetime as dt

    from fairshelf.audits.gate.config import Gate, RuleEntry, Waiver
    from fairshelf.audits.gate.grammar import Rule
    from fairshelf.audits.results import Results

State = Literal["pass", "breach", "inconclusive", "waived", "missing", "off"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a rule.

    ``found`` is the figure, ``low`` and ``high`` the interval that was held against ``bound``: of
    the figure itself, or of its difference from the baseline's where the rule is ``relative``.
    ``expired`` is a waiver that no longer holds; ``missing`` says why there is no figure.
    """

    id: str
    rule: str
    level: str
    state: State
    found: Figure | None = None
    low: float | None = None
    high: float | None = None
    bound: float | None = None
    before: Figure | None = None
    relative: bool = False
    waiver: Waiver | None = None
    expired: bool = False
    missing: NotFound | None = None
    line: int = 0

    @property
    def fails(self) -> bool:
        """Whether this makes the gate fail."""
        return self.level == "error" and self.state in ("breach", "missing")


def decide(
    gate: Gate, results: Results, baseline: Results | None, today: dt.date
) -> tuple[Verdict, ...]:
    """Hold results against every rule of a gate.

    A rule ``>= x`` is breached where the whole interval lies below x, kept where none of it does,
    and inconclusive in between: more sellers or requests would be needed to tell. Against a
    baseline it is the interval of the difference that decides, from both intervals by the method
    of variance estimates recovery (Zou and Donner, Statistics in Medicine 27 (2008), 1693-1702).
    It takes the two as independent; figures of the same sellers go up and down together, so the
    interval is wider than it need be, and a gate slower to call a breach.

    Parameters
    ----------
    gate
        Rules and waivers.
    results
        What is judged.
    baseline
        What rules with ``baseline`` are held against; without one they are ``missing``.
    today
        The day on which waivers are looked at.
    """
    return tuple(_one(entry, gate, results, baseline, today) for entry in gate.rules)


def _one(
    entry: RuleEntry, gate: Gate, results: Results, baseline: Results | None, today: dt.date
) -> Verdict:
    rule = parse(entry.rule, entry.id)
    about = Verdict(entry.id, rule.text, entry.level, "off", line=entry.line)
    if entry.level == "off":
        return about
    found = find(rule, results)
    if isinstance(found, NotFound):
        return _with(about, state="missing", missing=found)
    before: Figure | None = None
    if rule.relative:
        told = NotFound("baseline", rule.text, ()) if baseline is None else find(rule, baseline)
        if isinstance(told, NotFound):
            return _with(about, state="missing", found=found, missing=told)
        before = told
    low, high = _interval(found, before)
    state = _state(rule, low, high)
    waiver = next((one for one in gate.waivers if one.rule == entry.id), None)
    expired = waiver is not None and waiver.expires < today
    if waiver and state in ("breach", "inconclusive") and not expired:
        state = "waived"
    return _with(
        about,
        state=state,
        found=found,
        low=low,
        high=high,
        bound=rule.bound,
        before=before,
        relative=rule.relative,
        waiver=waiver,
        expired=expired,
    )


def _with(verdict: Verdict, **changes: object) -> Verdict:
    from dataclasses import replace  # noqa: PLC0415 - used here only

    return replace(verdict, **changes)  # type: ignore[arg-type]  # fields of the record


def _interval(found: Figure, before: Figure | None) -> tuple[float | None, float | None]:
    """Give the interval of a figure, or of its difference from an earlier one."""
    if before is None:
        return found.low, found.high
    ends = (found.value, found.low, found.high, before.value, before.low, before.high)
    if any(one is None for one in ends):
        return None, None
    value, low, high, value_before, low_before, high_before = (float(one or 0.0) for one in ends)
    change = value - value_before
    down = math.hypot(value - low, high_before - value_before)
    up = math.hypot(high - value, value_before - low_before)
    return change - down, change + up


def _state(rule: Rule, low: float | None, high: float | None) -> State:
    if rule.operator in ("<=", "<"):
        low, high = (None if one is None else -one for one in (high, low))
    bound = rule.bound if rule.operator in (">=", ">") else -rule.bound
    strict = rule.operator in (">", "<")
    if low is not None and (low > bound or (low == bound and not strict)):
        return "pass"
    if high is not None and (high < bound or (high == bound and strict)):
        return "breach"
    return "inconclusive"
