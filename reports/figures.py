"""The figures: who is shown at which position, and Lorenz curves.

Colours are Okabe and Ito's, and never alone: bars carry hatches, lines their own dashes and marks.
Each figure comes with a message title, a legend in HTML, its numbers as a table, source and n.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from fairshelf.reports.svg import OKABE_ITO, SIZE, STYLE, drawn, inline
from fairshelf.reports.views import Cell, FigureView, Swatch, TableView

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)), (0, (3, 3)))
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_SVG_DASHES = ("", "6 3", "6 2 1.5 2", "1.5 2.5", "5 1 1 1 1 1", "1 1", "8 2", "3 3")
_TABLE_POINTS = 10


class _Curve(NamedTuple):
    group: str | None
    units: tuple[float, ...]
    exposure: tuple[float, ...]


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
    groups = _in_order(results, attribute, (str(row[1]) for row in rows))
    shares = tuple(
        tuple(float(held[g, p][4] or 0.0) if (g, p) in held else 0.0 for p in positions)
        for g in groups
    )
    words = names.words
    subtitle = words.text("figure.position.subtitle", attribute=names.attribute(attribute))
    drawing = inline(
        _stacked(tuple(positions), shares),
        ident,
        words.text("figure.position.title"),
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
        words.text("figure.position.title"),
        subtitle,
        svg,
        legend,
        data,
        _source(results, names, impressions),
    )


def _in_order(results: Results, attribute: str | None, found: Iterable[str]) -> list[str]:
    """Give the groups in the order of the group table, those it lacks behind."""
    levels = [
        level.level
        for record in results.groups
        if record.name == attribute
        for level in record.levels
    ]
    present = list(dict.fromkeys(found))
    return [g for g in levels if g in present] + [g for g in present if g not in levels]


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


def _source(results: Results, names: Names, impressions: int | None) -> str:
    words = names.words
    told = [words.text("figure.source", rows=results.rows.used)]
    if impressions is not None:
        told.append(words.text("figure.count", impressions=impressions))
    return words.joined(told)


@lru_cache(maxsize=32)
def _stacked(positions: tuple[str, ...], shares: tuple[tuple[float, ...], ...]) -> str:
    import matplotlib as mpl  # noqa: PLC0415 - slow import
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow import

    places = list(range(len(positions)))
    with mpl.rc_context(STYLE):
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


def lorenz_figure(
    results: Results, scope: str, attribute: str | None, names: Names, ident: str
) -> FigureView | None:
    """Draw Lorenz curves over sellers or listings: all of them, and each group's own.

    Returns
    -------
    FigureView or None
        None where ``results.tables`` holds no ``lorenz`` of this scope.
    """
    curves = _curves(results, scope, attribute)
    if not curves:
        return None
    words = names.words
    scope_name = words.label("scope", scope)
    title = words.text("figure.lorenz.title")
    subtitle = (
        words.text("figure.lorenz.subtitle_all", scope=scope_name)
        if attribute is None
        else words.text(
            "figure.lorenz.subtitle", attribute=names.attribute(attribute), scope=scope_name
        )
    )
    svg = inline(
        _lorenz(tuple((curve.units, curve.exposure) for curve in curves)),
        ident,
        f"{title}: {subtitle}",
        words.text("figure.lorenz.desc"),
        {
            "@x@": words.text("figure.lorenz.x", scope=scope_name),
            "@y@": words.text("figure.lorenz.y"),
        },
        words.lang,
    )
    legend = tuple(
        Swatch(_line_swatch(number), names.group(attribute, curve.group))
        for number, curve in enumerate(curves)
    )
    equality = Swatch(_equality_swatch(), words.text("figure.lorenz.equal"))
    data = _lorenz_data(curves, attribute, scope_name, names)
    source = _source(results, names, None)
    return FigureView(ident, title, subtitle, svg, (*legend, equality), data, source)


def _curves(results: Results, scope: str, attribute: str | None) -> list[_Curve]:
    table = results.tables.get("lorenz")
    points: dict[str | None, list[tuple[float, float]]] = {}
    for row in table.rows if table else ():
        group = None if row[2] is None else str(row[2])
        if row[0] == scope and (group is None or row[1] == attribute):
            points.setdefault(group, []).append((float(row[3] or 0), float(row[4] or 0)))
    named = _in_order(results, attribute, (group for group in points if group is not None))
    order: list[str | None] = [*([None] if None in points else []), *named]
    return [
        _Curve(group, *(tuple(axis) for axis in zip(*points[group], strict=True)))
        for group in order
    ]


@lru_cache(maxsize=32)
def _lorenz(curves: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]) -> str:
    import matplotlib as mpl  # noqa: PLC0415 - slow import
    from matplotlib.figure import Figure  # noqa: PLC0415 - slow import

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color="#888888", linewidth=0.8)
        for number, (units, exposure) in enumerate(curves):
            axes.plot(
                units,
                exposure,
                color=_line_colour(number),
                linestyle=_DASHES[_second(number) % len(_DASHES)],
                linewidth=1.5,
                marker=_MARKS[_second(number) % len(_MARKS)],
                markersize=3.5,
                markevery=max(1, len(units) // 8),
            )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        ticks = ([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.set_xticks(*ticks)
        axes.set_yticks(*ticks)
        axes.set_xlabel("@x@")
        axes.set_ylabel("@y@")
        return drawn(figure)


def _second(number: int) -> int:
    """Shift dashes and marks against the colours, so that no two of 64 curves look alike."""
    return number + number // len(OKABE_ITO)


def _line_colour(number: int) -> str:
    return "#1a1a1a" if number == 0 else OKABE_ITO[(number - 1) % len(OKABE_ITO)]


def _line_swatch(number: int) -> str:
    colour = _line_colour(number)
    dashes = _SVG_DASHES[_second(number) % len(_SVG_DASHES)]
    mark = {
        "o": "M14 4a3 3 0 1 0 .1 0Z",
        "s": "M11 4h6v6h-6Z",
        "^": "M14 3.5L17.5 10h-7Z",
        "D": "M14 3L18 7L14 11L10 7Z",
        "v": "M14 10.5L17.5 4h-7Z",
        "P": "M13 4h2v2h2v2h-2v2h-2v-2h-2v-2h2Z",
        "X": "M11 4l3 2l3-2l-2 3l2 3l-3-2l-3 2l2-3Z",
        "*": "M14 3l1 3h3l-2.3 2l1 3L14 9.200l-2.700 1.800l1-3L10 6h3Z",
    }[_MARKS[_second(number) % len(_MARKS)]]
    return (
        '<svg class="swatch" viewBox="0 0 28 14" aria-hidden="true">'
        f'<path d="M0 7H28" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dashes}"/><path d="{mark}" fill="{colour}"/></svg>'
    )


def _equality_swatch() -> str:
    return (
        '<svg class="swatch" viewBox="0 0 28 14" aria-hidden="true">'
        '<path d="M2 13L26 1" fill="none" stroke="#888" stroke-width="1.2"/></svg>'
    )


def _lorenz_data(
    curves: Sequence[_Curve], attribute: str | None, scope: str, names: Names
) -> TableView:
    words = names.words
    steps = [place / _TABLE_POINTS for place in range(_TABLE_POINTS + 1)]
    columns = (
        (words.text("figure.lorenz.x", scope=scope), False),
        *((names.group(attribute, curve.group), True) for curve in curves),
    )
    rows = tuple(
        (
            Cell(words.percent(step, 0)),
            *(Cell(words.percent(_height(curve, step)), numeric=True) for curve in curves),
        )
        for step in steps
    )
    return TableView(words.text("figure.lorenz.title"), columns, rows)


def _height(curve: _Curve, at: float) -> float:
    """Read a curve at a share of units, along the straight line between its points."""
    before = (curve.units[0], curve.exposure[0])
    for point in zip(curve.units, curve.exposure, strict=True):
        if point[0] >= at:
            width = point[0] - before[0]
            part = (at - before[0]) / width if width > 0 else 1.0
            return before[1] + part * (point[1] - before[1])
        before = point
    return before[1]
