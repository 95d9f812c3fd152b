"""Spark on this machine gives what DuckDB gives, in few stages, and says nothing of its own."""

from __future__ import annotations

import datetime as dt
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits import engines
from fairshelf.audits.checks.duplicates import any_repeated, by_request, numbered_through
from fairshelf.audits.config import load
from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.ingest import read
from fairshelf.audits.ingest.stored import read_stored
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fairshelf.audits.config import Settings
    from fairshelf.audits.engines import Engine
    from fairshelf.audits.engines.means import Means
    from fairshelf.audits.pipeline import Audit

pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed <socket:ResourceWarning"  # a thread of ours that Python ends takes along
)  # the connection that py4j opened in it

MOST_JOBS = 60
"""Jobs of an audit of a clean log, however many rows it has: one or two for each small table."""

MOST_SHUFFLES = 30
"""Stages of such an audit that send rows from worker to worker."""


@pytest.fixture(scope="module")
def spark(
    java: None,  # noqa: ARG001 - skips
    quick: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """Start one local Spark for the tests of this file, and stop it."""
    from fairshelf.audits.engines.spark import connect

    warehouse = tmp_path_factory.mktemp("warehouse")
    told = quick | {
        "spark.sql.warehouse.dir": str(warehouse),
        "spark.sql.codegen.wholeStage": "false",  # small logs: nothing is worth compiling
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    con = connect(engines.engine("spark", told), tmp_path_factory.mktemp("spark"))
    process = con._session.sparkContext._gateway.proc
    yield con
    con.disconnect()
    gc.collect()
    assert process.poll() is not None


@pytest.fixture
def shared(spark: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - an Ibis backend
    """Let audits run on that Spark instead of starting their own."""

    @contextmanager
    def opened(_engine: Engine, _work: Path, _means: Means) -> Iterator[Any]:
        yield spark

    monkeypatch.setattr("fairshelf.audits.pipeline.run.opened", opened)
    return spark


def _stages(con: Any) -> tuple[int, int]:  # noqa: ANN401 - an Ibis backend
    """Count the jobs so far, and the stages that wrote for a shuffle."""
    context = con._session.sparkContext
    store = context._jsc.sc().statusStore()
    none = context._gateway.new_array(context._jvm.double, 0)
    stages = store.stageList(None, *(False, False), none, None)
    wrote = [stages.apply(n).shuffleWriteBytes() > 0 for n in range(stages.size())]
    return store.jobsList(None).size(), sum(wrote)


def test_spark_agrees_on_a_hard_partitioned_log(
    shared: Any,  # noqa: ANN401, ARG001 - an Ibis backend
    folders: dict[str, Path],
    alone: dict[str, Audit],
    alike: Callable[[Audit, Audit], None],
    wanted: Settings,
) -> None:
    """Every estimate, table and notice is DuckDB's, and so are the rows set aside, by number."""
    found = audit([str(folders["hard"])], None, None, wanted, engine=engines.engine("spark"))
    alike(found, alone["hard"])
    assert found.rejects.equals(alone["hard"].rejects)
    assert found.results.inputs[0].sha256 == alone["hard"].results.inputs[0].sha256
    assert found.results.rows.rejected > 3
    assert found.results.rows.duplicate == 7


def test_a_table_takes_few_stages(
    shared: Any,  # noqa: ANN401 - an Ibis backend
    folders: dict[str, Path],
    alone: dict[str, Audit],
    alike: Callable[[Audit, Audit], None],
) -> None:
    """A clean log with more requests than shards: how many rows there are adds no stage."""
    shared._session.read.parquet(str(folders["plain"])).write.saveAsTable("shown")
    settings = load(None, {"permutations": 99})
    before = _stages(shared)
    asked = engines.engine("spark", table="default.shown")
    alike(audit([], None, None, settings, engine=asked), alone["plain"])
    jobs, shuffles = (now - then for now, then in zip(_stages(shared), before, strict=True))
    assert 10 < jobs <= MOST_JOBS
    assert 5 < shuffles <= MOST_SHUFFLES
    with pytest.raises(UsageError) as caught:
        audit([], None, None, settings, engine=engines.engine("spark", table="shwn"))
    assert caught.value.code == "table_missing"
    assert caught.value.facts["suggestions"] == ["shown"]


@pytest.mark.parametrize("repeated", [False, True])
def test_a_deep_list_is_known_to_be_whole(spark: Any, repeated: bool) -> None:  # noqa: ANN401, FBT001
    """Powers of two above the 32nd are told apart: 40 places once each, or the last one twice."""
    places = [*range(1, 40), 39 if repeated else 40]
    rows = pa.table(
        {
            "request": ["r"] * 40,
            "position": pa.array(places, pa.int64()),
            "listing": [f"l{place}" for place in places],
        }
    )
    keys = ("request", "position", "listing")
    assert any_repeated(spark.create_table("deep", rows), keys, 40) == repeated
    assert numbered_through(by_request(spark.table("deep"))) != repeated


def test_spark_takes_folders_names_and_nanoseconds_as_they_are(
    spark: Any,  # noqa: ANN401 - an Ibis backend
    tmp_path: Path,
) -> None:
    """``zone=01`` is not zone 1; times as pandas writes them are those DuckDB reads."""
    bare = dt.datetime(1969, 12, 31, 23, 59, 59, 1)  # noqa: DTZ001 - logs bear the time of the place
    columns = {
        "position": [1, 2],
        "ti.me": pa.array([bare, None], pa.timestamp("ns")),
        "utc": pa.array([bare.replace(tzinfo=dt.UTC), None], pa.timestamp("ns", "UTC")),
    }
    (tmp_path / "log" / "zone=01").mkdir(parents=True)
    pq.write_table(pa.table(columns), tmp_path / "log" / "zone=01" / "a.parquet")
    asked = engines.engine("spark")
    (raw,) = read_stored(spark, asked, [str(tmp_path / "log")], tmp_path)
    (ours,) = read(ibis.duckdb.connect(), [str(tmp_path / "log")], "log", load(None, {}), tmp_path)
    assert raw.headings == ours.headings
    assert raw.head.column("zone").to_pylist() == ["01", "01"]
    assert raw.head.column("ti.me").to_pylist() == [str(bare), None]
    rows = raw.numbered().to_pyarrow().sort_by("position")
    assert rows.column("ti.me").to_pylist() == [bare, None]
    utc, theirs = (one.head.column("utc").to_pylist() for one in (raw, ours))
    assert theirs[0].startswith(utc[0])  # in the zone of this machine, which DuckDB writes behind
    assert utc[1] is theirs[1] is None


def test_spark_forces_no_file_into_the_types_of_another(
    spark: Any,  # noqa: ANN401 - an Ibis backend
    tmp_path: Path,
) -> None:
    """The column is named; so is one that a file lacks."""
    for name, tables, code, column in (
        ("types", ({"position": [1]}, {"position": [1.5]}), "parquet_types_differ", "position"),
        ("columns", ({"a": [1]}, {"a": [1], "b": [2]}), "parquet_differs", "b"),
    ):
        (tmp_path / name).mkdir()
        for number, columns in enumerate(tables):
            pq.write_table(pa.table(columns), tmp_path / name / f"{number}.parquet")
        with pytest.raises(DataError) as caught:
            read_stored(spark, engines.engine("spark"), [str(tmp_path / name)], tmp_path)
        assert (caught.value.code, caught.value.facts["columns"]) == (code, [column])


def test_spark_reads_nothing_but_parquet(
    shared: Any,  # noqa: ANN401, ARG001 - an Ibis backend
    tmp_path: Path,
) -> None:
    """A CSV file is refused with its name; so are files and a table at once, and nothing at all."""
    log = tmp_path / "log.csv"
    log.write_text("request,position,listing\na,1,b\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        audit([str(log)], None, None, load(None, {}), engine=engines.engine("spark"))
    assert caught.value.code == "engine_needs_parquet"
    for paths, table, code in (([str(log)], "t", "table_and_files"), ([], None, "no_log")):
        with pytest.raises(UsageError) as refused:
            audit(paths, None, None, load(None, {}), engine=engines.engine("spark", table=table))
        assert refused.value.code == code
