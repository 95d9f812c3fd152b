"""What a page is made of, before any markup: tables, figures, findings, sections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairshelf.reports.figures.heat import Heat


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, a smaller second line, and whether it holds a number."""

    text: str
    sub: str = ""
    numeric: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as it is printed; the first cell of each row names the row.

    ``columns`` are (heading, numeric) pairs.
    """

    caption: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


MOST_COLUMNS = 5


def narrow(view: TableView) -> tuple[TableView, ...]:
    """Cut a wide table into several that fit a phone and A4, each with the first column again.

    Returns
    -------
    tuple[TableView, ...]
        The table itself where it has at most five columns; the note stands below the last part.
    """
    if len(view.columns) <= MOST_COLUMNS:
        return (view,)
    count = -(-(len(view.columns) - 1) // (MOST_COLUMNS - 1))
    size = -(-(len(view.columns) - 1) // count)
    starts = range(1, len(view.columns), size)
    return tuple(
        replace(
            view,
            columns=(view.columns[0], *view.columns[start : start + size]),
            rows=tuple((row[0], *row[start : start + size]) for row in view.rows),
            note=view.note if start + size >= len(view.columns) else "",
        )
        for start in starts
    )


@dataclass(frozen=True, slots=True)
class Swatch:
    """One entry of a figure's legend: a small inline SVG and the name it stands for."""

    svg: str
    text: str


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure: message title, subtitle, SVG, legend, the numbers as a table, source and n."""

    ident: str
    title: str
    subtitle: str
    svg: str
    legend: tuple[Swatch, ...]
    data: TableView
    source: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding in words, with its grades."""

    lead: str
    support: tuple[str, ...]
    reasons: tuple[str, ...]
    outcome: str
    outcome_code: str
    certainty: str
    size: str


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One row of the forest plot: what is compared, the small plot, and the numbers."""

    group: str
    against: str
    measure: str
    svg: str
    ratio: str
    interval: str


@dataclass(frozen=True, slots=True)
class Forest:
    """The forest plot: rows on one logarithmic scale and the scale itself."""

    caption: str
    axis: str
    rows: tuple[ForestRow, ...]


@dataclass(frozen=True, slots=True)
class GroupSection:
    """One attribute: where its groups came from, how large they are, how values became groups."""

    ident: str
    title: str
    sources: tuple[str, ...]
    counts: TableView
    mapping: TableView | None
    mapping_more: str


@dataclass(frozen=True, slots=True)
class ResultSection:
    """The results of one attribute: its findings, its tables, its figures."""

    ident: str
    title: str
    findings: tuple[FindingView, ...]
    tables: tuple[TableView, ...]
    figures: tuple[FigureView, ...]
    heat: Heat | None = None


@dataclass(frozen=True, slots=True)
class TermView:
    """One entry of the glossary."""

    term: str
    code: str
    meaning: str
