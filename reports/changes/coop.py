"""Co-operatives as a section of the page on remedies: who they are, households, who gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.changes.page import Section
from fairshelf.reports.changes.parts import counted, movers, ratios
from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.hostile import visible
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.pipeline.remedies.ask import Cooperatives, Remedies
    from fairshelf.audits.remedies.cooperative import Spread, Storefront
    from fairshelf.reports.changes.names import ChangeNames

LONGEST = 40
"""Characters of a storefront's name."""


def section(one: Cooperatives, record: Remedies, names: ChangeNames) -> Section:
    """Say what pooling changes; nothing of fewer members than are ever printed."""
    words = names.words
    title = words.text("remedy.section.coop")
    if one.members < rules().k:
        return Section("coop", title, (words.text("changes.withheld", count=1, least=rules().k),))
    pooling = one.pooling
    who = [
        (words.text("remedy.coop.inside"), pooling.inside),
        (words.text("remedy.coop.outside"), pooling.outside),
    ]
    if one.split is not None:
        who.insert(1, (words.text("remedy.coop.inside.split"), one.split.inside))
    label = words.text("remedy.coop.label")
    tables = [
        ratios(words.text("changes.ratios"), [(label, one.effect)], names),
        _homes(one, names),
        _stores(one, names),
        movers(words.text("remedy.coop.movers"), who, names),
    ]
    said = _sentences(one, record, names)
    return Section("coop", title, said, tuple(table for table in tables if table is not None))


def _sentences(one: Cooperatives, record: Remedies, names: ChangeNames) -> tuple[str, ...]:
    words = names.words
    kind = one.coop if one.coop in ("group", "county") else "attribute"
    before, after, inside = one.pooling.before.mean, one.pooling.after.mean, one.pooling.inside
    told = [
        words.text(
            f"remedy.coop.who.{kind}",
            group=names.mention(record.attribute, record.group),
            attribute=names.attribute(one.coop),
            members=rules().sellers(one.members) or 0,
            storefronts=one.storefronts,
        ),
        words.text("remedy.coop.how", features=[names.feature(name) for name in one.features]),
        words.text(
            "remedy.coop.sum",
            before=words.number(before, 3),
            after=words.number(after, 3),
            change=names.signed(after / before - 1) if before > 0 else words.text("none"),
            share=words.percent(inside.share_before),
            then=words.percent(inside.share_after),
        ),
        words.text(
            f"remedy.coop.{'nobody_outside' if inside.share_after >= 1 else 'from_outside'}"
        ),
    ]
    if kind == "county" and one.unplaced:
        told.insert(1, words.text("remedy.coop.unplaced", count=counted(one.unplaced, words)))
    return tuple(told)


def _homes(one: Cooperatives, names: ChangeNames) -> TableView:
    words, pooling = names.words, one.pooling
    spreads = [("before", pooling.before), ("after", pooling.after)]
    if one.split is not None:
        spreads.append(("split", one.split.after))
    heads = (("order", False), ("mean", True), ("p10", True), ("p90", True), ("gini", True))
    return TableView(
        words.text("remedy.coop.homes"),
        tuple((words.text(f"remedy.head.{name}"), right) for name, right in heads),
        tuple(_spread(name, spread, names) for name, spread in spreads),
        words.text("remedy.coop.homes.note"),
    )


def _spread(name: str, spread: Spread, names: ChangeNames) -> tuple[Cell, ...]:
    words = names.words
    values = (spread.mean, spread.p10, spread.p90, spread.gini)
    return (
        Cell(words.text(f"remedy.coop.{name}")),
        *(Cell(words.number(round(value, 6), 3), numeric=True) for value in values),
    )


def _stores(one: Cooperatives, names: ChangeNames) -> TableView | None:
    """List the storefronts that may be printed by name, and what the others hold together."""
    if not one.names:
        return None
    words = names.words
    named = list(zip(one.names, one.pooling.storefronts, strict=True))
    shown, rest = told_apart([store for _, store in named])
    rows = [
        _store(visible(name, LONGEST), [store], names) for name, store in named if store in shown
    ]
    if rest and sum(store.sellers for store in rest) >= rules().k:
        rows.append(_store(words.text("remedy.coop.rest", count=len(rest)), rest, names))
    heads = (("store", False), ("members", True), ("before", True), ("after", True))
    columns = [(words.text(f"remedy.head.{name}"), right) for name, right in heads]
    return TableView(
        words.text("remedy.coop.stores"),
        (*columns, (words.text("changes.head.change"), True)),
        tuple(rows),
        words.text("remedy.coop.stores.note", least=rules().k),
    )


def told_apart(
    stores: Sequence[Storefront],
) -> tuple[list[Storefront], list[Storefront]]:
    """Part storefronts into those whose figures may be printed and those that stand together.

    One with too few members, or that one or two members dominate, is not printed by itself; where
    what is left out could be had as the total less what stands, the smallest others join it.
    """
    bounds = rules()
    free = [
        store
        for store in stores
        if store.sellers >= bounds.k
        and store.largest[0] <= bounds.largest
        and store.largest[1] <= bounds.two_largest
    ]
    free.sort(key=lambda store: (-store.sellers, store.coop))
    rest = [store for store in stores if store not in free]
    while free and rest and (len(rest) == 1 or sum(one.sellers for one in rest) < bounds.k):
        rest.append(free.pop())
    return free, rest


def _store(name: str, stores: Sequence[Storefront], names: ChangeNames) -> tuple[Cell, ...]:
    words = names.words
    homes = sum(store.households for store in stores)
    before, after = (sum(getattr(store, side) for store in stores) for side in ("before", "after"))
    change = names.signed(after / before - 1) if before > 0 else words.text("none")
    return (
        Cell(name),
        Cell(counted(sum(store.sellers for store in stores), words), numeric=True),
        *(Cell(words.number(held / homes, 3), numeric=True) for held in (before, after)),
        Cell(change, numeric=True),
    )
