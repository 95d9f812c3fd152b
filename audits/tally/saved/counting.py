"""Count a clean log into the tables of a saved tally, as fine as any later audit needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import ibis
from ibis.util import gen_name

from fairshelf.audits.checks.hold import hold
from fairshelf.audits.checks.short import CASCADE, summed, weighed
from fairshelf.audits.columns.canonical import BY_NAME
from fairshelf.audits.engines.own import hexdigest, holds_rows
from fairshelf.audits.tally.margins import PERIOD, period_of
from fairshelf.audits.tally.owners import by_labels, by_listing, without
from fairshelf.audits.tally.rankings import left_out, sample
from fairshelf.audits.tally.shards import MAX_SHARDS, folded_shard

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from fairshelf.audits.checks.records import CleanLog

Held = Literal["whole", "sample", "none"]

DIGITS = 16
"""Hexadecimal digits of the md5 that stands for a request above ``MAX_SHARDS`` of them."""

LISTS = ("request", "query", "position", "relevance", "clicks")
"""What is kept of the rows of whole lists, beside listing and seller."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The tables of a tally, not fetched yet, and what its account says of them."""

    tables: dict[str, ir.Table]
    requests: int | None
    shards: int
    sums: tuple[str, ...]
    facts: tuple[str, ...]
    margins: tuple[str, ...]
    numbers: tuple[str, ...]
    words: tuple[str, ...]
    lists: Held
    bound: str | None
    moves: bool
    without_seller: int
    without_relevance: int
    without_attention: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is kept: facts of sellers, dimensions, covariates, and whole lists drawn by a seed."""

    facts: tuple[str, ...]
    margins: tuple[str, ...]
    covariates: tuple[str, ...]
    lists: bool
    seed: int


def counted(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    log: CleanLog,
    rows: ir.Table,
    asked: Asked,
) -> Counted:
    """Count a log.

    Parameters
    ----------
    con
        The engine that holds the log.
    log
        The clean log.
    rows
        Its table, with a column of attention for each cascade.
    asked
        What is kept; of margins, facts and covariates those that the log has.

    Returns
    -------
    Counted
        ``owners`` (one row per seller), ``listings``, ``requests``, ``cells``, ``shown``,
        ``margin.NAME``, and perhaps ``moves`` and ``lists``; numbers stand for names in all but
        the first three.
    """
    facts = tuple(name for name in asked.facts if name in rows.columns and name != "seller")
    missing = 0
    if log.seller_is == "none":
        rows = by_labels(rows, facts)
    else:
        missing = int(rows.filter(rows.seller.isnull()).count().to_pyarrow().as_py())
        rows = by_listing(rows) if missing else rows
    if holds_rows(con):  # a name for the rows, so that not every query spells out the checks
        rows = con.create_view(gen_name("counted"), rows)
    sums = summed(tuple(rows.columns))
    owners = _owners(con, rows, facts)
    rows = rows.select(name for name in rows.columns if name in BY_NAME or name in sums)
    listings, numbers, words = _listings(con, log, rows, asked.covariates)
    requests = _requests(con, log, rows)
    margins = tuple(m for m in asked.margins if ("time" if m == PERIOD else m) in rows.columns)
    lists = asked.lists and log.request_is != "row"
    numbered = _numbered(con, weighed(rows), owners, listings, requests.shards, margins)
    tables = {
        "owners": owners.order_by("owner"),
        "listings": listings.order_by("listing_id"),
        "requests": requests.names,
        "cells": _counts(numbered, ("shard", "owner"), sums),
        "shown": _counts(
            numbered.filter(numbered.listing_id.notnull()), ("listing_id", "owner"), sums
        ),
        **{f"margin.{name}": _counts(numbered, (f"_{name}", "owner"), sums) for name in margins},
    }
    moves = "clicks" in rows.columns
    if moves:
        keys = ["query"] if "query" in rows.columns else []
        known = rows.filter(rows.clicks.notnull())
        held = known.inner_join(listings.select("listing", "listing_id"), "listing")
        tables["moves"] = _counts(held, (*keys, "listing_id"), ("clicks",))
    told: Held = "none"
    bound = None
    if lists:
        chosen, whole = sample(con, rows, asked.seed)
        told = "whole" if whole else "sample"
        bound = None if whole else left_out(con, rows, asked.seed)
        tables["lists"] = _lists(chosen, owners, listings)
    return Counted(
        tables=tables,
        requests=requests.count,
        shards=requests.size,
        sums=sums,
        facts=facts,
        margins=margins,
        numbers=numbers,
        words=words,
        lists=told,
        bound=bound,
        moves=moves,
        without_seller=missing,
        without_relevance=without(rows, "relevance"),
        without_attention=without(rows, "attention"),
    )


@dataclass(frozen=True, slots=True)
class _Requests:
    names: ir.Table
    shards: ir.Table | None
    count: int | None
    size: int


def _owners(con: Any, rows: ir.Table, facts: Sequence[str]) -> ir.Table:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Give each seller a number in order of its name, and the ends of what is said of it."""
    few = rows.group_by("seller").aggregate(
        _rows=rows.count(),
        **{f"max {name}": rows[name].max() for name in facts},
        **{f"min {name}": rows[name].min() for name in facts},
    )
    number = ibis.row_number().over(order_by=few.seller).cast("int32")
    return hold(con, few.mutate(owner=number))


