"""What can be said of the rows of a file that is no log, or not yet: no position is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fairshelf.audits.checks import engine
from fairshelf.audits.checks.account import rejects_of
from fairshelf.audits.checks.notes import remarks
from fairshelf.audits.checks.overview import overview
from fairshelf.audits.checks.stage import Source, schema, staged
from fairshelf.audits.engines.shortage import short_of

if TYPE_CHECKING:
    import pyarrow as pa

    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.results import Message


@dataclass(frozen=True, slots=True)
class Glance:
    """How many rows a file has, which of them would be set aside, and what was mended.

    ``rejects`` is as in :class:`fairshelf.audits.checks.records.CleanLog`; rows that stand there
    twice are not looked for.
    """

    read: int
    rejects: pa.Table
    notices: tuple[Message, ...]


def glance(con: Any, raw: RawTable, detection: Detection) -> Glance:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Look at the rows of a file by the columns it has.

    Parameters
    ----------
    con
        The Ibis backend that holds the file's table.
    raw, detection
        The file, and what its columns are; none of them need be there.
    """
    try:
        return _glance(con, raw, detection)
    except engine.refusals() as error:
        if short_of(error) or "again" not in raw.extra:
            raise
    return _glance(con, raw.extra["again"](), detection)


def _glance(con: Any, raw: RawTable, detection: Detection) -> Glance:  # noqa: ANN401 - an Ibis backend has no type of its own
    source = Source(0, raw, detection)
    columns = schema([source])
    rejects = rejects_of(con, [source], everything_is_used=False)
    seen = overview(staged(con, source, columns, [source]), [source])
    read = seen.rows + len(raw.extra.get("rejects", ()))
    return Glance(read, rejects, tuple(remarks(seen, [source])))
