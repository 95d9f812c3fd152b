"""Measure everything and write ``results.json`` and ``results.md``.

``python -m benchmarks.run_all [--sizes 1e5,1e6,1e7] [--only scale,peers] [--runs 5]``

Logs are made once and kept in ``build/benchmarks``. With ``--only`` the other sections keep the
numbers they had, if those are of this machine and these versions. ``--table`` measures nothing
and writes ``results.md`` from ``results.json``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.commands import Shelf
from benchmarks.machine import machine
from benchmarks.measuring import ROOT
from benchmarks.parts.growth import growth
from benchmarks.parts.peers import peers
from benchmarks.parts.scale import scale
from benchmarks.parts.startup import startup
from benchmarks.records import LOGS, load, record_of, save
from benchmarks.tables.page import page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.records import Record, Series

RESULTS, PAGE = "results.json", "results.md"
SECTIONS = ("startup", "scale", "peers", "growth")
GROWTH_ROWS = 1_000_000


def sizes(text: str) -> tuple[int, ...]:
    """Read ``1e5,1e6`` or ``100000,1_000_000``; smallest first."""
    return tuple(sorted({int(float(part.replace("_", ""))) for part in text.split(",")}))


def sections(text: str) -> tuple[str, ...]:
    """Read names of sections.

    Raises
    ------
    argparse.ArgumentTypeError
        One of them is none.
    """
    named = tuple(part.strip() for part in text.split(","))
    for name in named:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(name)
    return named


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run_all", description=__doc__)
    parser.add_argument("--sizes", type=sizes, default=sizes("1e5,1e6,1e7"))
    parser.add_argument("--only", type=sections, default=SECTIONS, help=",".join(SECTIONS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--growth-rows", type=sizes, default=(GROWTH_ROWS,))
    parser.add_argument("--logs", type=Path, default=ROOT / "build" / "benchmarks")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks")
    parser.add_argument("--table", action="store_true", help="write the page anew, measure nothing")
    return parser.parse_args(given)


def typed(asked: argparse.Namespace) -> str:
    """Give the command that measures the same, without folders of this machine."""
    told = (f"--sizes {_counts(asked.sizes)}", f"--runs {asked.runs}")
    only = () if asked.only == SECTIONS else (f"--only {','.join(asked.only)}",)
    grown = (
        ()
        if asked.growth_rows == (GROWTH_ROWS,)
        else (f"--growth-rows {_counts(asked.growth_rows)}",)
    )
    return " ".join(("python -m benchmarks.run_all", *told, *only, *grown))


def _counts(counts: Sequence[int]) -> str:
    return ",".join(f"{count:_}" for count in counts)


def measured(record: Record, asked: argparse.Namespace) -> Iterator[Record]:
    """Give the record after each series, so that a run that is stopped leaves what it has."""
    shelf = Shelf(asked.logs)
    parts: dict[str, Callable[[], Iterator[Series]]] = {
        "startup": lambda: startup(shelf, asked.runs),
        "scale": lambda: scale(shelf, asked.sizes, asked.runs),
        "peers": lambda: peers(shelf, asked.sizes, asked.runs),
        "growth": lambda: growth(shelf, asked.growth_rows[0], asked.runs),
    }
    for section in asked.only:
        told: list[Series] = []
        for one in parts[section]():
            print(f"{section}: {one.what} {one.log} {one.size or ''}", file=sys.stderr, flush=True)
            told.append(one)
            record = record.with_section(section, typed(asked), told)
            record = record.with_section(LOGS, "", shelf.made)
            yield record


def main() -> None:
    """Run the command."""
    asked = arguments(sys.argv[1:])
    place = asked.out / RESULTS
    if asked.table:
        told = json.loads(place.read_text(encoding="utf-8"))
        (asked.out / PAGE).write_text(page(record_of(told)), encoding="utf-8")
        return
    for record in measured(load(place, machine()), asked):
        save(record, place)
        (asked.out / PAGE).write_text(page(record), encoding="utf-8")
    print(asked.out / PAGE)


if __name__ == "__main__":
    main()
