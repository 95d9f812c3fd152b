"""What each party accepts, held against the remedies, as a section of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.remedies.deliberation import concessions
from fairshelf.reports.changes.page import Section
from fairshelf.reports.hostile import visible
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.pipeline.remedies.ask import Remedies
    from fairshelf.audits.remedies.deliberation import Agreement, CommonGround, Verdict
    from fairshelf.audits.remedies.stakeholders import Party
    from fairshelf.reports.changes.names import ChangeNames

MOST = 8
"""Remedies of one kind that are named."""


def section(record: Remedies, names: ChangeNames) -> Section | None:
    """Say where parties agree, which remedies all can accept, and what each would have to give."""
    found, words = record.deliberation, names.words
    if found is None:
        return None
    sentences = [words.text("remedy.parties.how"), *_common(found.common, record.worth, names)]
    tables = [_terms(record.parties, names)]
    agreed = [one for one in found.agreements if one.accepted] or found.agreements
    for one in agreed:
        sentences.append(_agreement(one, record, names))
        if not one.all_hold:
            tables += _gives(one, record, names)
    return Section("parties", words.text("remedy.section.parties"), tuple(sentences), tuple(tables))


def _name(party: Party, names: ChangeNames) -> str:
    told = party.name.zh if names.words.lang == "zh" else party.name.en
    return visible(told, 40)


def _common(common: CommonGround, worth: str, names: ChangeNames) -> list[str]:
    words, told = names.words, []
    if common.baselines is not None:
        kind = "baselines" if common.baselines else "no_baseline"
        held = [words.text(f"remedy.baseline.{one}") for one in common.baselines]
        told.append(words.text(f"remedy.parties.{kind}", baselines=held))
    if common.bounds is not None:
        low, high = (words.ratio(one) for one in common.bounds)
        told.append(words.text("remedy.parties.bounds", low=low, high=high))
    if common.max_utility_loss is not None:
        most = words.percent(common.max_utility_loss, 1)
        what = words.text(f"remedy.utility.{worth}")
        told.append(words.text("remedy.parties.utility", most=most, utility=what))
    return told


def _terms(parties: tuple[Party, ...], names: ChangeNames) -> TableView:
    words = names.words
    rows = []
    for one in parties:
        bounds = words.text("remedy.parties.free")
        if one.bounds is not None:
            low, high = (words.ratio(end) for end in one.bounds)
            bounds = words.text("range.full", low=low, high=high)
        loss = words.text("remedy.parties.free")
        if one.max_utility_loss is not None:
            loss = words.percent(one.max_utility_loss, 1)
        losing = words.text("remedy.parties.free")
        if one.losing is not None:
            most, than = (words.percent(n, 0) for n in (one.losing.at_most, one.losing.more_than))
            losing = words.text("remedy.parties.losing", most=most, than=than)
        rules = words.text("remedy.parties.free")
        if one.remedies is not None:
            rules = words.listing([words.text(f"remedy.rule.{name}") for name in one.remedies])
        name, kind = _name(one, names), words.text(f"remedy.party.{one.kind}")
        rows.append(
            (
                Cell(name, "" if kind in name else kind),
                *(Cell(told) for told in (bounds, loss, losing, rules)),
            )
        )
    heads = ("party", "bounds", "loss", "losing", "accepts")
    columns = tuple((words.text(f"remedy.head.{name}"), False) for name in heads)
    return TableView(words.text("remedy.parties.terms"), columns, tuple(rows))


def _option(number: int, record: Remedies, names: ChangeNames) -> str:
    from fairshelf.reports.changes.remedy import strength  # noqa: PLC0415 - the page lists us

    one, words = record.points[number], names.words
    name = words.text(f"remedy.rule.{one.remedy}")
    if one.remedy == "present":
        return name
    how = strength(one.remedy, one.strength, names)
    return words.text("remedy.parties.option", rule=name, how=how)


def _agreement(one: Agreement, record: Remedies, names: ChangeNames) -> str:
    words = names.words
    kind = "all" if one.all_hold else "unclear" if one.none_broken else "none"
    held = one.all_hold or one.none_broken
    return words.text(
        f"remedy.parties.{kind}",
        baseline=words.text(f"remedy.baseline.{one.baseline}"),
        options=_options(held, record, names),
        count=len(held),
    )


def _options(held: Sequence[int], record: Remedies, names: ChangeNames) -> str:
    """Name orders, the first few of many; their names have commas, so others part them."""
    words, rest = names.words, len(held) - MOST
    told = words.text("remedy.parties.join").join(
        _option(number, record, names) for number in held[:MOST]
    )
    return words.text("remedy.parties.more", named=told, count=rest) if rest > 0 else told


def _gives(one: Agreement, record: Remedies, names: ChangeNames) -> list[TableView]:
    words, found = names.words, record.deliberation
    if found is None:
        return []
    by_id = {party.id: party for party in record.parties}
    rows = []
    for number in one.nearest[:MOST]:
        asked = concessions(found.verdicts, number, one.baseline)
        told = list(dict.fromkeys(_give(term, by_id[term.party], names) for term in asked))
        gives = words.text("remedy.parties.join").join(told) or words.text("none")
        rows.append((Cell(_option(number, record, names)), Cell(gives)))
    heads = ("rule", "gives")
    columns = tuple((words.text(f"remedy.head.{name}"), False) for name in heads)
    baseline = words.text(f"remedy.baseline.{one.baseline}")
    caption = words.text("remedy.parties.nearest", baseline=baseline)
    return [TableView(caption, columns, tuple(rows), words.text("remedy.parties.nearest.note"))]


def _give(term: Verdict, party: Party, names: ChangeNames) -> str:
    """Say what a party would have to give; both bounds of a ratio that is not clear are one."""
    words, found = names.words, term.found
    facts = {"party": _name(party, names)}
    if term.term == "remedy":
        return words.text("remedy.give.remedy", **facts)
    share = term.term in ("utility", "losing")
    figure = words.percent if share else words.ratio
    facts |= {"bound": figure(term.bound), "found": figure(found.value)}
    if term.holds != "not_clear":
        return words.text(f"remedy.give.{term.term}", **facts)
    low, high = (figure(end) for end in found.bounds or (None, None))
    facts |= {"span": words.text("range.full", low=low, high=high)}
    if share or party.bounds is None:
        return words.text("remedy.give.unclear_share", **facts)
    lower, upper = (words.ratio(end) for end in party.bounds)
    return words.text("remedy.give.unclear_ratio", lower=lower, upper=upper, **facts)
