"""Time whole audits of logs of several sizes on an engine; the slope is the cost of a row.

``python benchmarks/engine_per_row.py --engine spark --rows 1_000_000 10_000_000``

The logs are those of ``log_generator.py`` as Parquet, made in a temporary folder. Each audit is
``audit run LOG --engine ENGINE --attribute locality --quiet`` in a process of its own, with
``--engine-option`` as given here. Besides the wall time, the processor time of the command and of
what it started is shown: on a machine with other work it is the steadier of the two. A local Spark
counts in it, workers elsewhere do not. Of Spark the jobs, stages and stages that wrote for a
shuffle are shown, by its own event log.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from measuring import run_child  # type: ignore[import-not-found]

WRITTEN = "internal.metrics.shuffle.write.bytesWritten"


def timed(log: Path, engine: str, options: list[str]) -> tuple[float, float, str]:
    """Run one audit; give wall and processor seconds, and what Spark made of it."""
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events"
        events.mkdir()
        if engine.startswith("spark"):
            options = [
                "spark.eventLog.enabled=true",
                f"spark.eventLog.dir=file:{events}",
                "spark.eventLog.compress=false",
                *options,
            ]
        told = [part for option in options for part in ("--engine-option", option)]
        audit = str(Path(sys.executable).with_name("audit"))
        out = str(Path(folder) / "report")
        command = [audit, "run", str(log), "--attribute", "locality", "--out", out, "--quiet"]
        spent = run_child([*command, "--engine", engine, *told])
        made = stages(events) if engine.startswith("spark") else ""
    return spent.wall, spent.cpu, made


def stages(folder: Path) -> str:
    """Count jobs, stages and stages that wrote for a shuffle in Spark's event log."""
    lines = (
        json.loads(line)
        for file in sorted(folder.rglob("events_*"))
        for line in file.read_text("utf-8").splitlines()
    )
    jobs = done = shuffles = 0
    for event in lines:
        jobs += event["Event"] == "SparkListenerJobStart"
        if event["Event"] == "SparkListenerStageCompleted":
            done += 1
            counted = event["Stage Info"]["Accumulables"]
            shuffles += any(one["Name"] == WRITTEN and int(one["Value"]) > 0 for one in counted)
    return f"{jobs} jobs, {done} stages, {shuffles} of them with a shuffle"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Time audits on an engine by rows.")
    parser.add_argument("--engine", default="spark")
    parser.add_argument("--engine-option", action="append", default=[])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    given = parser.parse_args()
    print(f"{given.engine}, {os.cpu_count()} cores")
    print("| rows | wall s | processor s | made |")
    print("|---|---|---|---|")
    found = []
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log.parquet"
            run_child(
                [sys.executable, "-m", "benchmarks.log_generator", str(log), "--rows", str(rows)]
            )
            wall, used, made = timed(log, given.engine, given.engine_option)
        print(f"| {rows:,} | {wall:.1f} | {used:.1f} | {made} |", flush=True)
        found.append((rows, wall, used))
    (few, *least), (many, *most) = found[0], found[-1]
    if many > few:
        wall, used = ((b - a) / (many - few) * 1e6 for a, b in zip(least, most, strict=True))
        print(f"Each further million rows: {wall:.2f} s wall, {used:.2f} s of processor time.")


if __name__ == "__main__":
    main()
