"""What an engine sums up of a log once, for all that is asked of the log afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fairshelf.audits.checks import duplicates
from fairshelf.audits.checks.believed import believe
from fairshelf.audits.checks.hold import hold
from fairshelf.audits.checks.keys import by_key
from fairshelf.audits.checks.odd import may_be_odd
from fairshelf.audits.checks.plain import plainly
from fairshelf.audits.checks.short import shortened
from fairshelf.audits.engines.means import allowance
from fairshelf.audits.engines.own import holds_rows
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.overview import Overview
    from fairshelf.audits.checks.plain import Plain
    from fairshelf.audits.checks.stage import Source
    from fairshelf.audits.stages import Stages


@dataclass(frozen=True, slots=True)
class Summaries:
    """Tables that the engine holds of all rows of a log, each cell taken as it stands.

    Attributes
    ----------
    short
        The log summed over its requests (:func:`fairshelf.audits.checks.short.shortened`).
    requests
        One row per request (:func:`fairshelf.audits.checks.duplicates.by_request`).
    distinct
        Column of words or ids -> its distinct values; of candidates only those that can be odd.
    plain
        Where the first two were made without the engine, what they were made of.
    """

    short: ir.Table | None = None
    requests: ir.Table | None = None
    distinct: dict[str, ir.Table] = field(default_factory=dict)
    plain: Plain | None = None

    def of_files(self, seen: Overview) -> Overview:
        """Give what was seen, file by file where ``short`` does not tell files apart."""
        return seen if self.plain is None else replace(seen, counted=self.plain.counted)


def summaries(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    rows: ir.Table,
    sources: Sequence[Source],
    stage: Stages = QUIET,
    *,
    in_place: bool = False,
) -> Summaries:
    """Sum a log up; nothing where every question is another scan of the engine anyway.

    Parameters
    ----------
    con
        The Ibis backend that holds ``rows``.
    rows
        All rows as :func:`fairshelf.audits.checks.stage.staged` gives them.
    sources
        The files.
    stage
        Told how far it is.
    in_place
        Whether the files are large Parquet.
    """
    if not holds_rows(con):
        return Summaries()
    plain = plainly(con, rows, sources, stage) if in_place else None
    if plain is not None:
        known = plain.short, plain.requests
        return Summaries(*known, _distinct(con, rows, known, sources), plain)
    if in_place:
        believe(sources, allowance(con)[1], stage)
    short = shortened(con, rows, sources)
    requests = None
    if short is not None and duplicates.keyed_by_position(rows.columns):
        requests = hold(con, duplicates.by_request(rows))
    return Summaries(short, requests, _distinct(con, rows, (short, requests), sources))


def _distinct(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    rows: ir.Table,
    summed: tuple[ir.Table | None, ir.Table | None],
    sources: Sequence[Source],
) -> dict[str, ir.Table]:
    """Hold the distinct values of the columns of words and ids that are looked at or numbered.

    Candidates of a model are not numbered; and an id held as a number has no odd cell.
    """
    short, requests = summed
    candidates = any(source.detection.features for source in sources)
    names = [
        name
        for name, kind in rows.schema().items()
        if kind.is_string() and (may_be_odd(name, sources) or not candidates)
    ]
    told = {}
    for name in names:
        if name == "request" and requests is not None:
            told[name] = requests.drop("n", "total")
            continue
        few = rows if short is None or name not in short.columns else short
        keys, texts = by_key(few, [name])
        told[name] = hold(con, few.select(keys).distinct().mutate(**texts))
    return told
