"""The five figures of the front page, each with its interval and its number of sellers.

A lay reader can recompute each from counts, each says who gets less, and each is told as missing
where it is (the policy set: shares, ratio, adjusted ratio, first page, concentration).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.metrics.benchmarks import FOUR_FIFTHS
from fairshelf.reports.names import depth_of
from fairshelf.reports.sentences import cutoff_number
from fairshelf.reports.tables import FUNNEL, leading_model
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairshelf.audits.results import Estimate, Finding, Results
    from fairshelf.reports.names import Names

TOP = "10%"


def front(results: Results, names: Names) -> TableView | None:
    """Lay out the five figures of the contrast that the first finding is about.

    Parameters
    ----------
    results, names
        What was found, and the names of a language.

    Returns
    -------
    TableView or None
        None where no group could be held against another.
    """
    finding = next((one for one in results.findings if one.reference), None)
    if finding is None:
        return None
    teller = _Teller(finding, results, names)
    words = names.words
    columns = (
        (words.text("front.figure"), False),
        (words.text("col.value"), True),
        (words.text("front.beside"), False),
        (words.text("front.sellers"), True),
    )
    rows = (
        teller.share(),
        teller.ratio(),
        teller.adjusted(),
        teller.never_shown(),
        teller.first_page(),
        teller.funnel(),
        teller.concentration(),
    )
    pair = {
        name: names.mention(finding.attribute, getattr(finding, name))
        for name in ("group", "reference")
    }
    return TableView(
        words.text("front.title", **pair),
        columns,
        rows,
        words.text("front.note", level=words.percent(names.level, 0)),
    )


TOO_NARROW = frozenset(("certainty_tails", "certainty_nothing_held"))
"""Reasons for which an interval settles no line but equality."""


class _Teller:
    """The estimates of one contrast at hand."""

    def __init__(self, finding: Finding, results: Results, names: Names) -> None:
        self.finding = finding
        self.results = results
        self.names = names
        self.words = names.words
        self.leading = leading_model(results)
        by_key = {estimate.key: estimate for estimate in results.estimates}
        self.primaries = [by_key[key] for key in finding.keys if key in by_key]
        lead = next((e for e in self.primaries if e.metric == "exposure_ratio"), None)
        self.baseline = lead.baseline if lead else None

    def share(self) -> tuple[Cell, ...]:
        """Give the share of attention beside the share of the baseline's units."""
        found = self._of("exposure_share", self.finding.group)
        ratio = self._of("representation_ratio", self.finding.group, baseline=self.baseline)
        beside = ""
        if self.baseline and found and ratio and found.value is not None and ratio.value:
            beside = self.words.text(
                f"front.share.{self.baseline}",
                share=self.words.percent(found.value / ratio.value),
            )
        return self._row("share", found, beside)

    def ratio(self) -> tuple[Cell, ...]:
        """Give the leading ratio and where the line of four fifths lies."""
        if self.finding.withheld:
            return self._withheld("ratio")
        found = next(
            (e for e in self.primaries if e.metric == "exposure_ratio" and not depth_of(e)), None
        )
        beside = self._against_line(found) if found else ""
        return self._row("ratio", found, beside)

    def _against_line(self, found: Estimate) -> str:
        line = self.words.ratio(FOUR_FIFTHS)
        if found.low is None and found.high is None:
            return self.words.text("front.line.open", line=line)
        low = 0.0 if found.low is None else found.low
        high = float("inf") if found.high is None else found.high
        side = "below" if high < FOUR_FIFTHS else "above"
        if low <= FOUR_FIFTHS <= high:
            side = "inside"
        elif any(reason.code in TOO_NARROW for reason in self.finding.reasons):
            side = f"{side}.narrow"
        return self.words.text(f"front.line.{side}", line=line)

    def adjusted(self) -> tuple[Cell, ...]:
        """Give the ratio with covariates held equal, and which."""
        found = next((e for e in self._contrast("exposure_ratio") if e.adjusted), None)
        table = self.results.tables.get("adjusted")
        told = ""
        if table is not None:
            place = {name: number for number, name in enumerate(table.columns)}
            for row in table.rows:
                if self._is_mine(row[place["attribute"]], row[place["group"]]):
                    held = [name for name in str(row[place["covariates"]] or "").split(";") if name]
                    listed = self.words.listing([self._covariate(name) for name in held])
                    told = self.words.text("front.held", covariates=listed) if held else ""
        return self._row("adjusted", found, told)

    def never_shown(self) -> tuple[Cell, ...]:
        """Give the share of the group's units never shown, the reference's beside it."""
        ours, theirs = (
            self._coverage(name) for name in (self.finding.group, self.finding.reference)
        )
        beside = ""
        if theirs is not None and theirs.value is not None:
            beside = self.words.text(
                "front.never.reference",
                reference=self.names.mention(self.finding.attribute, self.finding.reference),
                share=self.words.percent(1 - theirs.value),
            )
        if ours is not None and ours.suppressed:
            return self._row(f"never.{ours.scope}", ours, "")
        if ours is None or ours.value is None:
            return self._row("never", None, "")
        interval = ""
        if ours.low is not None and ours.high is not None:
            interval = self.words.text(
                "range.full",
                low=self.words.percent(1 - ours.high),
                high=self.words.percent(1 - ours.low),
            )
        return (
            Cell(self.words.text(f"front.never.{ours.scope}")),
            Cell(self.words.percent(1 - ours.value), interval, numeric=True),
            Cell(beside),
            self._sellers(ours),
        )

    def _coverage(self, group: str) -> Estimate | None:
        found = [
            e
            for e in self.results.estimates
            if (e.metric, e.attribute, e.group) == ("coverage", self.finding.attribute, group)
        ]
        return next((e for e in found if e.scope == "listings"), found[0] if found else None)

    def first_page(self) -> tuple[Cell, ...]:
        """Give the ratio of the first page that the finding rests on."""
        if self.finding.withheld:
            return self._withheld("page")
        found = next((e for e in self.primaries if depth_of(e)), None)
        beside = ""
        if found is not None:
            places = self.names.places(cutoff_number(depth_of(found), self.words.integer))
            kind = "selected" if found.metric == "topk_impact_ratio" else "attention"
            baseline = self.words.label("baseline", found.baseline)
            beside = self.words.text(f"front.page.{kind}", places=places, baseline=baseline)
        return self._row("page", found, beside)

    def funnel(self) -> tuple[Cell, ...]:
        """Give the three steps that multiply to the ratio."""
        steps = [
            next((e for e in self._contrast(name) if e.baseline == self.baseline), None)
            for name in FUNNEL
        ]
        made = [e for name in FUNNEL for e in self._contrast(name)]
        if self.finding.withheld and any(step.suppressed for step in made):
            return self._withheld("funnel")
        if any(step is None or step.value is None for step in steps):
            return self._row("funnel", None, "")
        told = " × ".join(self.names.value(step) for step in steps if step is not None)
        return (
            Cell(self.words.text("front.funnel")),
            Cell(told, numeric=True),
            Cell(self.words.text("front.funnel.steps")),
            self._sellers(steps[0]),
        )

    def concentration(self) -> tuple[Cell, ...]:
        """Give the share of the largest tenth of sellers, and how much lies between the groups."""
        found = [e for e in self.results.estimates if e.metric == "top_share" and e.cutoff == TOP]
        whole = [e for e in found if e.attribute is None]
        chosen = next((e for e in whole if e.scope == "sellers"), whole[0] if whole else None)
        between = next(
            (
                e
                for e in self.results.estimates
                if (e.metric, e.attribute) == ("theil_between_share", self.finding.attribute)
                and (chosen is None or e.scope == chosen.scope)
            ),
            None,
        )
        beside = ""
        if between is not None and between.value is not None:
            beside = self.words.text("front.between", share=self.names.value(between))
        return self._row(f"top.{chosen.scope}" if chosen else "top.sellers", chosen, beside)

    def _row(self, figure: str, found: Estimate | None, beside: str) -> tuple[Cell, ...]:
        words = self.words
        if found is not None and found.suppressed:
            value = Cell(words.text("cell.suppressed"), numeric=True)
        elif found is None or found.value is None:
            why = "" if found is None else self._notes(found)
            value = Cell(words.text("forest.missing"), why, numeric=True)
            if found is None:
                beside = words.text(f"front.{figure.partition('.')[0]}.missing")
        else:
            sub = self.names.range(found) or self._notes(found)
            value = Cell(self.names.value(found), sub, numeric=True)
        return Cell(words.text(f"front.{figure}")), value, Cell(beside), self._sellers(found)

    def _withheld(self, figure: str) -> tuple[Cell, ...]:
        """Say of a figure that it was measured and is not for the public."""
        words = self.words
        value = Cell(words.text("cell.suppressed"), numeric=True)
        return Cell(words.text(f"front.{figure}")), value, Cell(""), self._sellers(None)

    def _notes(self, found: Estimate) -> str:
        notes = [self.words.label("note", note) for note in (found.note or "").split(";") if note]
        return self.words.text("list.semicolon").join(notes)

    def _sellers(self, found: Estimate | None) -> Cell:
        return Cell(self.words.integer(found.sellers if found else None), numeric=True)

    def _of(self, metric: str, group: str, baseline: str | None = None) -> Estimate | None:
        wanted = (metric, self.finding.attribute, group, self.leading)
        found: Callable[[Estimate], bool] = lambda e: (  # noqa: E731 - one test, used once
            (e.metric, e.attribute, e.group, e.browsing) == wanted
            and (baseline is None or e.baseline == baseline)
        )
        return next(filter(found, self.results.estimates), None)

    def _contrast(self, metric: str) -> list[Estimate]:
        wanted = (metric, self.finding.attribute, self.finding.group, self.finding.reference)
        return [
            e
            for e in self.results.estimates
            if (e.metric, e.attribute, e.group, e.reference) == wanted and e.period is None
        ]

    def _is_mine(self, attribute: object, group: object) -> bool:
        return (attribute, group) == (self.finding.attribute, self.finding.group)

    def _covariate(self, name: str) -> str:
        msgid = f"covariate.{name}"
        return self.words.text(msgid) if self.words.has(msgid) else self.names.attribute(name)
