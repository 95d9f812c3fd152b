"""The front of remedies as a figure: what each brings a group against what it costs users."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fairshelf.reports.svg import OKABE_ITO, STYLE, drawn, inline
from fairshelf.reports.views import Cell, FigureView, Swatch, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.remedies.ask import Remedies
    from fairshelf.reports.changes.names import ChangeNames

INK, BAND, SOFT = "#1b1f24", "#dfe6ee", "#8a949e"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "h", "p")
FEWEST = 2
"""Points below which there is nothing to draw."""

Dot = tuple[int, float, float]
"""Number of the rule (-1 for the present order), exposure ratio, change of utility in percent."""


@lru_cache(maxsize=8)
def scatter(dots: tuple[Dot, ...], line: tuple[Dot, ...], bounds: tuple[float, float]) -> str:
    """Draw remedies as points, the front as a line; exposure ratio across, utility upwards."""
    import matplotlib as mpl  # noqa: PLC0415 - slow import
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow import

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(4.8, 3.4), layout="constrained")
        axes = figure.subplots()
        axes.axvspan(*bounds, color=BAND, linewidth=0)
        axes.axvline(1.0, color=INK, linewidth=0.8)
        axes.axhline(0.0, color=SOFT, linewidth=0.6)
        axes.plot([one[1] for one in line], [one[2] for one in line], color=SOFT, linewidth=1.2)
        for rule, ratio, change in dots:
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


@lru_cache(maxsize=32)
def _swatch(rule: int) -> str:
    import matplotlib as mpl  # noqa: PLC0415 - slow import
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow import

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(0.25, 0.25))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        axes.plot(
            [0],
            [0],
            marker="*" if rule < 0 else MARKERS[rule % len(MARKERS)],
            markersize=11 if rule < 0 else 7,
            color=INK if rule < 0 else OKABE_ITO[rule % len(OKABE_ITO)],
        )
        return drawn(figure)


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
        Swatch(inline(_swatch(rule), f"swatch-{n}", label, label, {}, words.lang), label)
        for n, (rule, label) in enumerate(
            [(-1, words.text("remedy.rule.present"))]
            + [(place[name], words.text(f"remedy.rule.{name}")) for name in rules]
        )
    )
    rows = tuple(
        (
            Cell(words.text(f"remedy.rule.{record.points[n].remedy}")),
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
