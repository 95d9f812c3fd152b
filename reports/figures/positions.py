"""Who is shown at which position: the groups' shares stacked.

Colours are Okabe and Ito's, and never alone: bars carry hatches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairshelf.reports.drawings import drawing
from fairshelf.reports.figures.common import in_order, source
from fairshelf.reports.svg import OKABE_ITO, SIZE, drawn, inline, style
from fairshelf.reports.views import Cell, FigureView, Swatch, TableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.patches import PathPatch

    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names

_HATCHES = (
    "",
    "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    "M2 2h.1M6 6h.1",
    "M0 0L8 8M8 0L0 8",
    "M0 4H8",
    "M4 0V8",
    "M-2 6L2 10M0 0L8 8M6 -2L10 2",
    "M0 4H8M4 0V8",
)
_FITTING = 48
"""Characters of position labels that fit beside each other below the axis."""


def position_figure(
    results: Results, attribute: str, names: Names, ident: str
) -> FigureView | None:
    """Stack the groups' shares of the impressions at each position.

    Returns
    -------
    FigureView or None
        None where ``results.tables`` holds no ``exposure_by_position`` of this attribute.
    """
    table = results.tables.get("exposure_by_position")
    rows = [row for row in table.rows if row[0] == attribute] if table else []
    if not rows:
        return None
    positions = list(dict.fromkeys(str(row[2]) for row in rows))
    held = {(str(row[1]), str(row[2])): row for row in rows}
    groups = in_order(results, attribute, (str(row[1]) for row in rows))
    shares = tuple(
        tuple(float(held[g, p][4] or 0.0) if (g, p) in held else 0.0 for p in positions)
        for g in groups
    )
    words = names.words
    subtitle = words.text("figure.position.subtitle", attribute=names.attribute(attribute))
    title = _position_title(
        results, attribute, (positions[0], positions[-1]), groups, shares, names
    )
    drawing = inline(
        _stacked(tuple(positions), shares),
        ident,
        title,
        words.text("figure.position.desc"),
        {"@x@": words.text("figure.position.x"), "@y@": words.text("figure.position.y")},
        words.lang,
    )
    svg = _filled(drawing, len(groups), ident)
    legend = tuple(
        Swatch(_bar_swatch(number, ident), names.group(attribute, group))
        for number, group in enumerate(groups)
    )
    data = _position_data(positions, groups, shares, attribute, names)
    impressions = sum(int(row[3] or 0) for row in rows)
    return FigureView(
        ident,
        title,
        subtitle,
        svg,
        legend,
        data,
        source(results, names, impressions),
    )


def _position_title(
    results: Results,
    attribute: str,
    ends: tuple[str, str],
    groups: Sequence[str],
    shares: Sequence[Sequence[float]],
    names: Names,
) -> str:
    """Say what the group that is compared first has at the top and at the bottom."""
    words = names.words
    told = next(
        (f.group for f in results.findings if f.attribute == attribute and f.group in groups), None
    )
    if told is None:
        return words.text("figure.position.title")
    mine = shares[list(groups).index(told)]
    return words.text(
        "figure.position.message",
        group=names.mention(attribute, told),
        first=ends[0],
        last=ends[1],
        top=words.percent(mine[0]),
        bottom=words.percent(mine[-1]),
    )


def _position_data(
    positions: Sequence[str],
    groups: Sequence[str],
    shares: Sequence[Sequence[float]],
    attribute: str,
    names: Names,
) -> TableView:
    words = names.words
    columns = (
        (words.text("figure.position.x"), False),
        *((names.group(attribute, group), True) for group in groups),
    )
    rows = tuple(
        (
            Cell(position),
            *(Cell(words.percent(share[place]), numeric=True) for share in shares),
        )
        for place, position in enumerate(positions)
    )
    return TableView(words.text("figure.position.title"), columns, rows)


@drawing
def _stacked(positions: tuple[str, ...], shares: tuple[tuple[float, ...], ...]) -> str:
    places = list(range(len(positions)))
    with style():
        from matplotlib.figure import Figure  # noqa: PLC0415 - slow import

        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        bottom = [0.0] * len(positions)
        for number, heights in enumerate(shares):
            top = [low + height for low, height in zip(bottom, heights, strict=True)]
            axes.add_patch(_bars(bottom, top, _stand_in(number)))
            bottom = top
        longest = max(len(position) for position in positions)
        crowded = longest * len(positions) > _FITTING
        axes.set_xticks(places, positions, rotation=60 if crowded else 0)
        axes.set_xlim(-0.6, len(positions) - 0.4)
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.set_xlabel("@x@")
        axes.set_ylabel("@y@")
        return drawn(figure)


def _bars(bottom: Sequence[float], top: Sequence[float], colour: str) -> PathPatch:
    """Give all bars of one group as one path."""
    from matplotlib.patches import PathPatch  # noqa: PLC0415 - slow import
    from matplotlib.path import Path  # noqa: PLC0415 - slow import

    corners: list[tuple[float, float]] = []
    codes: list[Any] = []
    for place, (low, high) in enumerate(zip(bottom, top, strict=True)):
        if high > low:
            left, right = place - 0.43, place + 0.43
            corners += [(left, low), (right, low), (right, high), (left, high), (left, low)]
            codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    path = Path(corners or [(0.0, 0.0)], codes or [Path.MOVETO])
    return PathPatch(path, facecolor=colour, edgecolor="white", linewidth=0.6)


def _stand_in(number: int) -> str:
    """Give the colour that stands for the pattern of a group until the drawing is inlined."""
    return f"#fe{number:04x}"


def _pattern(number: int, ident: str) -> str:
    """Give the fill of a group: a colour, and lines or dots that show without colour."""
    size = len(OKABE_ITO)
    colour = OKABE_ITO[number % size]
    mark = _HATCHES[(number + number // size) % len(_HATCHES)]
    lines = (
        f'<path d="{mark}" fill="none" stroke="#fff" stroke-width="1.1" stroke-linecap="round"/>'
        if mark
        else ""
    )
    return (
        f'<pattern id="{ident}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="M0 0H8V8H0Z" fill="{colour}"/>{lines}</pattern>'
    )


def _filled(svg: str, groups: int, ident: str) -> str:
    """Put the patterns of the groups where their stand-in colours are."""
    for number in range(groups):
        svg = svg.replace(f"fill: {_stand_in(number)}", f"fill: url(#{ident}-p{number})")
    patterns = "".join(_pattern(number, f"{ident}-p{number}") for number in range(groups))
    return svg.replace("</desc>", f"</desc><defs>{patterns}</defs>", 1)


def _bar_swatch(number: int, ident: str) -> str:
    pattern = f"{ident}-s{number}"
    return (
        f'<svg class="swatch" viewBox="0 0 28 14" aria-hidden="true"><defs>'
        f'{_pattern(number, pattern)}</defs><path fill="url(#{pattern})" d="M0 0H28V14H0Z"/></svg>'
    )
