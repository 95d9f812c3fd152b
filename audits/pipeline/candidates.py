"""Candidate sets: what could have been shown in each request, with what a model knows of it.

A candidate table is read and checked as a log is, by the same code: it has requests, listings and
sellers, and a position only where the platform's own order is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis

from fairshelf.audits.checks import clean_log, engine
from fairshelf.audits.checks.stage import scale_of
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.columns.detect import detect, require_headings, survey
from fairshelf.audits.errors import DataError, UsageError, nearest
from fairshelf.audits.ingest import read
from fairshelf.audits.pipeline.files import Files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from fairshelf.audits.checks.records import CleanLog
    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.config import Settings
    from fairshelf.audits.results import ColumnMatch, Message

UNRANKED = "position"
"""The heading of the column that stands in where a candidate table has no position."""

IMPRESSIONS = "impressions"
"""How often a row was shown; 1 on every row of a log that does not tell."""

PREFIX = "feature "
"""Begins the name of a feature's column, which no canonical name does."""

_SHOWN = 12

_WORDS = 4
"""Cells that are quoted of a feature that holds no number."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidate sets that can be ranked.

    Attributes
    ----------
    clean
        The rows, as :class:`fairshelf.audits.checks.records.CleanLog` has them, with a column
        ``feature NAME`` for each feature (float64, null where missing; string for text).
    features
        Name of a feature, as the model calls it -> its column.
    ordered
        Whether ``position`` is an order that was observed; else it is 1 on every row.
    files
        The files, with what was taken for what.
    account
        One row per feature: name, heading, missing, unreadable and infinite values.
    """

    clean: CleanLog
    features: dict[str, str]
    ordered: bool
    files: Files
    account: tuple[tuple[str, str, int, int, int], ...]


def open_files(
    con: Backend, paths: Sequence[str], settings: Settings, work: Path
) -> tuple[Files, bool]:
    """Read candidate files and find out what their columns are.

    Returns
    -------
    files, ordered
        ``ordered`` tells whether every file holds an observed order.

    Raises
    ------
    UsageError, DataError
        As :func:`fairshelf.audits.columns.detect.detect`; ``no_request``: nothing says which
        candidates stood for choice together.
    """
    raws = list(read(con, paths, "log", settings, work))
    extras = extras_of(raws, settings)
    require_headings(raws, settings.map, extras)
    seen = [survey(raw, settings.map, extras) for raw in raws]
    ordered = all("position" in found.found for found in seen)
    files = [
        (raw, detect(raw, settings.map, extras))
        if ordered
        else _unranked(raw, found, settings.map, extras)
        for raw, found in zip(raws, seen, strict=True)
    ]
    return Files(tuple(raw for raw, _ in files), tuple(found for _, found in files)), ordered


def extras_of(raws: Sequence[RawTable], settings: Settings) -> dict[str, str]:
    """Give the headings of the user's own attributes that these files have.

    The others stand in the table of sellers, or nowhere: the audit of the ranked log tells.
    """
    headings = {heading for raw in raws for heading in raw.headings}
    return {
        name: heading or name
        for name, heading in settings.attributes.items()
        if (heading or name) in headings
    }


def _unranked(
    raw: RawTable, seen: Detection, given: Mapping[str, str], extras: Mapping[str, str]
) -> tuple[RawTable, Detection]:
    """Let a table without an observed order pass for a log in which everything stands first."""
    request = seen.heading("request") or seen.heading("query")
    if request is None and "request" not in raw.constants:
        raise DataError("no_request", file=raw.name, headings=list(raw.headings)[:_SHOWN])
    one = ibis.literal(1, "int64")
    taken = set(raw.headings)
    heading = UNRANKED
    while heading in taken:
        heading = f"{heading}_"
    numbered = raw.numbered
    raw = replace(
        raw,
        table=raw.table.mutate(**{heading: one}),
        headings=(*raw.headings, heading),
        head=raw.head.append_column(heading, [["1"] * raw.head.num_rows]),
        numbered=lambda: numbered().mutate(**{heading: one}),
    )
    told = {name: column for name, column in given.items() if name not in {"position", "page"}}
    if request is not None:
        told["request"] = request
    found = detect(raw, {**told, "position": heading}, extras)
    kept = tuple(match for match in found.matches if match.canonical != "page")
    return raw, replace(found, matches=kept, notices=_without_position(found.notices))


