"""The table of what is paid whatever the size of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measuring import spread, values
from benchmarks.tables.cells import NOTHING, number, over, peak, seconds, table
from benchmarks.tables.scale import fixed

if TYPE_CHECKING:
    from benchmarks.records import Record

WHATS = (
    ("audit", "`audit run`, 10,000 rows"),
    ("scan", "its bare scan"),
    ("fairlearn", "pandas + fairlearn `MetricFrame` on the same rows, no interval"),
    ("demo", "`audit demo`"),
    ("help", "`audit --help`"),
    ("bare_help", "`--help` of a typer application with one empty command"),
)
CENT = 100


def startup_table(record: Record) -> list[str]:
    """Give the section on fixed costs."""
    rows = [
        [name, seconds(one, "cpu"), seconds(one, "wall"), peak(one)]
        for what, name in WHATS
        if (one := record.one("startup", what=what)) is not None
    ]
    less = [fixed(record, of) for of in ("cpu", "wall")]
    if None not in less:
        told = [number(value) for value in less if value is not None]
        rows.insert(2, ["**fixed cost**: the audit less the scan", *told, NOTHING])
    return [
        "## Fixed costs",
        "",
        *table(("what", "processor s", "wall s", "peak MB"), rows),
        *_yardstick(record),
        *_help(record),
        *_imports(record),
    ]


def _yardstick(record: Record) -> list[str]:
    """Hold what is always paid against what a peer always takes: seconds differ by machine."""
    peer, demo = (record.one("startup", what=what) for what in ("fairlearn", "demo"))
    paid = fixed(record, "wall")
    if peer is None or demo is None or paid is None:
        return []
    share = number(paid / spread(values(peer.runs, "wall")).median)
    whole = over(demo, peer, "wall")
    told = (
        "In wall time, over what pandas and fairlearn take for one sum by group of those rows "
        f"(nearly all of it imports): the fixed cost {share} times, `audit demo` {whole} times."
    )
    return [told, ""]


def _help(record: Record) -> list[str]:
    ours, bare = (record.one("startup", what=what) for what in ("help", "bare_help"))
    if ours is None or bare is None:
        return []
    cpu, wall = (over(ours, bare, of) for of in ("cpu", "wall"))
    told = f"`audit --help` takes {cpu} times the processor time of the bare help ({wall} in wall)."
    return [told, ""]


def _imports(record: Record) -> list[str]:
    one = record.one("startup", what="imports")
    if one is None:
        return []
    share = spread([run.told["imports_wall"] / run.told["run_wall"] for run in one.runs]).median
    imports = number(spread(values(one.runs, "imports_wall")).median)
    told = (
        f"Of `audit demo`, importing modules is {CENT * share:.0f}% of the wall time ({imports} s; "
        "`python -X importtime -m fairshelf demo`, which itself slows imports a little)."
    )
    return [told, ""]
