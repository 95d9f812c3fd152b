"""A whole gate: every rule decided, and the exit status that follows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf import __version__
from fairshelf.audits.gate.decide import decide
from fairshelf.audits.gate.records import CHECK_VERSION, Fault, Gate, Place
from fairshelf.audits.results import Tool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fairshelf.audits.errors import FairshelfError
    from fairshelf.audits.gate.records import FailOn, Level, Rule, Severity, Verdict
    from fairshelf.audits.results import Results

BREACHED, DATA, OPEN = 1, 3, 4


def judge(
    rules: Sequence[Rule],
    results: Results,
    baseline: Results | None,
    today: date,
    fail_on: Sequence[FailOn] = ("error",),
    missing: Level = "error",
) -> Gate:
    """Hold every rule against results.

    Parameters
    ----------
    rules, results, baseline, today
        As :func:`fairshelf.audits.gate.decide.decide` takes them.
    fail_on
        What makes the status other than 0: a breach of a rule at level ``error`` always does,
        ``warn`` adds rules at that level, ``inconclusive`` rules at level ``error`` that the data
        leave open.
    missing
        What a rule counts as that cannot be checked, at most its own level.

    Returns
    -------
    Gate
        A breach (1) goes before a rule that cannot be checked (3), which goes before one that is
        open (4).
    """
    graded = tuple(
        _graded(decide(rule, results, baseline, today), frozenset(fail_on), missing)
        for rule in rules
    )
    return gate_of(graded, fail_on)


def gate_of(verdicts: tuple[Verdict, ...], fail_on: Sequence[FailOn]) -> Gate:
    """Put graded verdicts together to a gate, with the status that follows from them."""
    return Gate(
        schema_version=CHECK_VERSION,
        tool=Tool("fairshelf", __version__),
        status=_status(verdicts),
        fail_on=tuple(dict.fromkeys(fail_on)),
        verdicts=verdicts,
    )


def failed(error: FairshelfError, fail_on: Sequence[FailOn] = ("error",)) -> Gate:
    """Give a gate that came to no verdict, for formats that must say so too."""
    line = error.facts.get("line")
    files = error.facts.get("files")
    file = error.facts.get("file")
    if file is None and isinstance(files, list) and len(files) == 1:
        file = files[0]
    place = Place(str(file) if file else None, line if isinstance(line, int) else None)
    return Gate(
        schema_version=CHECK_VERSION,
        tool=Tool("fairshelf", __version__),
        status=error.exit_status,
        fail_on=tuple(dict.fromkeys(fail_on)),
        fault=Fault(error.code, dict(error.facts), error.exit_status, place),
    )


def _graded(verdict: Verdict, fail_on: frozenset[FailOn], missing: Level) -> Verdict:
    level = verdict.rule.level
    if verdict.outcome == "breach":
        fails = level == "error" or "warn" in fail_on
        return replace(verdict, severity=_severity(level), fails=fails)
    if verdict.outcome == "missing":
        counts = level if missing == "error" else missing
        fails = counts == "error" or (counts == "warn" and "warn" in fail_on)
        return replace(verdict, severity=_severity(counts), fails=fails)
    if verdict.outcome == "inconclusive":
        fails = level == "error" and "inconclusive" in fail_on
        return replace(verdict, severity="error" if fails else "notice", fails=fails)
    return replace(verdict, severity="notice" if verdict.outcome == "waived" else "none")


def _severity(level: Level) -> Severity:
    told: dict[Level, Severity] = {"error": "error", "warn": "warning", "off": "none"}
    return told[level]


def _status(verdicts: Sequence[Verdict]) -> int:
    failing = {verdict.outcome for verdict in verdicts if verdict.fails}
    for outcome, status in (("breach", BREACHED), ("missing", DATA), ("inconclusive", OPEN)):
        if outcome in failing:
            return status
    return 0
