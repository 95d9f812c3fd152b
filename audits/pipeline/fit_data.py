"""Observed orders of a log as arrays: what a surrogate is fitted to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.pipeline.candidates import PREFIX, counted, one_showing_each, read_candidates
from fairshelf.audits.pipeline.files import Files, about_rows, read_files, side
from fairshelf.audits.pipeline.fit_tables import LAST, ONLY, heading_of, is_text, joined, last
from fairshelf.audits.pipeline.prepare import reference_level
from fairshelf.audits.pipeline.sides import join_sides
from fairshelf.audits.rankers.fitting.design import Features, without
from fairshelf.audits.rankers.fitting.lists import ordered, pooled
from fairshelf.audits.stages import QUIET

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from numpy.typing import NDArray

    from fairshelf.audits.checks.records import CleanLog
    from fairshelf.audits.config import Settings
    from fairshelf.audits.groups import Labels
    from fairshelf.audits.pipeline.candidates import Candidates
    from fairshelf.audits.pipeline.sides import Sides
    from fairshelf.audits.rankers.fitting.lists import Lists
    from fairshelf.audits.stages import Stages

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

USUAL = ("price", "rating", "reviews", "relevance")
"""Canonical columns taken for factors where none are named."""

OUTCOMES = ("score", "relevance", "orders", "clicks", "reviews")
"""Canonical columns whose order a surrogate is held against."""

MOST_ROWS = 200_000
"""Rows fitted to; of longer logs, whole requests are drawn by a digest of the seed."""

ALONE = 0.9
"""Share of requests with one listing from which rows of several requests are put together."""


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """A log's observed orders, with what is known of each row.

    Attributes
    ----------
    lists
        The orders; ``rows`` points into the arrays below.
    features
        The factors, values that stand for "none" taken out.
    known
        Further numbers whose order is held against the surrogates.
    time
        Seconds since 1970, shape (rows,); None where the log has no times.
    unit
        What each row's request belongs to: its query, else itself, shape (rows,).
    labels
        The attributes of sellers among the factors.
    found, clean, files
        What was read.
    rows, ads, drawn
        Rows there were, advertisements left out, rows drawn of a longer log (else None).
    raw
        Numbers as they stand, before anything was taken for "none".
    pooled
        Whether the lists are made of rows that stand alone in their requests.
    showings
        As :func:`fairshelf.audits.pipeline.candidates.counted` tells; each list counts once.
    """

    lists: Lists
    features: Features
    known: Mapping[str, Floats]
    time: Floats | None
    unit: Integers
    labels: tuple[Labels, ...]
    found: Candidates
    clean: CleanLog
    files: Files
    sides: Sides | None
    ads: int
    drawn: int | None
    raw: Mapping[str, Floats]
    pooled: bool
    showings: tuple[float, float, bool] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a log is read for a fit.

    ``features``: columns to take for factors, and whether as words; the usual ones where there are
    none. ``missing``: factor -> values that stand for "none". ``where``: column -> the word that
    rows must hold. ``unshown``: whether rows without a position are candidates that were not shown.
    """

    features: Mapping[str, bool]
    missing: Mapping[str, tuple[float, ...]]
    where: Mapping[str, str]
    unshown: bool = False


