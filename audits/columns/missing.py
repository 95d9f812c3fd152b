"""A core column that is not there: what the file is instead, and what to type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairshelf.audits.columns.canonical import SELLER_COLUMNS
from fairshelf.audits.columns.headings import lookup
from fairshelf.audits.columns.ranks import parse_rank
from fairshelf.audits.columns.sample import cells, number_share
from fairshelf.audits.errors import DataError
from fairshelf.audits.results import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fairshelf.audits.columns.raw import RawTable
    from fairshelf.audits.errors import FairshelfError

_SHOWN = 5
_SLOT = re.compile(
    r"(?:^|_|\b)(?:position|rank|slot|pos|排名|位置|坑位)[ _]?(?:\d+|[a-z]+)", re.IGNORECASE
)
_BACK_OFFICE = {"impressions", "clicks", "orders", "revenue"}
_FEW_SLOTS = 2
_SHARE = re.compile(r"pct|percent|share|%|占比|比例|份额|率", re.IGNORECASE)
REGISTER = frozenset(
    ("region_code", "employees", "annual_revenue", "assets", "balance_sheet", "investment")
)
"""What registers of firms say and no page of results does."""

OF_A_PAGE = frozenset(
    ("request", "query", "time", "page", "surface", "impressions", "clicks", "orders")
)
"""What is said of a page of results, or of what came of it, and not in a register."""

_LABELS = {"locality", "region_code", "size", "sector", "cooperative"}


def core(
    raw: RawTable,
    found: frozenset[str],
    extras: Sequence[tuple[str, str]],
    unused: Sequence[str],
    considered: Mapping[str, Sequence[tuple[str, float]]],
    shops: int = 0,
) -> tuple[list[FairshelfError], list[Message]]:
    """Say which core columns are missing, and what stands in for those that can be replaced.

    Parameters
    ----------
    raw
        The file.
    found
        Canonical columns that were found.
    extras
        The user's own columns.
    unused
        Headings that stand for nothing.
    considered
        Canonical name -> (heading, confidence).
    shops
        Sellers counted in the first rows.

    Returns
    -------
    tuple
        Errors (a position that is missing first) and notices.
    """
    have = found | raw.constants.keys()
    if raw.role != "log":
        return _key(raw, have, unused), []
    errors: list[FairshelfError] = []
    if "position" not in have:
        near = [heading for heading, _ in considered.get("position", ())]
        errors.append(_no_position(raw, have, near, unused, shops))
    if "listing" in have or "seller" in have:
        return errors, _stand_ins(raw, have)
    unused = [heading for heading in unused if cells(raw, heading)]
    named = [name for name, _ in extras]
    named += [name for name in SELLER_COLUMNS if name in have and name in _LABELS]
    if named:
        return errors, [Message("group_is_ranked", {"file": raw.name, "attributes": named})]
    return [*errors, _nothing_ranked(raw, unused)], []


def is_register(columns: Collection[str]) -> bool:
    """Say whether columns are those of a register of sellers, whose 序号 is no position."""
    return bool(REGISTER.intersection(columns)) and not OF_A_PAGE.intersection(columns)


def to_type(flag: str, name: str, heading: str) -> str:
    """Give the option to type, in quotes where the shell would take it apart."""
    said = f"{name}={heading}"
    whole = all(letter.isalnum() or letter in "_-.=:/" for letter in said)
    if whole:
        return f"{flag} {said}"
    return f"{flag} '{said}'" if '"' in said else f'{flag} "{said}"'


def not_numbers(raw: RawTable, heading: str) -> DataError:
    """Build the error for a column of positions whose cells are no whole numbers."""
    others = _counting_columns(raw, heading)
    facts = {"file": raw.name, "column": "position", "heading": heading}
    values = list(dict.fromkeys(cells(raw, heading)))[:_SHOWN]
    if not others:
        return DataError("position_only_words", **facts, values=values)
    return DataError("position_not_numbers", **facts, values=values, others=others)


def _no_position(
    raw: RawTable,
    have: frozenset[str] | set[str],
    near: list[str],
    unused: Sequence[str],
    shops: int,
) -> DataError:
    likely = near or [heading for heading in _counting_columns(raw, "") if heading in unused]
    facts = {"file": raw.name, "column": "position", "headings": likely or list(raw.headings)}
    option = to_type("--map", "position", likely[0] if likely else "...")
    slots = [heading for heading in raw.headings if _SLOT.search(heading) and not lookup(heading)]
    if len(slots) >= _FEW_SLOTS:
        return DataError("no_position_wide", **facts, slots=slots, option=option)
    if is_register(have):
        return DataError(
            "no_position_register", **facts, option=option, columns=sorted(have & REGISTER)
        )
    if have & _BACK_OFFICE and shops > 1 and "request" not in have:
        return DataError("no_position_shops", **facts, option=option, sellers=shops)
    if have & _BACK_OFFICE and "listing" in have and "request" not in have:
        return DataError("no_position_export", **facts, option=option)
    return DataError("no_position", **facts, option=option)


def _nothing_ranked(raw: RawTable, unused: Sequence[str]) -> DataError:
    shares = [heading for heading in unused if _SHARE.search(heading)]
    shares = [heading for heading in shares if number_share(raw, heading) == 1]
    if len(shares) >= _FEW_SLOTS:
        return DataError("already_shares", file=raw.name, column="listing", headings=shares)
    option = to_type("--attribute", "group", unused[0] if unused else "...")
    facts = {"headings": list(unused), "option": option}
    return DataError("nothing_ranked", file=raw.name, column="listing", **facts)


def _counting_columns(raw: RawTable, heading: str) -> list[str]:
    """Give headings whose first cells look like ranks: whole numbers from 0 or 1 up, few gaps."""
    return [
        name
        for name in raw.headings
        if name != heading and not lookup(name) and _could_be_ranks(raw, name)
    ][:_SHOWN]


def _could_be_ranks(raw: RawTable, heading: str) -> bool:
    numbers = [parse_rank(cell, raw.decimal) for cell in cells(raw, heading)]
    whole = [int(number) for number in numbers if number is not None and number == int(number)]
    return (
        len(whole) == len(numbers) > 0
        and min(whole) in {0, 1}
        and 1 < max(whole) <= 2 * len(whole)
        and len(set(whole)) >= max(whole) // 2
    )


def _stand_ins(raw: RawTable, have: frozenset[str] | set[str]) -> list[Message]:
    if "listing" not in have:
        return [Message("seller_is_listing", {"file": raw.name})]
    if "seller" not in have:
        return [Message("listing_is_seller", {"file": raw.name})]
    return []


def _key(
    raw: RawTable, have: frozenset[str] | set[str], unused: Sequence[str]
) -> list[FairshelfError]:
    key = "seller" if raw.role == "sellers" else "listing"
    if key in have:
        return []
    return [
        DataError(
            f"no_{key}_key",
            file=raw.name,
            column=key,
            headings=list(unused) or list(raw.headings),
            option=to_type("--map", key, (*unused, *raw.headings)[0]),
        )
    ]
