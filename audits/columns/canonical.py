"""The canonical columns of an exposure log, a seller table and a catalogue.

The words are those of the field: an impression of a listing of a seller, at a position, in a
request. Everything that reads, maps or cleans columns asks this file what a column is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "position", "count", "amount", "share", "flag", "time"]


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column.

    ``kind``: ``id`` (never a number), ``text``, ``position`` (whole number), ``count`` (whole
    number >= 0), ``amount`` (a number), ``share`` (0 to 1 or a percentage), ``flag``, ``time``.
    ``tables`` says where it may stand: ``log``, ``sellers``, ``catalogue``.
    """

    name: str
    kind: Kind
    tables: tuple[str, ...]


_L, _S, _C = "log", "sellers", "catalogue"

COLUMNS: tuple[Column, ...] = (
    Column("request", "id", (_L,)),
    Column("position", "position", (_L,)),
    Column("listing", "id", (_L, _C)),
    Column("seller", "id", (_L, _S, _C)),
    Column("page", "position", (_L,)),
    Column("time", "time", (_L,)),
    Column("user", "id", (_L,)),
    Column("query", "text", (_L,)),
    Column("category", "text", (_L, _C)),
    Column("surface", "text", (_L,)),
    Column("sponsored", "flag", (_L,)),
    Column("impressions", "count", (_L,)),
    Column("attention", "amount", (_L,)),
    Column("relevance", "amount", (_L, _C)),
    Column("clicks", "count", (_L,)),
    Column("orders", "count", (_L,)),
    Column("revenue", "amount", (_L,)),
    Column("price", "amount", (_L, _C)),
    Column("rating", "amount", (_L, _C)),
    Column("reviews", "count", (_L, _C)),
    Column("score", "amount", (_L,)),
    Column("propensity", "share", (_L,)),
    Column("arm", "text", (_L,)),
    Column("locality", "text", (_L, _S)),
    Column("region_code", "id", (_L, _S)),
    Column("address", "text", (_L, _S)),
    Column("size", "text", (_L, _S)),
    Column("employees", "amount", (_L, _S)),
    Column("annual_revenue", "amount", (_L, _S)),
    Column("assets", "amount", (_L, _S)),
    Column("balance_sheet", "amount", (_L, _S)),
    Column("investment", "amount", (_L, _S)),
    Column("currency", "text", (_L, _S)),
    Column("sector", "text", (_L, _S)),
    Column("cooperative", "text", (_L, _S)),
    Column("joined", "time", (_L, _S)),
)

BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}

CORE: tuple[str, ...] = ("request", "position", "listing", "seller")

SELLER_COLUMNS: tuple[str, ...] = (
    "locality",
    "region_code",
    "address",
    "size",
    "employees",
    "annual_revenue",
    "assets",
    "balance_sheet",
    "investment",
    "currency",
    "sector",
    "cooperative",
    "joined",
)
