"""What runs out under a limit, or where temporary files lie, is told by its own name."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.config import load
from fairshelf.audits.engines.means import LEAST_MEMORY, Means
from fairshelf.audits.engines.shortage import short_of
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.ingest import engine, unpack
from fairshelf.audits.ingest.engine import refused
from fairshelf.audits.ingest.read import read
from fairshelf.audits.pipeline import audit
from fairshelf.audits.pipeline.run import Keep
from fairshelf.audits.stages import QUIET
from fairshelf.audits.tally.saved import folder
from fairshelf.sample_data import path

MADE = "CREATE TABLE made AS SELECT md5(range::VARCHAR) AS digest FROM range(3_000_000)"
LISTED = "SELECT list(range) FROM range(20_000_000)"


@pytest.mark.parametrize("typed", ["1KB", "5MB", "31.9mb", "60 MiB"])
def test_a_limit_under_which_nothing_can_be_counted_is_refused(tmp_path: Path, typed: str) -> None:
    """One error with the least there must be, before the engine is opened."""
    with pytest.raises(UsageError) as found:
        Means(typed).connect(tmp_path)
    assert found.value.code == "memory_limit_small"
    assert found.value.facts == {"typed": typed, "least": LEAST_MEMORY}


def test_the_sample_can_be_counted_under_the_least(tmp_path: Path) -> None:
    """The least limit is no empty promise: 6,400 rows are read, and held, under it."""
    with Means(LEAST_MEMORY, 2, tmp_path).working(QUIET) as (con, work):
        raws = read(con, [str(path("log.en.csv"))], "log", load(None, {}), work)
        con.create_table("held", raws[0].numbered())
        assert con.table("held").count().to_pyarrow().as_py() == 6_400


def test_memory_that_ran_out_under_a_limit_is_told_as_the_limit() -> None:
    """Neither as a damaged file nor as a fault of ours: the engine's refusal goes through."""
    with pytest.raises(UsageError) as found, Means(LEAST_MEMORY, 1).working(QUIET) as (con, _):
        refused(lambda: con.raw_sql(LISTED).fetchall())
    assert found.value.code == "memory_limit_reached"
    assert found.value.facts == {"limit": LEAST_MEMORY}


def test_a_parquet_file_that_no_limit_holds_is_not_called_damaged(tmp_path: Path) -> None:
    """One cell of 160 MB does not fit into 64 MB; the limit is what is told."""
    log = tmp_path / "log.parquet"
    pq.write_table(pa.table({"request": ["q" * 160_000_000], "position": [1]}), log)
    with pytest.raises(UsageError) as found, Means(LEAST_MEMORY, 1).working(QUIET) as (con, work):
        read(con, [str(log)], "log", load(None, {}), work)
    assert found.value.code == "memory_limit_reached"


def test_json_lines_are_read_one_by_one_where_the_engine_s_reader_does_not_fit(
    tmp_path: Path,
) -> None:
    """The engine takes 32 MB a thread for JSON, whatever the file; its rows need far less."""
    log = tmp_path / "log.jsonl"
    log.write_text('{"request": "q", "position": 1}\n' * 50, encoding="utf-8")
    with Means(LEAST_MEMORY, 16, tmp_path).working(QUIET) as (con, work):
        raws = read(con, [str(log)], "log", load(None, {}), work)
        assert raws[0].table.count().to_pyarrow().as_py() == 50


def test_json_that_only_the_engine_can_read_is_told_as_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list over many lines is not called broken where memory was what lacked."""

    def lacking(*_: object) -> tuple[str, ...]:
        raise duckdb.OutOfMemoryException

    monkeypatch.setattr(engine, "json_keys", lacking)
    log = tmp_path / "log.json"
    log.write_text('[{"request": "q",\n"position": 1},\n{"request":\n"r"}]\n', "utf-8")
    with pytest.raises(UsageError) as found, Means("1GB").working(QUIET) as (con, work):
        read(con, [str(log)], "log", load(None, {}), work)
    assert found.value.code == "memory_limit_reached"


def test_a_full_folder_of_temporary_files_is_not_told_as_memory(tmp_path: Path) -> None:
    """DuckDB calls both out of memory; the folder is named where it is the disk."""

    def fill() -> None:
        with Means(LEAST_MEMORY, 1, tmp_path).working(QUIET) as (con, _):
            con.raw_sql("SET max_temp_directory_size = '1MB'")
            refused(lambda: con.raw_sql(MADE))

    with pytest.raises(UsageError) as found:
        fill()
    assert found.value.code == "temp_dir_refused"
    assert found.value.facts["folder"] == str(tmp_path)


def test_a_folder_that_takes_no_files_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No right to write, as the system says it."""

    def no_right(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(tmp_path))

    monkeypatch.setattr("tempfile.mkdtemp", no_right)
    with pytest.raises(UsageError) as found, Means(folder=tmp_path).workspace():
        pass
    assert found.value.code == "temp_dir_refused"
    assert found.value.facts == {"folder": str(tmp_path), "why": os.strerror(errno.EACCES)}


def test_a_folder_that_goes_while_it_is_used_is_told(tmp_path: Path) -> None:
    """A file of ours that cannot be made there any more names the folder."""

    def go() -> None:
        with Means(folder=tmp_path).workspace() as work:
            shutil.rmtree(work)
            unpack.scratch(Path(work), ".txt")

    with pytest.raises(UsageError) as found:
        go()
    assert found.value.code == "temp_dir_refused"
    assert found.value.facts["folder"] == str(tmp_path)


def test_what_else_is_missing_is_not_blamed_on_the_folder(tmp_path: Path) -> None:
    """A file elsewhere that is not there stays the error it is; so do our own."""
    with pytest.raises(FileNotFoundError), Means(folder=tmp_path).workspace():
        (tmp_path.parent / "gone").open()
    with pytest.raises(DataError), Means(folder=tmp_path).workspace():
        raise DataError("file_empty", file="x")


def test_an_archive_that_only_lacks_room_is_not_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room on the disk, unpacking fails for that, neither by a bound nor as broken."""
    full = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(OSError, match="No space") as found:
        unpack.copy([b"x" * 100], tmp_path / "out", 100, "log.csv.gz")
    assert short_of(found.value) == "disk"


def test_other_refusals_are_short_of_nothing() -> None:
    """A query that cannot be read, or a missing file, lacks neither memory nor room."""
    for query in ("SELECT", "SELECT * FROM 'gone.parquet'"):
        with pytest.raises(duckdb.Error) as found:
            duckdb.sql(query)
        assert short_of(found.value) is None
    assert short_of(FileNotFoundError(errno.ENOENT, "")) is None


@pytest.mark.parametrize("engines_own", [True, False])
def test_a_disk_that_is_full_where_a_tally_is_saved_is_told_by_that_folder(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engines_own: bool,  # noqa: FBT001 - a case
) -> None:
    """Room in the folder of temporary files would not help; nothing is left behind."""

    def full(_: object, __: object, file: Path) -> None:
        why = os.strerror(errno.ENOSPC)
        told = f'IO Error: Could not write file "{file}": {why}'
        raise duckdb.IOException(told) if engines_own else OSError(errno.ENOSPC, why)

    monkeypatch.setattr(folder, "_write", full)
    log, place = str(path("log.en.csv")), tmp_path / "saved"
    with pytest.raises(UsageError) as found:
        audit([log], None, None, load(None, {}), keep=Keep(place))
    assert found.value.code == "tally_no_room"
    assert found.value.facts == {"folder": str(tmp_path), "why": os.strerror(errno.ENOSPC)}
    assert not list(tmp_path.iterdir())
