"""The tables of audits against the scan, and of where their time goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measuring import spread, values
from benchmarks.tables.cells import NOTHING, kind, number, over, peak, seconds, size, table

if TYPE_CHECKING:
    from benchmarks.records import Record, Series

WHOLE = (
    (
        "scanbare DuckDB weighted group sumaudit`audit run`"
    ),
    (
        "annex`audit run --annex`stagesread, check, label, tally"
    ),
    (
        "stages_annexthe same with whole lists "
        "(`--annex`)importreadchecklabeltallymeasurereportGive the section on scale.## "
        "Whole processes against a bare scan of the same file*Beyond the fixed cost*: "
        "the processor time less the fixed cost (the table below), over the "
        "scan's.rowsfilewhatprocessor sover the scanbeyond the fixed cost"
    ),
                *("wall s", "over the scan", "peak MB"),
            ),
            _wholes(record),
        ),
        "## What touches rows, against the scan's query alone",
        "",
        "Both without starting Python and imports, timed inside their processes.",
        "",
        *table(
            (
                "rowsfilewhatprocessor sover the querywall sover the query## Where the time of "
                "an audit goesProcessor seconds of each stage, medians. *Import* is what is "
                "loaded before the first stage.rowsfilewhatscalescalescanscalescancpucpuauditwall"
            ),
                    over(one, scan, "wall") if ours else NOTHING,
                    peak(one),
                ]
            )
    return told


def fixed(record: Record, of: str) -> float | None:
    """Give the fixed cost: a whole audit of the small log less its scan, in seconds."""
    whole, scan = (record.one("startup", what=what) for what in ("audit", "scan"))
    if whole is None or scan is None:
        return None
    return spread(values(whole.runs, of)).median - spread(values(scan.runs, of)).median


def _beyond(record: Record, one: Series, scan: Series | None) -> str:
    paid = fixed(record, "cpu")
    if paid is None or scan is None:
        return NOTHING
    left = spread(values(one.runs, "cpu")).median - paid
    return number(max(left, 0.0) / spread(values(scan.runs, "cpu")).median)


def _cores(record: Record) -> list[list[str]]:
    told = []
    for rows, log in record.logs("scale"):
        scan = record.one("scale", what="scan", log=log)
        if scan is None:
            continue
        head = [size(rows), kind(log)]
        query = (seconds(scan, "compute_cpu"), NOTHING, seconds(scan, "compute_wall"), NOTHING)
        told.append([*head, "the scan's query", *query])
        for what, name in CORES:
            one = record.one("scale", what=what, log=log)
            if one is None:
                continue
            told.append(
                [
                    *(*head, name),
                    *(seconds(one, "core_cpu"), over(one, scan, "core_cpu", "compute_cpu")),
                    *(seconds(one, "core_wall"), over(one, scan, "core_wall", "compute_wall")),
                ]
            )
    return told


def _stages(record: Record) -> list[list[str]]:
    told = []
    for section, whats in (
        ("startup", (("stages", "default"),)),
        ("scale", (("stages", "default"), ("stages_annex", "`--annex`"))),
    ):
        for rows, log in record.logs(section):
            for what, name in whats:
                one = record.one(section, what=what, log=log)
                if one is not None:
                    spent = [spread(values(one.runs, f"{stage}_cpu")).median for stage in STAGES]
                    told.append([size(rows), kind(log), name, *map(number, spent)])
    return told
