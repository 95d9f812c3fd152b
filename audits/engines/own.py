"""What one engine needs and the others do not, each with its reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

PLAIN = (
    "^[+-]?([0-9]{1,200}[.]?[0-9]{0,200}|[.][0-9]{1,200})"
    "([eE][+-]?[0-9]{1,2})?$"
)
"""Numbers that every engine can cast to a float without an error."""


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
        f"{_quoted(name)} COLLATE \"C\" AS {_quoted(name)}" if kind.is_string() else _quoted(name)
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

    Engines with Java's regular expressions write ``$1``, the others ``\\1``.
    """
    mark = "$" if speaker(text) in {"pyspark", "trino"} else "\\"
    return re.sub(r"[{](\d)[}]", lambda found: mark + found[1], template)


def speaker(value: ir.Value) -> str:
    """Give the name of the engine an expression belongs to; empty where it belongs to none."""
    found, _ = value._find_backends()  # noqa: SLF001 - get_backend() raises where there is none
    return str(found[0].name) if found else ""
