"""A log that is a table: in a DuckDB file, and in PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from fairshelf.audits.config import load
from fairshelf.audits.engines import engine, opened
from fairshelf.audits.errors import UsageError
from fairshelf.audits.ingest.stored import read_stored
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline import Audit

TYPES = {"clicks": "integer", "relevance": "double precision", "sponsored": "boolean"}
TYPES |= {"time": "timestamp"}

ENGLISH = ("--locale-provider=icu", "--icu-locale=en")
"""Order and ``<`` as in English, which passes over spaces: the hard case."""


@pytest.fixture
def file(tmp_path: Path, hard: pa.Table) -> Path:
    """Give a DuckDB file with the hard log as a table of a schema of its own."""
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as con:
        con.register("rows", hard)
        con.execute("create schema logs; create table logs.shown as from rows")
    return path


def test_a_table_of_a_duckdb_file_is_a_log(
    file: Path,
    alone: dict[str, Audit],
    alike: Callable[[Audit, Audit], None],
    wanted: Settings,
) -> None:
    """It gives what its rows give as Parquet, and the file is not written to."""
    before = file.read_bytes()
    found = audit([], None, None, wanted, engine=engine(f"duckdb:{file}", table="logs.shown"))
    alike(found, alone["hard"])
    assert found.results.inputs[0].format == "table"
    assert found.results.inputs[0].sha256 == ""
    assert file.read_bytes() == before


def test_a_table_that_is_not_there_is_an_error(file: Path) -> None:
    """So is a file that is no database."""
    with pytest.raises(UsageError) as caught:
        audit([], None, None, load(None, {}), engine=engine(f"duckdb:{file}", table="logs.show"))
    assert caught.value.code == "table_missing"
    assert caught.value.facts["suggestions"] == ["logs.shown"]
    other = file.with_name("other.duckdb")
    other.write_text("no database, whatever its name says")
    with pytest.raises(UsageError) as refused:
        audit([], None, None, load(None, {}), engine=engine(f"duckdb:{other}", table="t"))
    assert refused.value.code == "engine_file_other"


def test_a_database_of_sqlite_fetches_no_extension(tmp_path: Path) -> None:
    """DuckDB would ask its makers' server for one; the file is said to be none of DuckDB."""
    path = tmp_path / "shop.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as con:
        con.execute("create table shown (request, position, listing)")
    with pytest.raises(UsageError) as caught:
        audit([], None, None, load(None, {}), engine=engine(f"duckdb:{path}", table="shown"))
    assert caught.value.code == "engine_file_other"
    assert "download" not in caught.value.facts["why"]


@pytest.mark.parametrize(
    "typed",
    ["a.b", '"a.b"', "main.a.b", "logs.c.d", 'logs."c.d"', 'shop.logs."c.d"', "LOGS.C.D", 'e"f'],
)
def test_a_name_may_hold_a_dot_or_stand_in_quotes(tmp_path: Path, typed: str) -> None:
    """As it is suggested, and as SQL has it."""
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute("create schema logs")
        for name in ('"a.b"', 'logs."c.d"', '"e""f"'):
            con.execute(
                f"create table {name} as select 'q' || i // 4 as request, 1 + i % 4 as position, "  # noqa: S608 - our own
                "'l' || i % 20 as listing, 's' || i % 20 as seller from range(80) t(i)"
            )
    asked = engine(f"duckdb:{tmp_path / 'shop.duckdb'}", table=typed)
    with opened(asked, tmp_path) as con:
        (raw,) = read_stored(con, asked, [], tmp_path)
        assert raw.table.count().to_pyarrow().as_py() == 80


def _programs() -> Path:
    """Give the folder of PostgreSQL's programs, or skip."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = shutil.which("initdb")
    if found:
        places.append(Path(found))
    if not places:
        pytest.skip("PostgreSQL's initdb is absent (Debian: postgresql)")
    return places[0].parent


def _somebody() -> dict[str, Any]:
    """Give what makes a program run as somebody else than root, which PostgreSQL demands."""
    if os.geteuid() != 0:
        return {}
    names = {one.pw_name for one in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Start a database that compares as English does, and end it; give its address."""
    pytest.importorskip("psycopg", reason="the extra postgres (psycopg) is not installed")
    programs, somebody = _programs(), _somebody()
    with tempfile.TemporaryDirectory(prefix="fairshelf-pg-") as place:
        folder = Path(place)
        if somebody:
            os.chown(folder, somebody["user"], somebody["group"])

        def run(program: str, *told: object) -> None:
            command = [str(programs / program), "-D", str(folder / "data"), *map(str, told)]
            subprocess.run(command, check=True, capture_output=True, cwd=folder, **somebody)

        locale = ("--encoding=UTF8", "--locale=C.UTF-8")
        run("initdb", "-U", "audit", "-A", "trust", "-N", *locale, *ENGLISH)
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        told = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
        run("pg_ctl", "-w", "-o", told, "-l", folder / "log", "start")
        try:
            yield f"postgres://audit@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


def _fill(address: str, name: str, rows: pa.Table) -> None:
    import psycopg

    columns = ", ".join(
        f"{column} {TYPES.get(column, 'integer' if kind == 'int32' else 'text')}"
        for column, kind in zip(rows.column_names, map(str, rows.schema.types), strict=True)
    )
    with psycopg.connect(address) as con:
        con.execute(f"create table {name} ({columns})")
        with con.cursor().copy(f"copy {name} from stdin") as copy:
            for row in zip(*rows.to_pydict().values(), strict=True):
                copy.write_row(row)


