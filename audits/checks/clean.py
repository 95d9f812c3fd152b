"""A log that can be counted, and the account of every row that is not in it.

One pass reads every file into the engine under canonical names. Row numbers are asked for only
when a row must be named: one that is set aside, or one that stands there twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from fairshelf.audits.checks import duplicates, engine, positions, requests
from fairshelf.audits.checks.account import rejects_of, worst
from fairshelf.audits.checks.believed import believe
from fairshelf.audits.checks.fine import require_fine
from fairshelf.audits.checks.hold import hold, hold_log
from fairshelf.audits.checks.keys import is_key, seller_is_listing, whole_ids
from fairshelf.audits.checks.notes import remarks
from fairshelf.audits.checks.odd import odd_columns, odd_columns_of
from fairshelf.audits.checks.overview import Overview, overview
from fairshelf.audits.checks.records import CleanLog, Known
from fairshelf.audits.checks.stage import (
    BAD,
    FILE,
    Source,
    exact,
    is_dear,
    schema,
    staged,
)
from fairshelf.audits.checks.summaries import Summaries, summaries
from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.engines.means import count_into_arrays
from fairshelf.audits.engines.own import holds_rows
from fairshelf.audits.engines.shortage import short_of
from fairshelf.audits.errors import DataError
from fairshelf.audits.results import Message
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings
    from fairshelf.audits.stages import Stages

_NUMBERED = ("request", "listing")
"""Columns whose distinct values are numbered later on."""

MANY = 1_000_000
"""Rows of Parquet from which on they are read again for every question."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What was found out about the log as a whole."""

    base: Mapping[int, int]
    paging: positions.Paging | None
    requests: requests.Requests
    names: tuple[str, ...]
    columns: tuple[str, ...]


def clean_log(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    raws: Sequence[RawTable],
    detections: Sequence[Detection],
    settings: Settings,
    stage: Stages = QUIET,
) -> CleanLog:
    """Read a log into the engine and set aside what cannot be used.

    Parameters
    ----------
    con
        The Ibis backend that holds the files' tables.
    raws, detections
        The files of the log, and what their columns are.
    settings
        ``position_base`` and ``page_size`` are looked at.
    stage
        Told how far it is.

    Returns
    -------
    CleanLog
        ``read == used + rejected + duplicate``, and a row in ``rejects`` for each of the last two.

    Raises
    ------
    DataError
        ``no_rows``: the files hold none. ``no_rows_left``: none of them can be used.
        ``parquet_untrue``: a file says of a column what is not so.
        ``too_fine``: as :func:`fairshelf.audits.checks.fine.require_fine`.
    """
    pairs = enumerate(zip(raws, detections, strict=True))
    sources = [Source(n, *pair, careful=frozenset()) for n, pair in pairs]
    types = schema(sources)
    try:
        in_place = _in_place(sources)
        if in_place and holds_rows(con):
            sources = [replace(source, exact=exact(source)) for source in sources]
        everything = _kept(con, sources, types, in_place=in_place)
    except engine.refusals() as error:
        if short_of(error) or not any("again" in raw.extra for raw in raws):
            raise
        anew = [raw.extra["again"]() if "again" in raw.extra else raw for raw in raws]
        told = [notice for raw in anew for notice in raw.notices]
        clean = clean_log(con, anew, detections, settings, stage)
        return replace(clean, notices=(*told, *clean.notices))
    sums = summaries(con, everything, sources, stage, in_place=in_place)
    odd = odd_columns(sums.distinct, sources)
    if not holds_rows(con):
        odd = odd_columns_of(everything, sources)
    if odd:
        sources = [replace(source, careful=odd) for source in sources]
        everything, sums = hold(con, _all(con, sources, types)), Summaries()
    seen = sums.of_files(overview(everything, sources, sums.short))
    read = seen.rows
    early = sum(len(raw.extra.get("rejects", ())) for raw in raws)
    if read + early == 0:
        raise _none(sources)
    require_fine(everything, sources, seen.amounts, read)
    sources, shape, notices = _understand(everything, seen, sources, types, settings)
    good = _good(everything, seen, sources, shape.base)
    rows = _finish(good, shape)
    used = read if good is everything else _count(rows)
    rejects = rejects_of(con, sources, everything_is_used=used == read)
    if used == 0:
        raise worst(rejects, read + early)
    if used != read:
        sums = Summaries()
    through = _is_through(sums, shape, sources, rows)
    twice, table, said = _without_repeats(con, sources, types, shape, rows, used, through=through)
    if twice.num_rows:
        sums = Summaries()
    facts = remarks(seen, sources)
    as_read = shape.paging is None and set(shape.base.values()) == {1}
    return CleanLog(
        table=table,
        columns=frozenset(name for name in table.columns if not is_key(name)),
        request_is=shape.requests.kind,
        seller_is=_seller_is(types, sources),
        read=read + early,
        rejected=rejects.num_rows,
        duplicate=twice.num_rows,
        rejects=pa.concat_tables([rejects, twice]),
        notices=(*notices, *facts, *said),
        known=Known(
            {name: sums.distinct[name] for name in _NUMBERED if name in sums.distinct},
            sums.short if as_read else None,
            sums.plain if as_read else None,
            dict(seen.missing) if used == read and not twice.num_rows else None,
            single="impressions" not in types,
        ),
    )


