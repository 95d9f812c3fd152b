"""The page of results says what the record holds, and only that."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from benchmarks.commands import Shelf, audit, shown
from benchmarks.measuring import Spent
from benchmarks.records import LOGS, Record, Series, load, save
from benchmarks.run_all import arguments, sections, sizes, typed
from benchmarks.tables.cells import kind, number, seconds
from benchmarks.tables.growth import growth_table
from benchmarks.tables.page import page
from benchmarks.tables.peers import shares
from benchmarks.tables.scale import scale_table

if TYPE_CHECKING:
    from pathlib import Path

MACHINE = {"processor": "abacus", "cores": "2"}
STAGES = ("import", "read", "check", "label", "tally", "measure", "report", "core")


def series(section: str, what: str, log: str, size: int, cpu: float, **more: object) -> Series:
    """Make a series of one run: wall is twice the processor time, every stage an eighth of it."""
    told = {f"{stage}_{of}": cpu / 8 for stage in STAGES for of in ("cpu", "wall")}
    told |= {f"compute_{of}": cpu / 4 for of in ("cpu", "wall")}
    told |= {"prepare_wall": 0.0, "awrf_wall": 0.0, "exposure_rural": 1.0, "exposure_urban": 3.0}
    given = {"runs": (Spent(2 * cpu, cpu, 50_000_000, told),), **more}
    return Series(section, what, log, size, "python x", **given)  # type: ignore[arg-type]  # by name


def record() -> Record:
    """Make a record in which a scan takes 1 s for a million rows and an audit 4 s and 6 scans."""
    found = Record(MACHINE)
    told = [
        one
        for power in (5, 6, 7)
        for scan in (10.0 ** (power - 6),)
        for one in (
            series("scale", "scan", f"log-{power}.parquet", 10**power, scan),
            series("scale", "least", f"log-{power}.parquet", 10**power, 2 * scan),
            series("scale", "stages", f"log-{power}.parquet", 10**power, 8 * scan),
            series("scale", "audit", f"log-{power}.parquet", 10**power, 4 + 6 * scan),
        )
    ]
    found = found.with_section("scale", "python -m one", told)
    small = [
        series("startup", "scan", "log-4.parquet", 10**4, 0.5),
        series("startup", "audit", "log-4.parquet", 10**4, 4.5),
        series("startup", "fairlearn", "log-4.parquet", 10**4, 2),
        series("startup", "demo", "", 0, 6),
    ]
    found = found.with_section("startup", "python -m two", small)
    peers = [
        series("peers", "scan", "log-6.parquet", 10**6, 1),
        series("peers", "audit", "log-6.parquet", 10**6, 10),
        series("peers", "stages", "log-6.parquet", 10**6, 8),
        series("peers", "fairlearn", "log-6.parquet", 10**6, 20),
        series("peers", "fairlearn_bootstrap", "log-6.parquet", 10**6, 100, replicates=5),
        Series("peers", "fairranktune", "log-6.parquet", 10**6, skipped="not here"),
    ]
    return found.with_section("peers", "python -m one", peers)


def row(text: str, start: str) -> list[str]:
    """Give the cells of the one row that begins so."""
    (line,) = [line for line in text.splitlines() if line.startswith(start)]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_ratios_are_over_the_scan_of_the_same_file() -> None:
    """10 s over a scan of 1 s is 10; less the fixed 4 s it is 6, the slope that was put in."""
    cells = row(page(record()), "| 1,000,000 | Parquet | `audit run` ")
    assert cells[3:] == ["10.00", "10.00", "6.00", "20.00", "10.00", "50"]
    assert row(page(record()), "| 10,000,000 | Parquet | `audit run` ")[4:6] == ["6.40", "6.00"]


def test_what_is_always_paid_is_over_a_peers_own() -> None:
    """4 s beside the scan over the peer's 2 s is 2; a demonstration of 6 s is 3 times that."""
    told = [
        line for line in page(record()).splitlines() if "the fixed cost" in line and "times" in line
    ]
    (line,) = [line for line in told if line.startswith("In wall time")]
    assert "the fixed cost 2.00 times, `audit demo` 3.00 times." in line


def test_the_core_is_over_the_queries() -> None:
    """An eighth of 8 s over a quarter of 1 s is 4, over a quarter of 2 s it is 2."""
    cells = row(page(record()), "| 1,000,000 | Parquet | read, check, label, tally")
    assert cells[3:] == ["1.00", "4.00", "2.00", "1.00", "4.00", "2.00"]
    least = row(page(record()), "| 1,000,000 | Parquet | the least an audit by seller asks")
    assert least[3:] == ["0.50", "2.00", "", "0.50", "2.00", ""]
    scan = row(page(record()), "| 1,000,000 | Parquet | the scan's query")
    assert scan[3:] == ["0.25", "", "", "0.25", "", ""]


def test_growth_in_proportion_has_slope_one() -> None:
    """Stages that take ten times as long for ten times the rows have slope 1, the peak 0."""
    assert row(page(record()), "| rows | **slope**")[2:] == ["**1.00**", "**1.00**", "**0.00**"]


