"""One file of a log under canonical names, typed, with a mark on every row that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
from ibis.util import gen_name

from fairshelf.audits.checks import engine
from fairshelf.audits.checks.keys import IDS, with_keys
from fairshelf.audits.checks.records import MICRO, PICO
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.columns.moments import told_by
from fairshelf.audits.columns.raw import ROW
from fairshelf.audits.columns.units import factor_of
from fairshelf.audits.engines.own import holds_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fairshelf.audits.columns.detect import Detection
    from fairshelf.audits.columns.raw import RawTable

FILE = "_file"
BAD = "_bad"
RESTORED = "_restored"
OFF = "_off_"
_NUMBER = "_number_"
_FLAG = "_flag_"
NEEDED = ("request", "position", "listing", "impressions")
"""Columns whose value a row must have, where the file has the column."""

BY_HAND = frozenset({"csv", "xlsx", "xls", "xlsb", "ods", "html"})
LARGEST_SHEET = 1 << 26
"""Formats that spreadsheets write, and bytes above which none wrote a file."""

NUMBERS = frozenset({"position", "count", "amount", "share"})
"""Kinds of columns whose cells are numbers."""

_AT_LEAST_0 = {"clicks", "orders", "reviews", "attention", "employees"}


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a log, what its columns are, and what its rows must have.

    ``lowest`` is the lowest position that counts as one (0 until it is known whether the file
    counts from 0 or from 1); ``needed`` are further columns whose value a row must have.
    ``careful`` are the columns of words and ids whose cells must be trimmed, emptied or restored
    (None: all of them); the others are known to be clean and taken as they are, which is what
    makes a large log cheap. ``exact`` are columns of which every number is known to be one
    (:func:`exact`).
    """

    place: int
    raw: RawTable
    detection: Detection
    lowest: int = 0
    needed: frozenset[str] = field(default_factory=frozenset)
    careful: frozenset[str] | None = None
    exact: frozenset[str] = field(default_factory=frozenset)

    @property
    def headings(self) -> dict[str, str]:
        """Canonical name -> heading."""
        return {match.canonical: match.heading for match in self.detection.matches}

    @property
    def required(self) -> tuple[str, ...]:
        """The columns whose value every row must have, in the order in which faults are named."""
        wanted = (*NEEDED, *sorted(self.needed))
        return tuple(name for name in wanted if name in self.headings)

    @property
    def off(self) -> frozenset[str]:
        """The optional columns whose values may turn out to be unusable."""
        return frozenset(
            name
            for name in self.headings
            if name not in (*self.required, *IDS) and BY_NAME[name].kind in {*NUMBERS, "flag"}
        )

    def is_careful(self, name: str) -> bool:
        """Say whether the words or ids of a column must be looked at one by one."""
        return self.careful is None or name in self.careful

    def is_serial(self, name: str) -> bool:
        """Say whether a column is a time in which a spreadsheet's serial days stand, or may stand.

        Beyond the first rows they may in whatever a spreadsheet can have written.
        """
        heading = self.headings.get(name) if name == "time" else None
        if heading is None:
            return False
        told = told_by(self.raw, heading)
        by_hand = self.raw.format in BY_HAND and self.raw.bytes <= LARGEST_SHEET
        return told in {"serial", "mixed"} or (told == "days" and by_hand)

    @property
    def key(self) -> str | None:
        """The column that says what was shown."""
        return next((name for name in ("listing", "seller") if name in self.headings), None)

    @property
    def columns(self) -> frozenset[str]:
        """Every column that the staged table has of its own."""
        extras = {name for name, _ in self.detection.extras}
        features = {name for name, _, _ in self.detection.features}
        return frozenset(self.headings) | extras | features | frozenset(self.raw.constants)


def schema(sources: Sequence[Source]) -> dict[str, str]:
    """Give every column of the log and its type, canonical order first, then the user's own."""
    present: set[str] = set().union(*(source.columns for source in sources))
    canonical = {name: dtype(name) for name in BY_NAME if name in present}
    own = {name: "string" for source in sources for name, _ in source.detection.extras}
    features = {
        name: "string" if text else "float64"
        for source in sources
        for name, _, text in source.detection.features
    }
    return {**canonical, **own, **features}


def dtype(name: str) -> str:
    """Give the type a canonical column is held in."""
    numeric = BY_NAME[name].kind in NUMBERS | {"flag"}
    return "int64" if numeric else "string"


def _with_numbers(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    source: Source,
    table: ir.Table,
    names: Iterable[str] | None = None,
) -> ir.Table:
    """Give a file's table with its numbers and flags read once, for all that looks at them.

    With DuckDB it is a view, so that it does not read the same cell again for every use of it.
    ``names`` are the columns that will be looked at; None for all of them.
    """
    kinds = {name: BY_NAME[name].kind for name in (source.headings if names is None else names)}
    cells: dict[str, ir.Value] = {
        _free(source, _NUMBER + name): number_of(source, table, name)
        for name in source.headings
        if kinds.get(name) in NUMBERS
    }
    cells |= {
        _free(source, _FLAG + name): engine.flag(table[heading])
        for name, heading in source.headings.items()
        if kinds.get(name) == "flag"
    }
    if not cells:
        return table
    read = table.mutate(**cells)
    return con.create_view(gen_name("cells"), read) if holds_rows(con) else read


