"""The front of remedies as a figure: what each brings a group against what it costs users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.drawings import drawing
from fairshelf.reports.svg import OKABE_ITO, drawn, inline, style
from fairshelf.reports.views import Cell, FigureView, Swatch, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.remedies.ask import Remedies, Tried
    from fairshelf.reports.changes.names import ChangeNames

INK, BAND, SOFT = "#1b1f24", "#dfe6ee", "#8a949e"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "h", "p")
SHAPES = (
    "",
    "9,2 19,2 19,12 9,12",
    "14,2 19,12 9,12",
    "14,1 20,7 14,13 8,7",
    "9,2 19,2 14,12",
    "12,2 16,2 16,5 19,5 19,9 16,9 16,12 12,12 12,9 9,9 9,5 12,5",
    "9,4 11,2 14,5 17,2 19,4 16,7 19,10 17,12 14,9 11,12 9,10 12,7",
    "19,2 19,12 9,7",
    "9,2 9,12 19,7",
    "11,2 17,2 20,7 17,12 11,12 8,7",
    "14,2 19,6 17,12 11,12 9,6",
)
"""Corners of the marks in a legend, in the order of ``MARKERS``; a circle where empty."""

STAR = "14,1 15.6,5 20,5.2 16.6,8 17.8,12.4 14,10 10.2,12.4 11.4,8 8,5.2 12.4,5"
FEWEST = 2
"""Points below which there is nothing to draw."""

Dot = tuple[int, float, float]
"""Number of the rule (-1 for the present order), exposure ratio, change of utility in percent."""


@drawing
def scatter(dots: tuple[Dot, ...], line: tuple[Dot, ...], bounds: tuple[float, float]) -> str:
    """Draw remedies as points, the front as a line; exposure ratio across, utility upwards."""
    with style():
        from matplotlib.figure import Figure  # noqa: PLC0415 - slow import

        figure = Figure(figsize=(4.8, 3.4), layout="constrained")
        axes = figure.subplots()
        axes.axvspan(*bounds, color=BAND, linewidth=0)
        axes.axvline(1.0, color=INK, linewidth=0.8)
        axes.axhline(0.0, color=SOFT, linewidth=0.6)
        axes.plot([one[1] for one in line], [one[2] for one in line], color=SOFT, linewidth=1.2)
        for rule, ratio, change in sorted(dots, key=lambda one: one[0] < 0):
            present = rule < 0
            axes.plot(
                [ratio],
                [change],
                marker="*" if present else MARKERS[rule % len(MARKERS)],
                markersize=11 if present else 5,
                color=INK if present else OKABE_ITO[rule % len(OKABE_ITO)],
                linestyle="none",
            )
        axes.set_xscale("log")
        ticks = [one for one in (0.1, 0.2, 0.5, 0.8, 1.0, 2.0, 5.0) if _inside(one, dots)]
        axes.set_xticks(ticks, [f"{one:g}" for one in ticks])
        axes.minorticks_off()
        axes.set_xlabel("@x@")
        axes.set_ylabel("@y@")
        return drawn(figure)


def _inside(tick: float, dots: tuple[Dot, ...]) -> bool:
    ratios = [one[1] for one in dots] + [1.0]
    return min(ratios) / 1.3 <= tick <= max(ratios) * 1.3


def _swatch(rule: int) -> str:
    """Draw a mark as the legend has it."""
    shape = STAR if rule < 0 else SHAPES[rule % len(SHAPES)]
    color = INK if rule < 0 else OKABE_ITO[rule % len(OKABE_ITO)]
    mark = (
        f'<circle cx="14" cy="7" r="5" fill="{color}"/>'
        if not shape
        else f'<polygon points="{shape}" fill="{color}"/>'
    )
    return f'<svg class="swatch" viewBox="0 0 28 14" aria-hidden="true">{mark}</svg>'


def _how(point: Tried, names: ChangeNames) -> str:
    from fairshelf.reports.changes.remedy import strength  # noqa: PLC0415 - the page draws us

    return "" if point.remedy == "present" else strength(point.remedy, point.strength, names)


def figure(record: Remedies, names: ChangeNames) -> FigureView | None:
    """Draw the front; None where fewer than two remedies can be placed."""
    words = names.words
    rules = list(dict.fromkeys(point.remedy for point in record.points[1:]))
    place = {name: n for n, name in enumerate(rules)} | {"present": -1}
    dots = [
        (place[one.remedy], one.ratio.value, 100 * (one.utility.value - 1)) for one in record.points
    ]
    kept = [n for n, one in enumerate(dots) if one[1] > 0 and one[2] == one[2]]
    if len(kept) < FEWEST:
        return None
    front = tuple(dots[n] for n in record.front.front if n in kept)
    title = words.text("remedy.front.title", group=names.group(record.attribute, record.group))
    desc = words.text("remedy.front.desc", count=len(kept))
    svg = inline(
        scatter(tuple(dots[n] for n in kept), front, names.bounds),
        "front",
        title,
        desc,
        {"@x@": words.text("remedy.front.x"), "@y@": words.text(f"remedy.front.y.{record.worth}")},
        words.lang,
    )
    legend = tuple(
        Swatch(_swatch(place[name]), words.text(f"remedy.rule.{name}"))
        for name in ("present", *rules)
    )
    rows = tuple(
        (
            Cell(
                words.text(f"remedy.rule.{record.points[n].remedy}"), _how(record.points[n], names)
            ),
            Cell(names.told(dots[n][1]), numeric=True),
            Cell(names.signed(dots[n][2] / 100, 2), numeric=True),
            Cell(words.text("yes" if n in record.front.front else "no")),
        )
        for n in kept
    )
    columns = (
        (words.text("remedy.head.rule"), False),
        (words.text("remedy.head.ratio"), True),
        (words.text(f"remedy.head.utility.{record.worth}"), True),
        (words.text("remedy.head.front"), False),
    )
    return FigureView(
        "front",
        title,
        words.text("remedy.front.subtitle"),
        svg,
        legend,
        TableView(title, columns, rows),
        words.text("remedy.front.source"),
    )
