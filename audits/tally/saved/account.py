"""What a saved tally says of itself beside its tables: ``tally.json``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from fairshelf.audits.results import (
    Message,  # noqa: TC001 - pydantic builds the record from it
)

SCHEMA = "2"
"""Changes whenever an older tally could not be read as it was meant."""

KIND: Literal["fairshelf tally"] = "fairshelf tally"

MOST = 10**15
"""Nothing is counted above this."""

Count = Annotated[int, Field(ge=0, le=MOST)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileAccount(_Record):
    """One file of the log as it was read, without its rows.

    ``early``: rows that the reader itself set aside. ``given``: headings that the user named.
    ``extras``: attribute and heading of the user's own columns that were read.
    """

    name: str
    sha256: str
    bytes: Count
    rows: Count
    early: Count
    format: str
    first_row: Count
    headings: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    header_row: Count | None = None
    sheet: str | None = None
    decimal: str = "."
    constants: dict[str, str]
    notices: tuple[Message, ...]
    given: dict[str, str]
    extras: tuple[tuple[str, str], ...]
    headed: dict[str, str]


class Account(_Record):
    """The account of a counted log.

    Attributes
    ----------
    request_is, seller_is
        As :class:`fairshelf.audits.checks.records.CleanLog` has them.
    read, rejected, duplicate, without_seller, without_relevance
        Rows of the log; the last two are of those that are used: rows that name no seller, and
        rows that tell no relevance where the log has such a column.
    without_attention
        Rows used that tell no attention where the log has such a column; None in a tally that was
        made before this was counted.
    columns
        Columns of the log that were read.
    facts
        Columns that say something of sellers.
    page_size
        Results on a page where ranks were counted over pages, else None.
    requests, shards
        Number of requests (None where they are unknown), and of request shards.
    sums, margins, numbers, words
        What is summed; further dimensions; covariates of listings.
    lists
        Whether whole lists are held: ``whole``, ``sample`` or ``none``.
    seed, bound
        What a sample is drawn by; the mark of the first unit that is not in it.
    moves
        Whether clicks by listing and position are held.
    reading
        The settings under which the files were read, where they were not the usual ones.
    """

    kind: Literal["fairshelf tally"] = KIND
    schema_version: str = SCHEMA
    version: str
    request_is: Literal["request", "query", "file", "row"]
    seller_is: Literal["seller", "listing", "none"]
    read: Count
    rejected: Count
    duplicate: Count
    without_seller: Count
    without_relevance: Count
    without_attention: Count | None = None
    columns: tuple[str, ...]
    facts: tuple[str, ...]
    page_size: Annotated[int, Field(ge=1, le=MOST)] | None
    requests: Count | None
    shards: Count
    sums: tuple[str, ...]
    margins: tuple[str, ...]
    numbers: tuple[str, ...]
    words: tuple[str, ...]
    lists: Literal["whole", "sample", "none"]
    seed: int
    bound: str | None
    moves: bool
    notices: tuple[Message, ...]
    reading: dict[str, Any]
    files: Annotated[tuple[FileAccount, ...], Field(min_length=1)]

    @property
    def used(self) -> int:
        """Rows that are counted."""
        return self.read - self.rejected - self.duplicate
