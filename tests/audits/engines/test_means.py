"""What a run may take of this machine: limits hold, figures stay, nothing is left behind."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from fairshelf.audits.config import load
from fairshelf.audits.engines import engine, for_tables
from fairshelf.audits.engines.means import FREE, Means, count_into_arrays
from fairshelf.audits.errors import UsageError
from fairshelf.audits.pipeline.run import audit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("typed", "bytes_"), [("64MB", 64e6), ("1.5 GB", 1.5e9), ("256mib", 256 * 2**20)]
)
def test_a_limit_is_the_engine_s(tmp_path: Path, typed: str, bytes_: float) -> None:
    """DuckDB says the limit and the threads it was given."""
    con = Means(typed, 1).connect(tmp_path)
    told = con.raw_sql(
        "SELECT current_setting('memory_limit'), current_setting('threads')"
    ).fetchone()
    assert told is not None
    number, unit = told[0].split()
    size = float(number) * {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit]
    assert size == pytest.approx(bytes_, rel=0.08)
    assert int(told[1]) == 1
    con.disconnect()


@pytest.mark.parametrize(
    ("memory", "threads", "rows", "bits"),
    [
        ("64MB", 1, 10**9, 16),
        ("64MB", 16, 10**9, 12),
        ("1GB", 2, 10**9, 19),
        ("100GB", 2, 10**9, 22),
        ("100GB", 1024, 10**9, 17),
        ("100GB", 2, 0, 12),
        ("100GB", 2, 20_000, 12),
        ("100GB", 2, 2**23, 20),
    ],
)
def test_arrays_of_counts_suit_the_memory_and_the_rows(
    tmp_path: Path, memory: str, threads: int, rows: int, bits: int
) -> None:
    """An eighth of the memory and a place for eight rows at most; never below DuckDB's own."""
    con = Means(memory, threads).connect(tmp_path)
    setting = "SELECT current_setting('perfect_ht_threshold')"
    assert con.raw_sql(setting).fetchone() == (12,)
    count_into_arrays(con, rows)
    assert con.raw_sql(setting).fetchone() == (bits,)
    con.disconnect()


@pytest.mark.parametrize("typed", ["much", "2", "-1GB", "2GB'; SELECT 1; --", ""])
def test_what_is_no_size_is_refused(tmp_path: Path, typed: str) -> None:
    """One error, and nothing of what was typed reaches the engine."""
    with pytest.raises(UsageError) as found:
        Means(typed).connect(tmp_path)
    assert found.value.code == "memory_limit_unread"


def test_temporary_files_lie_where_they_are_told_and_go(tmp_path: Path) -> None:
    """The folder is used and empty afterwards, also after a fault; a missing one is an error."""
    place = tmp_path / "spill"
    with pytest.raises(UsageError) as found, Means(folder=place).workspace():
        pass
    assert found.value.code == "temp_dir_missing"
    place.mkdir()
    with contextlib.suppress(RuntimeError), Means(folder=place).workspace() as work:
        assert work.startswith(str(place))
        raise RuntimeError
    assert list(place.iterdir()) == []


def test_less_memory_gives_the_same_figures(tmp_path: Path) -> None:
    """An audit within 100 MB and one thread finds what one without limits finds."""
    rows = ["request,position,listing,seller"]
    for request in range(3_000):
        rows += [
            f"request-{request},{place + 1},listing-{n % 900},seller-{n % 90}"
            for place, n in enumerate(range(request * 7, request * 7 + 130, 13))
        ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(rows), encoding="utf-8")
    sellers = tmp_path / "sellers.csv"
    told = [f"seller-{n},{'rural' if n % 3 else 'urban'}" for n in range(90)]
    sellers.write_text("\n".join(["seller,locality", *told]), encoding="utf-8")
    settings = load(None, {"attributes": {"locality": None}, "permutations": 199})
    (tmp_path / "spill").mkdir()
    few = Means("100MB", 1, tmp_path / "spill")
    free, tight = (
        audit([str(log)], str(sellers), None, settings, means=one).results for one in (FREE, few)
    )
    assert tight.estimates == free.estimates
    assert list((tmp_path / "spill").iterdir()) == []


def test_tables_beside_another_engine_are_held_to_the_same_limits(tmp_path: Path) -> None:
    """The DuckDB that reads sellers and catalogue takes no more threads than were given."""
    with for_tables(None, engine("spark"), str(tmp_path), Means("100MB", 1)) as here:
        assert here.raw_sql("SELECT current_setting('threads')").fetchone() == (1,)
