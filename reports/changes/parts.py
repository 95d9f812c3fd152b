"""Parts that every page on what would change has: effects as tables, the data, what to mind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.hostile import visible
from fairshelf.reports.remarks import LEFT_OUT
from fairshelf.reports.unnamed import unnamed
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.pipeline.heads import Head
    from fairshelf.audits.replay.effects import Effect, Utility
    from fairshelf.audits.replay.paired import Moved
    from fairshelf.audits.results import Message
    from fairshelf.reports.changes.names import ChangeNames
    from fairshelf.reports.wording import Words

TENS = 10
LONGEST = 400
"""Characters of a notice; what the data say in it may be of any length."""


def ratios(caption: str, rows: Sequence[tuple[str, Effect]], names: ChangeNames) -> TableView:
    """Lay the exposure ratios of several what-ifs beside each other, one browsing model a row."""
    words, told = names.words, []
    for label, effect in rows:
        for browsing, change in effect.changes:
            value, between = names.change(change)
            told.append(
                (
                    Cell(label, words.label("browsing", browsing)),
                    Cell(names.told(change.before), numeric=True),
                    Cell(names.told(change.after), numeric=True),
                    Cell(value, between, numeric=True),
                )
            )
    heads = (("whatif", False), ("before", True), ("after", True), ("factor", True))
    return TableView(
        caption,
        tuple((words.text(f"changes.head.{name}"), right) for name, right in heads),
        tuple(told),
        words.text("changes.ratios.note", level=words.percent(names.level, 0)),
    )


def movers(caption: str, rows: Sequence[tuple[str, Moved]], names: ChangeNames) -> TableView:
    """Say how many sellers gain and lose under each what-if.

    Counts below the least that is printed are told as such, the way counts of an audit are.
    """
    words = names.words
    told = [
        (
            Cell(label),
            *(Cell(counted(n, words), numeric=True) for n in (one.gain, one.lose, one.steady)),
            Cell(names.signed(one.median) if one.sellers else words.text("none"), numeric=True),
        )
        for label, one in rows
    ]
    heads = ("gain", "lose", "steady", "median")
    columns = [(words.text("changes.head.whatif"), False)]
    columns += [(words.text(f"changes.head.{name}"), True) for name in heads]
    return TableView(caption, tuple(columns), tuple(told), words.text("changes.movers.note"))


def counted(count: int, words: Words) -> str:
    """Set a count of sellers as it may be printed: about so many, in tens; small ones as such.

    Tens, so that counts that add up to a number printed elsewhere do not give a small one away.
    """
    if count and count < rules().k:
        return words.text("changes.few", least=rules().k)
    if not count:
        return words.integer(0)
    return words.text("changes.about", count=round(count / TENS) * TENS)


def utilities(
    caption: str, rows: Sequence[tuple[str, Effect]], names: ChangeNames
) -> TableView | None:
    """Say what users would get: NDCG and clicks; None where nothing says what is good."""
    words, told = names.words, []
    for label, effect in rows:
        for kind, one in (("ndcg", effect.ndcg), ("clicks", effect.clicks)):
            if one is not None:
                told.append(_utility(label, kind, one, names))
    if not told:
        return None
    heads = (("whatif", False), ("before", True), ("after", True), ("change", True))
    return TableView(
        caption,
        tuple((words.text(f"changes.head.{name}"), right) for name, right in heads),
        tuple(told),
        words.text("changes.utilities.note"),
    )


def _utility(label: str, kind: str, one: Utility, names: ChangeNames) -> tuple[Cell, ...]:
    words = names.words
    if kind == "clicks":
        value, between = names.share(one.change, 2)
    else:
        low, high = one.change.low, one.change.high
        value = _plus(one.change.value, words)
        between = words.text("changes.no_interval")
        if low is not None and high is not None:
            between = words.text("range.full", low=_plus(low, words), high=_plus(high, words))
    return (
        Cell(label, words.text(f"changes.utility.{kind}")),
        Cell(words.number(one.before, 4), numeric=True),
        Cell(words.number(one.after, 4), numeric=True),
        Cell(value, between, numeric=True),
    )


def _plus(value: float, words: Words) -> str:
    """Set a difference so that it says which way it goes."""
    told = words.number(value, 3)
    return f"+{told}" if value > 0 else told


def data(head: Head, names: ChangeNames) -> tuple[str, ...]:
    """Say what was read and what order everything starts from."""
    counts, words = rules(), names.words
    told = [
        words.text(
            "changes.data.rows",
            read=counts.rounded(head.rows.read) or 0,
            used=counts.rounded(head.rows.used) or 0,
            candidates=counts.rounded(head.candidates) or 0,
            requests=counts.rounded(head.requests) or 0,
            sellers=counts.sellers(head.sellers) or 0,
        )
    ]
    for attribute, group, sellers, times in head.appearances:
        if sellers >= counts.k:
            name = names.group(attribute, group)
            told.append(words.text("changes.data.appear", group=name, times=words.number(times, 3)))
    if head.model is None:
        told.append(words.text("changes.data.observed"))
    else:
        model = visible(str(head.model["name"]), 60)
        kind = words.label("model.kind", str(head.model["kind"]))
        told.append(words.text("changes.data.model", model=model, kind=kind))
    shown = "all" if head.shown is None else "some"
    told.append(words.text(f"changes.data.shown.{shown}", shown=head.shown or 0))
    if head.gain is not None:
        told.append(words.text("changes.data.gain", column=words.label("column", head.gain)))
    if head.forecast is not None:
        told.append(words.text("changes.data.forecast", model=visible(head.forecast, 60)))
    return tuple(told)


def messages(told: Sequence[Message], head: Head, names: ChangeNames) -> tuple[str, ...]:
    """Put notices or limits into words: files by their roles, attributes by their names."""
    words = names.words
    roles = {file.name: words.label("role", file.role) for file in head.inputs}
    said = []
    for one in told:
        facts = dict(unnamed(one, roles, words).facts)
        if isinstance(given := facts.get("attribute"), str):
            facts["attribute"] = names.attribute(given)
        said.append(visible(words.message(replace(one, facts=facts)), LONGEST))
    return tuple(said)


def reading(head: Head, names: ChangeNames) -> tuple[str, ...]:
    """Put the notices into words by which something was not counted, or not as it stands."""
    return messages([one for one in head.notices if one.code in LEFT_OUT], head, names)
