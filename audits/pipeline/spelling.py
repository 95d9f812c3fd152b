"""Sellers that fail to meet because they are spelt otherwise, or stand in another column."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from fairshelf.audits.checks.engine import word
from fairshelf.audits.errors import DataError
from fairshelf.audits.results import Message
from fairshelf.audits.tally.owners import STAND_IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

    from fairshelf.audits.checks import CleanLog
    from fairshelf.audits.columns.raw import RawTable

MOST_SHOWN = 5
"""Sellers that a message names."""

_TURNING = r"[\x{061C}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}]"
"""Marks, overrides and isolates of the direction of text, as RE2 writes them."""

MOST_NAMES = 20_000
"""Sellers above which names are not compared: nobody keeps so many by hand."""


def alike(names: Sequence[str | None]) -> Message | None:
    """Say which sellers differ only by width, brackets of another kind, spaces or unseen signs.

    Parameters
    ----------
    names
        Sellers of the log and of the tables beside it, each once; at most :data:`MOST_NAMES`.

    Returns
    -------
    Message or None
        ``names_alike``: how many such pairs or groups, and the first pair. They stay apart:
        whether two shops are one is for people to say.
    """
    spelt: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if name:
            spelt[_folded(name)].append(name)
    groups = [sorted(group) for group in spelt.values() if len(group) > 1]
    if not groups:
        return None
    first, second, *_ = min(groups)
    return Message("names_alike", {"count": len(groups), "example": first, "value": second})


def turning(names: pa.Array) -> Message | None:
    """Say how many sellers have characters in their names that turn the text around them.

    Parameters
    ----------
    names
        Sellers, each once. None of them is changed: two may differ by nothing else.
    """
    found = names.filter(pc.match_substring_regex(names, pattern=_TURNING))
    return Message("names_turn", {"count": len(found)}) if len(found) else None


def not_listed(seen: pa.ChunkedArray, listed: pa.ChunkedArray) -> Message:
    """Say which sellers of the log the seller table has not.

    Parameters
    ----------
    seen
        Sellers of the log, each once; those that stand in for a listing are not counted.
    listed
        Sellers of the table.

    Returns
    -------
    Message
        ``sellers_not_listed``: how many, and the first of them by name.
    """
    missing = pc.invert(pc.is_in(seen, value_set=listed.combine_chunks()))
    named = pc.invert(pc.starts_with(seen, STAND_IN))
    names = seen.filter(pc.and_(missing, named)).drop_null().combine_chunks()
    first = names.take(pc.select_k_unstable(names, MOST_SHOWN, [("seller", "ascending")]))
    return Message("sellers_not_listed", {"sellers": len(names), "examples": first.to_pylist()})


@contextmanager
def pointing_elsewhere(log: CleanLog, raws: Iterable[RawTable]) -> Iterator[None]:
    """Where no seller of the log is in the seller table, name its column that does hold them.

    Parameters
    ----------
    log
        The clean log.
    raws
        The seller tables as they were read.

    Raises
    ------
    DataError
        ``sellers_match_elsewhere`` in place of ``sellers_match_nothing``, with the heading that
        holds most of them; else what is raised within.
    """
    try:
        yield
    except DataError as error:
        found = _elsewhere(log, raws) if error.code == "sellers_match_nothing" else None
        if found is None:
            raise
        raise found from error


def _elsewhere(log: CleanLog, raws: Iterable[RawTable]) -> DataError | None:
    mine = set(log.table.select("seller").distinct().to_pyarrow()["seller"].to_pylist()) - {None}
    best = (0, "", "")
    for raw in raws:
        cells = raw.table.select(**{name: word(raw.table[name]) for name in raw.headings})
        found = cells.to_pyarrow()
        counts = {name: len(mine & set(found[name].to_pylist())) for name in raw.headings}
        heading = max(counts, key=lambda name: counts[name])
        best = max(best, (counts[heading], heading, raw.name))
    count, heading, file = best
    if not count:
        return None
    return DataError(
        "sellers_match_elsewhere", sellers=len(mine), count=count, heading=heading, file=file
    )


def _folded(name: str) -> str:
    seen = (one for one in unicodedata.normalize("NFKC", name) if unicodedata.category(one) != "Cf")
    return "".join("".join(seen).split())
