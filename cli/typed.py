"""Options that several commands share, with one help text each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Many = list[str] | None
PER_CENT = 100
MOST_THREADS = 1024
"""More threads than any machine the engine runs on has cores; it fails far above that."""


def number(typed: str) -> float | None:
    """Read a finite number, or a percentage as its hundredth; None where it is neither.

    ``0.1``, ``10%`` and ``10％`` are one and the same.
    """
    text = typed.strip().replace("％", "%")
    try:
        told = float(text.removesuffix("%"))
    except ValueError:
        return None
    if not abs(told) < float("inf"):
        return None
    return told / PER_CENT if text.endswith("%") else told


def whole(text: str) -> int:
    """Read a whole number, full-width digits too: ``５`` is 5.

    Raises
    ------
    typer.BadParameter
        It is none.
    """
    try:
        return int(str(text))
    except ValueError as error:
        message = f"{text!r} is not a valid integer."
        raise typer.BadParameter(message) from error


def share(text: str) -> float:
    """Read a number or a percentage: ``0.1`` and ``10%`` are one.

    Raises
    ------
    typer.BadParameter
        It is neither.
    """
    told = number(str(text))
    if told is None:
        message = f"{text!r} is no number"
        raise typer.BadParameter(message)
    return told


Sellers = Annotated[str | None, typer.Option("--sellers", help="A table of sellers.")]
Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="audit.toml, or a pyproject.toml.")
]
Map = Annotated[Many, typer.Option("--map", help="canonical=heading: which column is which.")]
Attribute = Annotated[
    Many,
    typer.Option("--attribute", help="NAME or NAME=HEADING: how to group sellers; A*B for both."),
]
Standard = Annotated[
    Many, typer.Option("--standard", help="NAME=ID: label by a standard, as locality=CN-NBS-URC.")
]
Reference = Annotated[
    Many, typer.Option("--reference", help="NAME=GROUP: the group others are held against.")
]
Browsing = Annotated[
    Many, typer.Option("--browsing", help="dcg, rbp:0.85, reciprocal, top:10 ...; the first leads.")
]
Cutoff = Annotated[int | None, typer.Option("--cutoff", min=1, help="Depth of the first page.")]
Cutoffs = Annotated[
    list[int] | None,
    typer.Option("--cutoff", parser=whole, help="Depth of the first page."),
]
NamePattern = Annotated[
    str | None,
    typer.Option("--name-pattern", help="Columns in the file name: {seller}_{time}.xlsx"),
]
Sheet = Annotated[
    Many, typer.Option("--sheet", help='Sheet of a workbook; "*" for all with the same headings.')
]
Feature = Annotated[
    Many,
    typer.Option("--feature", help="A column the model reads, in its order, where it names none."),
]
Shown = Annotated[
    int | None, typer.Option("--shown", min=1, help="How many candidates of a request are shown.")
]
Trust = Annotated[
    Many, typer.Option("--trust", help="A type in a skops file that may be built, too.")
]
TrustCode = Annotated[bool, typer.Option("--trust-code", help="Let module:function run.")]
Output = Annotated[
    str | None, typer.Option("--output", help="Output of an ONNX model, or class, to rank by.")
]
Level = Annotated[
    float | None,
    typer.Option("--level", parser=share, help="Coverage of intervals."),
]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of everything random.")]
MemoryLimit = Annotated[
    str | None, typer.Option("--memory-limit", help="What may be held in memory, as 2GB.")
]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, max=MOST_THREADS, help="Threads to use.")
]
TempDir = Annotated[
    Path | None, typer.Option("--temp-dir", help="Where what does not fit in memory goes.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace an earlier report.")]
Lang = Annotated[str | None, typer.Option("--lang", help="en or zh; both when left out.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
