"""Whether tallies can be added up, and what the account of their sum says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairshelf.audits.errors import UsageError
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairshelf.audits.results import Fact
    from fairshelf.audits.tally.saved.account import Account
    from fairshelf.audits.tally.saved.folder import Saved

ALIKE = (
    *("request_is", "seller_is", "page_size", "columns", "facts", "sums", "margins"),
    *("numbers", "words", "moves"),
)
"""What must be the same in tallies that are added up."""

FEWEST = 2
"""Tallies that there are to be: one is nothing to add up."""

_CODES = {
    "request_is": "tally_differs_requests",
    "seller_is": "tally_differs_sellers",
    "page_size": "tally_differs_positions",
    "lists": "tally_differs_lists",
    "seed": "tally_differs_seed",
}
_COLUMNS = "tally_differs_columns"


def require_fit(parts: Sequence[Saved]) -> None:
    """Hold tallies against each other.

    Raises
    ------
    UsageError
        ``merge_needs_two``; ``tally_differs_columns``: something was counted in one and not in
        another; ``tally_differs_requests``, ``tally_differs_sellers``,
        ``tally_differs_positions``: in other units; ``tally_differs_lists``: one holds whole lists
        and another does not; ``tally_differs_seed``; ``tally_same_file``: one file of a log stands
        in two of them.
    """
    if len(parts) < FEWEST:
        raise UsageError("merge_needs_two")
    first = parts[0]
    for other in parts[1:]:
        for name in ALIKE:
            _same(name, first, other, getattr(first.account, name), getattr(other.account, name))
        held = [part.account.lists != "none" for part in (first, other)]
        _same("lists", first, other, *held)
    if any(part.account.lists == "sample" for part in parts):
        for other in parts[1:]:
            _same("seed", first, other, first.account.seed, other.account.seed)
    _no_file_twice(parts)


def _same(name: str, first: Saved, other: Saved, here: object, there: object) -> None:
    if here == there:
        return
    if isinstance(here, tuple) and isinstance(there, tuple):
        here, there = set(here) - set(there), set(there) - set(here)
        if not here and not there:
            return
    raise UsageError(
        _CODES.get(name, _COLUMNS),
        tally=str(other.folder),
        other=str(first.folder),
        held=_told(there),
        expected=_told(here),
    )


def _told(value: object) -> str:
    if isinstance(value, set):
        return ", ".join(sorted(str(one) for one in value)) or "–"
    return "–" if value is None else str(value)


def _no_file_twice(parts: Sequence[Saved]) -> None:
    seen: dict[str, Saved] = {}
    for part in parts:
        for file in part.account.files:
            earlier = seen.get(file.sha256) if file.sha256 else None
            if earlier is not None and earlier is not part:
                raise UsageError(
                    "tally_same_file",
                    file=file.name,
                    tally=str(part.folder),
                    other=str(earlier.folder),
                )
            seen[file.sha256] = part


def added(accounts: Sequence[Account], more: Iterable[Message], **facts: Any) -> Account:  # noqa: ANN401 - fields of the account
    """Give the account of the sum.

    Parameters
    ----------
    accounts
        Those of the parts, which fit.
    more
        Notices about the sum itself.
    **facts
        Fields that were counted anew.
    """
    reading = dict(accounts[0].reading)
    for account in accounts[1:]:
        reading = {key: v for key, v in reading.items() if account.reading.get(key) == v}
    sums = {
        name: sum(getattr(account, name) for account in accounts)
        for name in ("read", "rejected", "duplicate", "without_seller", "without_relevance")
    }
    unweighed = [account.without_attention for account in accounts]
    told = [count for count in unweighed if count is not None]
    notices = _together([notice for account in accounts for notice in account.notices])
    return accounts[0].model_copy(
        update={
            **sums,
            "without_attention": sum(told) if len(told) == len(unweighed) else None,
            **facts,
            "notices": (*notices, *more),
            "reading": reading,
            "files": tuple(file for account in accounts for file in account.files),
        }
    )


def _together(notices: Sequence[Message]) -> list[Message]:
    """Make one notice of those that differ in a count or in a list of files only."""
    told: dict[str, Message] = {}
    for notice in notices:
        rest = {key: v for key, v in notice.facts.items() if key not in ("count", "files")}
        key = f"{notice.code} {sorted(rest.items())}"
        earlier = told.get(key)
        if earlier is None:
            told[key] = notice
            continue
        facts: dict[str, Fact] = dict(earlier.facts)
        if "count" in facts:
            facts["count"] = int(str(facts["count"])) + int(str(notice.facts["count"]))
        if "files" in facts:
            files = (*_names(earlier), *_names(notice))
            facts["files"] = list(dict.fromkeys(files))
        told[key] = Message(notice.code, facts)
    return list(told.values())


def _names(notice: Message) -> list[str]:
    files = notice.facts["files"]
    return [str(one) for one in files] if isinstance(files, list) else [str(files)]
