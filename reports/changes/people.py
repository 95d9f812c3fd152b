"""Training and a levy, as sections of the page on remedies; co-operatives stand before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.changes import coop
from fairshelf.reports.changes.page import Section
from fairshelf.reports.changes.parts import counted, ratios
from fairshelf.reports.hostile import visible
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.remedies.ask import Levy, Remedies, Training
    from fairshelf.audits.remedies.quality import Part
    from fairshelf.reports.changes.names import ChangeNames

PARTS = ("gap", "quality_shapley", "rule_shapley", "left")


def sections(record: Remedies, names: ChangeNames) -> tuple[Section | None, ...]:
    """Give the sections that were asked for."""
    return (
        coop.section(record.coop, record, names) if record.coop else None,
        _training(record.training, names) if record.training else None,
        _levy(record.levy, record, names) if record.levy else None,
    )


def _training(one: Training, names: ChangeNames) -> Section:
    words = names.words
    rows = tuple(
        (
            Cell(visible(feature.feature, 60)),
            Cell(words.number(feature.target, 4), numeric=True),
            Cell(words.percent(feature.raised / max(feature.candidates, 1), 0), numeric=True),
            Cell(words.percent(feature.missing / max(feature.candidates, 1), 0), numeric=True),
        )
        for feature in one.features
    )
    heads = (("feature", False), ("target", True), ("raised", True), ("missing", True))
    lifted = TableView(
        words.text("remedy.training.lifted", quantile=words.percent(one.quantile, 0)),
        tuple((words.text(f"remedy.head.{name}"), right) for name, right in heads),
        rows,
    )
    tables = [
        lifted,
        ratios(
            words.text("changes.ratios"), [(words.text("remedy.training.label"), one.effect)], names
        ),
    ]
    sentences = [words.text("remedy.training.how")]
    if one.split is not None:
        tables.append(
            TableView(
                words.text("remedy.training.split"),
                (
                    (words.text("remedy.head.part"), False),
                    (words.text("remedy.head.log"), True),
                    (words.text("remedy.head.share"), True),
                ),
                tuple(_part(name, getattr(one.split, name), names) for name in PARTS),
                words.text("remedy.training.split.note"),
            )
        )
        held = one.split.gap.interval
        sure = held is not None and (held.low > 0 or held.high < 0)
        ends = (words.number(end, 3) for end in (held.low, held.high)) if held else ("", "")
        low, high = ends
        sentences.append(
            words.text(
                "remedy.training.shares" if sure else "remedy.training.no_shares",
                quality=words.percent(one.split.quality_shapley.share, 0),
                rule=words.percent(one.split.rule_shapley.share, 0),
                gap=words.number(one.split.gap.value, 3),
                span=words.text("range.full", low=low, high=high),
            )
        )
    else:
        sentences.append(words.text("remedy.training.no_split"))
    return Section(
        "training", words.text("remedy.section.training"), tuple(sentences), tuple(tables)
    )


def _part(name: str, part: Part, names: ChangeNames) -> tuple[Cell, ...]:
    words = names.words
    between = words.text("changes.no_interval")
    if part.interval is not None:
        low, high = (words.number(end, 3) for end in (part.interval.low, part.interval.high))
        between = words.text("range.full", low=low, high=high)
    return (
        Cell(words.text(f"remedy.training.part.{name}")),
        Cell(words.number(part.value, 3), between, numeric=True),
        Cell(words.percent(part.share, 0), numeric=True),
    )


def _levy(one: Levy, record: Remedies, names: ChangeNames) -> Section:
    words = names.words
    group = names.mention(record.attribute, record.group)
    sentences = (
        words.text("remedy.levy.accounting"),
        words.text(
            f"remedy.levy.{one.rule}",
            rate=words.percent(one.rate, 0),
            group=group,
            held=words.text(f"remedy.levy.on.{one.on}"),
            pot=words.percent(one.pot / one.held if one.held else None, 1),
            kept=words.percent(one.kept / one.pot if one.pot else None, 0),
        ),
    )
    rows = (
        (
            Cell(words.text(f"remedy.levy.ratio.{one.on}")),
            *(Cell(names.told(value), numeric=True) for value in one.ratio),
        ),
        (
            Cell(words.text("remedy.levy.gini", held=words.text(f"remedy.levy.on.{one.on}"))),
            *(Cell(words.number(value, 3), numeric=True) for value in one.gini),
        ),
    )
    heads = (("figure", False), ("before", True), ("after", True))
    table = TableView(
        words.text("remedy.levy.caption"),
        tuple((words.text(f"remedy.head.{name}"), right) for name, right in heads),
        rows,
    )
    who = (
        (
            Cell(
                words.text("remedy.levy.payers", group=names.group(record.attribute, record.group))
            ),
            Cell(counted(one.payers[0], words), numeric=True),
        ),
        (
            Cell(
                words.text(
                    "remedy.levy.payers", group=names.group(record.attribute, record.reference)
                )
            ),
            Cell(counted(one.payers[1], words), numeric=True),
        ),
        (
            Cell(words.text("remedy.levy.receivers")),
            Cell(counted(one.receivers, words), numeric=True),
        ),
    )
    people = TableView(
        words.text("remedy.levy.who"),
        ((words.text("remedy.head.side"), False), (words.text("remedy.head.sellers"), True)),
        who,
    )
    return Section("levy", words.text("remedy.section.levy"), sentences, (table, people))
