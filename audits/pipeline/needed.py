"""Which columns of a log an audit reads: a column that is not read costs nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.audits.columns.canonical import CORE, SELLER_COLUMNS

if TYPE_CHECKING:
    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.config import Settings

SMALL = 200_000_000
"""Bytes of a log up to which columns for checks are read without being asked for."""

FOR_LATER = frozenset(("sponsored", "category", "time"))
"""Columns that a saved tally counts by, whatever is asked of it first."""


def beside(settings: Settings, *, small: bool) -> set[str]:
    """Name the columns to read beside the core: for what was asked, or as the log is small."""
    told = {"sponsored", "category"} if small else set()
    if (
        settings.change_at
        or settings.series not in ("auto", "none")
        or (small and settings.series == "auto")
    ):
        told.add("time")
    if (
        settings.annex
        or settings.metrics
        or any(name.startswith(("cascade", "empirical")) for name in settings.browsing)
    ):
        told |= {"clicks", "query"}
    return told


def needed(found: Detection, besides: set[str]) -> Detection:
    """Leave out of a log what no metric asks for.

    Rows that carry an ``impressions`` weight keep every column: only rows that agree in all of
    them are one row twice.
    """
    if "impressions" in found.found:
        return found
    wanted = {*CORE, *SELLER_COLUMNS, "page", "attention", "relevance"}
    wanted |= besides
    if "request" not in found.found:
        wanted |= {"query", "time", "user"}
    kept = tuple(match for match in found.matches if match.canonical in wanted)
    return replace(found, matches=kept)
