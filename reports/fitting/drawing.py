"""The drawings of a fit: odds on one logarithmic scale, and where listings would stand."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from fairshelf.reports.spoken import spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, PAD = 200.0, 28.0, 10.0
TICKS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
SMALLEST, LARGEST = 0.05, 20.0
CHART = (360.0, 190.0)
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 12.0, 42.0


class Scale:
    """A logarithmic axis of odds, wide enough for all that is drawn on it.

    Parameters
    ----------
    values
        What is drawn.
    """

    def __init__(self, values: Sequence[float]) -> None:
        told = [one for one in values if one > 0]
        self.low = min(max(SMALLEST, min([*told, 1.0]) / 1.1), 0.5)
        self.high = max(min(LARGEST, max([*told, 1.0]) * 1.1), 2.0)

    def at(self, value: float) -> float:
        """Give the place of a value; what lies beyond stands at the end."""
        inside = min(max(value, self.low), self.high)
        span = math.log(self.high / self.low)
        return PAD + (WIDTH - 2 * PAD) * math.log(inside / self.low) / span


def odds(
    value: float,
    interval: tuple[float, float] | None,
    scale: Scale,
    bounds: tuple[float, float],
    said: tuple[str, str, str],
) -> str:
    """Draw one effect: band of small effects, line at 1, interval, estimate.

    ``said``: an id, a title and a description for those who do not see it.
    """
    ident, title, desc = said
    left, right, one = scale.at(bounds[0]), scale.at(bounds[1]), scale.at(1.0)
    ground = (
        f'<rect class="band" fill="#dfe6ee" x="{left:.1f}" y="0" width="{right - left:.1f}" '
        f'height="{HEIGHT:g}"/><path class="one" stroke="#1b1f24" fill="none" '
        f'd="M{one:.1f} 0V{HEIGHT:g}"/>'
    )
    parts = [ground]
    if interval is not None:
        low, high = scale.at(interval[0]), scale.at(interval[1])
        parts.append(
            f'<path class="ci" stroke="#1f4e79" stroke-width="2" fill="none" '
            f'd="M{low:.1f} {HEIGHT / 2:g}H{high:.1f}"/>'
        )
    parts.append(
        f'<circle class="dot" fill="#1f4e79" cx="{scale.at(value):.1f}" cy="{HEIGHT / 2:g}" r="4"/>'
    )
    return (
        f'<svg class="forest" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-labelledby="{ident}-t {ident}-d"><title id="{ident}-t">{escape(title)}</title>'
        f'<desc id="{ident}-d">{escape(desc)}</desc>{"".join(parts)}</svg>'
    )


def axis(scale: Scale) -> str:
    """Draw the scale's numbers, hidden from screen readers: the rows say the same."""
    parts = [
        f'<path class="tick" stroke="#4f5963" d="M{scale.at(tick):.1f} 17V22"/>'
        f'<text font-size="11" text-anchor="middle" fill="#4f5963" '
        f'x="{scale.at(tick):.1f}" y="13">{tick:g}</text>'
        for tick in TICKS
        if scale.low <= tick <= scale.high
    ]
    inner = "".join(parts)
    return f'<svg class="forest axis" viewBox="0 0 {WIDTH:g} 22" aria-hidden="true">{inner}</svg>'


def curve(
    points: Sequence[tuple[str, float]],
    axes: tuple[str, str],
    said: tuple[str, str, str],
    lang: str,
    *,
    joined: bool,
) -> str:
    """Draw the share of others an entry would stand above, value by value or level by level.

    Parameters
    ----------
    points
        (what is written below, share).
    axes
        What runs to the right, and upwards.
    said
        An id, a title and a description.
    lang
        The page's language.
    joined
        Whether the points are steps of one number: joined by a line, evenly spaced.
    """
    ident, title, desc = said
    width, height = CHART
    inner = width - LEFT - RIGHT

    def x(place: int) -> float:
        return LEFT + inner * (place + 0.5) / len(points)

    def y(share: float) -> float:
        return TOP + (height - TOP - BOTTOM) * (1 - share)

    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        stroke = "#4f5963" if share == 0.5 else "#cfd5db"  # noqa: PLR2004 - the middle of the list
        parts.append(
            f'<path stroke="{stroke}" fill="none" d="M{LEFT:g} {y(share):.1f}H{width - RIGHT:g}"/>'
            f'<text font-size="10" text-anchor="end" fill="#4f5963" x="{LEFT - 5:g}" '
            f'y="{y(share) + 3.5:.1f}">{share:.0%}</text>'
        )
    if joined:
        path = "L".join(f"{x(n):.1f} {y(share):.1f}" for n, (_, share) in enumerate(points))
        parts.append(f'<path stroke="#0072B2" stroke-width="2" fill="none" d="M{path}"/>')
    for place, (name, share) in enumerate(points):
        parts.append(
            f'<circle fill="#0072B2" cx="{x(place):.1f}" cy="{y(share):.1f}" r="3.5"/>'
            f'<text font-size="10" text-anchor="middle" fill="#1b1f24" x="{x(place):.1f}" '
            f'y="{height - BOTTOM + 14:.1f}">{spoken(name, lang, element="tspan")}</text>'
        )
    parts.append(
        f'<text font-size="10" text-anchor="middle" fill="#4f5963" x="{LEFT + inner / 2:.1f}" '
        f'y="{height - 8:.1f}">{spoken(axes[0], lang, element="tspan")}</text>'
    )
    return (
        f'<svg class="chart" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-labelledby="{ident}-t {ident}-d"><title id="{ident}-t">{escape(title)}</title>'
        f'<desc id="{ident}-d">{escape(desc)}</desc>{"".join(parts)}</svg>'
    )
