"""What the terminal says while a command works: the stage, and how far its query is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairshelf.reports.wording import Words

LEAST = 1.0
"""Seconds of a stage before more than its name is said."""

_MINUTE = 60


def name_of(stage: str, words: Words) -> str:
    """Give the name of a stage, or what the pipeline calls it where it has none."""
    msgid = f"progress.stage.{stage}"
    return words.text(msgid) if words.has(msgid) else stage


def details(words: Words, far: float | None, rows: tuple[int, bool] | None, seconds: float) -> str:
    """Say how far a query is.

    Parameters
    ----------
    words
        The words of the terminal's language.
    far
        The share of the query that is done, in [0, 1]; None where the engine cannot tell.
    rows
        Rows it goes over, and whether that is an estimate; None where it is not known.
    seconds
        How long the query has been running.

    Returns
    -------
    Rows, rate and time left as far as they are known; empty where nothing is.
    """
    if not far or seconds <= 0:
        return ""
    left = remaining(words, seconds * (1 - far) / far)
    if rows is None:
        return words.text("progress.share", share=words.percent(far, 0), left=left)
    count, about = rows
    done = round(count * far)
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


def _rounded(count: int) -> int:
    """Give a count to two digits: an estimate, or a rate that is never still."""
    unit = 10 ** max(len(str(count)) - 2, 0)
    return int(round(count / unit) * unit)
