"""Parquet files whose account of themselves is not true are refused: engines believe them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.errors import DataError
from fairshelf.audits.stages import QUIET, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fairshelf.audits.checks.stage import Source
    from fairshelf.audits.stages import Stages


def believe(sources: Sequence[Source], threads: int = 1, stage: Stages = QUIET) -> None:
    """Hold what Parquet files say of the columns that are used against what these hold.

    Parameters
    ----------
    sources
        The files; of others than Parquet nothing is asked.
    threads
        How many blocks of rows are read side by side.
    stage
        Told how far it is.

    Raises
    ------
    DataError
        ``parquet_untrue``: a file says what is not so.
    """
    for source in sources:
        files = source.raw.extra.get("written", ())
        if not files:
            continue
        from fairshelf.audits.rowgroups.untrue import untrue  # noqa: PLC0415 - only with Parquet

        chosen = _chooser(source)
        found = untrue(files, chosen, threads, lambda done, of: stage.count(done, of, ROWS))
        if found is not None:
            name, part = source.raw.name, found.file.name
            raise DataError("parquet_untrue", file=name, part=part, column=found.column)


def _chooser(source: Source) -> Callable[[Sequence[str]], set[str]]:
    """Give what names those of a file's columns that are used."""
    features = {heading for _, heading, _ in source.detection.features}
    used = {*source.headings.values(), *dict(source.detection.extras).values(), *features}
    spelt = {_spelt(heading) for heading in used}

    def chosen(names: Sequence[str]) -> set[str]:
        """Give the columns that are spelt like a heading; all where that does not tell them."""
        told = {name for name in names if _spelt(name) in spelt}
        return told if len(told) == len(spelt) else set(names)

    return chosen


def _spelt(heading: str) -> str:
    return " ".join(heading.split()).casefold()
