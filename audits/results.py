"""The records an audit leaves behind: plain, frozen, and the same as ``results.json``.

Field names and their order are a contract (``audit schema`` prints it): additions only.
Sentences are not here. Where something must be said, a :class:`Message` holds the code of the
sentence and its facts, and the report finds the words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SCHEMA_VERSION = "1.0"

Fact = str | int | float | bool | None | list[str] | list[int]
Cell = str | int | float | None

Outcome = Literal[
    "material_disparity",
    "disparity",
    "no_material_disparity",
    "inconclusive",
    "not_estimable",
]
Direction = Literal["lower", "higher", "none"]
Certainty = Literal["high", "moderate", "low", "very_low"]
Question = Literal["sellers", "log"]


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence by its code, and the facts it states."""

    code: str
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One heading taken for one canonical column.

    ``how`` is ``given`` (``--map``), ``canonical`` (the heading is our own name), ``table`` (it
    stands in the table of known headings), ``normalised`` (it does after case, width and brackets
    are folded), ``similar``, or ``joined`` (made of several columns that tell a place in parts);
    ``confidence`` runs from 0 to 1.
    """

    canonical: str
    heading: str
    how: Literal["given", "canonical", "table", "normalised", "similar", "joined"]
    confidence: float


@dataclass(frozen=True, slots=True)
class InputFile:
    """One input as it was read: its digest, its form, and what was taken for what."""

    role: Literal["log", "sellers", "catalogue", "candidates", "model"]
    name: str
    sha256: str
    bytes: int
    rows: int
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    decimal: str = "."
    columns: tuple[ColumnMatch, ...] = ()
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """The account of the log's rows: ``read == used + rejected + duplicate``.

    ``unlabelled`` counts used rows whose seller has no known group, in the declared attribute with
    the most of them; None where that is withheld.
    """

    read: int
    used: int
    rejected: int
    duplicate: int
    unlabelled: int | None


@dataclass(frozen=True, slots=True)
class Joins:
    """The account of the joins of the log with the seller table and the catalogue.

    Counts are of distinct sellers and listings. ``None`` where there is no such table.
    """

    seller_is: Literal["seller", "listing", "none"]
    sellers_in_log: int
    rows_without_seller: int
    sellers_in_table: int | None = None
    log_sellers_without_row: int | None = None
    sellers_never_shown: int | None = None
    repeated_seller_rows: int | None = None
    listings_in_log: int = 0
    listings_in_catalogue: int | None = None
    log_listings_without_row: int | None = None
    listings_never_shown: int | None = None
    repeated_catalogue_rows: int | None = None


@dataclass(frozen=True, slots=True)
class LevelRule:
    """One value of the data and the level it was given, with the rule that said so."""

    value: str
    level: str
    rule: str
    sellers: int


@dataclass(frozen=True, slots=True)
class Level:
    """One group of an attribute and its counts in this log; None where a count is withheld."""

    level: str
    sellers: int | None
    sellers_shown: int | None
    listings: int | None
    listings_shown: int | None
    impressions: int | None


@dataclass(frozen=True, slots=True)
class AttributeRecord:
    """One way to group sellers: where it came from and how large its groups are."""

    name: str
    column: str | None
    standard: str | None
    standard_version: str | None
    source: str | None
    verification: str | None
    declared: bool
    reference: str | None
    levels: tuple[Level, ...] = ()
    mapping: tuple[LevelRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """One metric x attribute x group (x reference) x browsing x baseline x cutoff x interval.

    ``low`` and ``high`` bound the interval at ``level``; ``None`` where there is none, and ``note``
    says why. ``p_value`` tests parity (ratio 1). An unbounded side is ``None`` with the note
    ``reference_zero`` or ``unbounded``.
    """

    key: str
    metric: str
    attribute: str | None = None
    group: str | None = None
    reference: str | None = None
    browsing: str | None = None
    baseline: str | None = None
    cutoff: str | None = None
    scope: str | None = None
    definition: str | None = None
    period: str | None = None
    ads: str = "all"
    adjusted: bool = False
    value: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str | None = None
    question: Question | None = None
    df: float | None = None
    se: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    direction: Direction | None = None
    sellers: int | None = None
    listings: int | None = None
    requests: int | None = None
    impressions: int | None = None
    suppressed: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A graded statement about one group against its reference.

    ``keys`` are the estimates it rests on, the one that decides the outcome first. ``size`` is the
    word for the size of the gap (``audits/standards/certainty.toml``); ``reasons`` are what
    lowered the certainty. ``withheld`` tells that a public file does not say what was found.
    """

    code: str
    attribute: str
    group: str
    reference: str
    outcome: Outcome
    direction: Direction
    size: str
    certainty: Certainty
    keys: tuple[str, ...]
    reasons: tuple[Message, ...] = ()
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What a figure draws: column names and rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """The tool that made the results."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Results:
    """Everything an audit found; ``results.json`` is this record."""

    schema_version: str
    tool: Tool
    settings: dict[str, object]
    plan: dict[str, object] | None
    case: dict[str, object]
    inputs: tuple[InputFile, ...]
    rows: Rows
    joins: Joins
    groups: tuple[AttributeRecord, ...]
    estimates: tuple[Estimate, ...]
    findings: tuple[Finding, ...]
    tables: dict[str, Table]
    notices: tuple[Message, ...]
    limits: tuple[Message, ...]
    provenance: dict[str, object]
