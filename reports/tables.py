"""The estimates as readable tables; every estimate of an attribute stands in one of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fairshelf.audits.metrics.catalogue import BY_NAME
from fairshelf.reports.names import UNKNOWN
from fairshelf.reports.sentences import cutoff_number
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fairshelf.audits.results import AttributeRecord, Estimate, Results
    from fairshelf.reports.names import Names

CONCENTRATION = ("coverage", "gini", "top_share")
FUNNEL = ("funnel_reach", "funnel_frequency", "funnel_placement")
_SHARES = (
    "impression_share",
    "exposure_share",
    "representation_ratio",
    "attention_per_impression",
)
_TOPK = ("topk_share", "topk_selection_rate", "topk_impact_ratio")


@dataclass
class Tables:
    """Makes the tables of one set of estimates and remembers which estimates it has shown."""

    names: Names
    estimates: Sequence[Estimate]
    leading: str | None
    order: dict[str | None, int]
    shown: set[str] = field(default_factory=set)

    def results(self, reference: str) -> tuple[TableView, ...]:
        """Give the tables of an attribute: shares, ratios, first places, funnel, the rest.

        Parameters
        ----------
        reference
            The printed name of the reference group.
        """
        made = [
            self._shares(),
            self._ratios(reference),
            self._topk(),
            self._funnel(reference),
        ]
        return tuple(table for table in made if table)

    def _shares(self) -> TableView | None:
        words = self.names.words
        chosen = [e for e in self._of(_SHARES) if e.browsing in (None, self.leading)]
        note = words.text(
            "results.shares.note",
            browsing=words.label("browsing", self.leading),
            level=words.percent(self.names.level, 0),
        )
        return self.pivot(words.text("results.shares"), chosen, self._measure_heading, note)

    def _measure_heading(self, estimate: Estimate) -> str:
        words = self.names.words
        label = words.label("metric", estimate.metric)
        if estimate.metric == "representation_ratio" and estimate.baseline:
            baseline = words.label("baseline", estimate.baseline)
            return words.text("robust.metric", metric=label, baseline=baseline)
        return label

    def _ratios(self, reference: str) -> TableView | None:
        """List every exposure ratio under the leading model: each baseline, each interval."""
        words = self.names.words
        chosen = [e for e in self._of(("exposure_ratio",)) if e.browsing in (None, self.leading)]
        if not chosen:
            return None
        columns = (
            (words.text("col.group"), False),
            (words.text("col.ratio"), True),
            (words.text("col.method"), False),
            (words.text("col.p"), True),
        )
        rows = tuple(self._ratio_row(estimate) for estimate in self._sorted(chosen))
        note = words.text("results.ratios.note", reference=reference)
        return TableView(words.text("results.ratios"), columns, rows, note)

    def _ratio_row(self, estimate: Estimate) -> tuple[Cell, ...]:
        words = self.names.words
        self.shown.add(estimate.key)
        adjusted = ""
        if estimate.p_adjusted is not None:
            adjusted = f"{words.text('col.p_adjusted')} {words.p_value(estimate.p_adjusted)}"
        return (
            Cell(self._group(estimate), words.label("baseline", estimate.baseline)),
            self.cell(estimate),
            Cell(words.label("method", estimate.method or "none")),
            Cell(words.p_value(estimate.p_value), adjusted, numeric=True),
        )

    def _topk(self) -> TableView | None:
        words = self.names.words

        def heading(estimate: Estimate) -> str:
            k = cutoff_number(estimate.cutoff, words.integer)
            first = words.text("col.first.one" if k == "1" else "col.first", k=k)
            label = words.label("metric", estimate.metric)
            return words.text("robust.metric", metric=label, baseline=first)

        note = words.text("results.topk.note", level=words.percent(self.names.level, 0))
        return self.pivot(words.text("results.topk"), self._of(_TOPK), heading, note)

    def _funnel(self, reference: str) -> TableView | None:
        words = self.names.words
        steps = [e for e in self._of(FUNNEL) if e.browsing in (None, self.leading)]
        note = words.text("results.funnel.note", reference=reference)
        by_baseline = sorted({e.baseline or "" for e in steps})
        if len(by_baseline) <= 1:
            heading = self._measure_heading
        else:

            def heading(estimate: Estimate) -> str:
                label = words.label("metric", estimate.metric)
                baseline = words.label("baseline", estimate.baseline)
                return words.text("robust.metric", metric=label, baseline=baseline)

        return self.pivot(words.text("results.funnel"), steps, heading, note)

    def robustness(self) -> tuple[TableView, ...]:
        """Give one table for each measure that was computed under several browsing models."""
        words = self.names.words
        kinds: dict[tuple[str, str | None], list[Estimate]] = {}
        for estimate in self.estimates:
            if estimate.browsing is not None and not estimate.metric.startswith("topk"):
                kinds.setdefault((estimate.metric, estimate.baseline), []).append(estimate)
        made = []
        for (metric, baseline), chosen in kinds.items():
            if len({estimate.browsing for estimate in chosen}) > 1:
                caption = words.label("metric", metric)
                if baseline:
                    name = words.label("baseline", baseline)
                    caption = words.text("robust.metric", metric=caption, baseline=name)
                made.append(self.pivot(caption, chosen, self._browsing_heading))
        return tuple(table for table in made if table)

    def _browsing_heading(self, estimate: Estimate) -> str:
        return self.names.words.label("browsing", estimate.browsing)

    def concentration(self) -> tuple[TableView, ...]:
        """Give one table for each kind of unit: coverage, Gini, share of the largest."""
        words = self.names.words
        chosen = [e for e in self._of(CONCENTRATION) if e.browsing in (None, self.leading)]
        scopes = list(dict.fromkeys(estimate.scope for estimate in chosen))

        def heading(estimate: Estimate) -> str:
            if estimate.metric == "top_share":
                top = estimate.cutoff or ""
                msgid = "concentration.top" if "%" in top else "concentration.top.count"
                return words.text(msgid, parameter=top)
            return words.label("metric", estimate.metric)

        def caption(scope: str | None) -> str:
            whose = words.label("scope", scope or "all")
            if chosen[0].attribute is None:
                return whose
            attribute = self.names.attribute(chosen[0].attribute)
            return words.text("robust.metric", metric=attribute, baseline=whose)

        made = [
            self.pivot(
                caption(scope),
                [estimate for estimate in chosen if estimate.scope == scope],
                heading,
            )
            for scope in scopes
        ]
        return tuple(table for table in made if table)

    def rest(self) -> TableView | None:
        """List whatever no other table shows, so that nothing is left out."""
        words = self.names.words
        left = [e for e in self.estimates if e.key not in self.shown]
        if not left:
            return None
        columns = (
            (words.text("col.group"), False),
            (words.text("col.measure"), False),
            (words.text("col.value"), True),
            (words.text("col.method"), False),
        )
        rows = []
        for estimate in self._sorted(left):
            self.shown.add(estimate.key)
            rows.append(
                (
                    Cell(self._group(estimate)),
                    Cell(words.label("metric", estimate.metric), self._circumstances(estimate)),
                    self.cell(estimate),
                    Cell(words.label("method", estimate.method or "none")),
                )
            )
        return TableView(words.text("results.other"), columns, tuple(rows))

    def _circumstances(self, estimate: Estimate) -> str:
        words = self.names.words
        parts = [
            words.label(kind, code)
            for kind, code in (
                ("browsing", estimate.browsing),
                ("baseline", estimate.baseline),
                ("scope", estimate.scope),
            )
            if code
        ]
        head, _, within = (estimate.definition or "").partition(":")
        if head == "within":
            parts.append(words.text("definition.within", attribute=self.names.attribute(within)))
        if estimate.cutoff:
            k = cutoff_number(estimate.cutoff, words.integer)
            parts.append(words.text("col.first.one" if k == "1" else "col.first", k=k))
        return words.text("list.separator").join(parts)

    def pivot(
        self,
        caption: str,
        estimates: Iterable[Estimate],
        heading: Callable[[Estimate], str],
        note: str = "",
    ) -> TableView | None:
        """Lay estimates out: a row for each group, a column for each heading.

        Where several intervals were computed for one cell the first stands in it and the others
        are left to :meth:`rest`.
        """
        cells: dict[str | None, dict[str, Estimate]] = {}
        columns: dict[str, None] = {}
        for estimate in self._sorted(estimates):
            column = heading(estimate)
            columns.setdefault(column)
            cells.setdefault(estimate.group, {}).setdefault(column, estimate)
        if not cells:
            return None
        rows = []
        for row in cells.values():
            first = self._group(next(iter(row.values())))
            rows.append((Cell(first), *(self._held(row.get(column)) for column in columns)))
        headings = ((self.names.words.text("col.group"), False), *((c, True) for c in columns))
        return TableView(caption, headings, tuple(rows), note)

    def _held(self, estimate: Estimate | None) -> Cell:
        if estimate is None:
            return Cell(self.names.words.text("none"), numeric=True)
        self.shown.add(estimate.key)
        return self.cell(estimate)

    def cell(self, estimate: Estimate) -> Cell:
        """Print an estimate: the value, then its interval and what must be said of it."""
        words = self.names.words
        if estimate.suppressed:
            return Cell(words.text("cell.suppressed"), numeric=True)
        notes = [words.label("note", note) for note in (estimate.note or "").split(";") if note]
        note = words.text("list.semicolon").join(notes)
        if estimate.value is None:
            return Cell(words.text("forest.missing"), note, numeric=True)
        parts = [part for part in (self.names.range(estimate), note) if part]
        sub = words.text("list.semicolon").join(parts)
        return Cell(self.names.value(estimate), sub, numeric=True)

    def _group(self, estimate: Estimate) -> str:
        return self.names.group(estimate.attribute, estimate.group)

    def _of(self, metrics: Sequence[str]) -> list[Estimate]:
        place = {metric: number for number, metric in enumerate(metrics)}
        chosen = [estimate for estimate in self.estimates if estimate.metric in place]
        return sorted(chosen, key=lambda estimate: place[estimate.metric])

    def _sorted(self, estimates: Iterable[Estimate]) -> list[Estimate]:
        return sorted(estimates, key=lambda e: self.order.get(e.group, len(self.order)))


def tables_of(results: Results, record: AttributeRecord | None, names: Names) -> Tables:
    """Give the tables of one attribute, or of the whole log where ``record`` is None."""
    name = record.name if record else None
    chosen = [e for e in results.estimates if e.attribute == name and not _elsewhere(e)]
    return _made(results, record, names, chosen)


def annex_table(results: Results, record: AttributeRecord | None, names: Names) -> TableView | None:
    """Give the annex's table of one attribute, or of the whole log where ``record`` is None."""
    name = record.name if record else None
    chosen = [e for e in results.estimates if e.attribute == name and _in_annex(e)]
    table = _made(results, record, names, chosen).rest()
    return replace(table, caption=names.attribute(name)) if table else None


def _made(
    results: Results, record: AttributeRecord | None, names: Names, chosen: list[Estimate]
) -> Tables:
    levels = [level.level for level in record.levels] if record else []
    levels.sort(key=lambda level: level == UNKNOWN)
    order: dict[str | None, int] = {None: -1}
    order |= {level: number for number, level in enumerate(levels)}
    return Tables(names, chosen, leading_model(results), order)


def _elsewhere(estimate: Estimate) -> bool:
    """Tell the estimates that :mod:`fairshelf.reports.checks` shows: periods and bounds."""
    bound = (estimate.definition or "").startswith("unknown_to_")
    return estimate.period is not None or bound or _in_annex(estimate)


def _in_annex(estimate: Estimate) -> bool:
    metric = BY_NAME.get(estimate.metric)
    return metric is not None and metric.annex


def leading_model(results: Results) -> str | None:
    """Give the browsing model that leads: the first in the settings."""
    models = results.settings.get("browsing")
    if isinstance(models, list | tuple) and models:
        return str(models[0])
    return next((e.browsing for e in results.estimates if e.browsing), None)
