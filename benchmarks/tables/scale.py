"""The tables of audits against the scan, and of where their time goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measuring import spread, values
from benchmarks.tables.cells import NOTHING, kind, number, over, peak, seconds, size, table

if TYPE_CHECKING:
    from benchmarks.records import Record, Series

WHOLE = (
    ("scan", "bare DuckDB weighted group sum"),
    ("least", "bare DuckDB, the least an audit by seller asks"),
    ("audit", "`audit run`"),
    ("annex", "`audit run --annex`"),
)
CORES = (
    ("scan", "the scan's query", "compute"),
    ("least", "the least an audit by seller asks", "compute"),
    ("stages", "read, check, label, tally", "core"),
    ("stages_annex", "the same with whole lists (`--annex`)", "core"),
)
STAGES = ("import", "read", "check", "label", "tally", "measure", "report")

BEYOND = (
    "*Beyond the fixed cost*: the processor time less the fixed cost (the table of that name), "
    "over the scan's."
)
SPENT = (
    "Processor seconds of each stage, medians. *Import* is what is loaded before the first stage."
)
HEADS = (
    *("rows", "file", "what", "processor s", "over the scan", "beyond the fixed cost"),
    *("wall s", "over the scan", "peak MB"),
)
CORE_HEADS = (
    *("rows", "file", "what", "processor s", "over the query", "over the least"),
    *("wall s", "over the query", "over the least"),
)


def scale_table(record: Record) -> list[str]:
    """Give the section on scale."""
    return [
        *("## Whole processes against a bare scan of the same file", "", BEYOND, ""),
        *table(HEADS, _wholes(record)),
        *("## What touches rows, against the scan's query alone", ""),
        *("Without starting Python and imports, timed inside their processes.", ""),
        *table(CORE_HEADS, _cores(record)),
        *("## Where the time of an audit goes", "", SPENT, ""),
        *table(("rows", "file", "what", *STAGES), _stages(record)),
    ]


def fixed(record: Record, of: str) -> float | None:
    """Give the fixed cost: a whole audit of the small log less its scan, in seconds."""
    whole, scan = (record.one("startup", what=what) for what in ("audit", "scan"))
    if whole is None or scan is None:
        return None
    return spread(values(whole.runs, of)).median - spread(values(scan.runs, of)).median


def _wholes(record: Record) -> list[list[str]]:
    told = []
    for rows, log in record.logs("scale"):
        scan = record.one("scale", what="scan", log=log)
        for what, name in WHOLE:
            one = record.one("scale", what=what, log=log)
            if one is None:
                continue
            base = None if what == "scan" else scan
            told.append(
                [
                    *(size(rows), kind(log), name),
                    *(seconds(one, "cpu"), over(one, base, "cpu"), _beyond(record, one, base)),
                    *(seconds(one, "wall"), over(one, base, "wall"), peak(one)),
                ]
            )
    return told


def _beyond(record: Record, one: Series, scan: Series | None) -> str:
    paid = fixed(record, "cpu")
    if paid is None or scan is None or one.what != "audit":
        return NOTHING
    left = spread(values(one.runs, "cpu")).median - paid
    return number(max(left, 0.0) / spread(values(scan.runs, "cpu")).median)


def _cores(record: Record) -> list[list[str]]:
    told = []
    for rows, log in record.logs("scale"):
        scan, least = (record.one("scale", what=what, log=log) for what in ("scan", "least"))
        for what, name, stage in CORES:
            one = record.one("scale", what=what, log=log)
            if one is None:
                continue
            cells = [size(rows), kind(log), name]
            for of in ("cpu", "wall"):
                time, query = f"{stage}_{of}", f"compute_{of}"
                cells.append(seconds(one, time))
                for base in (scan, least):
                    measured = base is not None and what not in (base.what, "scan")
                    cells.append(over(one, base, time, query) if measured else NOTHING)
            told.append(cells)
    return told


def _stages(record: Record) -> list[list[str]]:
    told = []
    for section in ("startup", "scale"):
        for rows, log in record.logs(section):
            for what, name in (("stages", "default"), ("stages_annex", "`--annex`")):
                one = record.one(section, what=what, log=log)
                if one is not None:
                    spent = [spread(values(one.runs, f"{stage}_cpu")).median for stage in STAGES]
                    told.append([size(rows), kind(log), name, *map(number, spent)])
    return told
