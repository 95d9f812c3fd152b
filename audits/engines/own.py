"""What one engine needs and the others do not, each with its reason."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

PLAIN = "^[+-]?([0-9]{1,200}[.]?[0-9]{0,200}|[.][0-9]{1,200})([eE][+-]?[0-9]{1,2})?$"
"""Numbers that every engine can cast to a float without an error."""

_HEX = "0123456789abcdef"


def holds_rows(con: Any) -> bool:  # noqa: ANN401 - ibis has no public type for it
    """Say whether the engine keeps a copy of a log.

    DuckDB parses files once and counts from its own copy. Another engine has the rows already and
    reads the few columns that a query asks for; a second copy of 10^10 rows would be in the way.
    """
    return bool(con.name == "duckdb")


def by_letters(con: Any, table: ir.Table) -> ir.Table:  # noqa: ANN401 - ibis has no public type for it
    """Let the text of a table compare letter by letter.

    PostgreSQL compares by the rules of a language, in which ``<`` passes over spaces and the order
    of names is not that of other engines. A collation named here is handed on to all that is
    made from the column.
    """
    if con.name != "postgres":
        return table
    columns = ", ".join(
        f'{_quoted(name)} COLLATE "C" AS {_quoted(name)}' if kind.is_string() else _quoted(name)
        for name, kind in table.schema().items()
    )
    query = f"SELECT {columns} FROM ({con.compile(table)}) AS fairshelf_rows"  # noqa: S608 - names are quoted
    lettered: ir.Table = con.sql(query, schema=table.schema())
    return lettered


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def read_number(text: ir.StringValue) -> ir.FloatingValue:
    """Cast text to a float; null where it is no number.

    PostgreSQL has no cast that gives null, so there only what is sure to be a number is cast.
    """
    if speaker(text) != "postgres":
        return text.try_cast("float64")
    sure = ibis.ifelse(text.strip().re_search(PLAIN), text.strip(), ibis.null("string"))
    return sure.cast("float64")


def groups(text: ir.StringValue, template: str) -> str:
    """Spell what takes the place of a match: ``{1}`` is its first group.

    Engines with Java's regular expressions write a dollar before the number, the others a
    backslash.
    """
    mark = "$" if speaker(text) in {"pyspark", "trino"} else "\\"
    return re.sub(r"[{](\d)[}]", lambda found: mark + found[1], template)


def hexdigest(text: ir.StringValue, engine: str | None = None) -> ir.StringValue:
    """Give the md5 of text as 32 small hexadecimal digits, the same on every engine.

    Ibis has it for DuckDB and Spark only; the others have a function of their own that it names.

    Parameters
    ----------
    text
        What is digested, as UTF-8.
    engine
        The engine's name; None for the one the expression belongs to.
    """
    name = speaker(text) if engine is None else engine
    if name in {"postgres", "snowflake"}:
        return _function("md5", "string", "string")(text)
    if name == "bigquery":
        return _function("to_hex", "binary", "string")(_function("md5", "string", "binary")(text))
    if name == "clickhouse":
        digest = _function("MD5", "string", "binary")(text)
        return _function("hex", "binary", "string")(digest).lower()
    if name == "trino":
        encoded = _function("to_utf8", "string", "binary")(text)
        digest = _function("md5", "binary", "binary")(encoded)
        return _function("to_hex", "binary", "string")(digest).lower()
    digits: ir.StringValue = text.hexdigest("md5")
    return digits


def hex_number(text: ir.StringValue, digits: int) -> ir.IntegerValue:
    """Read the number that small hexadecimal digits stand for.

    DuckDB casts them, which takes half the time; no other way is the same on all other engines.

    Parameters
    ----------
    text
        Digits, as :func:`hexdigest` gives them.
    digits
        How many; at most 15.
    """
    if speaker(text) == "duckdb":
        return ibis.literal("0x").concat(text).cast("int64")
    number = ibis.literal(0, "int64")
    for place in range(digits):
        number = number * len(_HEX) + ibis.literal(_HEX).find(text.substr(place, 1))
    return number


@cache
def _function(name: str, takes: str, gives: str) -> Any:  # noqa: ANN401 - ibis has no public type for it
    """Name a function that an engine brings with it."""

    def brought(_text):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - the signature says it
        ...

    return ibis.udf.scalar.builtin(brought, name=name, signature=((takes,), gives))


def speaker(value: ir.Value) -> str:
    """Give the name of the engine an expression belongs to; empty where it belongs to none."""
    found, _ = value._find_backends()  # noqa: SLF001 - get_backend() raises where there is none
    return str(found[0].name) if found else ""