def number_of(source: Source, table: ir.Table, name: str) -> ir.NumericValue:
    """Give the numbers of a canonical column, in the unit that its heading states."""
    kind, heading = BY_NAME[name].kind, source.headings[name]
    cell = table[heading]
    found = engine.number(cell, source.raw.decimal, ranks=kind == "position")
    return engine.scaled(found, cell, factor_of(name, heading), whole=kind == "count")


def _free(source: Source, name: str) -> str:
    """Give a column's name beside a file's own: longer where a heading says the same."""
    taken = {heading.casefold() for heading in source.raw.table.columns}
    while name.casefold() in taken:
        name += "_"
    return name


def exact(source: Source) -> frozenset[str]:
    """Name the positions and counts of a file whose every number is whole and may stand.

    Parquet keeps the least and the largest number of a column, from which an engine knows this
    without looking at a row; and it then knows how many different positions there can be, which a
    number behind a condition does not tell.
    """
    told = set()
    for name, heading in source.headings.items():
        cell = source.raw.table[heading]
        if BY_NAME[name].kind not in {"position", "count"} or not cell.type().is_integer():
            continue
        if factor_of(name, heading) == 1:
            least = 0 if name in _AT_LEAST_0 else -engine.EXACT
            beyond = source.raw.table.filter(~cell.between(least, engine.EXACT))
            if not beyond.select(heading).limit(1).to_pyarrow().num_rows:
                told.add(name)
    return frozenset(told)


def is_dear(source: Source) -> bool:
    """Say whether a file's rows cost much to read: whether there are numbers written as text."""
    types = source.raw.table.schema()
    return any(
        BY_NAME[name].kind in NUMBERS and types[heading].is_string()
        for name, heading in source.headings.items()
    )


def staged(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    source: Source,
    columns: dict[str, str],
    together: Sequence[Source],
    *,
    numbered: bool = False,
    keys: Sequence[str] = (),
) -> ir.Table:
    """Give a file's rows as typed columns; lazy.

    Parameters
    ----------
    con
        The Ibis backend that holds the file's table.
    source
        The file.
    together
        All files of the log, this one among them.
    columns
        Column -> type of the whole log; those that this file has not are null.
    numbered
        Add ``_row``, the number of each row in the file.
    keys
        Ids beside which their number is put (:mod:`fairshelf.audits.checks.keys`).

    Returns
    -------
    ibis Table
        The columns; ``_bad`` (true: not to be used), ``_restored`` (an id was restored),
        ``_off_NAME`` (an optional value that could not be read), ``_file``.
    """
    plain = source.raw.numbered() if numbered else source.raw.table
    table = _with_numbers(con, source, plain)
    values: dict[str, Any] = {
        name: _value(source, table, name, kind) for name, kind in columns.items()
    }
    off: dict[str, Any] = {}
    for name in sorted(set().union(*(other.off for other in together))):
        off[OFF + name] = engine.NEVER
        if name in source.off:
            cell = table[source.headings[name]]
            off[OFF + name] = _off(values[name], _empty(cell, name))
    values |= off
    ids = [name for name in IDS if name in source.headings and source.is_careful(name)]
    restored = [engine.looks_scientific(table[source.headings[name]]) for name in ids]
    values[RESTORED] = ibis.or_(*restored) if restored else engine.NEVER
    values[BAD] = _bad(source, table, values, _there(source, table))
    values[FILE] = ibis.literal(source.place, "int32")
    values |= with_keys(table, source, keys)
    if numbered:
        values[ROW] = table[ROW]
    return table.select(**values)


def _off(value: ir.Value, empty: ir.BooleanValue) -> ir.BooleanValue:
    """Tell a cell that is not empty and yet has no value; most rows never look at the cell.

    Numbers, not truth values: an engine may turn a case of truth values into a conjunction, and
    then works out both sides of it on every row.
    """
    unread = ibis.ifelse(empty, ibis.literal(0, "int32"), ibis.literal(1, "int32"))
    return ibis.ifelse(value.isnull(), unread, ibis.literal(0, "int32")).cast("boolean")


def _empty(cell: ir.Value, name: str) -> ir.BooleanValue:
    if BY_NAME[name].kind in NUMBERS:
        return engine.says_number_missing(cell)
    return engine.word(cell).isnull()


