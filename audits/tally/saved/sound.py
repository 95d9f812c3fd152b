"""Whether the tables of a saved tally can be counts of one log: columns, keys, ranges, sums.

Digests tell that a file is what was written, not that it was this tool that wrote it. A few
aggregates over the small tables tell the rest, before anything is counted from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.util import gen_name
from pydantic import ValidationError

from fairshelf.audits.checks.account import SCHEMA as REJECTED
from fairshelf.audits.checks.engine import ALWAYS, NEVER
from fairshelf.audits.checks.short import CASCADE, summed
from fairshelf.audits.checks.stage import dtype
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.config import Settings
from fairshelf.audits.engines.faults import is_of_engine
from fairshelf.audits.engines.shortage import short_of
from fairshelf.audits.errors import DataError
from fairshelf.audits.tally.saved.account import MOST
from fairshelf.audits.tally.saved.folder import MANIFEST, REJECTS
from fairshelf.audits.tally.shards import MAX_SHARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.tally.saved.folder import Saved

WHOLE, TEXT = "int64", "string"

_SIGNED = frozenset({"relevance", "revenue"})
"""Sums that may be below 0."""

_TEXTS = {pa.string(), pa.large_string()}
_PLACED = ("owner", "position")
_MOVED = ("listing_id", "position")


def require_sound(con: Any, saved: Saved) -> None:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Refuse a tally that no log can have given.

    Parameters
    ----------
    con
        A DuckDB of this machine.
    saved
        The tally, whose digests were checked.

    Raises
    ------
    DataError
        ``tally_damaged``, with the first file that cannot be.
    """
    _account(saved)
    tally = _Tally(con, saved)
    tally.names()
    tally.requests()
    tally.counts()
    tally.lists()


def _account(saved: Saved) -> None:
    """Hold what the account says against itself, and the first rows against it."""
    account = saved.account
    named = {name for name in account.sums if not name.startswith(CASCADE)}
    good = (
        account.used >= 1,
        account.without_seller <= account.used,
        account.without_relevance <= account.used * ("relevance" in account.columns),
        (account.without_attention or 0) <= account.used * ("attention" in account.columns),
        account.requests is None or account.requests <= account.used,
        named == set(summed(account.columns)),
        account.moves == ("clicks" in account.columns),
        all("column" in one.facts for one in account.notices if one.code == "values_left_out"),
    )
    if not all(good):
        raise _damaged(saved, MANIFEST)
    try:
        Settings.model_validate(account.reading)
    except (ValidationError, TypeError) as error:
        raise _damaged(saved, MANIFEST) from error
    heads = [(f"head.{place}", file.headings) for place, file in enumerate(account.files)]
    for table, headings in (*heads, (REJECTS, tuple(REJECTED.names))):
        try:
            held = pq.read_schema(saved.path(table))
        except (OSError, pa.ArrowException) as error:
            raise _damaged(saved, f"{table}.parquet") from error
        fits = held.equals(REJECTED) if table == REJECTS else set(held.types) <= _TEXTS
        if not fits or tuple(held.names) != headings:
            raise _damaged(saved, f"{table}.parquet")


