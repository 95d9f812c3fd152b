"""A finding in words: one sentence that leads, and sentences that support it.

The wording follows GRADE's habit: *is*, *is probably*, *may be*, by certainty; where it is very
low, what these data show is told, and that nothing beyond them is certain. The fact that decides
the outcome leads; a favourable figure only follows. Every ratio comes with its interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.names import UNKNOWN, depth_of

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Finding, Results
    from fairshelf.reports.names import Names

_RATIOS = ("exposure_ratio", "topk_impact_ratio")


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is said about one finding: the lead, what supports it, what lowered the certainty."""

    lead: str
    support: tuple[str, ...]
    reasons: tuple[str, ...]


def say(finding: Finding, results: Results, names: Names) -> Sentences:
    """Put a finding into words.

    Parameters
    ----------
    finding
        One of ``results.findings``; its keys are looked up in ``results.estimates``.
    results
        The results it belongs to.
    names
        The names and words of a language.
    """
    teller = _Teller(finding, results, names)
    lead, support = teller.tell()
    reasons = tuple(names.words.message(reason) for reason in finding.reasons)
    return Sentences(lead, tuple(part for part in support if part), reasons)


class _Teller:
    """The facts of one finding at hand: its estimates, its names, its words."""

    def __init__(self, finding: Finding, results: Results, names: Names) -> None:
        by_key = {estimate.key: estimate for estimate in results.estimates}
        self.finding = finding
        self.results = results
        self.names = names
        self.words = names.words
        self.estimates = [by_key[key] for key in finding.keys if key in by_key]
        self.lead = self.estimates[0] if self.estimates else None

    def tell(self) -> tuple[str, list[str]]:
        """Give the lead and the support."""
        outcome = self.finding.outcome
        if self.finding.withheld:
            return self._text("withheld.lead", None, k=rules().k), []
        if outcome == "not_estimable" or self.lead is None:
            return self._not_estimable()
        if outcome == "inconclusive":
            return self._inconclusive(self.lead)
        if outcome == "no_material_disparity":
            return self._parity(self.lead)
        lead, support = self._gap(self.lead)
        if outcome == "disparity":
            support.append(self._text("disparity.bound", self.lead))
        return lead, [*support, *self._others()]

    def _gap(self, lead: Estimate) -> tuple[str, list[str]]:
        certainty = self.finding.certainty
        for group in (name for name in self._pair() if self._never_shown(name)):
            told = self.names.mention(self.finding.attribute, group)
            return self._text("never_shown", lead, absent=told, sellers=self._sellers(group)), []
        if _reference_is_empty(lead):
            told = f"reference.absent.{certainty}"
            support = [self._text(told, lead)] if lead.low else []
            return self._absent("reference.absent", lead, self.finding.reference), support
        kind = _kind(lead)
        if lead.value == 0 and kind != "exposure":
            support = [self._text(f"{kind}.absent.{certainty}", lead)] if lead.high else []
            return self._absent("topk.absent", lead, self.finding.group), support
        direction = self.finding.direction
        if direction == "none":
            direction = "higher" if (lead.value or 0) > 1 else "lower"
        return self._text(f"{kind}.{direction}.{certainty}", lead), []

    def _absent(self, msgid: str, lead: Estimate, group: str) -> str:
        share = self._share(group)
        return self._text(msgid, lead, share=share) if share else self._text(f"{msgid}.bare", lead)

    def _parity(self, lead: Estimate) -> tuple[str, list[str]]:
        support = []
        if lead.low is not None and lead.low > 1:
            support = [self._text("parity.gap.higher", lead)]
        elif lead.high is not None and lead.high < 1:
            support = [self._text("parity.gap.lower", lead)]
        said = self._text(f"parity.{_kind(lead)}.{self.finding.certainty}", lead)
        return said, [*support, *self._others()]

    def _inconclusive(self, lead: Estimate) -> tuple[str, list[str]]:
        if _reference_is_empty(lead):
            said = self._text("inconclusive.reference.absent", lead)
        elif lead.value is None:
            said = self._text("inconclusive.bare", lead)
        elif lead.value == 0 and _kind(lead) != "exposure":
            said = self._text("inconclusive.topk.absent", lead)
        else:
            said = self._text(f"inconclusive.{_kind(lead)}", lead)
        return said, [self._not_excluded(lead), *self._others()]

    def _not_excluded(self, lead: Estimate) -> str:
        if lead.low is None and lead.high is None:
            return ""
        if (lead.low or 0) > 1 or (lead.high is not None and lead.high < 1):
            return self._text("inconclusive.one_excluded", lead)
        if lead.high is None:
            return self._text("inconclusive.excludes.low", lead)
        if lead.low is None:
            return self._text("inconclusive.excludes.high", lead)
        return self._text("inconclusive.excludes", lead)

    def _not_estimable(self) -> tuple[str, list[str]]:
        if not self.finding.reference:
            blank = self._text("not_estimable.blank", None) if self._sellers(UNKNOWN) else ""
            return self._text("not_estimable.alone", None), [blank] if blank else []
        said = self._text("not_estimable.lead", None)
        sellers, others = (self._sellers(name) for name in self._pair())
        few = min(sellers, others) < 5  # noqa: PLR2004 - DESIGN: below five nothing is estimated
        facts = {"sellers": sellers, "others": others}
        return said, [self._text("not_estimable.sellers", None, **facts)] if few else []

    def _others(self) -> list[str]:
        """Tell the primary estimates that did not lead, then the shares of the first places."""
        told: list[str] = []
        shares: dict[str, Estimate] = {}
        for estimate in self.estimates[1:]:
            if estimate.metric == "exposure_ratio" and not depth_of(estimate):
                missing = "support.exposure.absent" if estimate.value is None else ""
                told.append(self._text(missing or "support.exposure", estimate))
            elif estimate.metric in _RATIOS and estimate.value is not None:
                absent = estimate.value == 0
                msgid = "support.topk.absent" if absent else f"support.{_kind(estimate)}"
                told.append(self._text(msgid, estimate))
            elif (
                estimate.metric == "topk_share"
                and estimate.group in self._pair()
                and not estimate.suppressed
            ):
                shares.setdefault(str(estimate.group), estimate)
        return [*told, self._first_places(shares)]

    def _first_places(self, shares: dict[str, Estimate]) -> str:
        group, reference = (shares.get(name) for name in self._pair())
        if reference is None or group is None:
            return ""
        other = self.names.value(reference)
        if group.value == 0 and self._leads_with_absence():
            return self._text("support.share.reference", group, other=other)
        facts = {"held": self.names.value(group), "other": other}
        share, reference_share = (self._share(name) for name in self._pair())
        if not share or not reference_share:
            return self._text("support.share.bare", group, **facts)
        facts |= {"share": share, "reference_share": reference_share}
        return self._text("support.share", group, **facts)

    def _leads_with_absence(self) -> bool:
        return self.lead is not None and self.lead.value == 0 and bool(depth_of(self.lead))

    def _pair(self) -> tuple[str, str]:
        return self.finding.group, self.finding.reference

    def _share(self, group: str) -> str:
        """Give the group's share of the impressions shown, or nothing where it is not known."""
        for one in self.results.estimates:
            if (one.metric, one.attribute, one.group) == (
                "impression_share",
                self.finding.attribute,
                group,
            ):
                return "" if one.suppressed else self.names.value(one)
        return ""

    def _never_shown(self, group: str) -> bool:
        return any(
            level.level == group and level.impressions == 0
            for record in self.results.groups
            if record.name == self.finding.attribute
            for level in record.levels
        )

    def _sellers(self, group: str) -> int:
        for record in self.results.groups:
            if record.name == self.finding.attribute:
                return sum(one.sellers or 0 for one in record.levels if one.level == group)
        return 0

    def _text(self, msgid: str, estimate: Estimate | None, **more: object) -> str:
        attribute = self.finding.attribute
        facts: dict[str, object] = {
            "group": self.names.mention(attribute, self.finding.group),
            "reference": self.names.mention(attribute, self.finding.reference),
            "lower": self.names.ratio(self.names.bounds[0]),
            "upper": self.names.ratio(self.names.bounds[1]),
        }
        if estimate is not None:
            facts |= self._facts_of(estimate)
        return self.words.text(msgid, **{**facts, **more})

    def _facts_of(self, estimate: Estimate) -> dict[str, object]:
        side = "more" if (estimate.value or 0) > 1 else "less"
        return {
            "ratio": self.names.ratio(estimate.value),
            "interval": self.names.interval(estimate),
            "low": self.names.ratio(estimate.low),
            "high": self.names.ratio(estimate.high),
            "places": self.names.places(cutoff_number(depth_of(estimate), self.words.integer)),
            "unit": self.words.text(f"unit.{estimate.baseline or 'none'}"),
            "degree": self.words.text(f"degree.{side}.{self.finding.size}"),
        }


def _kind(estimate: Estimate) -> str:
    """Say what a ratio compares, which its words must not confuse.

    Returns
    -------
    str
        ``exposure``: attention over all places. ``topk``: how often a group is shown within the
        first places, per unit of the baseline (an exposure ratio under ``top:K``). ``reach``: the
        share of a group's listings that stood there at least once (``topk_impact_ratio``).
    """
    if estimate.metric.startswith("topk"):
        return "reach"
    return "topk" if depth_of(estimate) else "exposure"


def _reference_is_empty(estimate: Estimate) -> bool:
    return estimate.value is None and estimate.note is not None and "reference" in estimate.note


def cutoff_number(cutoff: str | None, integer: object) -> str:
    """Give the number in a cutoff (``49``, ``top:49``) as a language writes it."""
    bare = (cutoff or "").rpartition(":")[2]
    return str(integer(int(bare))) if bare.isdigit() and callable(integer) else bare
