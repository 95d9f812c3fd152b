"""The records of a gate: rules as they are written, and verdicts as they fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fairshelf.audits.results import Estimate, Message, Tool  # noqa: TC001 - the schema needs them

CHECK_VERSION = "1.0"

Operator = Literal[">=", ">", "<=", "<", "no_worse_than_baseline"]
Level = Literal["off", "warn", "error"]
Outcome = Literal["pass", "breach", "inconclusive", "waived", "missing", "off"]
Severity = Literal["error", "warning", "notice", "none"]
FailOn = Literal["error", "warn", "inconclusive"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a rule says: a metric, what it is computed under, and the line it must keep to.

    Attributes
    ----------
    metric
        A name of the catalogue, or of a measure of an order's quality.
    keys
        (column of ``estimates.csv``, value) pairs, in the order of those columns.
    operator
        How the metric must stand to the line.
    factor, offset
        The line is ``factor * baseline + offset``; ``factor`` 0 is a plain number.
    """

    metric: str
    keys: tuple[tuple[str, str], ...]
    operator: Operator
    factor: float
    offset: float

    @property
    def on_baseline(self) -> bool:
        """Whether the line depends on the results of a baseline."""
        return self.factor != 0


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why a rule may be broken for a while, who answers for that, and until when (ISO date)."""

    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule is written; both None for one that was typed."""

    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a gate.

    ``text`` is as it was written, ``canonical`` the same in one spelling, for fingerprints; ``id``
    is what waivers and build servers know it by, the text itself where it has none.
    """

    text: str
    canonical: str
    statement: Statement
    level: Level = "error"
    id: str | None = None
    waiver: Waiver | None = None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Difference:
    """The metric less its line, with an interval that allows for the noise of both."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule.

    Attributes
    ----------
    rule
        The rule.
    outcome
        ``missing``: there is nothing to hold the rule against, and ``reason`` says why.
    severity
        What an annotation of it is.
    fails
        Whether it makes the gate's status other than 0.
    line
        The number the metric must keep to; None where it is not known.
    found, baseline
        The estimates it rests on.
    difference
        Only where the rule is held against a baseline.
    everything
        All estimates of the same metric and contrast, under whatever browsing model, baseline or
        method.
    reason
        What must be said beside the outcome.
    """

    rule: Rule
    outcome: Outcome
    severity: Severity = "none"
    fails: bool = False
    line: float | None = None
    found: Estimate | None = None
    baseline: Estimate | None = None
    difference: Difference | None = None
    everything: tuple[Estimate, ...] = ()
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no verdict at all: an error of the settings (2) or of the data (3)."""

    code: str
    facts: dict[str, object]
    status: int
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Gate:
    """What a gate found; ``audit check --format json`` is this record.

    ``status`` is the exit status: 0, 1 (breach), 2 (settings), 3 (data, or a rule that cannot be
    checked), 4 (inconclusive, where that was asked to fail).
    """

    schema_version: str
    tool: Tool
    status: int
    fail_on: tuple[FailOn, ...]
    verdicts: tuple[Verdict, ...] = ()
    fault: Fault | None = None
