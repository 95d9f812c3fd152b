"""What ``--engine`` means, and what it cannot mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.engines import HERE, engine
from fairshelf.audits.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_duckdb_in_memory_is_what_is_meant_by_nothing() -> None:
    """No engine and ``duckdb`` are the same."""
    assert engine(None) == engine("duckdb") == HERE
    assert HERE.name == "duckdb"


def test_spark_runs_here_unless_a_master_is_named() -> None:
    """``spark`` takes all cores of this machine; an option may say otherwise."""
    assert engine("spark").address == "local[*]"
    assert engine("spark", {"spark.master": "local[1]"}).address == "local[1]"
    both = engine("spark://a:7077,b:7077", {"spark.executor.memory": "8g"}, "logs.shown")
    assert (both.kind, both.address, both.table) == ("spark", "spark://a:7077,b:7077", "logs.shown")
    assert both.options == {"spark.executor.memory": "8g"}


def test_a_url_is_shown_without_its_password() -> None:
    """Messages name the engine and the database, never who may enter how."""
    found = engine("postgresql://audit:secret@db.example:5432/logs?password=other", table="t")
    assert found.name == "postgresql://db.example:5432/logs"
    assert found.scheme == "postgres"
    with pytest.raises(UsageError) as caught:
        engine("postgrs://audit:secret@db/logs", table="t")
    assert "secret" not in str(caught.value)
    assert caught.value.facts["known"] == ["postgres://..."]


@pytest.mark.parametrize(
    ("typed", "options", "table", "code"),
    [
        ("spark://nowhere", {}, None, "unknown_engine"),
        ("spark:7077", {}, None, "unknown_engine"),
        ("mysql://a/b", {}, "t", "unknown_engine"),
        ("trino://", {}, "t", "unknown_engine"),
        ("duckdb:nothing.duckdb", {}, "t", "engine_file_missing"),
        ("trino://host/catalogue", {}, None, "engine_needs_table"),
        ("duckdb", {}, "t", "table_needs_engine"),
        (None, {"threads": "1"}, None, "engine_takes_no_options"),
    ],
)
def test_what_cannot_be_meant_is_an_error(
    typed: str | None, options: dict[str, str], table: str | None, code: str
) -> None:
    """Each mistake has a code of its own."""
    with pytest.raises(UsageError) as caught:
        engine(typed, options, table)
    assert caught.value.code == code


def test_a_duckdb_file_needs_a_table(tmp_path: Path) -> None:
    """The file alone does not say which table is the log."""
    file = tmp_path / "shop.duckdb"
    file.touch()
    assert engine(f"duckdb:{file}", table="log").address == str(file)
    with pytest.raises(UsageError) as caught:
        engine(f"duckdb:{file}")
    assert caught.value.code == "engine_needs_table"