def test_logs_with_numbers_for_ids_are_told_apart() -> None:
    """They have lines of their own, and growth along rows is that of logs with words."""
    log = "numbers-4.parquet"
    other = series("scale", "scan", log, 10**4, 1), series("scale", "stages", log, 10**4, 1e9)
    both = replace(record(), series=(*record().series, *other))
    assert kind(log) == "Parquet, ids are numbers"
    assert growth_table(both) == growth_table(record())
    assert any(kind(log) in line for line in scale_table(both))


def test_replicates_are_priced_by_what_they_add() -> None:
    """25 s less 5 s over 5 replicates are 4 s each; a thousand are 4,020 s, 402 audits of 10 s."""
    cells = row(page(record()), "| 1,000,000 | 5 |")
    assert cells == ["1,000,000", "5", "4.00", "2.50", "4,020", "402"]


def test_a_skipped_peer_has_its_reason() -> None:
    """What did not run stands on the page with the reason, and has no row."""
    text = page(record())
    assert "- fairranktune, 1,000,000 rows: not here." in text
    assert "`EXP`" not in text


def test_the_page_names_machine_and_commands() -> None:
    """Every command that made a section stands at the head, once, and the machine."""
    text = page(record())
    head = text.split("## ", maxsplit=1)[0]
    assert head.count("`python -m one`") == head.count("`python -m two`") == 1
    assert "abacus, cores 2." in head


def test_tables_are_tables() -> None:
    """Every row of a table has as many cells as its head."""
    for block in re.findall(r"(?:^\|.*\n)+", page(record()), re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_records_come_back(tmp_path: Path) -> None:
    """A record is the same after it was saved; one of another machine is not continued."""
    save(record(), tmp_path / "r.json")
    assert load(tmp_path / "r.json", MACHINE) == record()
    assert load(tmp_path / "r.json", {"processor": "other"}).series == ()
    assert load(tmp_path / "absent.json", MACHINE).series == ()


def test_a_peer_that_is_gone_keeps_its_numbers(tmp_path: Path) -> None:
    """Without the optional peer a record goes on, and still names the version it was run with."""
    kept = replace(record(), machine={**MACHINE, "fairranktune": "0.0.7"})
    save(kept, tmp_path / "r.json")
    assert load(tmp_path / "r.json", MACHINE) == kept
    other = {**MACHINE, "fairranktune": "0.0.8"}
    assert load(tmp_path / "r.json", other).series == ()


def test_a_section_replaces_itself_only() -> None:
    """Measuring a section again drops its old series, keeps the others, and logs add up."""
    new = record().with_section("scale", "python -m three", [])
    assert not new.of("scale")
    assert new.of("peers") == record().of("peers")
    logs = Record(MACHINE)
    for name, cpu in (("a", 1), ("b", 2), ("a", 3)):
        logs = logs.with_section(LOGS, "", [series(LOGS, "generate", name, 1, cpu)])
    assert sorted((one.log, one.runs[0].cpu) for one in logs.of(LOGS)) == [("a", 3), ("b", 2)]


def test_numbers_have_three_digits() -> None:
    """Small numbers keep decimals, large ones have separators, several runs their range."""
    assert [number(value) for value in (0.01234, 3.14159, 1234.5)] == ["0.012", "3.14", "1,234"]
    runs = tuple(Spent(1, cpu, 1) for cpu in (3, 1, 2))
    assert seconds(Series("s", "w", runs=runs), "cpu") == "2.00 (1.00 to 3.00)"


def test_shares_come_from_sums_or_are_told() -> None:
    """Exposures of 1 and 3 are shares of a quarter and three; told shares stay as they are."""
    assert shares({"exposure_a": 1, "exposure_b": 3}) == {"a": 0.25, "b": 0.75}
    assert shares({"share_a": 0.2, "share_b": 0.8, "core_cpu": 1}) == {"a": 0.2, "b": 0.8}


def test_commands_are_shown_without_folders(tmp_path: Path) -> None:
    """A command on the page has names of files, no folders of this machine."""
    told = shown(audit(tmp_path / "log.parquet", tmp_path / "out"))
    assert told == "audit run log.parquet --attribute locality --out out --force --quiet"
    assert Shelf(tmp_path / "x").out.parent == tmp_path / "x"


def test_the_command_line_is_read_and_said() -> None:
    """Sizes are read in either notation; what is said again measures the same."""
    assert sizes("1e6,1e5,100_000") == (100_000, 1_000_000)
    with pytest.raises(argparse.ArgumentTypeError):
        sections("scale,nothing")
    asked = arguments(["--sizes", "1e5", "--only", "scale,peers", "--runs", "2", "--out", "/x"])
    said = typed(asked)
    assert said == "python -m benchmarks.run_all --sizes 100_000 --runs 2 --only scale,peers"
    again = arguments(said.split()[3:])
    assert (again.sizes, again.only, again.runs) == (asked.sizes, asked.only, asked.runs)