def _without_position(notices: Sequence[Message]) -> tuple[Message, ...]:
    return tuple(one for one in notices if one.facts.get("column") not in {"position", "page"})


def read_candidates(
    con: Backend,
    opened: tuple[Files, bool],
    features: Sequence[str],
    text: frozenset[str],
    settings: Settings,
) -> Candidates:
    """Check the rows of candidate files and take the features out of them.

    Parameters
    ----------
    con
        The engine that holds the files.
    opened
        What :func:`open_files` gave.
    features
        Names of the columns a model reads: headings of the files, or canonical names.
    text
        Those of ``features`` that are read as text.
    settings
        What was said of the files.

    Raises
    ------
    DataError
        ``features_missing``: a file has no column of that name; ``feature_is_words``: of a feature
        that is read as numbers not one row has one; ``no_rows_left``.
    """
    files, ordered = opened
    bound = [
        replace(found, features=_bind(raw, found, features, text)) for raw, found in files.of("log")
    ]
    clean = clean_log(con, [raw for raw, _ in files.of("log")], bound, settings)
    done = Files(files.raws, tuple(bound))
    columns = {name: PREFIX + name for name in features}
    return Candidates(clean, columns, ordered, done, _account(clean, done, columns))


def read_lists(
    con: Backend,
    opened: tuple[Files, bool],
    features: Sequence[str],
    text: frozenset[str],
    settings: Settings,
) -> Candidates:
    """Read candidates that are to be put in another order: :func:`read_candidates`, but no counts.

    Raises
    ------
    UsageError, DataError
        As :func:`read_candidates` and :func:`one_showing_each`.
    """
    found = read_candidates(con, opened, features, text, settings)
    one_showing_each(found.clean, found.files)
    return found


def one_showing_each(clean: CleanLog, files: Files, *, by_request: bool = False) -> None:
    """Refuse rows that were shown more or less often than each other.

    What puts listings in another order takes a row for one place of one page. How often a row was
    shown belongs to the place it had: it says nothing of another, and pages whose rows count
    differently are no lists that can be dealt out anew.

    Parameters
    ----------
    clean, files
        The rows and where they came from.
    by_request
        Whether whole pages may be counted more than once, each row of a page as often as the
        others: an order stays one then. Requests of one row are no pages, and count together.

    Raises
    ------
    UsageError
        ``rows_are_counts``, with the heading, the least and the most; with ``by_request``
        ``orders_are_counts``.
    """
    found = counted(clean)
    if found is None:
        return
    least, most, within = found
    if least == most or (by_request and not within):
        return
    heading = next((h for _, one in files.of("log") if (h := one.heading(IMPRESSIONS))), None)
    raise UsageError(
        "orders_are_counts" if by_request else "rows_are_counts",
        file=files.raws[0].name,
        column=heading or IMPRESSIONS,
        least=least,
        most=most,
    )


def counted(clean: CleanLog) -> tuple[float, float, bool] | None:
    """Say how often rows were shown: at least, at most, and whether that differs within pages.

    Returns
    -------
    None where the log does not say. Rows that stand alone in their request make one page together,
    since an order can be made of them in no other way.
    """
    if IMPRESSIONS not in clean.columns:
        return None
    count = clean.table[IMPRESSIONS]
    each = clean.table.group_by("request").agg(
        least=count.min(), most=count.max(), rows=clean.table.count()
    )
    told = each.agg(
        least=each.least.min(),
        most=each.most.max(),
        within=(each.least < each.most).any(),
        low=each.least.min(where=each.rows == 1),
        high=each.most.max(where=each.rows == 1),
    ).to_pyarrow()
    least, most, within, low, high = (
        told[name][0].as_py() for name in ("least", "most", "within", "low", "high")
    )
    return least, most, bool(within) or (low is not None and low < high)