def read_orders(
    con: Backend,
    paths: tuple[Sequence[str], str | None, str | None],
    asked: Reading,
    settings: Settings,
    work: Path,
    stage: Stages = QUIET,
) -> Orders:
    """Read a log and put its rows into their observed orders.

    Parameters
    ----------
    con
        The engine.
    paths
        The log, and the tables of sellers and listings beside it.
    asked
        What is taken for what.
    settings
        How files are read, attributes, ``seed``.
    work
        A folder for what does not fit into memory.
    stage
        Told the stages as they begin, and how far they are.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.files.read_files` and ``read_candidates``;
        ``fit_no_orders``; ``fit_no_features``; ``fit_missing_unknown``; ``orders_are_counts``.
    """
    files = read_files(con, *paths, settings, work)
    if asked.unshown:
        files = replace(
            files, raws=tuple(last(*one) for one in zip(files.raws, files.detections, strict=True))
        )
    log = Files(*zip(*files.of("log"), strict=True))
    beside = files.of("catalogue")[0] if files.of("catalogue") else None
    known = log.columns | (beside[1].found if beside else frozenset())
    names = tuple(asked.features) or tuple(name for name in USUAL if name in known)
    others = tuple(name for name in OUTCOMES if name in log.columns and name not in names)
    text = {name for name in names if asked.features.get(name) or is_text(files, name)}
    in_log = [name for name in names if beside is None or heading_of(log, name) is not None]
    columns = tuple(dict.fromkeys((*in_log, *others, *asked.where)))
    stage("check")
    stage.going_over(about_rows(log), about=True)
    found = read_candidates(con, (log, True), columns, frozenset(text | set(asked.where)), settings)
    one_showing_each(found.clean, log, by_request=True)
    missing = {as_factor(name, files, names): values for name, values in asked.missing.items()}
    unknown = [name for name in missing if name not in names]
    if unknown and not names:
        raise UsageError("fit_missing_none", feature=unknown[0])
    if unknown:
        suggestions = nearest(unknown[0], names) or list(names)
        raise UsageError("fit_missing_unknown", feature=unknown[0], suggestions=suggestions)
    stage.going_over(found.clean.used)
    sides = _sides(con, found.clean, files, settings)
    rows = found.clean.table if sides is None else sides.log
    for name, word in asked.where.items():
        rows = rows.filter(rows[PREFIX + name] == word)
    ads = 0
    if "sponsored" in rows.columns and "sponsored" not in names:
        ads = int(rows.filter(rows.sponsored == 1).count().to_pyarrow().as_py())
        rows = rows.filter((rows.sponsored != 1).fill_null(True))  # noqa: FBT003 - a value
    told, drawn = _told(rows, (*in_log, *others), settings.seed)
    if beside is not None:
        told = joined(told, beside, [name for name in names if name not in in_log], text)
    orders = _orders(told, names, text, missing, settings, (found, files, sides, ads, drawn))
    return replace(orders, showings=counted(found.clean))


def as_factor(typed: str, files: Files, factors: Container[str]) -> str:
    """Give the factor that a typed name stands for: itself, else the one read from that heading.

    Parameters
    ----------
    typed
        What was typed, which may be a heading of the reader's own (价格 for ``price``).
    files
        The files, and which column is which.
    factors
        Names that are factors as they stand.
    """
    if typed in factors:
        return typed
    named = {one.heading: one.canonical for found in files.detections for one in found.matches}
    return named.get(typed, typed)


def _sides(con: Backend, clean: CleanLog, files: Files, settings: Settings) -> Sides | None:
    """Label the sellers; None where the data have nothing to group them by and nobody asked."""
    try:
        return join_sides(con, clean, side(con, files, "sellers", settings), None, settings)
    except DataError as error:
        if error.code != "no_attribute" or settings.attributes or settings.standard:
            raise
        return None


def _told(rows: ir.Table, names: Sequence[str], seed: int) -> tuple[pa.Table, int | None]:
    """Fetch the rows in a fixed order, or whole requests of them drawn by a digest."""
    count = int(rows.count().to_pyarrow().as_py())
    drawn = None
    if count > MOST_ROWS:
        digest = ibis.literal(f"{seed}\u0001").concat(rows.request).hexdigest("md5")
        each = rows.group_by("request").agg(n=rows.count(), d=digest.min()).order_by("d")
        window = ibis.cumulative_window(order_by=each.d)
        each = each.mutate(so_far=each.n.sum().over(window))
        rows = rows.semi_join(each.filter(each.so_far <= MOST_ROWS), "request")
        drawn = int(rows.count().to_pyarrow().as_py())
    beside = [name for name in ("time", "query") if name in rows.columns]
    own = {ONLY + name: rows[PREFIX + name] for name in names}
    own |= {ONLY + "time": rows.time} if "time" in beside else {}
    own |= {ONLY + "query": rows["query"]} if "query" in beside else {}
    core = ("request", "position", "listing", "seller")
    asked = rows.select(*core, **own).order_by([*core, *own])
    return asked.to_pyarrow(), drawn


