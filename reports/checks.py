"""What was done to a finding to see whether it holds, as tables: adjusted, robust, over time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible
from fairshelf.reports.rows import covariate_name, number_in, rows_of, whole_in
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.results import AttributeRecord, Estimate, Results
    from fairshelf.reports.names import Names
    from fairshelf.reports.rows import Row


MOST, FIRST = 3, 2
"""Contrasts of an attribute that are told in full; of more, those of the first two findings."""


def in_full(results: Results, attribute: str) -> set[str]:
    """Give the groups of an attribute whose checks are printed in full.

    All where there are at most three; else those among the first two findings of the report and
    the attribute's own first. The others stand in the results file.
    """
    mine = [finding.group for finding in results.findings if finding.attribute == attribute]
    if len(mine) <= MOST:
        return set(mine)
    first = {f.group for f in results.findings[:FIRST] if f.attribute == attribute}
    return first | set(mine[:1])


def adjusted_tables(
    results: Results, record: AttributeRecord, names: Names
) -> tuple[TableView, ...]:
    """Give raw and adjusted side by side, what goes with what, and how alike the listings are."""
    rows = rows_of(results, "adjusted", record.name)
    if not rows:
        return ()
    made = [_side_by_side(rows, names), *_notes_of(rows, names)]
    made += _decomposition(results, record, names)
    made += _balance(results, record, names)
    made += _hidden(results, record, names)
    groups = {str(row["group"]) for row in rows}
    if groups - in_full(results, record.name) and made:
        last = made[-1]
        more = names.words.text("checks.others")
        made[-1] = replace(last, note=names.words.joined([one for one in (last.note, more) if one]))
    return tuple(made)


def series_tables(
    results: Results, record: AttributeRecord, estimates: Sequence[Estimate], names: Names
) -> tuple[TableView, ...]:
    """Give the leading ratio by period, and its change at the stated date with the placebos."""
    words = names.words
    made = []
    full = in_full(results, record.name)
    groups = dict.fromkeys(e.group for e in estimates if e.period and e.group in full)
    for group in groups:
        mine = [e for e in estimates if e.group == group and e.period]
        title = words.text("series.title", group=names.mention(record.name, group))
        if len(mine) > 1 and all(e.value is None for e in mine):
            made.append(TableView(title, (), (), _no_series(mine, record, group, names)))
            continue
        rows = tuple(
            (
                Cell(_period(str(e.period), names)),
                Cell(_told(e, names), numeric=True),
                Cell(names.range(e) or _note(e, names), numeric=True),
            )
            for e in mine
        )
        columns = (
            (words.text("series.period"), False),
            (words.text("forest.value"), True),
            (words.text("series.interval", level=words.percent(names.level, 0)), True),
        )
        made.append(TableView(title, columns, rows, _placebo(results, record, group, names)))
    return tuple(made)


def _told(estimate: Estimate, names: Names) -> str:
    if estimate.suppressed:
        return names.words.text("cell.suppressed")
    return names.words.text("forest.missing") if estimate.value is None else names.value(estimate)


def _no_series(
    mine: Sequence[Estimate], record: AttributeRecord, group: str | None, names: Names
) -> str:
    """Say in one sentence why a group has no figure for any period, and how many sellers it has."""
    why = "withheld" if any(e.suppressed for e in mine) else "missing"
    held = next((level.sellers for level in record.levels if level.level == group), None)
    msgid = f"series.{why}" if held else f"series.{why}.bare"
    facts = {"sellers": held} if held else {}
    return names.words.text(msgid, group=names.mention(record.name, group), **facts)


def _note(estimate: Estimate, names: Names) -> str:
    notes = [names.words.label("note", note) for note in (estimate.note or "").split(";") if note]
    return names.words.text("list.semicolon").join(notes)


def _period(name: str, names: Names) -> str:
    head, _, day = name.partition(":")
    return names.words.text("series.change", date=day) if head == "change" else name


def _placebo(results: Results, record: AttributeRecord, group: str | None, names: Names) -> str:
    for row in rows_of(results, "placebo", record.name):
        if row["group"] == group and not number_in(row, "placebos"):
            return names.words.text("series.placebo.none", date=str(row["date"]))
        if row["group"] == group:
            return names.words.text(
                "series.placebo",
                date=str(row["date"]),
                placebos=whole_in(row, "placebos"),
                as_large=whole_in(row, "as_large"),
            )
    return names.words.text("series.note")


def _side_by_side(rows: list[Row], names: Names) -> TableView:
    words = names.words
    columns = (
        (words.text("forest.group"), False),
        (words.text("adjusted.raw"), True),
        (words.text("adjusted.value"), True),
        (words.text("adjusted.held"), False),
    )
    cells = []
    for row in rows:
        interval = ""
        if row["low"] is not None and row["high"] is not None:
            interval = words.text(
                "range.full",
                low=names.ratio(number_in(row, "low")),
                high=names.ratio(number_in(row, "high")),
            )
        raw = ""
        if row["raw_low"] is not None and row["raw_high"] is not None:
            raw = words.text(
                "range.full",
                low=names.ratio(number_in(row, "raw_low")),
                high=names.ratio(number_in(row, "raw_high")),
            )
        held = [covariate_name(name, names) for name in str(row["covariates"]).split(";") if name]
        cells.append(
            (
                Cell(names.group(str(row["attribute"]), str(row["group"]))),
                Cell(names.ratio(number_in(row, "raw")), raw, numeric=True),
                Cell(names.ratio(number_in(row, "value")), interval, numeric=True),
                Cell(words.listing(held)),
            )
        )
    return TableView(
        words.text("adjusted.title"), columns, tuple(cells), words.text("adjusted.note")
    )


def _notes_of(rows: list[Row], names: Names) -> list[TableView]:
    """Give what must be known of the adjusted model: counts, overlap, mediators, E-values."""
    words = names.words
    cells = []
    for row in rows:
        group = names.group(str(row["attribute"]), str(row["group"]))
        told = []
        if row["listings"] is not None:
            told.append(words.text("adjusted.listings", count=whole_in(row, "listings")))
        if row["incomplete"]:
            told.append(words.text("adjusted.incomplete", count=whole_in(row, "incomplete")))
        if row["overlap"] is not None:
            told.append(
                words.text("adjusted.overlap", share=words.percent(number_in(row, "overlap"), 0))
            )
        told += [
            words.text("adjusted.mediator", covariate=covariate_name(name, names))
            for name in str(row["mediators"] or "").split(";")
            if name
        ]
        for pair in str(row["dropped"] or "").split(";"):
            name, _, why = pair.partition(":")
            if name:
                label = words.text(f"adjusted.{why}")
                told.append(
                    words.text("adjusted.dropped", covariate=covariate_name(name, names), why=label)
                )
        if row["e_value"] is not None and row["e_value_limit"] is not None:
            limit = number_in(row, "e_value_limit") or 1.0
            told.append(
                words.text(
                    "adjusted.e_value" if limit > 1 else "adjusted.e_value_parity",
                    value=words.number(number_in(row, "e_value"), 2),
                    limit=words.number(limit, 2),
                )
            )
        cells.append((Cell(group), Cell(words.joined(told))))
    columns = ((words.text("forest.group"), False), (words.text("adjusted.about"), False))
    return [TableView(words.text("adjusted.about_title"), columns, tuple(cells))]


def _decomposition(results: Results, record: AttributeRecord, names: Names) -> list[TableView]:
    words = names.words
    full = in_full(results, record.name)
    rows = [row for row in rows_of(results, "decomposition", record.name) if row["group"] in full]
    made = []
    for group in dict.fromkeys(str(row["group"]) for row in rows):
        for method in ("gelbach", "kitagawa"):
            mine = [row for row in rows if (row["group"], row["method"]) == (group, method)]
            if mine:
                cells = tuple(
                    (
                        Cell(_part(str(row["part"]), names)),
                        Cell(
                            words.percent(number_in(row, "value"), 1),
                            _span(row, names),
                            numeric=True,
                        ),
                    )
                    for row in mine
                )
                columns = (
                    (words.text("decomposition.part"), False),
                    (words.text("decomposition.value"), True),
                )
                title = words.text(
                    f"decomposition.{method}", group=names.mention(record.name, group)
                )
                made.append(
                    TableView(title, columns, cells, words.text(f"decomposition.{method}.note"))
                )
    return made


def _span(row: Row, names: Names) -> str:
    if row["low"] is None or row["high"] is None:
        return ""
    low, high = (names.words.percent(number_in(row, name), 1) for name in ("low", "high"))
    return names.words.text("range.full", low=low, high=high)


def _part(name: str, names: Names) -> str:
    if name in ("gap", "unexplained"):
        return names.words.text(f"decomposition.{name}")
    return covariate_name(name, names)


def _balance(results: Results, record: AttributeRecord, names: Names) -> list[TableView]:
    words = names.words
    full = in_full(results, record.name)
    rows = [row for row in rows_of(results, "balance", record.name) if row["group"] in full]
    made = []
    for group in dict.fromkeys(str(row["group"]) for row in rows):
        mine = [row for row in rows if row["group"] == group]
        cells = []
        for row in mine:
            word = row["word"]
            name = covariate_name(str(row["covariate"]), names)
            label = (
                words.text("balance.word", covariate=name, word=visible(str(word)))
                if word
                else name
            )
            means = [
                words.percent(number_in(row, key), 1)
                if word
                else words.number(number_in(row, key), 2)
                for key in ("group_mean", "reference_mean")
            ]
            difference = number_in(row, "difference")
            cells.append(
                (
                    Cell(label),
                    *(Cell(mean, numeric=True) for mean in means),
                    Cell(words.number(difference, 2), numeric=True),
                )
            )
        columns = (
            (words.text("balance.covariate"), False),
            (names.group(record.name, group), True),
            (names.group(record.name, str(mine[0]["reference"])), True),
            (words.text("balance.difference"), True),
        )
        title = words.text("balance.title", group=names.mention(record.name, group))
        made.append(TableView(title, columns, tuple(cells), words.text("balance.note")))
    return made


def _hidden(results: Results, record: AttributeRecord, names: Names) -> list[TableView]:
    words = names.words
    full = in_full(results, record.name)
    rows = [row for row in rows_of(results, "hidden_cause", record.name) if row["group"] in full]
    made = []
    for group in dict.fromkeys(str(row["group"]) for row in rows):
        mine = [row for row in rows if row["group"] == group]
        whole = next(row for row in mine if not row["covariate"])
        cells = []
        for row in mine:
            if row["covariate"]:
                name = covariate_name(str(row["covariate"]), names)
                times = row["times"]
                said = (
                    words.text("hidden.times", times=words.number(number_in(row, "times"), 2))
                    if times is not None
                    else words.text("hidden.never")
                )
                cells.append((Cell(name), Cell(said)))
        columns = ((words.text("balance.covariate"), False), (words.text("hidden.needed"), False))
        note = words.text("hidden.note", value=words.percent(number_in(whole, "with_group"), 1))
        title = words.text("hidden.title", group=names.mention(record.name, group))
        made.append(TableView(title, columns, tuple(cells), note))
    return made
