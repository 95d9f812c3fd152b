"""What the checks hand on: a log that can be counted, and the account of what was set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from fairshelf.audits.checks.plain import Plain
    from fairshelf.audits.results import Message

MICRO = 1_000_000
"""Amounts are held as whole millionths, so that sums are exact on every engine."""

PICO = 1_000_000_000_000
"""Shares of at most 1 are held as whole parts of this size: a chance can be very small."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a log's rows before they are counted: tables that the engine holds.

    ``distinct``: column -> its distinct values. ``short``: the same rows summed over their requests
    (:func:`fairshelf.audits.checks.short.shortened`). ``plain``: what they were summed up from,
    where that was done without the engine. ``missing``: column of a feature -> used rows
    without a value in it; None where that is not known. ``single``: whether every row is one
    impression.
    """

    distinct: dict[str, ir.Table] = field(default_factory=dict)
    short: ir.Table | None = None
    plain: Plain | None = None
    missing: dict[str, int] | None = None
    single: bool = False


@dataclass(frozen=True, slots=True)
class CleanLog:
    """The used rows of a log under canonical names, typed, in the engine.

    Attributes
    ----------
    table
        Ibis table held by the engine, or a large Parquet file read in place. Always:
        ``request`` (string, null where ``request_is`` is ``row``), ``position`` (int64, 1-based),
        ``listing`` (string, null where the log has none), ``seller`` (string, null likewise),
        ``impressions`` (int64). Where the log has them: the other canonical columns; ``amount``
        kinds as int64 millionths, ``share`` as parts of ``PICO``, ``count`` and ``flag`` kinds as
        int64, the rest as strings. A user's own attribute columns stand under the attribute's
        name, as strings. Ids of a file read in place may have their number beside them, as int64
        (:mod:`fairshelf.audits.checks.keys`).
    columns
        The names of the columns that ``table`` has, those numbers apart.
    request_is
        ``request``: the log names its requests. ``query``: one list per query. ``file``: each
        file is one ranked list. ``row``: requests are unknown, rows stand alone.
    seller_is
        ``seller``, ``listing`` (each listing stands for its own seller) or ``none``.
    read, rejected, duplicate
        Row counts; ``read - rejected - duplicate`` rows are used.
    rejects
        One row per rejected or duplicate row: ``file``, ``row``, ``column``, ``value``, ``reason``.
    known
        What was found out on the way and still holds of these rows.
    """

    table: ir.Table
    columns: frozenset[str]
    request_is: Literal["request", "query", "file", "row"]
    seller_is: Literal["seller", "listing", "none"]
    read: int
    rejected: int
    duplicate: int
    rejects: pa.Table
    notices: tuple[Message, ...] = ()
    known: Known = field(default_factory=Known)

    @property
    def used(self) -> int:
        """Rows that are counted."""
        return self.read - self.rejected - self.duplicate


@dataclass(frozen=True, slots=True)
class CleanSide:
    """A seller table or a catalogue: one row per key, small enough to hold.

    ``table``: key column first (``seller`` or ``listing``), strings; numbers as float64 under
    canonical names; a user's own columns under their attribute's name. ``repeated`` counts rows
    that say again what another row with the same key says; rows that contradict each other are
    an error before this record exists.
    """

    table: pa.Table
    read: int
    repeated: int
    rejects: pa.Table
    notices: tuple[Message, ...] = ()
