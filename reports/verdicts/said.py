"""What is said of one verdict: expected, found, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.gate import Verdict
    from fairshelf.reports.wording import Words

_LONGEST = 400
_DIGITS = 3


def found(verdict: Verdict, words: Words) -> str:
    """Say what was found: the figure with its interval, or the change with its interval."""
    figure = verdict.found
    if figure is None or figure.value is None:
        return words.text("gate.found.none")
    value = words.number(figure.value, _DIGITS)
    if verdict.low is None or verdict.high is None:
        return words.text("gate.found.point", value=value)
    low, high = words.number(verdict.low, _DIGITS), words.number(verdict.high, _DIGITS)
    if verdict.relative and verdict.before is not None and verdict.before.value is not None:
        return words.text(
            "gate.change",
            change=words.number(figure.value - verdict.before.value, _DIGITS),
            low=low,
            high=high,
            before=words.number(verdict.before.value, _DIGITS),
            value=value,
        )
    return words.text("gate.found", value=value, low=low, high=high)


def why(verdict: Verdict, words: Words) -> str:
    """Say why the verdict is what it is, and what became of a waiver."""
    told = []
    if verdict.missing is not None:
        told.append(
            words.text(
                f"gate.missing.{verdict.missing.why}",
                name=visible(verdict.missing.name, _LONGEST),
                known=[visible(one, 60) for one in verdict.missing.known],
            )
        )
    elif verdict.state in ("breach", "pass", "inconclusive"):
        told.append(words.text(f"gate.{verdict.state}"))
    if verdict.waiver is not None and verdict.state in ("waived", "breach", "inconclusive"):
        told.append(
            words.text(
                "gate.expired" if verdict.expired else "gate.waived",
                owner=visible(verdict.waiver.owner, 80),
                reason=visible(verdict.waiver.reason, _LONGEST),
                expires=verdict.waiver.expires.isoformat(),
            )
        )
    return " ".join(told)


def line(verdict: Verdict, words: Words) -> str:
    """Say a verdict in one line: rule, what was found, why."""
    rule = visible(verdict.rule, _LONGEST)
    parts = [rule, found(verdict, words)] if verdict.found else [rule]
    return " · ".join([*parts, why(verdict, words)]).strip(" ·")


def summary(verdicts: Sequence[Verdict], words: Words) -> str:
    """Count the verdicts."""

    def count(state: str) -> int:
        return sum(one.state == state for one in verdicts)

    return words.text(
        "gate.summary",
        passed=count("pass"),
        breached=count("breach"),
        open=count("inconclusive"),
        waived=count("waived"),
        missing=count("missing"),
    )
