"""Which exceptions are an engine's own."""

from __future__ import annotations

LONGEST = 300
"""Letters of an engine's own message that are passed on."""

_DRIVERS = frozenset(
    (
        *("pyspark", "py4j", "psycopg", "duckdb", "_duckdb", "ibis", "sqlglot"),
        *("clickhouse_connect", "google", "snowflake", "trino", "requests", "urllib3"),
    )
)


def is_of_engine(error: BaseException) -> bool:
    """Say whether an exception comes from an engine or from what talks to it."""
    return any(kind.__module__.partition(".")[0] in _DRIVERS for kind in type(error).__mro__[:-3])


def said(error: BaseException) -> str:
    """Give the first line of an engine's own message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:LONGEST]


def was_interrupted(error: BaseException) -> bool:
    """Say whether an exception came up while Ctrl-C or the like was answered.

    A signal that is meant for all processes of a group ends Spark's own as well, and what talks to
    it raises an error in the interruption's place.
    """
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, KeyboardInterrupt):
        seen = seen.__cause__ or seen.__context__
    return seen is not None
