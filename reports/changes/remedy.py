"""Remedies as a page: what they come to, the rules at each strength, the front, and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.changes.front import figure
from fairshelf.reports.changes.names import ChangeNames
from fairshelf.reports.changes.page import Page, Section
from fairshelf.reports.changes.parties import section as parties
from fairshelf.reports.changes.parts import counted, data, messages
from fairshelf.reports.changes.people import sections as people
from fairshelf.reports.changes.scenario import section as scenario
from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.remedies.ask import AtTarget, Remedies, Tried
    from fairshelf.audits.remedies.points import Ranged
    from fairshelf.reports.wording import Words

SHARES = frozenset(("floor", "quota", "fa_ir", "lottery", "neutral", "own_boost", "merit"))
"""Rules whose strength is a share."""

WHOLE = frozenset(("explore", "ad_load"))
"""Rules whose strength is a count."""


def page(record: Remedies, words: Words) -> Page:
    """Put remedies into words; nothing of a group that too few sellers stand behind.

    Parameters
    ----------
    record
        What ``remedy.json`` holds.
    words
        The words of a language.
    """
    names = ChangeNames(record.head, words)
    enough = min(record.sellers) >= rules().k
    sections: list[Section | None] = []
    if enough:
        sections = [
            _rules(record, names),
            _front(record, names),
            *people(record, names),
            parties(record, names),
            scenario(record, names),
        ]
    lead = _lead(record, names) if enough else []
    if not enough:
        lead = [words.text("changes.withheld", count=1, least=rules().k)]
    return Page(
        kind=words.text("remedy.kind"),
        title=words.text("remedy.title", group=names.group(record.attribute, record.group)),
        lead=tuple(lead),
        sections=tuple(one for one in sections if one is not None),
        limits=messages(record.head.limits, record.head, names),
        data=data(record.head, words),
        notices=messages(record.head.notices, record.head, names),
        again=words.text("changes.again", seed=record.head.settings["seed"]),
        tool=record.head.tool.version,
    )


def strength(name: str, value: float, words: Words) -> str:
    """Say how strongly a rule is applied, in its own unit."""
    if name in SHARES:
        told = words.percent(value, 0)
    elif name in WHOLE:
        told = words.integer(value)
    else:
        told = words.number(value, 3)
    return words.text(f"remedy.strength.{name}", strength=told)


def _lead(record: Remedies, names: ChangeNames) -> list[str]:
    words = names.words
    told = [
        words.text(
            f"remedy.lead.present.{'observed' if record.head.model is None else 'model'}",
            group=names.mention(record.attribute, record.group),
            reference=names.mention(record.attribute, record.reference),
            ratio=names.told(record.present.ratio.value),
            span=names.between(record.present.ratio.low, record.present.ratio.high),
        )
    ]
    target = words.ratio(record.targets[0].reached.target) if record.targets else ""
    reached = [one for one in record.targets if one.reached.cost is not None]
    if _is_there(record):
        told.append(words.text("remedy.lead.there", target=target))
    elif reached:
        best = min(reached, key=lambda one: one.reached.cost.value if one.reached.cost else 0.0)
        told.append(_price(best, record, names))
    elif record.targets:
        told.append(words.text("remedy.lead.none", target=target))
    if record.front.present is not None and 0 not in record.front.front:
        gain = words.percent(record.front.present.utility_gain, 2)
        told.append(
            words.text(
                f"remedy.lead.inside.{_kind(record)}", gain=gain, utility=_utility(record, words)
            )
        )
    elif record.front.present is not None:
        told.append(words.text(f"remedy.lead.on_front.{_kind(record)}"))
    return told


def _kind(record: Remedies) -> str:
    return "likeness" if record.worth == "likeness" else "utility"


def _utility(record: Remedies, words: Words) -> str:
    return words.text(f"remedy.utility.{record.worth}")


def _is_there(record: Remedies) -> bool:
    if not record.targets:
        return False
    target, now = record.targets[0].reached.target, record.present.ratio.value
    return now >= target if target <= 1 else 1 / target <= now <= target


def _price(best: AtTarget, record: Remedies, names: ChangeNames) -> str:
    words, reached = names.words, best.reached
    cost = reached.cost
    how = strength(best.remedy, reached.strength or 0.0, words)
    facts = {
        "rule": words.text(f"remedy.rule.{best.remedy}"),
        "how": how,
        "target": words.ratio(reached.target),
        "cost": words.percent(cost.value if cost else None, 2),
        "span": _shares(cost, names),
    }
    way = "gains" if cost is not None and cost.value < 0 else "costs"
    if way == "gains" and cost is not None:
        facts["cost"] = words.percent(-cost.value, 2)
        facts["span"] = _shares(_negated(cost), names)
    facts["utility"] = _utility(record, words)
    return words.text(f"remedy.lead.{way}.{_kind(record)}", **facts)


def _negated(one: Ranged) -> Ranged:
    from fairshelf.audits.remedies.points import Ranged  # noqa: PLC0415 - a record

    ends = one.bounds
    return Ranged(-one.value) if ends is None else Ranged(-one.value, -ends[1], -ends[0])


def _shares(one: Ranged | None, names: ChangeNames) -> str:
    if one is None or one.low is None or one.high is None:
        return names.words.text("changes.no_interval")
    low, high = (names.words.percent(end, 2) for end in (one.low, one.high))
    return names.words.text("range.full", low=low, high=high)


def _rules(record: Remedies, names: ChangeNames) -> Section:
    words = names.words
    rows = tuple(_row(one, names) for one in record.points)
    heads = (
        ("rule", False),
        ("ratio", True),
        (f"utility.{record.worth}", True),
        ("losers", True),
        ("held", False),
    )
    columns = tuple((words.text(f"remedy.head.{name}"), right) for name, right in heads)
    reference = names.group(record.attribute, record.reference)
    table = TableView(
        words.text("remedy.rules.caption"),
        columns,
        rows,
        words.text(
            f"remedy.rules.note.{_kind(record)}",
            reference=reference,
            level=words.percent(names.level, 0),
        ),
    )
    used = list(dict.fromkeys(one.remedy for one in record.points[1:]))
    notes = tuple(words.text(f"remedy.what.{name}") for name in used)
    return Section("rules", words.text("remedy.section.rules"), tables=(table,), notes=notes)


def _row(one: Tried, names: ChangeNames) -> tuple[Cell, ...]:
    words = names.words
    how = "" if one.remedy == "present" else strength(one.remedy, one.strength, words)
    spread = one.utility
    between = words.text("changes.no_interval")
    if spread.low is not None and spread.high is not None:
        low, high = (names.signed(end - 1, 2) for end in (spread.low, spread.high))
        between = words.text("range.full", low=low, high=high)
    if one.remedy == "present":
        between = ""
    return (
        Cell(words.text(f"remedy.rule.{one.remedy}"), how),
        Cell(
            names.told(one.ratio.value), names.between(one.ratio.low, one.ratio.high), numeric=True
        ),
        Cell(names.signed(one.utility.value - 1, 2), between, numeric=True),
        Cell(
            counted(one.effect.others.lose, words),
            ""
            if one.remedy == "present"
            else words.text("remedy.median", change=names.signed(one.effect.others.median)),
            numeric=True,
        ),
        Cell(_held(one, names)),
    )


def _held(one: Tried, names: ChangeNames) -> str:
    held, words = one.held, names.words
    if held is None or not held.checked:
        return words.text("none")
    if held.broken:
        return words.text("remedy.held.broken", share=words.percent(held.broken / held.checked, 1))
    if held.impossible:
        return words.text("remedy.held.as_far", share=words.percent(held.held / held.checked, 0))
    return words.text("remedy.held.all")


def _front(record: Remedies, names: ChangeNames) -> Section | None:
    words, drawing = names.words, figure(record, names)
    if drawing is None:
        return None
    rows = []
    for one in () if _is_there(record) else record.targets:
        reached = one.reached
        cost = reached.cost
        rows.append(
            (
                Cell(words.text(f"remedy.rule.{one.remedy}")),
                Cell(
                    words.text("remedy.not_reached")
                    if reached.strength is None
                    else strength(one.remedy, reached.strength, words),
                ),
                Cell(
                    words.text("none") if cost is None else names.signed(-cost.value, 2),
                    "" if cost is None else _shares(_negated(cost), names),
                    numeric=True,
                ),
                Cell(names.told(reached.nearest), numeric=True),
            )
        )
    heads = (
        ("rule", False),
        ("strength", False),
        (f"utility.{record.worth}", True),
        ("nearest", True),
    )
    target = words.ratio(record.targets[0].reached.target) if record.targets else ""
    table = TableView(
        words.text("remedy.targets.caption", target=target),
        tuple((words.text(f"remedy.head.{name}"), right) for name, right in heads),
        tuple(rows),
        words.text("remedy.targets.note"),
    )
    sentences = [words.text("remedy.front.how")]
    if record.front.knee is not None:
        bend = record.points[record.front.knee]
        how = "" if bend.remedy == "present" else strength(bend.remedy, bend.strength, words)
        name = words.text(f"remedy.rule.{bend.remedy}")
        sentences.append(words.text("remedy.front.knee", rule=name, how=how))
    return Section(
        "front-of-remedies",
        words.text("remedy.section.front"),
        tuple(sentences),
        (table,) if rows else (),
        (drawing,),
    )
