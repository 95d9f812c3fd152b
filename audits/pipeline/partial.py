"""Measures that only some files of a log tell: what is not told is not 0."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.audits.checks.short import MICRO_SUMS, WHOLE_SUMS
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.checks.records import CleanLog
    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable

MEASURES = (*MICRO_SUMS, *WHOLE_SUMS)
"""Columns that are summed, so that a row without one would count as a row of 0."""


def partial(files: Sequence[tuple[RawTable, Detection]]) -> dict[str, list[str]]:
    """Name the measures that some files of a log have and others have not.

    Parameters
    ----------
    files
        The files of the log with what their columns are.

    Returns
    -------
    dict
        Measure -> names of the files without it.
    """
    told = {}
    for name in MEASURES:
        without = [raw.name for raw, found in files if name not in found.found]
        if 0 < len(without) < len(files):
            told[name] = without
    return told


def left_out(log: CleanLog) -> dict[str, list[str]]:
    """Name the measures that were left out of a clean log, with the files that lack them."""
    told = {}
    for notice in log.notices:
        if notice.code == "measure_in_some_files":
            files = notice.facts["files"]
            names = files if isinstance(files, list) else [files]
            told[str(notice.facts["column"])] = [str(one) for one in names]
    return told


def without_partial(log: CleanLog, files: Sequence[tuple[RawTable, Detection]]) -> CleanLog:
    """Leave out of a clean log the measures that only some of its files tell, and say so.

    The rows stay, and so does what was a repeated row: only the sums go.

    Parameters
    ----------
    log
        The log after its checks.
    files
        Its files with the columns that were read.
    """
    found = {name: files for name, files in partial(files).items() if name in log.columns}
    if not found:
        return log
    short = log.known.short
    if short is not None:
        short = short.drop(*(name for name in found if name in short.columns))
    said = (
        Message("measure_in_some_files", {"column": name, "files": without})
        for name, without in found.items()
    )
    return replace(
        log,
        table=log.table.drop(*found),
        columns=log.columns - set(found),
        notices=(*log.notices, *said),
        known=replace(log.known, short=short),
    )