def _kept(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    sources: Sequence[Source],
    types: dict[str, str],
    *,
    in_place: bool,
) -> ir.Table:
    """Give the rows, from the engine's own copy where that is cheaper than reading them again.

    A large Parquet file is not copied: the engine reads the few columns that a question needs, as
    fast as its own, and the copy would be what fills the memory.
    """
    if in_place:
        keys = whole_ids(sources) if holds_rows(con) and not _asks_features(sources) else ()
        kept = _all(con, sources, types, keys=keys)
    else:
        believe(sources)
        kept = hold_log(con, _all(con, sources, types), dear=any(map(is_dear, sources)))
    if holds_rows(con):
        count_into_arrays(con, _count(kept))
    return kept


def _in_place(sources: Sequence[Source]) -> bool:
    """Say whether a log is large Parquet, which is read again for every question."""
    if any(map(is_dear, sources)) or any(one.raw.format != "parquet" for one in sources):
        return False
    return sum(_count(one.raw.table) for one in sources) >= MANY


def _all(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    sources: Sequence[Source],
    types: dict[str, str],
    *,
    numbered: bool = False,
    keys: Sequence[str] = (),
) -> ir.Table:
    tables = [
        staged(con, source, types, sources, numbered=numbered, keys=keys) for source in sources
    ]
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _count(rows: ir.Table) -> int:
    return int(rows.count().to_pyarrow().as_py())


def _good(
    everything: ir.Table, seen: Overview, sources: Sequence[Source], base: Mapping[int, int]
) -> ir.Table:
    """Give the rows that can be used: all of them, with nothing to ask, where none is marked."""
    all_count = all("position" in source.headings for source in sources)
    asked = any(source.needed for source in sources)
    if all_count and not asked and not seen.bad and not seen.below(base):
        return everything
    return positions.usable(_marked(everything, sources))


def _understand(
    everything: ir.Table,
    seen: Overview,
    sources: Sequence[Source],
    types: dict[str, str],
    settings: Settings,
) -> tuple[list[Source], _Shape, list[Message]]:
    base, notices = positions.bases(seen.counted, sources, settings)
    sources = [replace(source, lowest=base[source.place]) for source in sources]
    names = tuple(source.raw.name for source in sources)
    good = positions.from_one(_good(everything, seen, sources, base), base)
    without = [one.raw.name for one in sources if "impressions" not in one.headings]
    if "impressions" in types and without:
        notices.append(Message("impressions_one_a_row", {"files": without}))
    paging = None
    if "page" in types:
        paging, said = positions.paging(good, settings)
        notices += said
    if paging:
        sources = [_needing(source, "page") for source in sources]
        good = positions.over_pages(positions.usable(_marked(good, sources)), paging)
    found, said = requests.find(good, names)
    if found.kind == "query":
        sources = [_needing(source, "query") for source in sources]
    shape = _Shape(base, paging, found, names, tuple(types))
    return sources, shape, [*notices, *said]


def _needing(source: Source, name: str) -> Source:
    return replace(source, needed=source.needed | {name})


def _marked(rows: ir.Table, sources: Sequence[Source]) -> ir.Table:
    """Mark further rows bad, now that it is known what the files count from and must have."""
    bad = rows[BAD]
    if "position" in rows.columns:
        for source in sources:
            if source.lowest:
                low = rows.position < source.lowest
                bad = bad | (low & (rows[FILE] == source.place) if len(sources) > 1 else low)
    for name in sorted(set().union(*(source.needed for source in sources))):
        bad = bad | rows[name].isnull()
    return rows.mutate(**{BAD: bad.fill_null(engine.ALWAYS)})