def _orders(
    told: pa.Table,
    names: Sequence[str],
    text: set[str],
    missing: Mapping[str, tuple[float, ...]],
    settings: Settings,
    beside: tuple[Candidates, Files, Sides | None, int, int | None],
) -> Orders:
    found, files, sides, ads, drawn = beside
    request = _codes(told["request"])
    listing, seller = _codes(told["listing"]), _codes(told["seller"])
    if "listing" not in found.files.columns and "seller" in found.files.columns:
        listing = np.arange(listing.size)  # a seller may stand in one list with several goods
    words = {name: _words(told[ONLY + name]) for name in names if name in text}
    numbers = {
        name: _numbers(told[ONLY + name])
        for name in names
        if name not in text and ONLY + name in told.column_names
    }
    _require_references(sides, settings)
    labels = () if sides is None else tuple(one for one in sides.labels if one.declared)
    groups: dict[str, str | None] = {}
    if sides is not None:
        place = {name: n for n, name in enumerate(sides.tables.seller.to_pylist())}
        at = np.array([place[name] for name in told["seller"].to_pylist()], dtype=np.int64)
        for label in labels:
            level = np.array([*label.levels[:-1], ""], dtype=object)
            code = label.codes[at]
            words[label.name] = level[code]
            held = np.bincount(code, minlength=len(label.levels))
            groups[label.name] = reference_level(label, _asked_of(label, settings), held)
    if not numbers and not words:
        raise DataError("fit_no_features", headings=list(files.raws[0].headings)[:12])
    empty = [(name, value) for name, values in missing.items() for value in values]
    position = told["position"].to_numpy().astype(np.int64)
    rng = np.random.default_rng(settings.seed)
    shown = position < LAST
    lists = ordered(request, position, listing, seller, rng, shown=shown)
    time, query = _times(told), ONLY + "query"
    alone = found.clean.request_is == "row" or lists.alone > ALONE * np.unique(request).size
    if alone:
        when = np.zeros(request.size) if time is None else time
        request = pooled(position, np.lexsort((rng.permutation(request.size), when)))
        lists = ordered(request, position, listing, seller, rng, again=True, shown=shown)
    if lists.size == 0:
        raise DataError("fit_no_orders")
    return Orders(
        lists=lists,
        features=Features(without(numbers, empty), words, groups),
        known={
            name: _numbers(told[ONLY + name])
            for name in OUTCOMES
            if name not in names and ONLY + name in told.column_names
        },
        time=time,
        unit=_units(told[query], request) if query in told.column_names and not alone else request,
        pooled=alone,
        labels=labels,
        found=found,
        clean=found.clean,
        files=files,
        sides=sides,
        ads=ads,
        drawn=drawn,
        raw=numbers,
    )


def _require_references(sides: Sides | None, settings: Settings) -> None:
    names = [one.name for one in sides.labels] if sides is not None else []
    bare = {name.partition(":")[0] for name in names}
    for name in settings.reference:
        if name not in names and name not in bare:
            raise UsageError(
                "unknown_attribute_reference",
                attribute=name,
                known=names,
                suggestions=nearest(name, names) or names,
            )


def _asked_of(label: Labels, settings: Settings) -> str | None:
    """Give the level asked for, also where a bare name stands for a mapping of it."""
    told = settings.reference
    return told.get(label.name, told.get(label.name.partition(":")[0]))


def _codes(column: Any) -> Integers:  # noqa: ANN401 - an Arrow column has no public type
    """Give each word of a column a number from 0, missing ones as one word."""
    coded = column.combine_chunks().dictionary_encode()
    indices: Integers = coded.indices.fill_null(len(coded.dictionary)).to_numpy().astype(np.int64)
    return indices


def _units(query: Any, request: Integers) -> Integers:  # noqa: ANN401 - as above
    """Give each query a number from 0; a request that tells none is a unit of its own."""
    codes, blank = _codes(query), _words(query) == ""
    return np.where(blank, codes.max(initial=0) + 1 + request, codes)


def _words(column: Any) -> NDArray[np.object_]:  # noqa: ANN401 - as above
    return np.array([word or "" for word in column.to_pylist()], dtype=object)


def _numbers(column: Any) -> Floats:  # noqa: ANN401 - as above
    values: Floats = column.to_numpy().astype(np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _times(told: pa.Table) -> Floats | None:
    import pandas as pd  # noqa: PLC0415 - heavy

    name = ONLY + "time"
    if name not in told.column_names:
        return None
    read = pd.to_datetime(
        pd.Series(told[name].to_pylist(), dtype=object), errors="coerce", utc=True, format="mixed"
    )
    if read.isna().mean() > 0.5:  # noqa: PLR2004 - most cells are no times
        return None
    plain = read.dt.tz_localize(None).to_numpy()
    seconds: Floats = plain.astype("datetime64[s]").astype(np.float64)
    return np.where(read.isna().to_numpy(), np.nan, seconds)