@pytest.mark.parametrize("name", ["hard", "plain"])
def test_a_table_of_postgresql_is_a_log(
    postgres: str,
    request: pytest.FixtureRequest,
    name: str,
    alone: dict[str, Audit],
    alike: Callable[[Audit, Audit], None],
) -> None:
    """It gives what its rows give as Parquet, though English orders names otherwise."""
    _fill(postgres, name, request.getfixturevalue(name))
    settings = request.getfixturevalue("wanted") if name == "hard" else load(None, {})
    settings = settings.model_copy(update={"permutations": 99})
    alike(
        audit([], None, None, settings, engine=engine(postgres, table=f"public.{name}")),
        alone[name],
    )


def test_postgresql_is_left_as_it_was(postgres: str) -> None:
    """An audit leaves no table and no view behind; a table that is not there is an error."""
    import psycopg

    rows = "select count(*) from pg_class where relname like '%fairshelf%' or relname like 'ibis%'"
    with psycopg.connect(postgres) as con:
        assert con.execute(rows).fetchone() == (0,)
        con.execute('create table "my.table" as select 1 as position, point(1, 2) as place')
    for name in ("my.table", '"my.table"'):
        with pytest.raises(UsageError) as refused:  # ibis asks for what only PostGIS can do
            audit([], None, None, load(None, {}), engine=engine(postgres, table=name))
        assert refused.value.code == "table_unreadable"
        assert "st_asewkb" in refused.value.facts["why"]
    with pytest.raises(UsageError) as caught:
        audit([], None, None, load(None, {}), engine=engine(postgres, table="nothing"))
    assert caught.value.code == "table_missing"


@pytest.mark.parametrize(
    "typed",
    ["shop.2026.shown", '"shop.2026".shown', 'postgres."shop.2026".shown', 'shop.2026."shown"'],
)
def test_a_schema_of_postgresql_may_hold_a_dot(postgres: str, tmp_path: Path, typed: str) -> None:
    """In quotes or without, with the database before it or not."""
    import psycopg

    with psycopg.connect(postgres) as con:
        con.execute('create schema if not exists "shop.2026"')
        con.execute(
            "create table if not exists \"shop.2026\".shown as select 'q' || i / 4 as request, "
            "1 + i % 4 as position, 'l' || i as listing, 's' || i as seller "
            "from generate_series(0, 79) i"
        )
    asked = engine(postgres, table=typed)
    with opened(asked, tmp_path) as con:
        (raw,) = read_stored(con, asked, [], tmp_path)
        assert raw.table.count().to_pyarrow().as_py() == 80


def test_what_a_schema_holds_is_named_where_the_table_is_not_there(
    postgres: str, tmp_path: Path
) -> None:
    """The tables of the schema that was typed, spelt as they may be typed."""
    import psycopg

    with psycopg.connect(postgres) as con:
        con.execute("create schema if not exists trade")
        con.execute("create table if not exists trade.shown as select 1 as request")
    asked = engine(postgres, table="trade.shwn")
    with opened(asked, tmp_path) as con, pytest.raises(UsageError) as caught:
        read_stored(con, asked, [], tmp_path)
    assert caught.value.code == "table_missing"
    assert caught.value.facts["suggestions"] == ["trade.shown"]


def test_a_database_that_is_not_there_is_an_error() -> None:
    """The sentence names the engine and not the password."""
    pytest.importorskip("psycopg", reason="the extra postgres (psycopg) is not installed")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        address = f"postgres://audit:secret@127.0.0.1:{one.getsockname()[1]}/logs"
        with pytest.raises(UsageError) as caught:
            audit([], None, None, load(None, {}), engine=engine(address, table="t"))
    assert caught.value.code == "engine_unreachable"
    assert "secret" not in str(caught.value)


def test_a_view_reads_no_other_file(tmp_path: Path) -> None:
    """A file made by somebody else cannot have what lies beside it printed."""
    secret = tmp_path / "secret.txt"
    secret.write_text("not for you", encoding="utf-8")
    settings = load(None, {"attributes": {"locality": None}, "permutations": 99})
    place = tmp_path / "shop.duckdb"
    with duckdb.connect(str(place)) as con:
        con.execute(
            "create table shown as select 'q' || i // 4 as request, 1 + i % 4 as position, "
            "'l' || i % 20 as listing, 's' || i % 20 as seller from range(80) t(i)"
        )
        con.execute(
            "create view peek as select *, (select content from read_text("  # noqa: S608 - our own
            f"'{secret}')) as locality from shown"
        )
        con.execute('create table "a.b" as select *, seller as locality from shown')
        con.execute("create table gone as from shown; create view broken as from gone")
        con.execute("drop table gone")
        con.execute("create view wrong as select *, cast(listing as integer) as price from shown")
    for table, why in (("peek", "secret.txt"), ("broken", "gone"), ("wrong", "'l0'")):
        with pytest.raises(UsageError) as caught:
            audit([], None, None, settings, engine=engine(f"duckdb:{place}", table=table))
        assert caught.value.code == "table_unreadable"
        assert why in caught.value.facts["why"]
    done = audit([], None, None, settings, engine=engine(f"duckdb:{place}", table="a.b"))
    assert done.results.rows.read == 80
