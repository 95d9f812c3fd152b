"""What the terminal says while a command works: the stage, and how far its query is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.stages import ROWS
from fairshelf.reports.hostile import visible

if TYPE_CHECKING:
    from fairshelf.audits.stages import Over
    from fairshelf.reports.wording import Words

LEAST = 1.0
"""Seconds of a stage before more than its name is said."""

_MINUTE = 60


def name_of(stage: str, words: Words) -> str:
    """Give the name of a stage; ``remedy floor`` is the stage ``remedy`` of that rule."""
    name, _, what = stage.partition(" ")
    msgid = f"progress.stage.{name}"
    if not words.has(msgid):
        return stage
    if not what:
        return words.text(msgid)
    known = f"{name}.rule.{what}"
    named = words.text(known) if words.has(known) else visible(what)
    return words.text("progress.stage.about", stage=words.text(msgid), what=named)


def details(words: Words, far: float | None, over: Over | None, seconds: float) -> str:
    """Say how far a query or a count is.

    Parameters
    ----------
    words
        The words of the terminal's language.
    far
        The share that is done, in [0, 1]; None where nobody can tell.
    over
        What it goes over; None where it is not known.
    seconds
        How long it has been running.

    Returns
    -------
    Rows or what else is counted, rate and time left, as far as they are known; else empty.
    """
    if not far or seconds <= 0:
        return ""
    left = remaining(words, seconds * (1 - far) / far)
    if over is None:
        return words.text("progress.share", share=words.percent(far, 0), left=left)
    count, about, done = over.of, over.about, round(over.of * far)
    if over.unit != ROWS:
        return words.text(
            "progress.count",
            done=done,
            of=count,
            unit=words.text(f"progress.unit.{over.unit}"),
            rate=_rate(words, done / seconds),
            left=left,
        )
    return words.text(
        "progress.about" if about else "progress.rows",
        done=_rounded(done) if about else done,
        rows=_rounded(count) if about else count,
        rate=_rounded(round(done / seconds)),
        left=left,
    )


def remaining(words: Words, seconds: float) -> str:
    """Give a time in seconds, or in minutes and seconds."""
    whole = max(round(seconds), 1)
    if whole < _MINUTE:
        return words.text("progress.seconds", seconds=whole)
    return words.text(
        "progress.minutes", minutes=str(whole // _MINUTE), seconds=f"{whole % _MINUTE:02}"
    )


def _rate(words: Words, each_second: float) -> str:
    """Give a rate by the second, or by the minute where a second is too short for one."""
    if each_second >= 1:
        return words.text("progress.per_second", rate=_rounded(round(each_second)))
    return words.text("progress.per_minute", rate=max(round(each_second * _MINUTE), 1))


def _rounded(count: int) -> int:
    """Give a count to two digits: an estimate, or a rate that is never still."""
    unit = 10 ** max(len(str(count)) - 2, 0)
    return int(round(count / unit) * unit)
