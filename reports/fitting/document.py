"""A fit as a page, before any markup: sentences, tables, drawings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fairshelf.reports.fitting import drawing
from fairshelf.reports.fitting.names import FitNames
from fairshelf.reports.hostile import visible
from fairshelf.reports.unnamed import unnamed
from fairshelf.reports.views import Cell, FigureView, Forest, ForestRow, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.fit import Fit
    from fairshelf.audits.rankers.fitting.importance import Curve
    from fairshelf.audits.rankers.fitting.study import Study, Tried
    from fairshelf.audits.rankers.fitting.verdict import Effect, Verdict
    from fairshelf.audits.results import Message
    from fairshelf.reports.wording import Words

BOUNDS = (0.8, 1.25)
LONGEST = 400
"""Characters of a notice; what the data say in it may be of any length."""

MOST_LEVELS = 4
"""Levels named in one cell."""

LONGEST_LEVELS = 6
"""Levels that fit beside each other below a drawing; more stand in the table alone."""


@dataclass(frozen=True, slots=True)
class FitPage:
    """What the page says, in its order."""

    title: str
    lead: tuple[str, ...]
    grade: str
    verdicts: TableView
    effects: Forest | None
    orders: TableView
    split: tuple[str, ...]
    losses: TableView | None
    figures: tuple[FigureView, ...]
    data: tuple[str, ...]
    notices: tuple[str, ...]
    limits: tuple[str, ...]
    again: tuple[str, ...]
    tool: str


def page(record: Fit, words: Words) -> FitPage:
    """Put a public fit into words.

    Parameters
    ----------
    record
        What is public of a fit.
    words
        The words of a language.
    """
    names = FitNames(record, words)
    study = record.study
    return FitPage(
        title=words.text("fit.title"),
        lead=lead(record, names),
        grade=study.grade,
        verdicts=verdict_table(record, names),
        effects=_forest(study, names),
        orders=_orders(study, names),
        split=split_sentences(record, names),
        losses=_losses(study, names),
        figures=tuple(
            _figure(n, one, names) for n, one in enumerate(study.curves) if len(one.points) > 1
        ),
        data=_data(record, names),
        notices=tuple(message(one, record, names) for one in record.notices),
        limits=tuple(message(one, record, names) for one in record.limits),
        again=(
            words.text("fit.again", seed=record.settings["seed"]),
            words.text("fit.weights"),
        ),
        tool=record.tool.version,
    )


def lead(record: Fit, names: FitNames) -> tuple[str, ...]:
    """Say how far the surrogate carries, and what may be concluded."""
    words, study = names.words, record.study
    models = [one for one in study.orders if one.kind == "model" and one.name == study.lead]
    columns = [one for one in study.orders if one.kind == "column"]
    best = max(columns, key=lambda one: one.measures["pairs"].value, default=None)
    pairs = models[0].measures["pairs"]
    first = words.text(
        "fit.lead",
        model=names.order(models[0]),
        pairs=words.percent(pairs.value),
        interval=names.interval_of(pairs, share=True),
    )
    told = [first]
    if best is not None:
        told.append(
            words.text(
                "fit.lead.best",
                column=names.order(best),
                pairs=words.percent(best.measures["pairs"].value),
            )
        )
    return (*told, words.text(f"fit.grade.{study.grade}", units=pairs.units))


def message(one: Message, record: Fit, names: FitNames) -> str:
    """Say a notice: files by their roles, factors and attributes by their names."""
    words = names.words
    roles = {file.name: words.label("role", file.role) for file in record.inputs}
    facts = dict(unnamed(one, roles, words).facts)
    for key in ("attribute", "column"):
        if isinstance(given := facts.get(key), str) and given in names.attributes:
            facts[key] = names.attribute(given)
    return visible(words.message(replace(one, facts=facts)), LONGEST)


def verdict_table(record: Fit, names: FitNames) -> TableView:
    """Lay each factor beside what the platform says of it."""
    words, study = names.words, record.study
    asked = bool(record.settings["disclosed"])
    rows = []
    for one in study.verdicts:
        said = [Cell(words.text("yes" if one.disclosed else "no"))] if asked else []
        code = f"fit.verdict.{one.code}" if asked else f"fit.seen.{one.seen}"
        sign = Cell(direction(one, study, names))
        rows.append((Cell(names.factor(one.factor)), *said, Cell(words.text(code)), sign))
    heads = ["factor", *(["disclosed"] if asked else []), "seen", "sign"]
    return TableView(
        caption=words.text("fit.verdicts"),
        columns=tuple((words.text(f"fit.head.{name}"), False) for name in heads),
        rows=tuple(rows),
        note=words.text("fit.verdicts.note"),
    )


def direction(one: Verdict, study: Study, names: FitNames) -> str:
    """Say which way a factor goes, level by level where it has levels."""
    words = names.words
    levels = [e for e in study.effects if e.factor == one.factor and e.kind == "level"]
    if one.seen != "seen" or not levels:
        number = any(e.factor == one.factor and e.kind == "number" for e in study.effects)
        having = "" if number or one.sign not in ("up", "down") else "having_"
        return words.text(f"fit.sign.{having}{one.sign}")
    told = []
    for effect in levels:
        level = names.level_of(one.factor, effect.label)
        if effect.low is not None and effect.low > 1:
            told.append(words.text("fit.sign.level_up", level=level))
        if effect.high is not None and effect.high < 1:
            told.append(words.text("fit.sign.level_down", level=level))
    return words.listing(told[:MOST_LEVELS]) if told else words.text("fit.sign.mixed")


def _forest(study: Study, names: FitNames) -> Forest | None:
    if not study.effects:
        return None
    told = [v for one in study.effects for v in (one.odds, one.low, one.high) if v is not None]
    scale = drawing.Scale(told)
    words = names.words
    rows = tuple(_row(n, one, scale, names) for n, one in enumerate(study.effects))
    level = words.percent(names.level, 0)
    caption = words.text("fit.effects.caption", level=level)
    return Forest(caption, drawing.axis(scale), rows)


def _row(number: int, one: Effect, scale: drawing.Scale, names: FitNames) -> ForestRow:
    words = names.words
    name, below = names.effect(one)
    known = one.low is not None and one.high is not None
    value = words.ratio(one.odds)
    between = words.text("fit.no_interval")
    if one.low is not None and one.high is not None:
        low, high = words.ratio(one.low), words.ratio(one.high)
        between = words.text("fit.range", low=low, high=high)
    title = words.text("fit.svg.title", name=name, below=below)
    desc = words.text("fit.svg.desc", odds=value, interval=between)
    svg = drawing.odds(
        one.odds,
        (one.low or 0.0, one.high or 0.0) if known else None,
        scale,
        BOUNDS,
        (f"fit-effect-{number}", title, desc),
    )
    told = words.text("fit.effect.sellers", count=one.sellers)
    if one.indicative:
        told = words.joined((told, words.text("fit.effect.indicative")))
    return ForestRow(name, below, told, svg, value, between)


def _orders(study: Study, names: FitNames) -> TableView:
    words = names.words
    heads = ("order", "pairs", "tau", "ndcg")
    return TableView(
        caption=words.text("fit.orders"),
        columns=tuple(
            (words.text(f"fit.head.{name}", k=study.cutoff), name != "order") for name in heads
        ),
        rows=tuple(_order(one, names) for one in study.orders),
        note=words.text("fit.orders.note", k=study.cutoff),
    )


def _order(one: Tried, names: FitNames) -> tuple[Cell, ...]:
    cells = [Cell(names.order(one))]
    for measure in ("pairs", "tau", "ndcg"):
        mean, share = one.measures[measure], measure == "pairs"
        value = names.figure(mean.value, share=share)
        cells.append(Cell(value, names.interval_of(mean, share=share), numeric=True))
    return tuple(cells)


def split_sentences(record: Fit, names: FitNames) -> tuple[str, ...]:
    """Say what was held out, and how much."""
    study, words = record.study, names.words
    return (
        words.text(f"fit.split.{study.how}"),
        words.text(
            "fit.split.counts",
            fitted=study.rows_fitted,
            held=study.rows_held,
            lists=study.lists_held,
        ),
    )


def _losses(study: Study, names: FitNames) -> TableView | None:
    words = names.words
    models = list(dict.fromkeys(one.model for one in study.losses))
    factors = list(dict.fromkeys(one.factor for one in study.losses))
    if not models:
        return None
    held = {(one.model, one.factor): one.lost for one in study.losses}
    lead = {one: held[study.lead, one].value for one in factors}
    rows = []
    for factor in sorted(factors, key=lambda one: -lead[one]):
        cells = [Cell(names.factor(factor))]
        for model in models:
            lost = held[model, factor]
            value, between = words.percent(lost.value), names.interval_of(lost, share=True)
            cells.append(Cell(value, between, numeric=True))
        rows.append(tuple(cells))
    return TableView(
        caption=words.text("fit.losses"),
        columns=(
            (words.text("fit.head.factor"), False),
            *((words.text(f"fit.order.{model}"), True) for model in models),
        ),
        rows=tuple(rows),
        note=words.text("fit.losses.note"),
    )


def _figure(number: int, one: Curve, names: FitNames) -> FigureView:
    words, ident = names.words, f"fit-curve-{number}"
    factor = names.factor(one.factor)
    points = [
        (names.level_of(one.factor, v) if isinstance(v, str) else names.short(v), share)
        for v, share in one.points
    ]
    title = words.text("fit.curve.title", factor=factor)
    desc = words.text(
        "fit.curve.desc", first=words.percent(points[0][1], 0), last=words.percent(points[-1][1], 0)
    )
    joined = not isinstance(one.points[0][0], str)
    short = joined or len(points) <= LONGEST_LEVELS
    svg = drawing.curve(
        [(name if short else str(n + 1), share) for n, (name, share) in enumerate(points)],
        (factor, ""),
        (ident, title, desc),
        words.lang,
        joined=joined,
    )
    data = TableView(
        caption=title,
        columns=((factor, False), (words.text("fit.curve.share"), True)),
        rows=tuple((Cell(name), Cell(words.percent(s, 1), numeric=True)) for name, s in points),
    )
    return FigureView(
        ident,
        title,
        words.text("fit.curve.subtitle"),
        svg,
        (),
        data,
        words.text("fit.curve.source"),
    )


def _data(record: Fit, names: FitNames) -> tuple[str, ...]:
    words = names.words
    told = [
        words.text(
            "fit.data.rows",
            read=record.rows.read,
            used=record.rows.used,
            rejected=record.rows.rejected,
            duplicate=record.rows.duplicate,
        ),
        words.text(
            "fit.data.lists",
            requests=record.requests,
            listings=record.listings,
            sellers=record.sellers,
        ),
    ]
    if record.settings["disclosed"]:
        factors = [names.factor(name) for name in record.settings["disclosed"]]
        told.append(words.text("fit.data.disclosed", factors=factors))
    return tuple(told)
