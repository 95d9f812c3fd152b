"""What is said about how a file was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from fairshelf.audits.ingest.marks import Decimal
    from fairshelf.audits.results import Fact


def about_header(index: int, row: int, name: str) -> tuple[Message, ...]:
    """Say that rows above the header were passed over."""
    return (Message("preamble_skipped", {"file": name, "row": row}),) if index else ()


def about_decimal(decimal: Decimal, name: str) -> tuple[Message, ...]:
    """Say that the decimal mark is open to doubt."""
    if decimal.doubt is None:
        return ()
    facts: dict[str, Fact] = {"file": name, "mark": decimal.mark, "example": decimal.example}
    return (Message(f"decimal_{decimal.doubt}", facts),)


def about_rejects(
    rejects: tuple[tuple[int, str], ...], width: int, name: str
) -> tuple[Message, ...]:
    """Say how many rows could not be read as rows, and where the first one is."""
    if not rejects:
        return ()
    facts: dict[str, Fact] = {
        "file": name,
        "rows": len(rejects),
        "row": rejects[0][0],
        "width": width,
    }
    return (Message("rows_misshapen", facts),)
