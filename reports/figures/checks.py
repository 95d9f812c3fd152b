"""Figures of what was done to a finding: funnel, raw and adjusted, parts, specifications, time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.checks import in_full
from fairshelf.reports.figures import forms
from fairshelf.reports.rows import covariate_name, number_in, rows_of
from fairshelf.reports.svg import inline
from fairshelf.reports.tables import FUNNEL, leading_model
from fairshelf.reports.views import Cell, FigureView, TableView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fairshelf.audits.results import AttributeRecord, Estimate, Results
    from fairshelf.reports.figures.forms import Point
    from fairshelf.reports.names import Names
    from fairshelf.reports.rows import Row

FEWEST = 2
FEWEST_CURVE = 5


def funnel_figure(
    results: Results, record: AttributeRecord, names: Names, ident: str
) -> tuple[FigureView, ...]:
    """Draw the three steps of the funnel and the ratio they multiply to, for each contrast."""
    words = names.words
    lead = _primary(results, record)
    made: list[FigureView] = []
    for group in (one for one in lead if one in in_full(results, record.name)):
        ratio = lead[group]
        steps = [_step(results, record, group, ratio.baseline, name) for name in FUNNEL]
        known = [one for one in steps if one is not None and one.value]
        if len(known) < len(FUNNEL) or not ratio.value:
            continue
        labels = [words.label("metric", one.metric) for one in known]
        labels.append(words.label("metric", "exposure_ratio"))
        points: tuple[Point, ...] = tuple((float(e.value or 0), None, None) for e in known)
        points += ((float(ratio.value), ratio.low, ratio.high),)
        largest = min(
            zip(labels, points[:-1], strict=False), key=lambda one: one[1][0] ** _sign(ratio)
        )
        title = words.text(
            "figure.funnel.title",
            group=names.mention(record.name, group),
            step=largest[0],
            ratio=names.ratio(largest[1][0]),
        )
        made.append(
            _ratios(title, labels, points, (results, names, f"{ident}-{len(made)}"), "funnel")
        )
    return tuple(made)


def _sign(ratio: Estimate) -> int:
    return 1 if (ratio.value or 0) < 1 else -1


def adjusted_figure(
    results: Results, record: AttributeRecord, names: Names, ident: str
) -> tuple[FigureView, ...]:
    """Draw the raw ratio above the adjusted one, for each contrast."""
    words = names.words
    made: list[FigureView] = []
    for row in rows_of(results, "adjusted", record.name):
        raw, value = number_in(row, "raw"), number_in(row, "value")
        if not raw or not value or row["group"] not in in_full(results, record.name):
            continue
        points: tuple[Point, ...] = (
            (raw, number_in(row, "raw_low"), number_in(row, "raw_high")),
            (value, number_in(row, "low"), number_in(row, "high")),
        )
        labels = [words.text("adjusted.raw"), words.text("adjusted.value")]
        title = words.text(
            "figure.adjusted.title",
            group=names.mention(record.name, str(row["group"])),
            raw=names.ratio(raw),
            value=names.ratio(value),
        )
        made.append(
            _ratios(title, labels, points, (results, names, f"{ident}-{len(made)}"), "adjusted")
        )
    return tuple(made)


def decomposition_figure(
    results: Results, record: AttributeRecord, names: Names, ident: str
) -> tuple[FigureView, ...]:
    """Draw how much of a gap goes with which covariate, and what is left."""
    words = names.words
    rows = [
        one for one in rows_of(results, "decomposition", record.name) if one["method"] == "gelbach"
    ]
    made: list[FigureView] = []
    drawn = in_full(results, record.name)
    for group in dict.fromkeys(str(r["group"]) for r in rows if r["group"] in drawn):
        mine = [row for row in rows if row["group"] == group]
        labels = [_part(str(row["part"]), names) for row in mine]
        points = tuple(
            (number_in(row, "value") or 0.0, number_in(row, "low"), number_in(row, "high"))
            for row in mine
        )
        left = next(number_in(row, "value") or 0.0 for row in mine if row["part"] == "unexplained")
        title = words.text(
            "figure.decomposition.title",
            group=names.mention(record.name, group),
            gap=words.percent(points[0][0]),
            left=words.percent(left),
        )
        place = f"{ident}-{len(made)}"
        drawing = inline(
            forms.bars(points),
            place,
            title,
            words.text("figure.decomposition.desc"),
            {"@x@": words.text("figure.decomposition.x"), **_labels(labels)},
            words.lang,
        )
        data = _table(title, labels, points, words.percent, names)
        subtitle = words.text("figure.decomposition.subtitle")
        made.append(FigureView(place, title, subtitle, drawing, (), data, _source(results, names)))
    return tuple(made)


def curve_figure(
    results: Results, record: AttributeRecord, names: Names, ident: str
) -> tuple[FigureView, ...]:
    """Draw the specifications that ask a contrast's own question, by size."""
    words = names.words
    rows = rows_of(results, "specification_curve", record.name)
    leads = _primary(results, record)
    made: list[FigureView] = []
    drawn = in_full(results, record.name)
    for group in dict.fromkeys(str(r["group"]) for r in rows if r["group"] in drawn):
        mine = [
            row
            for row in rows
            if row["group"] == group
            and row.get("question", "same") == "same"
            and (number_in(row, "value") or 0) > 0
        ]
        if len(mine) < FEWEST_CURVE or group not in leads or not leads[group].value:
            continue
        lead = float(leads[group].value or 1.0)
        points = tuple(
            (float(number_in(row, "value") or 0), number_in(row, "low"), number_in(row, "high"))
            for row in mine
        )
        total, agree = _agreement(results, record.name, group, [p[0] for p in points], lead)
        title = words.text(
            "figure.curve.title",
            group=names.mention(record.name, group),
            agree=agree,
            count=total,
        )
        place = f"{ident}-{len(made)}"
        drawing = inline(
            forms.curve(points, names.bounds, lead),
            place,
            title,
            words.text("figure.curve.desc"),
            {"@x@": words.text("figure.curve.x"), "@y@": words.text("figure.ratio")},
            words.lang,
        )
        chosen = sorted({0, len(mine) // 4, len(mine) // 2, 3 * len(mine) // 4, len(mine) - 1})
        labels = [_specification(mine[at], names) for at in chosen]
        data = _table(title, labels, [points[at] for at in chosen], names.ratio, names)
        subtitle = words.text("figure.curve.subtitle")
        if len(points) < total:
            subtitle += words.text("figure.curve.undrawn", count=total - len(points))
        made.append(FigureView(place, title, subtitle, drawing, (), data, _source(results, names)))
    return tuple(made)


def _agreement(
    results: Results, attribute: str, group: str, drawn: Sequence[float], lead: float
) -> tuple[int, int]:
    """Give how many ask the same question, drawn or not, and how many agree with the lead."""
    told = [row for row in rows_of(results, "robustness", attribute) if row["group"] == group]
    total = int((number_in(told[0], "same_specifications") if told else None) or 0)
    share = number_in(told[0], "same_agree") if told else None
    if not total or share is None:
        return len(drawn), sum(value != 1 and (value < 1) == (lead < 1) for value in drawn)
    return total, round(share * total)


def _specification(row: Row, names: Names) -> str:
    words = names.words
    parts = [
        words.label("browsing", str(row["browsing"])),
        words.label("baseline", str(row["baseline"])),
    ]
    if row["ads"] != "all":
        parts.append(words.text(f"figure.ads.{row['ads']}"))
    return words.text("list.separator").join(parts)


def series_figure(
    results: Results, record: AttributeRecord, names: Names, ident: str
) -> tuple[FigureView, ...]:
    """Draw the ratio by period, with a line where a change was stated."""
    words = names.words
    told = [e for e in results.estimates if e.attribute == record.name and e.period]
    made: list[FigureView] = []
    drawn = in_full(results, record.name)
    for group in dict.fromkeys(str(e.group) for e in told if e.group in drawn):
        mine = [e for e in told if e.group == group]
        periods = [e for e in mine if not str(e.period).startswith("change:") and e.value]
        if len(periods) < FEWEST:
            continue
        labels = [str(e.period) for e in periods]
        points = tuple((float(e.value or 0), e.low, e.high) for e in periods)
        change = next((str(e.period)[7:] for e in mine if str(e.period).startswith("change:")), "")
        event = sum(label < change for label in labels) - 0.5 if change else None
        below = sum(point[0] < 1 for point in points)
        title = words.text(
            "figure.series.title",
            group=names.mention(record.name, group),
            below=below,
            count=len(points),
        )
        place = f"{ident}-{len(made)}"
        drawing = inline(
            forms.timeline(points, names.bounds, event, tuple(labels)),
            place,
            title,
            words.text("figure.series.desc"),
            {"@y@": words.text("figure.ratio")},
            words.lang,
        )
        subtitle = (
            words.text("figure.series.event", date=change)
            if change
            else words.text("figure.series.subtitle")
        )
        data = _table(title, labels, points, names.ratio, names)
        made.append(FigureView(place, title, subtitle, drawing, (), data, _source(results, names)))
    return tuple(made)


def _primary(results: Results, record: AttributeRecord) -> dict[str, Estimate]:
    """Give the leading ratio of each contrast: leading model and baseline, all places."""
    model = leading_model(results)
    wanted = results.provenance.get("primary_baseline")
    told: dict[str, Estimate] = {}
    for one in results.estimates:
        if (
            (one.metric, one.attribute, one.browsing) == ("exposure_ratio", record.name, model)
            and one.baseline in (wanted, None)
            and not (one.adjusted or one.period or one.definition)
        ):
            told.setdefault(str(one.group), one)
    return told


def _step(
    results: Results, record: AttributeRecord, group: str, baseline: str | None, metric: str
) -> Estimate | None:
    wanted = (metric, record.name, group, baseline)
    return next(
        (
            e
            for e in results.estimates
            if (e.metric, e.attribute, e.group, e.baseline) == wanted and not e.suppressed
        ),
        None,
    )


def _ratios(
    title: str,
    labels: Sequence[str],
    points: tuple[Point, ...],
    place: tuple[Results, Names, str],
    kind: str,
) -> FigureView:
    results, names, ident = place
    words = names.words
    drawing = inline(
        forms.dots(points, names.bounds),
        ident,
        title,
        words.text("figure.ratios.desc"),
        {"@x@": words.text("figure.ratio"), **_labels(labels)},
        words.lang,
    )
    data = _table(title, labels, points, names.ratio, names)
    subtitle = words.text(f"figure.{kind}.subtitle")
    return FigureView(ident, title, subtitle, drawing, (), data, _source(results, names))


def _labels(labels: Sequence[str]) -> dict[str, str]:
    """Put the longer stand-ins first, so that ``@1@`` is not found within ``@11@``."""
    return {f"@{place}@": label for place, label in enumerate(labels)}


def _table(
    title: str,
    labels: Sequence[str],
    points: Sequence[Point],
    form: Callable[[float | None], str],
    names: Names,
) -> TableView:
    words = names.words
    columns = (
        (words.text("figure.what"), False),
        (words.text("col.value"), True),
        (words.text("figure.low"), True),
        (words.text("figure.high"), True),
    )
    rows = tuple(
        (Cell(label), *(Cell(form(one), numeric=True) for one in point))
        for label, point in zip(labels, points, strict=True)
    )
    return TableView(title, columns, rows)


def _source(results: Results, names: Names) -> str:
    return names.words.text("figure.source", rows=results.rows.used)


def _part(name: str, names: Names) -> str:
    words = names.words
    if name in ("gap", "unexplained"):
        return words.text(f"decomposition.{name}")
    return covariate_name(name, names)
