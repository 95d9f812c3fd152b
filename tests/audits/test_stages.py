"""How far a command is: by what is counted, and by what DuckDB tells of its query."""

from __future__ import annotations

import threading
import time

import ibis
import pytest

from fairshelf.audits.engines.means import FREE
from fairshelf.audits.stages import QUIET, Over, Stages


def test_a_running_query_tells_its_share() -> None:
    """Between nothing and all of it while it runs, nothing before and after."""
    con = ibis.duckdb.connect()
    con.raw_sql("SET threads = 1")
    con.raw_sql("CREATE TABLE t AS SELECT range AS i FROM range(2_000_000)")
    stages, seen = Stages(), []
    with stages.watching(con):
        assert stages.look() == (None, None)
        query = "SELECT count(DISTINCT hash(i + {n})), max(md5(i::VARCHAR)) FROM t"
        running = threading.Thread(target=lambda: con.raw_sql(query.format(n=1)).fetchall())
        running.start()
        while running.is_alive():
            seen.append(stages.look()[0])
            time.sleep(0.002)
        running.join()
        assert stages.look() == (None, None)
    told = [share for share in seen if share is not None]
    assert told
    assert all(0 <= share <= 1 for share in told)
    assert any(0 < share < 1 for share in told)


def test_nobody_is_asked_once_the_engine_is_closed() -> None:
    """A closed engine is as far as none."""
    con = ibis.duckdb.connect()
    stages = Stages()
    with stages.watching(con):
        con.disconnect()
        assert stages.look() == (None, None)
    assert stages.look() == (None, None)


def test_an_engine_within_another_gives_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay's own engine is asked again once that of its audit is closed."""
    monkeypatch.setattr("fairshelf.audits.stages._share", lambda held: held)

    class Engine:
        name = "duckdb"

        def __init__(self, far: float) -> None:
            self.con = far

        def raw_sql(self, query: str) -> None:
            """Take a setting."""

    stages = Stages()
    seen = []
    with stages.watching(Engine(0.25)):
        seen.append(stages.look()[0])
        with stages.watching(Engine(0.5)):
            seen.append(stages.look()[0])
        seen.append(stages.look()[0])
    assert [*seen, stages.look()[0]] == [0.25, 0.5, 0.25, None]


def test_things_are_counted_one_by_one() -> None:
    """While the third of four is worked on two are done; after the last no count is left."""
    stages = Stages()
    stages("remedy floor")
    seen = [stages.look() for _ in stages.each("abcd", "strengths")]
    assert seen == [(n / 4, Over(4, "strengths")) for n in range(4)]
    assert stages.look() == (None, None)
    assert list(stages.each([], "strengths")) == []
    assert [stages.look() for _ in stages.each("a", "strengths")] == [(None, None)]


def test_a_count_goes_before_a_query_and_ends_with_its_stage() -> None:
    """Candidates that are scored stand for the query that hands them out; a new stage has none."""
    con = ibis.duckdb.connect()
    stages = Stages()
    with stages.watching(con):
        stages("score")
        stages.going_over(40, about=True)
        stages.count(30, 120, "candidates")
        assert stages.look() == (0.25, Over(120, "candidates"))
        stages("quality")
        assert stages.look() == (None, Over(40, about=True))
        stages.going_over(None)
        assert stages.look() == (None, None)


@pytest.mark.parametrize("stages", [QUIET, Stages()])
def test_an_engine_that_nobody_watches_keeps_no_account(stages: Stages) -> None:
    """Where nothing is shown DuckDB is left as it was; else it follows its queries."""
    asked = "SELECT current_setting('enable_progress_bar')::VARCHAR"
    usual = ibis.duckdb.connect().raw_sql(asked).fetchone()
    with FREE.working(stages) as (con, work):
        told = con.raw_sql(asked).fetchone()
        assert told == (usual if stages is QUIET else ("true",))
        assert work.is_dir()
    assert not work.exists()