def _value(source: Source, table: ir.Table, name: str, kind: str) -> ir.Value:
    for feature, named, text in source.detection.features:
        if feature == name:
            read = table[named]
            return engine.word(read) if text else engine.number(read, source.raw.decimal)
    heading = dict(source.detection.extras).get(name) or source.headings.get(name)
    if heading is not None:
        cell = table[heading]
        as_is = cell.type().is_string() and not source.is_careful(name)
        if kind == "string" and as_is and not source.is_serial(name):
            return cell
        if name not in source.headings:
            return engine.word(cell)
        if BY_NAME[name].kind in NUMBERS:
            number = table[_free(source, _NUMBER + name)]
            return number.cast("int64") if name in source.exact else _typed(number, name)
        flag = _free(source, _FLAG + name)
        if BY_NAME[name].kind == "flag" and flag in table.columns:
            return table[flag]
        return _said(source, cell, name)
    if name in source.raw.constants and kind == "string":
        return ibis.literal(source.raw.constants[name], "string")
    # where other files weigh their rows, a row of this one is one impression
    return ibis.literal(1, "int64") if name == "impressions" else ibis.null(kind)


def _said(source: Source, cell: ir.Value, name: str) -> ir.Value:
    kind = BY_NAME[name].kind
    if source.is_serial(name):
        return engine.day_or_word(cell, source.raw.decimal)
    if kind == "id":
        return engine.identifier(cell)
    return engine.flag(cell) if kind == "flag" else engine.word(cell)


def scale_of(name: str) -> int:
    """Give how many of the parts in which a column of amounts or shares is held make 1."""
    return PICO if BY_NAME[name].kind == "share" else MICRO


def _typed(number: ir.NumericValue, name: str) -> ir.IntegerValue:
    kind = BY_NAME[name].kind
    counted = kind in {"position", "count"}
    value = engine.whole(number) if counted else engine.parts(number, scale_of(name))
    if name in _AT_LEAST_0 or kind == "share":
        fits = number >= 0 if kind != "share" else (number > 0) & (number <= 1)
        return ibis.ifelse(fits, value, ibis.null("int64"))
    return value


def _bad(
    source: Source,
    table: ir.Table | Mapping[str, ir.Value],
    values: dict[str, Any],
    there: Mapping[str, ir.BooleanValue] | None = None,
) -> ir.BooleanValue:
    lowest = {"position": source.lowest, "impressions": 0}
    known = there or {}
    good = [known.get(name, values[name].notnull()) for name in source.required]
    # where a file's own statistics say that all this holds, an engine need not look at any row
    good += [values[name] >= lowest[name] for name in source.required if name in lowest]
    if "seller" in source.headings and source.is_careful("seller"):
        good.append(~engine.is_damaged(table[source.headings["seller"]]))
    if source.key is not None and source.is_careful(source.key):
        good.append(~values[source.key].isin(engine.TOTALS).fill_null(engine.NEVER))
        good += [~(values[source.key].isnull() & sums) for sums in _sums(source, table)]
    return ~ibis.and_(*good) if good else engine.NEVER


def _sums(source: Source, table: ir.Table | Mapping[str, ir.Value]) -> tuple[ir.BooleanValue, ...]:
    """Say of each row whether its first cell calls it a sum, where that is a column of words."""
    first = source.raw.headings[0]
    if first not in (table.columns if isinstance(table, ir.Table) else table):
        return ()
    cell = table[first]
    return (
        (cell.strip().isin(engine.TOTALS).fill_null(engine.NEVER),)
        if cell.type().is_string()
        else ()
    )


def _there(source: Source, table: ir.Table) -> dict[str, ir.BooleanValue]:
    """Say of each id that is a whole number where there is one: it need not be written out."""
    return {
        name: table[heading].notnull()
        for name, heading in source.headings.items()
        if BY_NAME[name].kind == "id" and table[heading].type().is_integer()
    }


def mark(source: Source, cells: Mapping[str, ir.Value], values: ir.Table) -> ir.BooleanValue:
    """Say of each row of a seller table or a catalogue whether it is not to be used.

    Parameters
    ----------
    source
        The file.
    cells
        Heading -> the cell as it stands, of the seller where the file has one.
    values
        The columns whose value a row must have, each under its canonical name.
    """
    return _bad(source, cells, {name: values[name] for name in looked_at(source)})


def _needed(source: Source, table: ir.Table) -> dict[str, ir.Value]:
    return {name: _value(source, table, name, dtype(name)) for name in looked_at(source)}


def looked_at(source: Source) -> set[str]:
    """Name the columns that decide whether a row of a file is used."""
    return {*source.required, "seller", "listing"} & set(source.headings)


def marked_rows(con: Any, source: Source) -> ir.Table:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Give the rows of a file that are not to be used: ``_row`` and the cells as text, in order."""
    table = _with_numbers(con, source, source.raw.numbered(), looked_at(source))
    cells = {name: engine.text_of(table[name]) for name in source.raw.headings}
    bad = _bad(source, table, _needed(source, table))
    told = _free(source, BAD)
    marked = table.select(**{ROW: table[ROW], told: bad}, **cells)
    return marked.filter(marked[told]).drop(told).order_by(ROW)
