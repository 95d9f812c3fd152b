"""Drawings that several figures share: dots with intervals on a log scale, bars, a timeline.

All are drawn without words: ``@x@``, ``@y@`` and ``@0@``, ``@1@`` ... stand for them until
:func:`fairshelf.reports.svg.inline` puts them in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairshelf.reports.drawings import drawing
from fairshelf.reports.svg import drawn, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, MARK, BAND, SOFT = "#1b1f24", "#1f4e79", "#dfe6ee", "#8a949e"
TICKS = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0, 5.0, 10.0, 20.0)
"""Of one decimal at most: :func:`fairshelf.reports.svg.drawn` cuts longer ones."""

WIDEST = (0.05, 25.0)
MOST_LABELS = 12
ROW = 0.5
"""Inches a row takes."""

Point = tuple[float, float | None, float | None]
"""Value, low, high."""


def _axes(rows: int) -> tuple[Any, Axes]:
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow import

    figure = Figure(figsize=(4.8, 0.7 + ROW * rows), layout="constrained")
    return figure, figure.subplots()


@drawing
def dots(points: tuple[Point, ...], bounds: tuple[float, float]) -> str:
    """Draw ratios with intervals, a row each from the top, on a logarithmic scale.

    Parity is a line, the materiality bounds a band. Row labels are ``@0@``, ``@1@`` ...
    """
    with style():
        figure, axes = _axes(len(points))
        _parity(axes, bounds, vertical=True)
        for row, (value, low, high) in enumerate(points):
            if low is not None and high is not None:
                axes.plot([low, high], [row, row], color=MARK, linewidth=1.8)
            axes.plot([value], [row], marker="o", markersize=5, color=MARK)
        _row_labels(axes, len(points))
        axes.set_ylim(len(points) - 0.6, -0.75)
        _ratio_scale(axes.set_xscale, axes.set_xlim, axes.set_xticks, points, bounds)
        axes.set_xlabel("@x@")
        return drawn(figure)


@drawing
def bars(points: tuple[Point, ...]) -> str:
    """Draw parts that may be above or below nothing, a row each from the top, with intervals."""
    with style():
        from matplotlib.ticker import PercentFormatter  # noqa: PLC0415 - slow import

        figure, axes = _axes(len(points))
        axes.axvline(0, color=INK, linewidth=0.8)
        for row, (value, low, high) in enumerate(points):
            axes.barh([row], [value], height=0.4, color=BAND, edgecolor=MARK, linewidth=1)
            if low is not None and high is not None:
                axes.plot([low, high], [row, row], color=INK, linewidth=1.2)
        _row_labels(axes, len(points))
        axes.set_ylim(len(points) - 0.6, -0.75)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.locator_params(axis="x", nbins=5)
        axes.set_xlabel("@x@")
        return drawn(figure)


@drawing
def curve(points: tuple[Point, ...], bounds: tuple[float, float], lead: float) -> str:
    """Draw specifications by size with their intervals, and the headline as a dashed line."""
    with style():
        figure, axes = _axes(5)
        _parity(axes, bounds, vertical=False)
        _whiskers(axes, points, 0.8)
        _dots(axes, points, 3.0)
        axes.axhline(lead, color=MARK, linewidth=0.9, linestyle="--")
        axes.set_xlim(-0.5, len(points) - 0.5)
        _ratio_scale(axes.set_yscale, axes.set_ylim, axes.set_yticks, points, bounds)
        axes.set_xlabel("@x@")
        axes.set_ylabel("@y@")
        return drawn(figure)


@drawing
def timeline(
    points: tuple[Point, ...],
    bounds: tuple[float, float],
    event: float | None,
    labels: tuple[str, ...],
) -> str:
    """Draw ratios by period with intervals; a stated date is a dotted line between periods.

    ``labels`` are the periods, plain ASCII, the same in every language; some are left out where
    there are many.
    """
    with style():
        figure, axes = _axes(5)
        _parity(axes, bounds, vertical=False)
        _whiskers(axes, points, 1.4)
        _dots(axes, points, 4.0)
        axes.plot(range(len(points)), [one[0] for one in points], color=MARK, linewidth=0.8)
        if event is not None:
            axes.axvline(event, color=INK, linewidth=1.2, linestyle=":")
        places = list(range(0, len(points), -(-len(points) // MOST_LABELS)))
        axes.set_xticks(
            places,
            [labels[place] for place in places],
            rotation=45,
            ha="right",
            rotation_mode="anchor",
        )
        axes.set_xlim(-0.6, len(points) - 0.4)
        _ratio_scale(axes.set_yscale, axes.set_ylim, axes.set_yticks, points, bounds)
        axes.set_ylabel("@y@")
        return drawn(figure)


def _row_labels(axes: Axes, rows: int) -> None:
    """Write each row's label above it, where any length has room."""
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for row in range(rows):
        axes.text(0.0, row - 0.3, f"@{row}@", transform=axes.get_yaxis_transform(), va="bottom")


def _whiskers(axes: Axes, points: tuple[Point, ...], width: float) -> None:
    """Draw all intervals as one path, which takes a tenth of the bytes."""
    across: list[float] = []
    up: list[float] = []
    for place, (_, low, high) in enumerate(points):
        if low and high:
            across += [place, place, float("nan")]
            up += [low, high, float("nan")]
    axes.plot(across, up, color=SOFT, linewidth=width)


def _dots(axes: Axes, points: tuple[Point, ...], size: float) -> None:
    """Draw all values as one path of dots."""
    across: list[float] = []
    up: list[float] = []
    for place, (value, _, _) in enumerate(points):
        across += [place - 0.001, place + 0.001, float("nan")]
        up += [value, value, float("nan")]
    axes.plot(across, up, color=MARK, linewidth=size, solid_capstyle="round")


def _parity(axes: Axes, bounds: tuple[float, float], *, vertical: bool) -> None:
    if vertical:
        axes.axvspan(*bounds, color=BAND, linewidth=0)
        axes.axvline(1, color=INK, linewidth=0.9)
    else:
        axes.axhspan(*bounds, color=BAND, linewidth=0)
        axes.axhline(1, color=INK, linewidth=0.9)


def _ratio_scale(
    scale: Any,  # noqa: ANN401 - methods of an axis
    limits: Any,  # noqa: ANN401 - the same
    ticks: Any,  # noqa: ANN401 - the same
    points: tuple[Point, ...],
    bounds: tuple[float, float],
) -> None:
    """Set a logarithmic axis with round ratios on it, wide enough for all that is drawn."""
    told = [one for point in points for one in point if one is not None and one > 0]
    low = max(min([*told, bounds[0]]) / 1.1, WIDEST[0])
    high = min(max([*told, bounds[1]]) * 1.1, WIDEST[1])
    scale("log")
    limits(low, high)
    shown = [one for one in TICKS if low <= one <= high]
    if high / low > 8:  # noqa: PLR2004 - .8 would touch 1
        shown = [one for one in shown if one != 0.8]  # noqa: PLR2004 - one of TICKS
    ticks(shown, [f"{one:g}" for one in shown])
    ticks([], minor=True)
