"""How far a query is, as DuckDB tells it."""

from __future__ import annotations

import threading
import time

import ibis

from fairshelf.audits.engines.stages import Stages, going_over, watched


def test_a_running_query_tells_its_share() -> None:
    """Between nothing and all of it while it runs, nothing before and after."""
    con = ibis.duckdb.connect()
    con.raw_sql("SET threads = 1")
    con.raw_sql("CREATE TABLE t AS SELECT range AS i FROM range(2_000_000)")
    stages, seen = Stages(), []
    with watched(stages, con):
        assert stages.far() is None
        query = "SELECT count(DISTINCT hash(i + {n})), max(md5(i::VARCHAR)) FROM t"
        running = threading.Thread(target=lambda: con.raw_sql(query.format(n=1)).fetchall())
        running.start()
        while running.is_alive():
            seen.append(stages.far())
            time.sleep(0.002)
        running.join()
        assert stages.far() is None
    told = [share for share in seen if share is not None]
    assert told
    assert all(0 <= share <= 1 for share in told)
    assert any(0 < share < 1 for share in told)


def test_nobody_is_asked_once_the_engine_is_closed() -> None:
    """A closed engine is as far as none."""
    con = ibis.duckdb.connect()
    stages = Stages()
    with watched(stages, con):
        con.disconnect()
        assert stages.far() is None
    assert stages.far() is None


def test_plain_callables_are_stages_too() -> None:
    """Whoever wants names only is told names only."""
    told: list[str] = []
    con = ibis.duckdb.connect()
    with watched(told.append, con):
        going_over(told.append, 7)
    stages = Stages()
    stages("check")
    going_over(stages, 7, about=True)
    assert (told, stages.stage, stages.rows) == ([], "check", (7, True))