def _finish(good: ir.Table, shape: _Shape) -> ir.Table:
    """Give the usable rows in the form of the clean log, with ``_file`` (and ``_row``) beside."""
    rows = positions.from_one(good, shape.base)
    rows = positions.over_pages(rows, shape.paging)
    rows = requests.with_request(rows, shape.requests, shape.names)
    if "listing" not in rows.columns:
        stand_in = rows.seller if "seller" in rows.columns else ibis.null("string")
        rows = rows.mutate(listing=stand_in)
    if "seller" not in shape.columns:
        rows = seller_is_listing(rows)
    if "impressions" not in rows.columns:
        rows = rows.mutate(impressions=ibis.literal(1, "int64"))
    core = ("request", "position", "listing", "seller", "impressions")
    marks = [name for name in (FILE, ROW) if name in rows.columns]
    marks += filter(is_key, rows.columns)
    return rows.select(*dict.fromkeys((*core, *shape.columns)), *marks)


def _is_through(sums: Summaries, shape: _Shape, sources: Sequence[Source], rows: ir.Table) -> bool:
    """Say whether positions number each request through; never asked of candidates."""
    if _asks_features(sources):
        return False
    if not duplicates.keyed_by_position(shape.columns):
        return False
    bases = set(shape.base.values())
    if sums.requests is None or shape.paging is not None or len(bases) > 1:
        return duplicates.numbered_through(duplicates.by_request(rows))
    return duplicates.numbered_through(sums.requests, bases.pop())


def _without_repeats(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    sources: Sequence[Source],
    types: dict[str, str],
    shape: _Shape,
    rows: ir.Table,
    used: int,
    *,
    through: bool,
) -> tuple[pa.Table, ir.Table, tuple[Message, ...]]:
    keys = duplicates.keys_of(shape.columns, shape.requests.kind)
    if not duplicates.any_repeated(rows, keys, used, through=through):
        composed = len(shape.requests.keys) > 1
        clean = rows.drop(FILE)
        none = rejects_of(con, [], everything_is_used=True)
        return none, hold_log(con, clean) if composed else clean, ()
    numbered = hold(con, _all(con, sources, types, numbered=True))
    rows = _finish(positions.usable(_marked(numbered, sources)), shape)
    twice = hold(con, duplicates.repeated(rows, keys))
    kept = hold(con, rows.anti_join(twice, [FILE, ROW]).drop(FILE, ROW))
    said = _say_differing(rows, keys, types, sources)
    return _as_rejects(twice, sources), kept, said


def _say_differing(
    rows: ir.Table, keys: Sequence[str], types: Mapping[str, str], sources: Sequence[Source]
) -> tuple[Message, ...]:
    """Say of repeated rows that do not agree in all columns how many they are, and in which."""
    others = [name for name in types if name not in keys]
    count, columns = duplicates.differing(rows, keys, others)
    if not count:
        return ()
    headings = {name: name for name in columns}
    for source in reversed(sources):
        features = {name: heading for name, heading, _ in source.detection.features}
        headings |= {**source.headings, **dict(source.detection.extras), **features}
    told = list(dict.fromkeys(headings[name] for name in columns))
    return (Message("repeats_differ", {"count": count, "columns": told}),)


def _as_rejects(twice: ir.Table, sources: Sequence[Source]) -> pa.Table:
    found = twice.order_by([FILE, ROW]).to_pyarrow()
    names = pa.array([source.raw.name for source in sources], pa.string())
    headings = pa.array([source.headings.get("listing", "") for source in sources], pa.string())
    return pa.table(
        {
            "file": names.take(found[FILE].combine_chunks()),
            "row": found[ROW].cast(pa.int64()),
            "column": headings.take(found[FILE].combine_chunks()),
            "value": found["listing"].cast(pa.string()),
            "reason": pa.array(["duplicate"] * found.num_rows, pa.string()),
        }
    )


def _seller_is(types: dict[str, str], sources: Sequence[Source]) -> Any:  # noqa: ANN401 - one of three words
    if "seller" in types:
        return "seller"
    return "listing" if any("listing" in source.columns for source in sources) else "none"


def _asks_features(sources: Sequence[Source]) -> bool:
    """Say whether these are candidates of a model."""
    return any(source.detection.features for source in sources)


def _none(sources: Sequence[Source]) -> DataError:
    return DataError("no_rows", files=[source.raw.name for source in sources])