def _bind(
    raw: RawTable, found: Detection, features: Sequence[str], text: frozenset[str]
) -> tuple[tuple[str, str, bool], ...]:
    told, missing = [], []
    for name in features:
        heading = name if name in raw.headings else found.heading(name)
        if heading is None:
            missing.append(name)
        else:
            told.append((PREFIX + name, heading, name in text))
    if missing:
        known = [*raw.headings, *(match.canonical for match in found.matches)]
        raise DataError(
            "features_missing",
            file=raw.name,
            missing=missing,
            headings=list(raw.headings)[:_SHOWN],
            suggestions=[one for name in missing for one in nearest(name, known, count=1)]
            or list(raw.headings)[:_SHOWN],
        )
    return tuple(told)


def _account(
    clean: CleanLog, files: Files, columns: Mapping[str, str]
) -> tuple[tuple[str, str, int, int, int], ...]:
    """Count, for each feature, used rows without a value, and cells that are no finite number.

    Where not one row has a number and most say something else, the model reads words as codes that
    nobody told: given nothing, it would rank as if they were all missing.
    """
    if not columns:
        return ()
    missing = clean.known.missing
    if missing is None:
        missing = _missing(clean.table, list(columns.values()))
    told = []
    for name, column in columns.items():
        empty = missing[column]
        heading, odd, endless = "", 0, 0
        for raw, found in files.of("log"):
            _, heading, text = next(one for one in found.features if one[0] == column)
            if empty and not text:
                more = _odd(raw.table[heading], raw.decimal)
                odd, endless = odd + more[0], endless + more[1]
        if empty == clean.used and 2 * odd > empty:
            raise DataError(
                "feature_is_words", feature=name, heading=heading, words=_words(files, column)
            )
        told.append((name, heading, empty, odd, endless))
    return tuple(told)


def _words(files: Files, column: str) -> list[str]:
    """Give the most frequent cells of a feature: of the first file, the same number the lesser."""
    raw, found = next(iter(files.of("log")))
    heading = next(one for name, one, _ in found.features if name == column)
    word = raw.table[heading].cast("string")
    counts = raw.table.filter(word.notnull()).group_by(word=word).agg(n=ibis._.count())
    first = counts.order_by(ibis.desc("n"), "word").limit(_WORDS).to_pyarrow()
    return [str(one) for one in first["word"].to_pylist()]


def _missing(rows: ir.Table, columns: Sequence[str]) -> dict[str, int]:
    """Count the rows without a value in each of some columns."""
    counted = rows.agg(**{name: rows[name].isnull().sum() for name in columns}).to_pyarrow()
    return {name: int(counted[name][0].as_py() or 0) for name in columns}


def _odd(cell: Any, decimal: str) -> tuple[int, int]:  # noqa: ANN401 - an Ibis column of any type
    """Count cells that hold something other than a number, and infinite ones."""
    kind = cell.type()
    if kind.is_floating():
        return 0, int(cell.isinf().sum().to_pyarrow().as_py() or 0)
    if not kind.is_string():
        return 0, 0
    lost = engine.number(cell, decimal).isnull() & ~engine.says_number_missing(cell)
    endless = cell.strip().lower().isin(("inf", "+inf", "-inf", "infinity", "-infinity"))
    table = cell.as_table().mutate(lost=lost, endless=endless)
    found = table.agg(lost=table.lost.sum(), endless=table.endless.sum()).to_pyarrow()
    endless_cells = int(found["endless"][0].as_py() or 0)
    return int(found["lost"][0].as_py() or 0) - endless_cells, endless_cells


def carried(candidates: Candidates) -> list[str]:
    """Name the columns that go on with a listing when it is ranked anew: all but its order."""
    own = {name for found in candidates.files.detections for name, _ in found.extras}
    kept = [
        name
        for name in candidates.clean.table.columns
        if (name in BY_NAME or name in own) and name not in {"position", "page", "attention"}
    ]
    return list(dict.fromkeys(kept))


def plain(rows: ir.Table) -> ir.Table:
    """Give amounts as numbers again: a checked table holds them as whole parts."""
    scaled = {
        name: rows[name].cast("float64") / scale_of(name)
        for name in rows.columns
        if name in BY_NAME and BY_NAME[name].kind in {"amount", "share"}
    }
    return rows.mutate(**scaled) if scaled else rows


def matches_of(candidates: Candidates) -> tuple[ColumnMatch, ...]:
    """Give what was taken for what, without the position that stands in."""
    found = candidates.files.detections[0].matches
    return tuple(m for m in found if candidates.ordered or m.canonical != "position")
