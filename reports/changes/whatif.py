"""What-ifs of a model as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.changes.names import ChangeNames
from fairshelf.reports.changes.page import Page, Section
from fairshelf.reports.changes.parts import data, messages, movers, ratios, reading, utilities
from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.whatif import OfContrast, WhatIf, WhatIfs
    from fairshelf.audits.replay.flip import Flip
    from fairshelf.reports.wording import Words

ALL = "*"


def page(record: WhatIfs, words: Words) -> Page:
    """Put what-ifs into words; a group that too few sellers stand behind is left out.

    Parameters
    ----------
    record
        What ``whatif.json`` holds.
    words
        The words of a language.
    """
    names = ChangeNames(record.head, words)
    shown = [one for one in record.contrasts if min(one.sellers) >= rules().k]
    lead = [one for contrast in shown for one in _lead(contrast, names)]
    if len(shown) < len(record.contrasts):
        count = len(record.contrasts) - len(shown)
        lead.append(words.text("changes.withheld", count=count, least=rules().k))
    return Page(
        kind=words.text("whatif.kind"),
        title=words.text("whatif.title"),
        lead=tuple(lead) or (words.text("changes.nothing"),),
        sections=tuple(_section(n, one, record, names) for n, one in enumerate(shown)),
        limits=messages(record.head.limits, record.head, names),
        data=data(record.head, names),
        notices=messages(record.head.notices, record.head, names),
        reading=reading(record.head, names),
        again=words.text("changes.again", seed=record.head.settings["seed"]),
        tool=record.head.tool.version,
    )


def _lead(contrast: OfContrast, names: ChangeNames) -> list[str]:
    words = names.words
    group = names.mention(contrast.attribute, contrast.group)
    told = []
    for one in contrast.whatifs:
        change = one.effect.changes[0][1]
        facts = {
            "group": group,
            "values": names.values(one.features),
            "before": names.told(change.before),
            "after": names.told(change.after),
        }
        if one.alone is not None:
            told.append(words.text("whatif.lead.flip", **facts, **_alone(one.alone, names)))
        else:
            told.append(words.text(f"whatif.lead.{one.code}", **facts))
    return told


def _alone(alone: Flip, names: ChangeNames) -> dict[str, str]:
    words, mean = names.words, alone.places
    share, between = names.share(alone.exposure)
    way = "none" if round(mean.value, 2) == 0 else "up" if mean.value < 0 else "down"
    span = words.text("changes.no_interval")
    if mean.low is not None and mean.high is not None:
        ends = (mean.low, mean.high) if way == "down" else (-mean.high, -mean.low)
        low, high = (_placed(end, words) for end in ends)
        span = words.text("range.full", low=low, high=high)
    places = _placed(abs(mean.value), words)
    moved = words.text(f"whatif.moved.{way}", places=places, span=span)
    level = words.percent(names.level, 0)
    return {"moved": moved, "share": share, "between": between, "level": level}


def _placed(value: float, words: Words) -> str:
    """Set a number of places, rounded once, so that the sentence and the table say the same."""
    return words.number(0.0 if round(value, 2) == 0 else value, 3)


def _section(number: int, contrast: OfContrast, record: WhatIfs, names: ChangeNames) -> Section:
    words = names.words
    rows = [(_label(one, names), one.effect) for one in contrast.whatifs]
    tables = [
        _flips(contrast, names),
        ratios(words.text("changes.ratios"), rows, names) if rows else None,
        movers(
            words.text("changes.movers", group=names.group(contrast.attribute, contrast.group)),
            [(label, effect.moved) for label, effect in rows],
            names,
        )
        if rows
        else None,
        utilities(words.text("changes.utilities"), rows, names),
        _proxies(contrast, record.proxy_auc, names),
    ]
    title = names.against(contrast.attribute, contrast.group, contrast.reference)
    return Section(f"contrast-{number}", title, tables=tuple(one for one in tables if one))


def _label(one: WhatIf, names: ChangeNames) -> str:
    return names.words.text(f"whatif.label.{one.code}", values=names.values(one.features))


def _flips(contrast: OfContrast, names: ChangeNames) -> TableView | None:
    words = names.words
    rows = []
    for one in contrast.whatifs:
        if one.alone is None:
            continue
        mean = one.alone.places
        between = words.text("changes.no_interval")
        if mean.low is not None and mean.high is not None:
            low, high = (_placed(end, words) for end in (mean.low, mean.high))
            between = words.text("range.full", low=low, high=high)
        share, span = names.share(one.alone.exposure)
        rows.append(
            (
                Cell(names.values(one.features)),
                Cell(_placed(mean.value, words), between, numeric=True),
                Cell(share, span, numeric=True),
                Cell(words.percent(one.alone.up, 0), numeric=True),
                Cell(words.percent(one.alone.down, 0), numeric=True),
            )
        )
    if not rows:
        return None
    heads = (("set", False), ("places", True), ("exposure", True), ("up", True), ("down", True))
    columns = tuple((words.text(f"whatif.head.{name}"), right) for name, right in heads)
    return TableView(
        words.text("whatif.flips"), columns, tuple(rows), words.text("whatif.flips.note")
    )


def _proxies(contrast: OfContrast, limit: float, names: ChangeNames) -> TableView | None:
    words = names.words
    if not contrast.proxies:
        return None
    rows = []
    for one in contrast.proxies:
        name = words.text("whatif.together") if one.feature == ALL else names.feature(one.feature)
        between = words.text("changes.no_interval")
        telling = ""
        if one.low is not None and one.high is not None:
            low, high = (words.ratio(end, (0.5, limit)) for end in (one.low, one.high))
            between = words.text("range.full", low=low, high=high)
            telling = words.text("yes" if one.low > limit else "no")
        auc = words.ratio(one.auc, (0.5, limit))
        rows.append((Cell(name), Cell(auc, between, numeric=True), Cell(telling)))
    heads = (("feature", False), ("auc", True), ("telling", False))
    columns = tuple((words.text(f"whatif.head.{name}"), right) for name, right in heads)
    note = words.text("whatif.proxies.note", limit=words.ratio(limit))
    return TableView(words.text("whatif.proxies"), columns, tuple(rows), note)
