"""A log that is hard to read, the audit of it that DuckDB makes, and what must be alike."""

from __future__ import annotations

import datetime as dt
import math
import os
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fairshelf.audits.config import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fairshelf.audits.config import Settings
    from fairshelf.audits.pipeline import Audit

CLOSE = 1e-9
"""Sums are whole numbers everywhere; what is left are the last digits of a mean."""

Alike = "Callable[[Audit, Audit], None]"


@pytest.fixture(scope="session")
def java() -> None:
    """Skip where Spark cannot run."""
    pytest.importorskip("pyspark", reason="the extra spark (pyspark) is not installed")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java (Debian: openjdk-17-jre-headless)")


@pytest.fixture(scope="session")
def quick() -> dict[str, str]:
    """Give options with which a small Spark job starts soon."""
    flags = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    return {
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",  # which would make a job of every stage
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": flags,
    }


@pytest.fixture(scope="session")
def wanted() -> Settings:
    """Give settings that ask for every table of the tally."""
    return load(
        None,
        {
            "attributes": {"locality": None},
            "permutations": 99,
            "annex": True,
            "browsing": ["dcg", "cascade", "empirical"],
            "series": "week",
        },
    )


@pytest.fixture(scope="session")
def hard() -> pa.Table:
    """Give 400 requests of 10: numbers as text, spaces, sums, gaps, wrong cells and doubles."""
    rng = np.random.default_rng(3)
    request, place = np.divmod(np.arange(4000), 10)
    listing = rng.integers(0, 300, 4000)
    seller = listing % 40
    start = dt.datetime(2026, 3, 1)  # noqa: DTZ001 - logs bear the time of the place
    columns: dict[str, list[Any]] = {
        "request": [f"r-{one:04d}" for one in request],
        "position": [str(one + 1) for one in place],
        "listing": [f"item {one}" if one % 7 else f"Ä-{one}" for one in listing],
        "seller": [f"shop-{one}" if one % 2 else f"Shop {one}" for one in seller],
        "locality": ["rural" if one % 3 == 0 else "urban" for one in seller],
        "query": [f"q {one % 25}" for one in request],
        "clicks": rng.poisson(0.3, 4000).tolist(),
        "relevance": np.round(rng.random(4000), 4).tolist(),
        "price": [
            f"¥{one:,.2f}" if n % 5 else "1.2万" for n, one in enumerate(rng.random(4000) * 5000)
        ],
        "销售额（万元）": [f"{one % 9973 / 1e4}" for one in range(4000)],
        "sponsored": (rng.random(4000) < 0.1).tolist(),
        "time": [start + dt.timedelta(hours=int(one)) for one in request],
        "category": [f"c{one % 5}" for one in listing],
    }
    for row, name, cell in (
        (5, "request", "  r-0000 "),
        (17, "listing", "item 9\t"),
        (30, "position", "abc"),
        (31, "position", None),
        (32, "position", "2.5"),
        (40, "listing", "合计"),
        (50, "seller", "-"),
        (60, "clicks", None),
        (61, "relevance", math.nan),
        (70, "position", "１"),
        (80, "listing", ""),
        (90, "price", "unknown"),
        (110, "position", "第1名"),
        (123, "position", "ＴＯＰ 4"),
        (135, "position", "No.6"),
        (149, "position", "第十位"),
        (152, "position", "第1页第3位"),
        (160, "listing", f'="{columns["listing"][160]}"'),
        (161, "seller", f'="{columns["seller"][161]}"'),
        (162, "position", '="3"'),
        (163, "销售额（万元）", "1.2万"),
    ):
        columns[name][row] = cell
    whole = pa.table(columns)
    return pa.concat_tables([whole, whole.slice(100, 7)])


@pytest.fixture(scope="session")
def plain() -> pa.Table:
    """Give a clean log of whole numbers: 2,500 requests of 4, more than there are shards."""
    rng = np.random.default_rng(5)
    request, place = np.divmod(np.arange(10_000), 4)
    listing = rng.integers(0, 200, 10_000)
    return pa.table(
        {
            "request": [f"r{one}" for one in request],
            "position": (place + 1).astype(np.int32),
            "listing": [f"l{one}" for one in listing],
            "seller": [f"s{one % 30}" for one in listing],
            "locality": ["rural" if one % 30 < 10 else "urban" for one in listing],
        }
    )


@pytest.fixture(scope="session")
def folders(
    tmp_path_factory: pytest.TempPathFactory, hard: pa.Table, plain: pa.Table
) -> dict[str, Path]:
    """Give both logs as Parquet: the hard one in folders named after its category."""
    place = tmp_path_factory.mktemp("engines")
    pq.write_to_dataset(
        hard,
        place / "hard",
        partition_cols=["category"],
        basename_template="part-{i}.parquet",
    )
    (place / "plain").mkdir()
    for part in range(4):
        rows = plain.slice(part * 2_500, 2_500)
        pq.write_table(rows, place / "plain" / f"part-{part}.parquet", row_group_size=500)
    return {"hard": place / "hard", "plain": place / "plain"}


@pytest.fixture(scope="session")
def alone(folders: dict[str, Path], wanted: Settings) -> dict[str, Audit]:
    """Give the audits of both logs that DuckDB makes of their files."""
    from fairshelf.audits.pipeline import audit

    asked = {"hard": wanted, "plain": load(None, {"permutations": 99})}
    return {name: audit([str(folders[name])], None, None, asked[name]) for name in folders}


@pytest.fixture(scope="session")
def alike() -> Callable[[Audit, Audit], None]:
    """Give a check that two audits say the same: every estimate, table, finding and count."""

    def check(ours: Audit, theirs: Audit) -> None:
        assert ours.results.rows == theirs.results.rows
        assert ours.results.joins == theirs.results.joins
        assert ours.results.notices == theirs.results.notices
        for name in ("estimates", "findings", "groups"):
            pairs = zip(getattr(ours.results, name), getattr(theirs.results, name), strict=True)
            for one, other in pairs:
                _same(asdict(one), asdict(other))
        assert ours.results.tables.keys() == theirs.results.tables.keys()
        for name, table in ours.results.tables.items():
            _same(table.rows, theirs.results.tables[name].rows)
        assert ours.rejects.num_rows == theirs.rejects.num_rows
        assert len(ours.results.estimates) > 20

    return check


def _same(one: object, other: object) -> None:
    """Compare records of any depth: numbers to nine digits, everything else exactly."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        for name in one:
            _same(one[name], other[name])
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple):
        assert len(one) == len(other)
        for mine, yours in zip(one, other, strict=True):
            _same(mine, yours)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=CLOSE, abs=CLOSE, nan_ok=True)
    else:
        assert one == other
