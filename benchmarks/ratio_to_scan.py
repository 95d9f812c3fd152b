"""Time a whole audit against a bare scan of the same file, in the same run.

``python benchmarks/ratio_to_scan.py LOG.csv [--runs 5] [--results benchmarks/results.md]``

The bare scan is what DuckDB alone needs for one weighted group sum over the file, with a group
column that stands in the log. The audit is ``audit run LOG --attribute locality --out TMP``: both
report languages, every default. Both run in fresh processes and take turns, so that a busy machine
slows both; medians are compared. ``audit`` is the command beside the interpreter that runs this.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

BARE = """
import sys, duckdb
query = (
    "select locality, count(*), sum(1 / log2(1 + position)) as exposure "
    "from read_csv(?) group by locality order by locality"
)
if sys.argv[1].endswith(".parquet"):
    query = query.replace("read_csv", "read_parquet")
assert duckdb.execute(query, [sys.argv[1]]).fetchall()
"""

COUNTED = ("duckdb", "ibis-framework", "numpy", "pyarrow")

HEAD = """# A whole audit against a bare scan

Made by `python benchmarks/log_generator.py big10.csv --rows 10000000` and then
`python benchmarks/ratio_to_scan.py big10.csv --runs 5 --results benchmarks/results.md`.

"""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: wall time in seconds and peak resident memory in bytes."""

    seconds: float
    peak: int


def run(command: list[str]) -> Run:
    """Run a command to its end in a process of its own.

    Raises
    ------
    RuntimeError
        The command failed; what it wrote on stderr is the message.
    """
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise RuntimeError(errors.read().decode(errors="replace"))
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_maxrss * unit)


def audit(log: Path) -> Run:
    """Run a whole audit of a log."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "report")
        command = str(Path(sys.executable).with_name("audit"))
        return run([command, "run", str(log), "--attribute", "locality", "--out", out, "--quiet"])


def scan(log: Path) -> Run:
    """Run the bare weighted group sum over a log."""
    return run([sys.executable, "-c", BARE, str(log)])


def table(log: Path, scans: list[Run], audits: list[Run]) -> str:
    """Give the results as Markdown."""
    bare, whole = (statistics.median(one.seconds for one in runs) for runs in (scans, audits))
    lines = [
        f"{log.name}, {log.stat().st_size:,} bytes; {len(scans)} runs each, alternating, medians.",
        "",
        "| what | seconds (fastest to slowest) | peak memory |",
        "|---|---|---|",
        _line("bare DuckDB weighted group sum", scans),
        _line("`audit run`, whole command", audits),
        f"| **ratio** | **{whole / bare:.2f}** | |",
        "",
        _machine(),
        "",
    ]
    return "\n".join(lines)


def _line(name: str, runs: list[Run]) -> str:
    seconds = sorted(one.seconds for one in runs)
    peak = max(one.peak for one in runs) / 1e6
    median = statistics.median(seconds)
    return f"| {name} | {median:.2f} ({seconds[0]:.2f} to {seconds[-1]:.2f}) | {peak:,.0f} MB |"


def _machine() -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in COUNTED)
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}, "
        f"fairshelf {importlib.metadata.version('fairshelf')}."
    )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Time an audit against a bare scan.")
    parser.add_argument("log", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--results", type=Path, help="a Markdown file to write the table to")
    parser.add_argument("--only-scan", action="store_true", help="time the bare scan alone")
    given = parser.parse_args()
    scan(given.log)  # reads the file from the disk; those that count find it in memory
    scans: list[Run] = []
    audits: list[Run] = []
    for _ in range(given.runs):
        scans.append(scan(given.log))
        if not given.only_scan:
            audits.append(audit(given.log))
    if given.only_scan:
        print(_line("bare DuckDB weighted group sum", scans))
        return
    text = table(given.log, scans, audits)
    print(text)
    if given.results:
        given.results.write_text(HEAD + text, encoding="utf-8")


if __name__ == "__main__":
    main()
