"""Observed orders of a log as arrays: what a surrogate is fitted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from fairshelf.audits.columns.sample import number_share
from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.pipeline.candidates import PREFIX, read_candidates
from fairshelf.audits.pipeline.files import Files, read_files, side
from fairshelf.audits.pipeline.prepare import reference_level
from fairshelf.audits.pipeline.sides import join_sides
from fairshelf.audits.rankers.fitting.design import Features, without
from fairshelf.audits.rankers.fitting.lists import ordered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

USUAL = ("price", "rating", "reviews", "relevance")
"""Canonical columns taken for factors where none are named."""

OUTCOMES = ("score", "relevance", "orders", "clicks", "reviews")
"""Canonical columns whose order a surrogate is held against."""

MOST_ROWS = 200_000
"""Rows fitted to; of longer logs, whole requests are drawn by a digest of the seed."""

NUMBERS = 0.95
"""Share of a column's first values that must be numbers for it to be taken as a number."""

_ONLY = "_fit_"


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


def read_orders(
    con: Backend,
    paths: tuple[Sequence[str], str | None],
    features: Sequence[str],
    missing: Mapping[str, tuple[float, ...]],
    settings: Settings,
    work: Path,
) -> Orders:
    """Read a log and put its rows into their observed orders.

    Parameters
    ----------
    con
        The engine.
    paths
        The log, and the table of sellers beside it.
    features
        Columns to take for factors; the usual ones where there are none.
    missing
        Factor -> values that stand for "none".
    settings
        How files are read, attributes, ``seed``.
    work
        A folder for what does not fit into memory.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.pipeline.files.read_files` and ``read_candidates``;
        ``fit_no_requests``; ``fit_no_features``; ``fit_missing_unknown``.
    """
    files = read_files(con, paths[0], paths[1], None, settings, work)
    log = Files(*zip(*files.of("log"), strict=True))
    names = tuple(dict.fromkeys(features)) or tuple(n for n in USUAL if n in log.columns)
    others = tuple(n for n in OUTCOMES if n in log.columns and n not in names)
    text = frozenset(name for name in names if _is_text(log, name))
    found = read_candidates(con, (log, True), (*names, *others), text, settings)
    if found.clean.request_is == "row":
        raise DataError("fit_no_requests", file=log.raws[0].name)
    unknown = [name for name in missing if name not in names]
    if unknown:
        suggestions = nearest(unknown[0], names) or list(names)
        raise UsageError("fit_missing_unknown", feature=unknown[0], suggestions=suggestions)
    sides = _sides(con, found.clean, files, settings)
    rows = found.clean.table if sides is None else sides.log
    ads = 0
    if "sponsored" in rows.columns and "sponsored" not in names:
        ads = int(rows.filter(rows.sponsored == 1).count().to_pyarrow().as_py())
        rows = rows.filter((rows.sponsored != 1).fill_null(True))  # noqa: FBT003 - a value
    told, drawn = _told(rows, found, (*names, *others), settings.seed)
    return _orders(told, names, text, missing, settings, (found, files, sides, ads, drawn))


def _is_text(log: Files, name: str) -> bool:
    for raw, detection in log.of("log"):
        heading = name if name in raw.headings else detection.heading(name)
        if heading is not None:
            share = number_share(raw, heading)
            if share is not None and share < NUMBERS:
                return True
    return False


def _sides(con: Backend, clean: CleanLog, files: Files, settings: Settings) -> Sides | None:
    """Label the sellers; None where the data have nothing to group them by and nobody asked."""
    try:
        return join_sides(con, clean, side(con, files, "sellers", settings), None, settings)
    except DataError as error:
        if error.code != "no_attribute" or settings.attributes or settings.standard:
            raise
        return None


def _told(
    rows: ir.Table, found: Candidates, names: Sequence[str], seed: int
) -> tuple[pa.Table, int | None]:
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
    own = {_ONLY + name: rows[PREFIX + name] for name in names}
    own |= {_ONLY + "time": rows.time} if "time" in beside else {}
    own |= {_ONLY + "query": rows["query"]} if "query" in beside else {}
    core = ("request", "position", "listing", "seller")
    asked = rows.select(*core, **own).order_by([*core, *own])
    return asked.to_pyarrow(), drawn


def _orders(
    told: pa.Table,
    names: Sequence[str],
    text: frozenset[str],
    missing: Mapping[str, tuple[float, ...]],
    settings: Settings,
    beside: tuple[Candidates, Files, Sides | None, int, int | None],
) -> Orders:
    found, files, sides, ads, drawn = beside
    request = _codes(told["request"])
    listing, seller = _codes(told["listing"]), _codes(told["seller"])
    if "listing" not in found.files.columns and "seller" in found.files.columns:
        listing = np.arange(listing.size)  # a seller may stand in one list with several goods
    words = {name: _words(told[_ONLY + name]) for name in names if name in text}
    numbers = {
        name: _numbers(told[_ONLY + name])
        for name in names
        if name not in text and _ONLY + name in told.column_names
    }
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
            groups[label.name] = reference_level(label, settings.reference.get(label.name), held)
    if not numbers and not words:
        raise DataError("fit_no_features", headings=list(files.raws[0].headings)[:12])
    empty = [(name, value) for name, values in missing.items() for value in values]
    position = told["position"].to_numpy().astype(np.int64)
    rng = np.random.default_rng(settings.seed)
    lists = ordered(request, position, listing, seller, rng)
    if lists.size == 0:
        raise DataError("fit_no_orders")
    query = _ONLY + "query"
    return Orders(
        lists=lists,
        features=Features(without(numbers, empty), words, groups),
        known={
            name: _numbers(told[_ONLY + name])
            for name in OUTCOMES
            if name not in names and _ONLY + name in told.column_names
        },
        time=_times(told),
        unit=_codes(told[query]) if query in told.column_names else request,
        labels=labels,
        found=found,
        clean=found.clean,
        files=files,
        sides=sides,
        ads=ads,
        drawn=drawn,
        raw=numbers,
    )


def _codes(column: Any) -> Integers:  # noqa: ANN401 - an Arrow column has no public type
    """Number the words of a column from 0, missing ones as one word."""
    coded = column.combine_chunks().dictionary_encode()
    indices: Integers = coded.indices.fill_null(len(coded.dictionary)).to_numpy().astype(np.int64)
    return indices


def _words(column: Any) -> NDArray[np.object_]:  # noqa: ANN401 - as above
    return np.array([word or "" for word in column.to_pylist()], dtype=object)


def _numbers(column: Any) -> Floats:  # noqa: ANN401 - as above
    values: Floats = column.to_numpy().astype(np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _times(told: pa.Table) -> Floats | None:
    import pandas as pd  # noqa: PLC0415 - heavy

    name = _ONLY + "time"
    if name not in told.column_names:
        return None
    read = pd.to_datetime(
        pd.Series(told[name].to_pylist(), dtype=object), errors="coerce", utc=True, format="mixed"
    )
    if read.isna().mean() > 0.5:  # noqa: PLR2004 - most cells are no times
        return None
    seconds: Floats = read.to_numpy().astype("datetime64[s]").astype(np.float64)
    return np.where(read.isna().to_numpy(), np.nan, seconds)
