"""A seller's scorecard as a page: for that seller's eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.changes.names import ChangeNames
from fairshelf.reports.changes.page import Page, Section
from fairshelf.reports.changes.parts import data, messages, reading
from fairshelf.reports.hostile import visible
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.scorecard import SellerCard
    from fairshelf.audits.remedies.scorecard import FeatureStanding, Step
    from fairshelf.reports.wording import Words

LITTLE = 0.01
"""Gains below this share of the seller's exposure hold nobody back."""


def page(record: SellerCard, words: Words) -> Page:
    """Put a scorecard into words.

    Parameters
    ----------
    record
        What ``scorecard.json`` holds.
    words
        The words of a language.
    """
    names = ChangeNames(record.head, words)
    sections = [_funnel(record, names)]
    if record.card.features:
        sections.append(_features(record, names))
    elif record.head.model is None:
        title, told = (words.text(f"scorecard.{one}") for one in ("section.features", "no_model"))
        sections.append(Section("features", title, (told,)))
    if record.location is not None:
        sections.append(_location(record, names))
    return Page(
        kind=words.text("scorecard.kind"),
        title=words.text("scorecard.title", seller=visible(record.seller, 60)),
        lead=_lead(record, names),
        sections=tuple(sections),
        limits=messages(record.head.limits, record.head, names),
        data=data(record.head, names),
        notices=messages(record.head.notices, record.head, names),
        reading=reading(record.head, names),
        again=words.text("changes.again", seed=record.head.settings["seed"]),
        tool=record.head.tool.version,
    )


def _lead(record: SellerCard, names: ChangeNames) -> tuple[str, ...]:
    words = names.words
    attention = next(step for step in record.card.steps if step.name == "attention")
    kind = "tenth" if attention.decile is not None else "alone"
    told = [
        words.text(
            f"scorecard.lead.{kind}",
            tenth=attention.decile or 0,
            peers=record.card.peers,
            group=names.mention(record.attribute, record.group),
        )
    ]
    held = sorted(
        (one for one in record.card.features if _share(one, record) > LITTLE),
        key=lambda one: -_share(one, record),
    )
    if held:
        named = [names.feature(one.feature) for one in held[:3]]
        told.append(words.text("scorecard.lead.held", features=named))
    return tuple(told)


def _share(one: FeatureStanding, record: SellerCard) -> float:
    if one.gain is None or record.exposure <= 0:
        return 0.0
    return one.gain / record.exposure


def _funnel(record: SellerCard, names: ChangeNames) -> Section:
    words = names.words
    first = record.card.steps[0].amount
    rows = tuple(_step(one, first, names) for one in record.card.steps)
    heads = (("step", False), ("amount", True), ("of", True), ("tenth", True))
    table = TableView(
        words.text("scorecard.funnel"),
        tuple((words.text(f"scorecard.head.{name}"), right) for name, right in heads),
        rows,
        words.text("scorecard.funnel.note", peers=record.card.peers),
    )
    return Section("funnel", words.text("scorecard.section.funnel"), tables=(table,))


def _step(one: Step, first: float, names: ChangeNames) -> tuple[Cell, ...]:
    words = names.words
    return (
        Cell(words.text(f"scorecard.step.{one.name}")),
        Cell(words.number(one.amount, 4), numeric=True),
        Cell(words.percent(one.amount / first if first else None, 0), numeric=True),
        Cell(words.text("none") if one.decile is None else str(one.decile), numeric=True),
    )


def _features(record: SellerCard, names: ChangeNames) -> Section:
    words = names.words
    rows = tuple(
        (
            Cell(names.feature(one.feature)),
            Cell(words.number(one.mean, 4), numeric=True),
            Cell(words.number(one.reference_median, 4), numeric=True),
            Cell(words.percent(one.quantile, 0), numeric=True),
            Cell(names.signed(_share(one, record)), numeric=True),
        )
        for one in sorted(record.card.features, key=lambda one: -_share(one, record))
    )
    heads = (("feature", False), ("own", True), ("median", True), ("below", True), ("gain", True))
    table = TableView(
        words.text("scorecard.features"),
        tuple((words.text(f"scorecard.head.{name}"), right) for name, right in heads),
        rows,
        words.text(
            "scorecard.features.note",
            reference=names.mention(record.attribute, record.reference),
        ),
    )
    return Section("features", words.text("scorecard.section.features"), tables=(table,))


def _location(record: SellerCard, names: ChangeNames) -> Section:
    words = names.words
    share = (record.location or 0.0) / record.exposure if record.exposure > 0 else 0.0
    values = names.values(tuple(record.head.settings["neutral"].items()))
    said = names.signed(share)
    way = "scorecard.location" if float(share) and said != "0%" else "scorecard.location.same"
    told = words.text(way, values=values, share=said)
    return Section("location", words.text("scorecard.section.location"), (told,))