@dataclass(slots=True)
class _Tally:
    """The tables of a tally while they are looked at, and how many owners and listings it has."""

    con: Any
    saved: Saved
    owners: int = 0
    listings: int = 0
    unnamed: int = 0

    def names(self) -> None:
        """Hold sellers and listings against their numbers, which run from 0, one a name."""
        account = self.saved.account
        ends = {f"{end} {fact}": _kind(fact) for end in ("max", "min") for fact in account.facts}
        owners = self._read("owners", {"seller": TEXT, "owner": WHOLE, "_rows": WHOLE, **ends})
        told = self._keyed(
            owners,
            "owners",
            ("seller",),
            {"_rows": (1, MOST)},
            used=owners["_rows"].sum(),
            nameless=owners.seller.isnull().sum(),
        )
        self.owners = told["count"]
        if told["used"] != account.used or told["nameless"]:
            raise self.damaged("owners")
        self._keyed(owners, "owners", ("owner",), {"owner": (0, self.owners - 1)})
        covariates = {
            f"{kind} {name}": WHOLE for name in account.numbers for kind in ("sum", "count")
        }
        covariates |= {f"word {name}": TEXT for name in account.words}
        listings = self._read("listings", {"listing": TEXT, "listing_id": WHOLE, **covariates})
        counts = {f"count {name}": (0, MOST) for name in account.numbers}
        told = self._keyed(
            listings,
            "listings",
            (),
            counts,
            unnamed=listings.listing.isnull().sum(),
            distinct=listings.listing.nunique(),
        )
        self.listings, self.unnamed = told["count"], told["unnamed"] or 0
        if told["distinct"] + self.unnamed != self.listings or self.unnamed > 1:
            raise self.damaged("listings")
        ids = {"listing_id": (0, self.listings - 1)}
        self._keyed(listings, "listings", ("listing_id",), ids)

    def requests(self) -> None:
        """Hold requests against their count: they are their own shards while they are few."""
        account = self.saved.account
        count, shards = account.requests, account.shards
        if account.request_is == "row":
            if (count, shards) != (None, 1):
                raise self.damaged(None)
            self._keyed(self._read("requests", {"request": TEXT}), "requests", (), {})
            return
        if count is None or count < 1 or shards != min(count, MAX_SHARDS):
            raise self.damaged(None)
        few = count <= MAX_SHARDS
        name = "request" if few else "digest"
        table = self._read("requests", {name: TEXT, **({"shard": WHOLE} if few else {})})
        if few:
            self._keyed(table, "requests", ("shard",), {"shard": (0, shards - 1)})
        told = self._keyed(table, "requests", (), {}, distinct=table[name].nunique())
        if (told["count"], told["distinct"]) != (count, count):
            raise self.damaged("requests")

    def counts(self) -> None:
        """Hold tables against each other: each counts the same impressions in its own way."""
        account = self.saved.account
        sums = account.sums
        weighted = any("impressions" in {*file.headed, *file.constants} for file in account.files)
        cells = self._counted("cells", {"shard": (0, account.shards - 1), **self._owner()}, sums)
        impressions = self._told("cells", cells.aggregate(n=cells.impressions.sum()))["n"]
        if not weighted and impressions != account.used:
            raise self.damaged("cells")
        shown = self._counted("shown", {**self._listing(), **self._owner()}, sums)
        if not self.unnamed:
            self._agree("shown", cells, shown, _PLACED, sums)
        for name in account.margins:
            table = f"margin.{name}"
            rows = self._counted(table, self._owner(), sums, (f"_{name}",))
            self._agree(table, cells, rows, _PLACED, sums)
        if account.moves:
            words = ("query",) if "query" in account.columns else ()
            moves = self._counted("moves", self._listing(), ("clicks",), words)
            blank = any(notice.code == "clicks_blank" for notice in account.notices)
            self._agree("moves", shown, moves, _MOVED, ("clicks",), fewer=blank)

    def lists(self) -> None:
        """Hold whole lists against the rows: all of them, or some."""
        account = self.saved.account
        if account.lists == "none":
            return
        own = {"query": TEXT, "relevance": WHOLE, "clicks": WHOLE}
        kinds = {name: kind for name, kind in own.items() if name in account.columns}
        core = {"request": TEXT, "position": WHOLE, "listing_id": WHOLE, "owner": WHOLE}
        rows = self._read("lists", {**core, **kinds})
        ranges = {"position": (1, MOST), **self._owner()}
        stray = ~rows.listing_id.between(0, self.listings - 1)
        told = self._keyed(rows, "lists", (), ranges, stray=stray.fill_null(NEVER).sum())
        fits = (
            told["count"] == account.used
            if account.lists == "whole"
            else told["count"] <= account.used
        )
        if told["stray"] or not fits:
            raise self.damaged("lists")

    def _owner(self) -> dict[str, tuple[int, int]]:
        return {"owner": (0, self.owners - 1)}

    def _listing(self) -> dict[str, tuple[int, int]]:
        return {"listing_id": (0, self.listings - 1)}

    def _counted(
        self,
        name: str,
        keys: Mapping[str, tuple[int, int]],
        sums: Sequence[str],
        words: tuple[str, ...] = (),
    ) -> ir.Table:
        """Read a table of counts by keys and position, and look at its keys and ranges."""
        ranges = {**keys, "position": (1, MOST), "impressions": (0, MOST)}
        kinds = {**dict.fromkeys(words, TEXT), **dict.fromkeys((*ranges, *sums), WHOLE)}
        rows = self._read(name, kinds)
        least = [rows[one].min() for one in sums if one not in _SIGNED]
        more = {f"least{place}": value for place, value in enumerate(least)}
        told = self._keyed(rows, name, (*words, *keys, "position"), ranges, **more)
        if any((told[one] or 0) < 0 for one in more):
            raise self.damaged(name)
        return rows

    def _agree(
        self,
        name: str,
        one: ir.Table,
        other: ir.Table,
        keys: Iterable[str],
        sums: Sequence[str],
        *,
        fewer: bool = False,
    ) -> None:
        """Hold two tables against each other, which count the same by these keys.

        With ``fewer``, the other one may leave impressions out.
        """
        values = ("impressions", *sums)
        sides = ibis.union(
            *(
                table.select(*keys, *values, _side=ibis.literal(side, "int64"))
                for side, table in enumerate((one, other))
            )
        )
        both = sides.group_by(list(keys)).aggregate(
            **{
                f"{value}{side}": sides[value].sum(where=sides["_side"] == side)
                for value in values
                for side in (0, 1)
            }
        )
        same = [both[f"{v}0"].fill_null(0) == both[f"{v}1"].fill_null(0) for v in values]
        if fewer:
            same[0] = both["impressions0"].fill_null(0) >= both["impressions1"].fill_null(0)
        if self._told(name, both.aggregate(n=(~ibis.and_(*same)).sum()))["n"]:
            raise self.damaged(name)

    def _read(self, name: str, kinds: Mapping[str, str]) -> ir.Table:
        """Open a table that has these columns and no others."""
        path = str(self.saved.path(name))
        table: ir.Table = self._asked(
            name, lambda: self.con.read_parquet(path, table_name=gen_name("tally"))
        )
        found = {
            column: TEXT if kind.is_string() else WHOLE if kind.is_integer() else str(kind)
            for column, kind in table.schema().items()
        }
        if found != dict(kinds):
            raise self.damaged(name)
        return table

    def _keyed(
        self,
        rows: ir.Table,
        name: str,
        keys: tuple[str, ...],
        ranges: Mapping[str, tuple[int, int]],
        **more: ir.Value,
    ) -> dict[str, Any]:
        """Require keys to be unique and numbers to be there and within range."""
        outside = {
            f"outside{place}": (~rows[column].between(*ends)).fill_null(ALWAYS).sum()
            for place, (column, ends) in enumerate(ranges.items())
        }
        told = self._told(name, rows.aggregate(count=rows.count(), **outside, **more))
        if any(told[one] for one in outside):
            raise self.damaged(name)
        if keys:
            distinct = rows.select(*keys).distinct()
            if self._told(name, distinct.aggregate(n=distinct.count()))["n"] != told["count"]:
                raise self.damaged(name)
        return told

    def _told(self, name: str, one: ir.Table) -> dict[str, Any]:
        row: dict[str, Any] = self._asked(name, lambda: one.to_pyarrow().to_pylist()[0])
        return row

    def _asked(self, name: str, act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the act gives
        try:
            return act()
        except Exception as error:
            if short_of(error):
                raise
            if is_of_engine(error) or isinstance(error, pa.ArrowException):
                raise self.damaged(name) from error
            raise

    def damaged(self, name: str | None) -> DataError:
        return _damaged(self.saved, MANIFEST if name is None else f"{name}.parquet")


def _kind(name: str) -> str:
    return dtype(name) if name in BY_NAME else TEXT


def _damaged(saved: Saved, file: str) -> DataError:
    return DataError("tally_damaged", tally=str(saved.folder), file=file)
