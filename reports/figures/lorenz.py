"""Lorenz curves over sellers or listings, with their Gini coefficients.

Colours are Okabe and Ito's, and never alone: lines carry their own dashes and marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fairshelf.reports.disclosure.public import is_public
from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.drawings import drawing
from fairshelf.reports.figures.common import in_order, source
from fairshelf.reports.svg import OKABE_ITO, SIZE, drawn, inline, style
from fairshelf.reports.views import Cell, FigureView, Swatch, TableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names
    from fairshelf.reports.wording import Words

_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)), (0, (3, 3)))
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_SVG_DASHES = ("", "6 3", "6 2 1.5 2", "1.5 2.5", "5 1 1 1 1 1", "1 1", "8 2", "3 3")
_TENTHS = tuple(tenth / 10 for tenth in range(11))
_QUARTERS = (0.25, 0.75)
"""Shares of units at which the table tells the curves: quarters where one has no tenths."""

_SAME = 1e-5
"""Shares are rounded to six decimals."""


class _Curve(NamedTuple):
    group: str | None
    units: tuple[float, ...]
    exposure: tuple[float, ...]


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
    subtitle = (
        words.text("figure.lorenz.subtitle_all", scope=scope_name)
        if attribute is None
        else words.text(
            "figure.lorenz.subtitle", attribute=names.attribute(attribute), scope=scope_name
        )
    )
    title = _lorenz_title(curves[0], scope_name, names) or subtitle
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
        Swatch(_line_swatch(number), _with_gini(results, scope, attribute, curve.group, names))
        for number, curve in enumerate(curves)
    )
    equality = Swatch(_equality_swatch(), words.text("figure.lorenz.equal"))
    without = tuple(
        Swatch("", words.text("figure.lorenz.without", group=names.group(attribute, group)))
        for group in _without(results, attribute, curves)
    )
    data = _lorenz_data(curves, attribute, scope_name, names)
    origin = source(results, names, None)
    if is_public(results):
        origin = words.joined([origin, words.text("figure.lorenz.points", k=rules().k)])
    return FigureView(ident, title, subtitle, svg, (*legend, equality, *without), data, origin)


def _without(results: Results, attribute: str | None, curves: Sequence[_Curve]) -> list[str]:
    """Name the groups that have no curve here."""
    drawn = {curve.group for curve in curves}
    levels = (
        level.level
        for record in results.groups
        if record.name == attribute
        for level in record.levels
    )
    return [level for level in levels if level not in drawn]


def _lorenz_title(curve: _Curve, scope: str, names: Names) -> str | None:
    """Say how much of the attention the less seen half has, where the curve tells it."""
    half = _height(curve, 0.5)
    if half is None:
        return None
    words = names.words
    return words.text(
        "figure.lorenz.message",
        scope=scope,
        group=names.group(None, curve.group),
        half=words.percent(half),
    )


def _with_gini(
    results: Results, scope: str, attribute: str | None, group: str | None, names: Names
) -> str:
    """Name a curve with its Gini coefficient where it was estimated."""
    wanted = ("gini", scope, None if group is None else attribute, group)
    found = next(
        (e for e in results.estimates if (e.metric, e.scope, e.attribute, e.group) == wanted), None
    )
    name = names.group(attribute, group)
    if found is None or found.value is None:
        return name
    return names.words.text("figure.lorenz.gini", group=name, gini=names.value(found))


def _curves(results: Results, scope: str, attribute: str | None) -> list[_Curve]:
    table = results.tables.get("lorenz")
    points: dict[str | None, list[tuple[float, float]]] = {}
    for row in table.rows if table else ():
        group = None if row[2] is None else str(row[2])
        if row[0] == scope and (group is None or row[1] == attribute):
            points.setdefault(group, []).append((float(row[3] or 0), float(row[4] or 0)))
    named = in_order(results, attribute, (group for group in points if group is not None))
    order: list[str | None] = [*([None] if None in points else []), *named]
    return [
        _Curve(group, *(tuple(axis) for axis in zip(*points[group], strict=True)))
        for group in order
    ]


@drawing
def _lorenz(curves: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]) -> str:
    with style():
        from matplotlib.figure import Figure  # noqa: PLC0415 - slow import

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
    """Give the curves' own points at tenths and quarters; nothing is read off between points."""
    words = names.words
    columns = (
        (words.text("figure.lorenz.x", scope=scope), False),
        *((names.group(attribute, curve.group), True) for curve in curves),
    )
    coarse = any(_height(c, 0.1) is None and _height(c, 0.25) is not None for c in curves)
    shares = sorted({*_TENTHS, *(_QUARTERS if coarse else ())})
    told = [(share, [_height(curve, share) for curve in curves]) for share in shares]
    rows = tuple(
        (Cell(words.percent(share, 0)), *(_told(height, words) for height in heights))
        for share, heights in told
        if any(height is not None for height in heights)
    )
    return TableView(words.text("figure.lorenz.title"), columns, rows)


def _told(height: float | None, words: Words) -> Cell:
    return Cell("–" if height is None else words.percent(height), numeric=True)


def _height(curve: _Curve, at: float) -> float | None:
    """Give the height of a curve at one of its points; None where it has none there."""
    points = zip(curve.units, curve.exposure, strict=True)
    return next((height for share, height in points if abs(share - at) < _SAME), None)
