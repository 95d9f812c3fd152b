"""The forest plot: a table with one small SVG in each row, on one logarithmic scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from fairshelf.reports.names import depth_of
from fairshelf.reports.sentences import cutoff_number
from fairshelf.reports.views import Forest, ForestRow

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Finding, Results
    from fairshelf.reports.names import Names

_WIDTH, _HEIGHT, _PAD = 200.0, 28.0, 10.0
_TICKS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
_SMALLEST, _LARGEST = 0.05, 20.0
_COMPARED = ("exposure_ratio", "topk_impact_ratio")


@dataclass(frozen=True, slots=True)
class _Scale:
    """A logarithmic axis; what lies beyond it is drawn as an arrow at its end."""

    low: float
    high: float

    def at(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        span = math.log(self.high / self.low)
        return _PAD + (_WIDTH - 2 * _PAD) * math.log(inside / self.low) / span


def compared(results: Results) -> list[tuple[Finding, Estimate]]:
    """Give the comparisons the findings rest on, finding by finding, closed forms left out."""
    by_key = {estimate.key: estimate for estimate in results.estimates}
    return [
        (finding, by_key[key])
        for finding in results.findings
        for key in finding.keys
        if key in by_key and by_key[key].metric in _COMPARED and by_key[key].method != "two_way"
    ]


def forest(results: Results, names: Names) -> Forest | None:
    """Make the forest plot of all primary comparisons; None where there are none."""
    rows = compared(results)
    if not rows:
        return None
    scale = _scale([estimate for _, estimate in rows], names.bounds)
    words = names.words
    caption = words.text(
        "forest.caption",
        level=words.percent(names.level, 0),
        lower=names.ratio(names.bounds[0]),
        upper=names.ratio(names.bounds[1]),
    )
    if any(_goes_beyond(estimate, scale) for _, estimate in rows):
        caption = words.joined((caption, words.text("forest.beyond")))
    views = tuple(
        _row(number, finding, estimate, scale, names)
        for number, (finding, estimate) in enumerate(rows)
    )
    return Forest(caption, _axis(scale), views)


def _scale(estimates: list[Estimate], bounds: tuple[float, float]) -> _Scale:
    seen = [
        value
        for one in estimates
        for value in (one.value, one.low, one.high)
        if value is not None and value > 0
    ]
    low = max(_SMALLEST, min([*seen, bounds[0]]) / 1.1)
    high = min(_LARGEST, max([*seen, bounds[1]]) * 1.1)
    return _Scale(min(low, 0.5), max(high, 2.0))


def _row(
    number: int, finding: Finding, estimate: Estimate, scale: _Scale, names: Names
) -> ForestRow:
    group = names.group(finding.attribute, finding.group)
    reference = names.group(finding.attribute, finding.reference)
    measure = measure_of(estimate, names)
    words = names.words
    ratio = words.text("forest.missing") if estimate.value is None else names.ratio(estimate.value)
    title = words.text("forest.svg.title", group=group, reference=reference, measure=measure)
    desc = words.text(
        "forest.svg.desc",
        ratio=ratio,
        interval=names.interval(estimate),
        lower=names.ratio(names.bounds[0]),
        upper=names.ratio(names.bounds[1]),
    )
    svg = _svg(f"forest-{number}", title, desc, _marks(estimate, scale, names.bounds))
    against = words.text("forest.against", reference=reference)
    return ForestRow(group, against, measure, svg, ratio, names.range(estimate))


def measure_of(estimate: Estimate, names: Names) -> str:
    """Name what a primary estimate compares, shortly."""
    words = names.words
    k = cutoff_number(depth_of(estimate), words.integer)
    if estimate.metric.startswith("topk"):
        return words.text("forest.topk", places=names.places(k))
    baseline = words.label("baseline", estimate.baseline)
    if not k:
        return words.text("forest.exposure", baseline=baseline)
    return words.text("forest.topk_per", places=names.places(k), baseline=baseline)


def _svg(ident: str, title: str, desc: str, marks: str) -> str:
    return (
        f'<svg class="forest" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" '
        f'aria-labelledby="{ident}-t {ident}-d"><title id="{ident}-t">{escape(title)}</title>'
        f'<desc id="{ident}-d">{escape(desc)}</desc>{marks}</svg>'
    )


def _ground(scale: _Scale, bounds: tuple[float, float]) -> str:
    left, right, one = scale.at(bounds[0]), scale.at(bounds[1]), scale.at(1.0)
    return (
        f'<rect class="band" fill="#dfe6ee" x="{left:.1f}" y="0" width="{right - left:.1f}" '
        f'height="{_HEIGHT:g}"/><path class="one" stroke="#1b1f24" fill="none" '
        f'd="M{one:.1f} 0V{_HEIGHT:g}"/>'
    )


def _marks(estimate: Estimate, scale: _Scale, bounds: tuple[float, float]) -> str:
    """Draw band, line at 1, interval and estimate; an arrow where an end lies off the scale."""
    middle = _HEIGHT / 2
    parts = [_ground(scale, bounds)]
    low, high, value = estimate.low, estimate.high, estimate.value
    if low is not None or high is not None:
        left, right = scale.at(low or 0.0), scale.at(math.inf if high is None else high)
        parts.append(
            f'<path class="ci" stroke="#1f4e79" stroke-width="2" fill="none" '
            f'd="M{left:.1f} {middle:g}H{right:.1f}"/>'
        )
        if _below(estimate, scale):
            parts.append(_arrow(left, -1))
        if _above(estimate, scale):
            parts.append(_arrow(right, 1))
    if value is not None and value > 0:
        parts.append(
            f'<circle class="dot" fill="#1f4e79" cx="{scale.at(value):.1f}" cy="{middle:g}" r="4"/>'
        )
    return "".join(parts)


def _goes_beyond(estimate: Estimate, scale: _Scale) -> bool:
    """Say whether an interval has an end that is drawn as an arrow."""
    bounded = estimate.low is not None or estimate.high is not None
    return bounded and (_below(estimate, scale) or _above(estimate, scale))


def _below(estimate: Estimate, scale: _Scale) -> bool:
    return not estimate.low or estimate.low < scale.low


def _above(estimate: Estimate, scale: _Scale) -> bool:
    return estimate.high is None or estimate.high > scale.high


def _arrow(x: float, side: int) -> str:
    middle = _HEIGHT / 2
    tip = x + side * 8
    return (
        f'<path class="dot" fill="#1f4e79" '
        f'd="M{tip:.1f} {middle:g}L{x:.1f} {middle - 5:g}V{middle + 5:g}Z"/>'
    )


def _axis(scale: _Scale) -> str:
    """Draw the scale's numbers; it repeats what the rows say and is hidden from screen readers."""
    parts = []
    for tick in _TICKS:
        if scale.low <= tick <= scale.high:
            x = scale.at(tick)
            parts.append(
                f'<path class="tick" stroke="#4f5963" d="M{x:.1f} 17V22"/>'
                f'<text font-size="11" text-anchor="middle" fill="#4f5963" '
                f'x="{x:.1f}" y="13">{tick:g}</text>'
            )
    return f'<svg class="forest axis" viewBox="0 0 {_WIDTH:g} 22" aria-hidden="true">' + (
        "".join(parts) + "</svg>"
    )
