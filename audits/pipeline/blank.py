"""Clicks that some rows of a log leave blank: what is not told is not 0, unless 0 is never told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import ibis

from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from fairshelf.audits.checks.records import CleanLog
    from fairshelf.audits.results import Fact

CLICKS = "clicks"

BLANK = ("clicks_blank", "clicks_blank_none")
"""What is said of a log that tells clicks in some rows only."""


def without_blank(log: CleanLog) -> CleanLog:
    """Say what blank clicks are taken for.

    A list of impressions that clicks were joined to has a number where somebody clicked and
    nothing elsewhere: where no row says 0, blank is 0. Where some do, blank is unknown, and what
    compares clicks row by row passes over such rows. Where all are blank, there is no such column.

    Parameters
    ----------
    log
        The log after its checks.
    """
    if CLICKS not in log.columns or log.known.plain is not None:  # which has no blank cell
        return log
    told = log.table[CLICKS]
    asked = {
        "rows": told.isnull().count(),
        "blank": ibis.ifelse(told.isnull(), 1, 0).sum(),
        "zeros": ibis.ifelse(told == 0, 1, 0).sum(),
    }
    (found,) = log.table.aggregate(**asked).to_pyarrow().to_pylist()
    if not found["blank"]:
        return log
    if found["blank"] == found["rows"]:
        return _left_out(log)
    many: dict[str, Fact] = {"count": int(found["blank"])}
    if found["zeros"]:
        return replace(log, notices=(*log.notices, Message("clicks_blank", many)))
    return replace(
        log,
        table=log.table.mutate(**{CLICKS: told.fill_null(0)}),
        notices=(*log.notices, Message("clicks_blank_none", many)),
    )


def _left_out(log: CleanLog) -> CleanLog:
    short = log.known.short
    if short is not None and CLICKS in short.columns:
        short = short.drop(CLICKS)
    return replace(
        log,
        table=log.table.drop(CLICKS),
        columns=log.columns - {CLICKS},
        notices=(*log.notices, Message("clicks_all_blank")),
        known=replace(log.known, short=short),
    )
