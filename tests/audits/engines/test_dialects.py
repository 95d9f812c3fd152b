"""Every query of an audit can be written for the engines that were never run."""

from __future__ import annotations

import contextlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pytest
from ibis.backends.duckdb import Backend
from ibis.backends.sql import compilers

from fairshelf.audits.engines import engine
from fairshelf.audits.engines.own import hexdigest
from fairshelf.audits.pipeline import audit
from fairshelf.audits.pipeline.run import Keep
from fairshelf.audits.tally.shards import folded_shard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fairshelf.audits.config import Settings
    from fairshelf.audits.engines import Engine
    from fairshelf.audits.engines.means import Means

DIALECTS = ("bigquery", "clickhouse", "snowflake", "trino")
COMPILERS: dict[str, Any] = {
    "bigquery": compilers.BigQueryCompiler,
    "clickhouse": compilers.ClickHouseCompiler,
    "snowflake": compilers.SnowflakeCompiler,
    "trino": compilers.TrinoCompiler,
}


class _Recorder(Backend):  # type: ignore[misc] # ibis has no public types
    """DuckDB under another engine's name: it is asked what that engine would be asked."""

    asked: list[ibis.Expr]
    pretends: str

    @classmethod
    def under(cls, name: str) -> _Recorder:
        con: _Recorder = cls().connect()
        con.asked, con.pretends = [], name
        return con

    @contextmanager
    def _itself(self) -> Iterator[None]:
        type(self).name = "duckdb"
        try:
            yield
        finally:
            type(self).name = self.pretends

    def to_pyarrow(self, expr: ibis.Expr, /, **more: Any) -> Any:  # noqa: ANN401 - as ibis has it
        self.asked.append(expr)
        with self._itself():
            return super().to_pyarrow(expr, **more)

    def create_table(self, name: str, obj: Any = None, /, **more: Any) -> Any:  # noqa: ANN401
        if isinstance(obj, ibis.Table):
            self.asked.append(obj)
        with self._itself():
            return super().create_table(name, obj, **more)


class _SavedError(Exception):
    """What is thrown once a tally stands at its place."""


def _stop(*_: object) -> None:
    raise _SavedError


@pytest.mark.parametrize(
    ("dialect", "saved"), [*((one, False) for one in DIALECTS), ("trino", True)]
)
def test_every_query_compiles(
    dialect: str,
    saved: bool,  # noqa: FBT001 - a case of two
    hard: pa.Table,
    wanted: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Reading, checks, cascades, clicks, margins, lists and all tables of the tally, saved or not.

    What comes after the saving happens here.
    """
    con = _Recorder.under(dialect)
    Backend.create_table(con, "log", hard)

    @contextmanager
    def opened(_engine: Engine, _work: Path, _means: Means) -> Iterator[Any]:
        yield con
        con.disconnect()

    monkeypatch.setattr("fairshelf.audits.pipeline.run.opened", opened)
    monkeypatch.setattr(_Recorder, "name", dialect)
    keep = Keep(tmp_path / "tally") if saved else None
    there = engine(f"{dialect}://host/base", table="log")
    with contextlib.suppress(_SavedError):
        monkeypatch.setattr("fairshelf.audits.pipeline.run._of_tally", _stop)
        audit([], None, None, wanted, engine=there, keep=keep)
    assert (tmp_path / "tally").exists() == saved
    assert len(con.asked) > 30
    compiler = COMPILERS[dialect]
    for expr in con.asked:
        assert compiler().to_sqlglot(expr.as_table()).sql(compiler.dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_md5_is_written_with_a_function_of_the_engine(dialect: str) -> None:
    """Ibis has it for DuckDB and Spark only; all of them give small digits."""
    log = ibis.table({"request": "string"}, name="log")
    sql = str(ibis.to_sql(log.select(x=hexdigest(log.request, dialect)), dialect=dialect)).lower()
    assert "md5(" in sql
    assert ("lower(" in sql) == (dialect in {"clickhouse", "trino"})


def test_shards_are_the_first_digits_of_an_md5() -> None:
    """md5("a") begins with 0cc17, which is 52247: modulo 2,000 that is 247."""
    told = ibis.memtable(pa.table({"request": ["a"]}))
    found = told.select(shard=folded_shard(told.request)).to_pyarrow()
    assert found["shard"].to_pylist() == [247]
    assert int("0cc17", 16) == 52_247
