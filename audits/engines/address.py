"""What ``--engine`` means: which engine, where it is, and with what options."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fairshelf.audits.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["here", "duckdb", "spark", "url"]

SCHEMES = ("postgres", "clickhouse", "bigquery", "snowflake", "trino")
"""Engines that are reached by a URL; ``docs/engines.md`` says which of them were really run."""

_SAME = {"postgresql": "postgres"}
_KNOWN = ("duckdb", "duckdb:FILE", "spark", "spark://HOST:PORT", *(f"{s}://..." for s in SCHEMES))
_SECRET = re.compile(r"//[^/@]*@|[?].*$")


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine, and the table of it that is the log.

    Attributes
    ----------
    kind
        ``here``: DuckDB in memory, which reads the files. ``duckdb``: a DuckDB file.
        ``spark``; ``url``: what ``ibis.connect`` reaches.
    address
        The file, the Spark master, the URL; empty for ``here``.
    options
        Spark's configuration, or arguments of the connection.
    table
        The table that is the log; None where the log is files.
    """

    kind: Kind
    address: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None

    @property
    def name(self) -> str:
        """What messages call it, without any password."""
        if self.kind == "here":
            return "duckdb"
        shown = _SECRET.sub(lambda found: "//" if "@" in found[0] else "", self.address)
        return shown if "://" in shown else f"{self.kind}:{shown}"

    @property
    def scheme(self) -> str:
        """The scheme of a URL, as ibis names the engine."""
        said = self.address.partition("://")[0]
        return _SAME.get(said, said)


HERE = Engine("here")
"""DuckDB in memory, which reads the files: what an audit runs on unless it is told."""


def engine(
    typed: str | None, options: Mapping[str, str] | None = None, table: str | None = None
) -> Engine:
    """Read what was typed.

    Parameters
    ----------
    typed
        ``duckdb``, ``duckdb:FILE``, ``spark``, ``spark://HOST:PORT``, or a URL; None for the
        first.
    options
        Options of the engine by name.
    table
        The table that is the log.

    Raises
    ------
    UsageError
        ``unknown_engine``; ``engine_file_missing``; ``engine_needs_table`` where the log can only
        be a table; ``table_needs_engine`` where it cannot be one; ``engine_takes_no_options``.
    """
    given = dict(options or {})
    found = _engine(typed or "duckdb", given, table)
    if found.kind in ("duckdb", "url") and not table:
        raise UsageError("engine_needs_table", engine=found.name)
    if found.kind == "here" and table:
        raise UsageError("table_needs_engine", table=table)
    if found.kind in ("here", "duckdb") and given:
        raise UsageError("engine_takes_no_options", engine=found.name)
    return found


def _engine(typed: str, options: dict[str, str], table: str | None) -> Engine:
    if typed == "duckdb":
        return Engine("here", "", options, table)
    if typed.startswith("duckdb:"):
        path = typed.removeprefix("duckdb:").removeprefix("//")
        if not Path(path).is_file():
            raise UsageError("engine_file_missing", file=path)
        return Engine("duckdb", path, options, table)
    if typed == "spark":
        return Engine("spark", options.get("spark.master", "local[*]"), options, table)
    if re.fullmatch(r"spark://[^/\s:]+:\d+(,[^/\s:]+:\d+)*", typed):
        return Engine("spark", typed, options, table)
    scheme, divider, rest = typed.partition("://")
    if divider and rest and _SAME.get(scheme, scheme) in SCHEMES:
        return Engine("url", typed, options, table)
    shown = _SECRET.sub("//", typed)
    raise UsageError("unknown_engine", typed=shown, known=list(_like(scheme)))


def _like(scheme: str) -> tuple[str, ...]:
    """Give the engines that may have been meant, else all of them."""
    meant = nearest(scheme, [*SCHEMES, "duckdb", "spark"], count=1)
    return tuple(one for one in _KNOWN if one.startswith(tuple(meant))) if meant else _KNOWN
