"""Add up saved tallies of several days or shops into one, as if the log had been one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
from ibis.util import gen_name

from fairshelf.audits.checks.hold import hold
from fairshelf.audits.engines.own import hexdigest
from fairshelf.audits.results import Message
from fairshelf.audits.tally.rankings import MOST_ROWS, left_out, marked_below, sample
from fairshelf.audits.tally.saved.counting import DIGITS, total
from fairshelf.audits.tally.saved.fitting import added, require_fit
from fairshelf.audits.tally.saved.folder import write_tally
from fairshelf.audits.tally.shards import MAX_SHARDS, folded_shard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import ibis.expr.types as ir

    from fairshelf.audits.tally.saved.folder import Saved


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of one kind in the sum, and for each part what its numbers have become."""

    table: ir.Table
    maps: tuple[ir.Table, ...]


@dataclass(frozen=True, slots=True)
class _Requests:
    """The requests of the sum; ``maps`` is None for a part whose shards stay what they are."""

    names: ir.Table
    maps: tuple[ir.Table | None, ...]
    count: int | None
    shards: int
    shared: int


def merge(con: Any, parts: Sequence[Saved], folder: Path, most: int = MOST_ROWS) -> None:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Add up tallies into an empty folder.

    Impressions and sums add up. Sellers, listings and requests are the same where their names are;
    requests are counted once however many parts they stand in. A row that stands in two parts
    cannot be told from another one; only a request that stands in two can hold such a row, so
    where there is one it is said.

    Parameters
    ----------
    con
        A DuckDB of this machine.
    parts
        The tallies, in the order in which their files are listed.
    folder
        Where to write.
    most
        Rows of whole lists to keep at most.

    Raises
    ------
    UsageError
        As :func:`fairshelf.audits.tally.saved.fitting.require_fit`.
    """
    require_fit(parts)
    accounts = [part.account for part in parts]
    first = accounts[0]

    def read(name: str) -> list[ir.Table]:
        return [
            con.read_parquet(str(part.path(name)), table_name=gen_name("tally")) for part in parts
        ]

    owners = _names(con, read("owners"), "seller", "owner", _ends(first.facts))
    listings = _names(con, read("listings"), "listing", "listing_id", _covariates(first))
    requests = _requests(con, parts, read("requests"))
    tables = {
        "owners": owners.table.order_by("owner"),
        "listings": listings.table.order_by("listing_id"),
        "requests": requests.names,
        "cells": _summed(
            [
                rows if told is None else _renumbered(rows, told, "shard")
                for rows, told in zip(
                    _each(read("cells"), owners, "owner"), requests.maps, strict=True
                )
            ],
            ("shard", "owner", "position"),
        ),
        "shown": _summed(
            _each(_each(read("shown"), owners, "owner"), listings, "listing_id"),
            ("listing_id", "owner", "position"),
        ),
    }
    for name in first.margins:
        rows = _each(read(f"margin.{name}"), owners, "owner")
        tables[f"margin.{name}"] = _summed(rows, (f"_{name}", "owner", "position"))
    if first.moves:
        rows = _each(read("moves"), listings, "listing_id")
        keys = ("query",) if "query" in rows[0].columns else ()
        tables["moves"] = _summed(rows, (*keys, "listing_id", "position"))
    lists, bound = first.lists, None
    if first.lists != "none":
        every = _each(_each(read("lists"), owners, "owner"), listings, "listing_id", "left")
        whole = all(account.lists == "whole" for account in accounts)
        bounds = [account.bound for account in accounts if account.bound is not None]
        tables["lists"], whole, bound = _lists(con, every, first.seed, most, (whole, bounds))
        lists = "whole" if whole else "sample"
    shared = requests.shared
    account = added(
        accounts,
        [Message("merged_requests_shared", {"requests": shared})] if shared else [],
        requests=requests.count,
        shards=requests.shards,
        lists=lists,
        bound=bound,
    )
    heads = [part.head(place) for part in parts for place in range(len(part.account.files))]
    rejects = pa.concat_tables([part.rejects() for part in parts])
    write_tally(con, folder, account, tables, heads, rejects)


def _ends(facts: Sequence[str]) -> Callable[[ir.Table], dict[str, ir.Value]]:
    def aggregates(rows: ir.Table) -> dict[str, ir.Value]:
        return {
            "_rows": total(rows["_rows"]),
            **{f"max {name}": rows[f"max {name}"].max() for name in facts},
            **{f"min {name}": rows[f"min {name}"].min() for name in facts},
        }

    return aggregates


def _covariates(account: Any) -> Callable[[ir.Table], dict[str, ir.Value]]:  # noqa: ANN401 - an account
    def aggregates(rows: ir.Table) -> dict[str, ir.Value]:
        sums = [f"{kind} {name}" for name in account.numbers for kind in ("sum", "count")]
        return {
            **{name: total(rows[name]) for name in sums},
            **{f"word {name}": rows[f"word {name}"].min() for name in account.words},
        }

    return aggregates


def _names(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    tables: Sequence[ir.Table],
    name: str,
    number: str,
    aggregates: Callable[[ir.Table], dict[str, ir.Value]],
) -> _Names:
    """Give the names of all parts new numbers, in their order."""
    every = ibis.union(*(table.drop(number) for table in tables))
    told = aggregates(every)
    few = every.group_by(name).aggregate(**told) if told else every.select(name).distinct()
    placed = ibis.row_number().over(order_by=few[name]).cast("int32")
    held = hold(con, few.mutate(**{number: placed}))
    anew = held.select(name, anew=held[number])
    maps = [
        hold(con, table.select(name, number).inner_join(anew, name).select(number, "anew"))
        for table in tables
    ]
    return _Names(held, tuple(maps))


def _renumbered(rows: ir.Table, told: ir.Table, number: str, how: str = "inner") -> ir.Table:
    found = rows.join(told.rename(_old=number), rows[number] == told[number], how=how)
    return found.drop("_old", number).rename({number: "anew"})


def _each(rows: Sequence[ir.Table], names: _Names, number: str, how: str = "inner") -> list[Any]:
    return [_renumbered(one, told, number, how) for one, told in zip(rows, names.maps, strict=True)]


def _summed(tables: Sequence[ir.Table], keys: tuple[str, ...]) -> ir.Table:
    columns = [*keys, *(name for name in tables[0].columns if name not in keys)]
    rows = ibis.union(*(table.select(columns) for table in tables))
    sums = {name: total(rows[name]) for name in columns if name not in keys}
    return rows.group_by(list(keys)).aggregate(**sums).order_by(list(keys))


def _requests(con: Any, parts: Sequence[Saved], tables: Sequence[ir.Table]) -> _Requests:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Count distinct requests, and fold them into shards once they are too many."""
    if parts[0].account.request_is == "row":
        return _Requests(tables[0], tuple(None for _ in parts), None, 1, 0)
    named = ["request" in table.columns for table in tables]
    if all(named):
        every = ibis.union(*(table.select("request") for table in tables))
        count, shared = _distinct(every, "request")
        if count <= MAX_SHARDS:
            found = every.distinct()
            number = ibis.row_number().over(order_by=found.request).cast("int32")
            held = hold(con, found.mutate(shard=number))
            anew = held.select("request", anew=held.shard)
            maps = [table.inner_join(anew, "request").select("shard", "anew") for table in tables]
            return _Requests(held.order_by("shard"), tuple(maps), count, count, shared)
    digests = [
        table.select(digest=hexdigest(table.request).substr(0, DIGITS)) if name else table
        for table, name in zip(tables, named, strict=True)
    ]
    every = ibis.union(*digests)
    count, shared = _distinct(every, "digest")
    folded = [
        table.select("shard", anew=folded_shard(table.request)) if name else None
        for table, name in zip(tables, named, strict=True)
    ]
    ordered = every.distinct().order_by("digest")
    return _Requests(ordered, tuple(folded), count, MAX_SHARDS, shared)


def _distinct(rows: ir.Table, name: str) -> tuple[int, int]:
    """Count distinct names, and those of them that stand in more than one part."""
    few = rows.group_by(name).aggregate(times=rows.count())
    told = few.aggregate(count=few.count(), shared=(few.times > 1).sum()).to_pyarrow()
    return int(told["count"][0].as_py()), int(told["shared"][0].as_py() or 0)


def _lists(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    tables: Sequence[ir.Table],
    seed: int,
    most: int,
    held: tuple[bool, Sequence[str]],
) -> tuple[ir.Table, bool, str | None]:
    """Put whole lists together; a sample of the sum is drawn from those of the parts."""
    whole, bounds = held
    columns = tables[0].columns
    rows = hold(con, ibis.union(*(table.select(columns) for table in tables)))
    bound = min(bounds, default=None)
    if bound is not None:
        rows = marked_below(rows, seed, bound)
    chosen, fits = sample(con, rows, seed, most)
    if not fits:
        bound = left_out(con, rows, seed, most)
    order = ["request", "position", "listing_id", "owner"]
    return chosen.order_by(order), whole and fits, bound
