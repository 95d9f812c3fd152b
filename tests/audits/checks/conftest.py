"""Small files made in the engine, as the reader would hand them on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pytest

from fairshelf.audits.checks import CleanLog, clean_log
from fairshelf.audits.columns.detect import detect
from fairshelf.audits.columns.raw import ROW, RawTable
from fairshelf.audits.config import Settings

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

Cells = Sequence[Sequence[str | None]]
MakeRaw = Callable[..., RawTable]
Clean = Callable[..., CleanLog]


@pytest.fixture(scope="session")
def con() -> BaseBackend:
    """Give an engine of its own to the tests of the checks."""
    return ibis.duckdb.connect(threads=1)


@pytest.fixture(scope="session")
def make_raw(con: BaseBackend) -> MakeRaw:
    """Give a maker of files: headings, rows of cells, and fields of the record."""

    def make(headings: str, rows: Cells, **more: object) -> RawTable:
        names = headings.split(",")
        columns = {
            name: pa.array([row[place] for row in rows], pa.string())
            for place, name in enumerate(names)
        }
        full = pa.table(columns)
        numbers = pa.array(range(2, 2 + full.num_rows), pa.int64())
        table = con.create_table(ibis.util.gen_name("t"), full, temp=True)
        numbered = con.create_table(
            ibis.util.gen_name("t"), full.append_column(ROW, numbers), temp=True
        )
        fields: dict[str, Any] = {"name": "f.csv", "role": "log", "decimal": "."}
        merged: dict[str, Any] = {**fields, **more}
        return RawTable(
            table=table,
            headings=tuple(names),
            head=full.slice(0, 1000),
            digest=lambda: "0" * 64,
            bytes=1,
            format="csv",
            first_row=2,
            numbered=lambda: numbered,
            **merged,
        )

    return make


@pytest.fixture(scope="session")
def clean(con: BaseBackend) -> Clean:
    """Give a cleaner of made files that also holds the account of rows to be balanced."""

    def run(
        *raws: RawTable,
        given: dict[str, str] | None = None,
        extras: dict[str, str] | None = None,
        **settings: object,
    ) -> CleanLog:
        found = [detect(raw, given or {}, extras or {}) for raw in raws]
        log = clean_log(con, raws, found, Settings.model_validate(settings))
        assert log.used == log.table.count().to_pyarrow().as_py()
        assert log.read == log.used + log.rejected + log.duplicate
        assert log.rejects.num_rows == log.rejected + log.duplicate
        return log

    return run
