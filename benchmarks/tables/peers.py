"""The table of peers on the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measuring import spread, values
from benchmarks.tables.cells import NOTHING, number, over, peak, seconds, size, table

if TYPE_CHECKING:
    from benchmarks.records import Record, Series

NAMES = {
    "audit": "`audit run`: everything, with intervals",
    "fairlearn": "pandas + fairlearn `MetricFrame`: exposure by group, no interval",
    "fairlearn_bootstrap": "the same with {} row replicates (`n_boot`)",
    "fairranktune": "FairRankTune `EXP` and `AWRF`, no interval",
}
STEPS = {
    "audit": ("read", "check", "label", "tally", "measure", "report"),
    "fairlearn": ("read", "compute"),
    "fairlearn_bootstrap": ("read", "compute"),
    "fairranktune": ("read", "prepare", "compute", "awrf"),
}
SAID = (
    "Whole processes, and the same without what is imported first. The peers compute exposure by "
    "group; the audit checks every row and has an interval for everything it says."
)
BOOTSTRAP = 1_000
"""Replicates that a percentile interval is commonly made of."""


def peers_table(record: Record) -> list[str]:
    """Give the section on peers."""
    told = []
    for rows, log in record.logs("peers"):
        audit = record.one("peers", what="audit", log=log)
        for what in NAMES:
            one = record.one("peers", what=what, log=log)
            if one is not None:
                told.append([size(rows), *_row(record, one, audit)])
    heads = (
        *("rows", "what", "processor s", "over `audit run`", "wall s", "over `audit run`"),
        *("wall s without imports", "over `audit run`", "peak MB"),
    )
    skips = [f"- {one.what}, {one.size:,} rows: {one.skipped}." for one in record.skips("peers")]
    return [
        *("## Peers on the same Parquet file", "", SAID, ""),
        *table(heads, told),
        *_replicates(record),
        *_agreement(record),
        *([*skips, ""] if skips else []),
    ]


def _row(record: Record, one: Series, audit: Series | None) -> list[str]:
    ours = one.what == "audit"
    name = NAMES[one.what].format(one.replicates)
    inside, whole = _inside(record, one), None
    if audit is not None:
        whole = _inside(record, audit)
    return [
        *(name, seconds(one, "cpu"), NOTHING if ours else over(one, audit, "cpu")),
        *(seconds(one, "wall"), NOTHING if ours else over(one, audit, "wall")),
        number(inside) if inside is not None else NOTHING,
        number(inside / whole) if inside and whole and not ours else NOTHING,
        peak(one),
    ]


def _inside(record: Record, one: Series) -> float | None:
    """Give the wall seconds after the imports; of an audit, from its run stage by stage."""
    told = record.one("peers", what="stages", log=one.log) if one.what == "audit" else one
    if told is None:
        return None
    return spread(
        [sum(run.told[f"{step}_wall"] for step in STEPS[one.what]) for run in told.runs]
    ).median


def _replicates(record: Record) -> list[str]:
    """Say what a replicate takes, and what follows for as many as an interval is made of."""
    rows = []
    for one in record.of("peers", what="fairlearn_bootstrap"):
        plain = record.one("peers", what="fairlearn", log=one.log)
        audit = record.one("peers", what="audit", log=one.log)
        if plain is None or audit is None:
            continue
        inner, base, theirs, ours = (
            spread(values(series.runs, of)).median
            for series, of in (
                *((one, "compute_cpu"), (plain, "compute_cpu")),
                *((plain, "cpu"), (audit, "cpu")),
            )
        )
        each = (inner - base) / one.replicates
        whole = theirs + BOOTSTRAP * each
        rows.append(
            [
                *(size(one.size), str(one.replicates), number(each)),
                *(number(ours / each), number(whole), number(whole / ours)),
            ]
        )
    heads = (
        *("rows", "replicates run", "processor s for each", "replicates in one `audit run`"),
        *(f"{BOOTSTRAP:,} replicates, s, by arithmetic", "over `audit run`"),
    )
    said = (
        "What a row replicate of fairlearn takes: the frame with `n_boot` less the frame without, "
        "over the replicates run. The two last columns multiply; that many were not run."
    )
    return [said, "", *table(heads, rows)] if rows else []


def _agreement(record: Record) -> list[str]:
    """Hold the answers against each other: the largest share of exposure that differs."""
    worst = 0.0
    compared = 0
    for _, log in record.logs("peers"):
        scan = record.one("peers", what="scan", log=log)
        if scan is None:
            continue
        want = shares(scan.runs[0].told)
        for what in ("stages", "fairlearn", "fairlearn_bootstrap", "fairranktune"):
            one = record.one("peers", what=what, log=log)
            if one is not None:
                have = shares(one.runs[0].told)
                worst = max(worst, *(abs(have[name] - want[name]) for name in want))
                compared += 1
    if not compared:
        return []
    told = (
        "All give the same answer: over all files and libraries, the shares of exposure of the "
        f"groups differ from the scan's by {worst:.0e} at most."
    )
    return [told, ""]


def shares(told: dict[str, float]) -> dict[str, float]:
    """Give each group's share of exposure from what a child told."""
    ready = {k.removeprefix("share_"): v for k, v in told.items() if k.startswith("share_")}
    if ready:
        return ready
    held = {k.removeprefix("exposure_"): v for k, v in told.items() if k.startswith("exposure_")}
    return {name: value / sum(held.values()) for name, value in held.items()}
