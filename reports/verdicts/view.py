"""What a gate found, in the words of a language, for every format alike.

All text that came from outside (rules, names, groups) is made visible here: no control character,
no line break, no hidden direction. What a format must escape beside that is its own business.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.audits.errors import FairshelfError
from fairshelf.audits.results import Message
from fairshelf.reports.verdicts.clean import clean, clean_place
from fairshelf.reports.verdicts.numbers import amount, found_text, spread

if TYPE_CHECKING:
    from fairshelf.audits.gate.records import (
        Fault,
        Gate,
        Outcome,
        Place,
        Severity,
        Statement,
        Verdict,
    )
    from fairshelf.reports.wording import Words

_COUNTED: tuple[Outcome, ...] = ("breach", "missing", "inconclusive", "waived", "pass", "off")
TAILS = frozenset(("gate_tails", "gate_tails_either"))
"""Why a rule is open although its line lies outside the interval."""

UNEQUAL = "unequal_sellers"
"""A note that sellers are so few or so unequal that an interval covers less than it says."""

_OPERATORS = {
    ">=": "ge",
    ">": "gt",
    "<=": "le",
    "<": "lt",
    "no_worse_than_baseline": "no_worse",
}

REQUESTS = "request"
"""How an estimate whose interval is over requests was made; every other is over sellers."""


@dataclass(frozen=True, slots=True)
class Item:
    """One rule as it is told.

    ``name`` is the rule's id, else its text; ``title`` says outcome and name in one line,
    ``detail`` what was found in sentences; ``fingerprint`` stays the same as long as the rule
    does, whatever is found.
    """

    outcome: Outcome
    severity: Severity
    fails: bool
    label: str
    name: str
    title: str
    rule: str
    metric: str
    expected: str
    found: str
    everything: str
    detail: tuple[str, ...]
    place: Place
    fingerprint: str


@dataclass(frozen=True, slots=True)
class View:
    """A gate as it is told: ``heading`` and ``summary`` in one line each; a fault in three."""

    heading: str
    summary: str
    status: int
    items: tuple[Item, ...]
    fault: tuple[str, str, str] | None
    fault_place: Place | None
    words: Words


def view(gate: Gate, words: Words) -> View:
    """Tell a gate in a language."""
    seen: dict[str, int] = {}
    items = tuple(item_of(one, words, seen) for one in gate.verdicts)
    fault = gate.fault
    return View(
        heading=words.text(f"gate.status.{gate.status}"),
        summary=_summary(gate, words),
        status=gate.status,
        items=items,
        fault=None if fault is None else _fault(fault, words),
        fault_place=None if fault is None else clean_place(fault.place),
        words=words,
    )


def _fault(fault: Fault, words: Words) -> tuple[str, str, str]:
    what, where, do = words.error(FairshelfError(fault.code, **fault.facts))
    return clean(what), clean(where), clean(do)


def _summary(gate: Gate, words: Words) -> str:
    told = [
        words.text(f"gate.count.{outcome}", count=count)
        for outcome in _COUNTED
        if (count := sum(1 for one in gate.verdicts if one.outcome == outcome))
    ]
    return words.text("gate.summary", rules=len(gate.verdicts), counts=told)


def item_of(verdict: Verdict, words: Words, seen: dict[str, int] | None = None) -> Item:
    """Tell one verdict; ``seen`` counts rules that stand twice, for their fingerprints."""
    rule = verdict.rule
    label = words.text(f"gate.outcome.{verdict.outcome}")
    name = clean(rule.id or rule.text)
    if verdict.outcome in {"breach", "missing"} and rule.level == "warn":
        label = words.text("gate.warned", outcome=label)
    return Item(
        outcome=verdict.outcome,
        severity=verdict.severity,
        fails=verdict.fails,
        label=label,
        name=name,
        title=words.text("gate.title", outcome=label, name=name),
        rule=clean(rule.text),
        metric=rule.statement.metric,
        expected=_expected(verdict, words),
        found=found_text(verdict, words),
        everything=_everything(verdict, words),
        detail=_detail(verdict, words),
        place=clean_place(rule.place),
        fingerprint=_fingerprint(verdict, {} if seen is None else seen),
    )


def _expected(verdict: Verdict, words: Words) -> str:
    statement = verdict.rule.statement
    kind = _OPERATORS[statement.operator]
    if verdict.line is None:
        if not statement.on_baseline:
            return words.text(f"gate.expected.{kind}", line=amount(statement.offset, None, words))
        return words.text(f"gate.demand.{kind}", line=_of_baseline(statement, words))
    line = amount(verdict.line, None, words)
    return words.text(f"gate.expected.{kind}", line=line)


def _of_baseline(statement: Statement, words: Words) -> str:
    """Tell a line that depends on a baseline there is none of."""
    line = words.text("gate.baseline")
    if statement.factor != 1:
        line = words.text("gate.baseline.times", factor=f"{statement.factor:g}")
    if statement.offset:
        side = "less" if statement.offset < 0 else "more"
        offset = f"{abs(statement.offset):g}"
        line = words.text(f"gate.baseline.{side}", line=line, offset=offset)
    return line


def _detail(verdict: Verdict, words: Words) -> tuple[str, ...]:
    told = []
    open_by_tails = verdict.reason is not None and verdict.reason.code in TAILS
    if verdict.outcome in {"breach", "inconclusive", "pass"} and not open_by_tails:
        told.append(words.text(f"gate.because.{_because(verdict)}"))
        if verdict.found is not None and UNEQUAL in (verdict.found.note or "").split(";"):
            told.append(words.text("gate.unequal_sellers"))
    if verdict.difference is not None and verdict.baseline is not None:
        told.append(_against(verdict, words))
    if verdict.reason is not None:
        told.append(clean(words.message(_shown(verdict.reason, words))))
    return tuple(told)


def _because(verdict: Verdict) -> str:
    outcome, difference = verdict.outcome, verdict.difference
    worse = verdict.rule.statement.operator == "no_worse_than_baseline"
    kind = "" if difference is None else ".no_worse" if worse else ".gap"
    if outcome != "inconclusive":
        return f"{outcome}{kind}"
    of_requests = verdict.found is not None and verdict.found.method == REQUESTS
    narrowed = "requests" if of_requests else "sellers"
    return f"{outcome}{'' if kind == '.no_worse' else kind}.{narrowed}"


def _against(verdict: Verdict, words: Words) -> str:
    base, gap = verdict.baseline, verdict.difference
    if base is None or gap is None:
        return ""
    if gap.low == gap.high:
        return words.text("gate.unchanged")
    return words.text(
        "gate.against",
        baseline=amount(base.value, None, words),
        gap=amount(gap.value, 0.0, words),
        low=amount(gap.low, 0.0, words),
        high=amount(gap.high, 0.0, words),
    )


def _everything(verdict: Verdict, words: Words) -> str:
    values = [one.value for one in verdict.everything if one.value is not None]
    if len(values) < 2:  # noqa: PLR2004 - one value is what was found
        return ""
    low, high = spread(values, words)
    return words.text("gate.everything", count=len(values), low=low, high=high)


def _shown(message: Message, words: Words) -> Message:
    """Name notes in words and make every fact visible."""
    facts = dict(message.facts)
    if isinstance(note := facts.get("note"), str):
        facts["note"] = [words.label("note", one) for one in note.split(";") if one]
    for name, value in facts.items():
        if isinstance(value, str):
            facts[name] = clean(value)
        elif isinstance(value, list):
            facts[name] = [clean(str(one)) for one in value]
    return Message(message.code, facts)


def _fingerprint(verdict: Verdict, seen: dict[str, int]) -> str:
    rule = verdict.rule.canonical
    seen[rule] = seen.get(rule, 0) + 1
    told = rule if seen[rule] == 1 else f"{rule} #{seen[rule]}"
    return hashlib.sha256(f"fairshelf gate {told}".encode()).hexdigest()[:40]
