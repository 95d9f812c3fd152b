"""Remedies as a page: what they come to, the rules at each strength, the front, and the rest."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from fairshelf.reports.changes.front import figure
from fairshelf.reports.changes.names import ChangeNames
from fairshelf.reports.changes.page import Page, Section
from fairshelf.reports.changes.parties import section as parties
from fairshelf.reports.changes.parts import counted, data, messages, reading
from fairshelf.reports.changes.people import sections as people
from fairshelf.reports.changes.scenario import section as scenario
from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.remedies.ask import Remedies, Tried
    from fairshelf.reports.wording import Words

SHARES = frozenset(("floor", "quota", "fa_ir", "lottery", "neutral", "own_boost", "merit"))
"""Rules whose strength is a share."""

WHOLE = frozenset(("explore", "ad_load"))
"""Rules whose strength is a count."""

BY_SCORE = frozenset(("boost", "fairco"))
"""Rules whose strength is told in units of the score."""

NO_SHARE = frozenset(("boost", "fairco", "neutral", "own_boost"))
"""Rules that promise no amount: of these only the order itself can be checked."""


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
        data=data(record.head, names),
        notices=messages(record.head.notices, record.head, names),
        reading=reading(record.head, names),
        again=words.text("changes.again", seed=record.head.settings["seed"]),
        tool=record.head.tool.version,
    )


def strength(name: str, value: float, names: ChangeNames) -> str:
    """Say how strongly a rule is applied, in its own unit; places where no model gives scores."""
    words = names.words
    if name in SHARES:
        told = words.percent(value, 0)
    elif name in WHOLE:
        told = words.integer(value)
    else:
        told = words.number(value, 3)
    unit = ".observed" if name in BY_SCORE and names.observed else ""
    return words.text(f"remedy.strength.{name}{unit}", strength=told)


def _lead(record: Remedies, names: ChangeNames) -> list[str]:
    words = names.words
    told = [
        words.text(
            f"remedy.lead.present.{'observed' if record.head.model is None else 'model'}",
            group=names.mention(record.attribute, record.group),
            reference=names.mention(record.attribute, record.reference),
            ratio=names.told(record.present.ratio.value),
            span=names.between(record.present.ratio.low, record.present.ratio.high),
            level=words.percent(names.level, 0),
        )
    ]
    target = words.ratio(record.targets[0].target) if record.targets else ""
    reached = [one.at for one in record.targets if one.at is not None]
    if _is_there(record):
        sure = "there" if _is_surely_there(record) else "there_unsure"
        told.append(words.text(f"remedy.lead.{sure}", target=target))
    elif reached:
        best = max(reached, key=lambda one: one.utility.value)
        told.append(_price(best, target, record, names))
    elif record.targets:
        told.append(words.text("remedy.lead.none", target=target))
    told += _place(record, names)
    return told


def _place(record: Remedies, names: ChangeNames) -> list[str]:
    """Say whether the present order lies on the front, and whether another is clearly better."""
    words, front = names.words, record.front
    if front.present is None:
        return []
    if 0 in front.front or _kind(record) == "likeness":  # nothing is more like it than itself
        return [words.text(f"remedy.lead.on_front.{_kind(record)}")]
    clear = front.standings[0].clearly
    if clear is None:
        return [words.text("remedy.lead.inside.unclear")]
    better, gain = record.points[clear.order], clear.utility
    ends = [
        words.text("range.full", low=told(low), high=told(high))
        for (low, high), told in (
            (clear.factor.bounds or (nan, nan), words.ratio),
            (gain.bounds or (nan, nan), lambda end: words.percent(end, 2)),
        )
    ]
    return [
        words.text(
            "remedy.lead.inside.clear",
            rule=words.text(f"remedy.rule.{better.remedy}"),
            how=strength(better.remedy, better.strength, names),
            ratio=names.told(better.ratio.value),
            factor=words.ratio(clear.factor.value),
            factor_span=ends[0],
            utility=_utility(record, words),
            gain=words.percent(gain.value, 2),
            gain_span=ends[1],
            level=words.percent(names.level, 0),
            orders=clear.orders,
        )
    ]


def _kind(record: Remedies) -> str:
    return "likeness" if record.worth == "likeness" else "utility"


def _utility(record: Remedies, words: Words) -> str:
    return words.text(f"remedy.utility.{record.worth}")


def _is_there(record: Remedies) -> bool:
    if not record.targets:
        return False
    target, now = record.targets[0].target, record.present.ratio.value
    return now >= target if target <= 1 else 1 / target <= now <= target


def _is_surely_there(record: Remedies) -> bool:
    """Say whether the whole interval of the present ratio has reached the target."""
    target, ratio = record.targets[0].target, record.present.ratio
    if ratio.low is None or ratio.high is None:
        return False
    return ratio.low >= target if target <= 1 else 1 / target <= ratio.low <= ratio.high <= target


def _price(best: Tried, target: str, record: Remedies, names: ChangeNames) -> str:
    """Say what the cheapest rule costs, as far as its interval tells which way it goes."""
    words, utility = names.words, best.utility
    ends = utility.bounds
    way = "unclear" if ends is None or ends[0] <= 1 <= ends[1] else "costs"
    sign = 1.0
    if way == "costs" and utility.value > 1:
        way, sign = "gains", -1.0
    change = (1 - utility.value) * sign
    span = words.text("changes.no_interval")
    if ends is not None:
        low, high = sorted(((1 - ends[0]) * sign, (1 - ends[1]) * sign))
        if way == "unclear":
            low, high, change = -high, -low, -change
            told = (names.signed(end, 2) for end in (low, high))
        else:
            told = (words.percent(end, 2) for end in (low, high))
        first, last = told
        span = words.text("range.full", low=first, high=last)
    return words.text(
        f"remedy.lead.{way}.{_kind(record)}",
        rule=words.text(f"remedy.rule.{best.remedy}"),
        how=strength(best.remedy, best.strength, names),
        target=target,
        ratio=names.told(best.ratio.value),
        cost=names.signed(change, 2) if way == "unclear" else words.percent(change, 2),
        span=span,
        utility=_utility(record, words),
    )


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
    if names.observed and {*BY_SCORE, "own_boost"} & {*used}:
        notes = (*notes, words.text("remedy.what.places"))
    if words.has(f"remedy.worth.{record.worth}"):
        notes = (words.text(f"remedy.worth.{record.worth}"), *notes)
    return Section("rules", words.text("remedy.section.rules"), tables=(table,), notes=notes)


def _change(one: Tried | None, names: ChangeNames) -> Cell:
    """Set the change of utility, with its interval."""
    words = names.words
    if one is None:
        return Cell(words.text("none"), numeric=True)
    between = words.text("changes.no_interval")
    if one.utility.low is not None and one.utility.high is not None:
        low, high = (names.signed(end - 1, 2) for end in (one.utility.low, one.utility.high))
        between = words.text("range.full", low=low, high=high)
    if one.remedy == "present":
        between = ""
    return Cell(names.signed(one.utility.value - 1, 2), between, numeric=True)


def _row(one: Tried, names: ChangeNames) -> tuple[Cell, ...]:
    words = names.words
    how = "" if one.remedy == "present" else strength(one.remedy, one.strength, names)
    return (
        Cell(words.text(f"remedy.rule.{one.remedy}"), how),
        Cell(
            names.told(one.ratio.value), names.between(one.ratio.low, one.ratio.high), numeric=True
        ),
        _change(one, names),
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
    return words.text("remedy.held.order" if one.remedy in NO_SHARE else "remedy.held.all")


def _front(record: Remedies, names: ChangeNames) -> Section | None:
    words, drawing = names.words, figure(record, names)
    if drawing is None:
        return None
    rows = []
    for one in () if _is_there(record) else record.targets:
        at = one.at
        rows.append(
            (
                Cell(words.text(f"remedy.rule.{one.remedy}")),
                Cell(
                    words.text("remedy.not_reached")
                    if at is None
                    else strength(one.remedy, at.strength, names),
                ),
                _change(at, names),
                Cell(names.told(one.nearest if at is None else at.ratio.value), numeric=True),
            )
        )
    heads = (
        ("rule", False),
        ("strength", False),
        (f"utility.{record.worth}", True),
        ("nearest", True),
    )
    target = words.ratio(record.targets[0].target) if record.targets else ""
    table = TableView(
        words.text("remedy.targets.caption", target=target),
        tuple((words.text(f"remedy.head.{name}"), right) for name, right in heads),
        tuple(rows),
        words.text("remedy.targets.note"),
    )
    sentences = [words.text("remedy.front.how")]
    if record.front.knee is not None:
        bend = record.points[record.front.knee]
        how = "" if bend.remedy == "present" else strength(bend.remedy, bend.strength, names)
        name = words.text(f"remedy.rule.{bend.remedy}")
        sentences.append(words.text("remedy.front.knee", rule=name, how=how))
    return Section(
        "front-of-remedies",
        words.text("remedy.section.front"),
        tuple(sentences),
        (table,) if rows else (),
        (drawing,),
    )