def _listings(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    log: CleanLog,
    rows: ir.Table,
    covariates: Sequence[str],
) -> tuple[ir.Table, tuple[str, ...], tuple[str, ...]]:
    present = [name for name in covariates if name in rows.columns]
    numbers = tuple(name for name in present if rows[name].type().is_numeric())
    words = tuple(name for name in present if name not in numbers)
    if present:
        few = rows.group_by("listing").aggregate(
            **{f"sum {name}": total(rows[name]) for name in numbers},
            **{f"count {name}": rows[name].count() for name in numbers},
            **{f"word {name}": rows[name].min() for name in words},
        )
    else:
        few = _distinct(log, rows, "listing")
    number = ibis.row_number().over(order_by=few.listing).cast("int32")
    return hold(con, few.mutate(listing_id=number)), numbers, words


def _distinct(log: CleanLog, rows: ir.Table, name: str) -> ir.Table:
    """Give the distinct values of an id, as text alone: what is saved knows no numbers beside."""
    return log.known.distinct.get(name, rows).select(name).distinct()


def _requests(con: Any, log: CleanLog, rows: ir.Table) -> _Requests:  # noqa: ANN401 - an Ibis backend has no type of its own
    """Give requests their shards: themselves while few, folded out of their md5 above that."""
    if log.request_is == "row":
        nothing = ibis.memtable({"request": []}, schema={"request": "string"})
        return _Requests(nothing, None, None, 1)
    distinct = hold(con, _distinct(log, rows, "request"))
    count = int(distinct.count().to_pyarrow().as_py())
    if count <= MAX_SHARDS:
        number = ibis.row_number().over(order_by=distinct.request).cast("int32")
        shards = hold(con, distinct.mutate(shard=number))
        return _Requests(shards.order_by("shard"), shards, count, count)
    digests = distinct.select(digest=hexdigest(distinct.request).substr(0, DIGITS))
    shards = hold(con, distinct.mutate(shard=folded_shard(distinct.request)))
    return _Requests(digests.order_by("digest"), shards, count, MAX_SHARDS)


def _numbered(
    con: Any,  # noqa: ANN401 - an Ibis backend has no type of its own
    rows: ir.Table,
    owners: ir.Table,
    listings: ir.Table,
    shards: ir.Table | None,
    margins: Sequence[str],
) -> ir.Table:
    """Put numbers for names on every row, once for all that is counted."""
    told = rows.inner_join(owners.select("seller", "owner"), "seller")
    told = told.left_join(listings.select("listing", "listing_id"), "listing")
    if shards is not None:
        told = told.inner_join(shards, "request")
    else:
        told = told.mutate(shard=ibis.literal(0, "int32"))
    values = {
        f"_{name}": (period_of(told.time) if name == PERIOD else told[name].cast("string"))
        for name in margins
    }
    values = {name: value.fill_null("") for name, value in values.items()}
    keys = ["shard", "owner", "listing_id", "position", "impressions"]
    sums = [name for name in told.columns if name.startswith(CASCADE)]
    sums += [name for name in summed(tuple(told.columns)) if name not in sums]
    return hold(con, told.select(*keys, *sums, **values))


def total(column: ir.NumericColumn) -> ir.IntegerScalar:
    """Sum whole numbers as int64; engines may sum in a wider type, unknown to ibis."""
    return column.sum().cast("decimal(38, 0)").cast("int64")


def _counts(rows: ir.Table, keys: tuple[str, ...], sums: Sequence[str]) -> ir.Table:
    """Sum impressions and the rest by some keys and position, in order."""
    every = [*keys, "position"]
    few = rows.group_by(every).aggregate(
        impressions=total(rows.impressions),
        **{name: total(rows[name]) for name in sums},
    )
    return few.order_by(every)


def _lists(rows: ir.Table, owners: ir.Table, listings: ir.Table) -> ir.Table:
    told = rows.inner_join(owners.select("seller", "owner"), "seller")
    told = told.left_join(listings.select("listing", "listing_id"), "listing")
    kept = [name for name in LISTS if name in told.columns]
    order = ["request", "position", "listing_id", "owner"]
    return told.select(*kept, "listing_id", "owner").order_by(order)
