"""The sections around the findings: limits with their direction, the reply, advice, the checklist.

The checklist follows STROBE (von Elm et al., PLoS Medicine 2007) as far as it fits an audit of a
ranking; what is not filled in is told as not reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible
from fairshelf.reports.views import Cell, TableView

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names
    from fairshelf.reports.wording import Words

LONG = 2_000

AWAY = frozenset(("limit_merit_shown",))
"""Limits that make a gap look smaller than it is."""

TOWARD = frozenset(
    ("limit_shown_only", "limit_no_catalogue", "limit_catalogue_incomplete", "limit_one_list")
)
"""Limits under which exclusion is not seen, so that a gap can look smaller than it is."""

WIDER = frozenset(("limit_pairs_left_out",))
"""Limits that make intervals wider than they need be."""

NO_BIAS = frozenset(
    ("limit_no_intent", "limit_withheld", "limit_withheld_few", "limit_counts_rounded")
)

REPLY = ("platform_asked", "platform_answered", "platform_reply")

ITEMS: tuple[tuple[str, str], ...] = (
    ("title", "title"),
    ("question", "question"),
    ("design", "evidence_type"),
    ("setting", "place"),
    ("period", "period"),
    ("participants", "section:groups"),
    ("variables", "section:methods"),
    ("sources", "collected_how"),
    ("bias", "section:limits"),
    ("study_size", "section:data"),
    ("missing", "section:data"),
    ("methods", "section:methods"),
    ("sensitivity", "section:robustness"),
    ("main_results", "section:front"),
    ("adjusted", "table:adjusted"),
    ("plan", "plan"),
    ("independence", "independence"),
    ("funding", "funding"),
    ("lawful_basis", "lawful_basis"),
    ("consent", "consent"),
    ("risk_to_sellers", "risk_to_sellers"),
    ("reply", "platform_reply"),
    ("reproduce", "section:reproduce"),
)
"""What an auditor's report has to tell, and where it stands: a field, a section, a table."""


def limits_table(results: Results, said: tuple[str, ...], words: Words) -> TableView:
    """Put each limit beside the direction in which it can lead astray.

    Parameters
    ----------
    results
        The results.
    said
        Their limits in words, in the same order.
    words
        The words of a language.
    """
    rows = tuple(
        (Cell(text), Cell(words.text(f"bias.{_direction(limit.code)}")))
        for limit, text in zip(results.limits, said, strict=False)
    )
    columns = ((words.text("limits.column"), False), (words.text("bias.column"), False))
    return TableView(words.text("section.limits"), columns, rows)


def _direction(code: str) -> str:
    if code in TOWARD or code in AWAY:
        return "smaller"
    if code in WIDER:
        return "wider"
    return "none" if code in NO_BIAS else "either"


def reply_table(results: Results, words: Words) -> TableView:
    """Say what the platform was asked and what it answered."""
    rows = []
    for item in REPLY:
        entry = results.case.get(item)
        missing = "no_reply" if item == "platform_reply" else "not_reported"
        told = visible(words.date(str(entry)), LONG) if entry else words.text(missing)
        if item == "platform_reply" and not entry and not results.case.get("platform_asked"):
            told = words.text("not_reported")
        rows.append((Cell(words.text(f"case.{item}")), Cell(told)))
    columns = ((words.text("case.item"), False), (words.text("case.entry"), False))
    return TableView(words.text("section.reply"), columns, tuple(rows))


def plan_sentences(results: Results, words: Words) -> tuple[str, ...]:
    """Say whether the run follows a plan frozen beforehand, and each difference."""
    plan = results.plan
    if not plan:
        return (words.text("plan.none"),)
    digest = str(plan.get("sha256", ""))[:16]
    told = [words.text("plan.followed" if plan.get("followed") else "plan.departed", digest=digest)]
    differences = plan.get("differences")
    for one in differences if isinstance(differences, list | tuple) else ():
        if isinstance(one, dict):
            facts = {k: visible(str(one.get(k)), 300) for k in ("setting", "planned", "used")}
            told.append(words.text("plan.difference", **facts))
    return tuple(told)


def advice(results: Results, words: Words) -> tuple[str, ...]:
    """Give recommendations, chosen by what was found; they are no findings."""
    outcomes = {finding.outcome for finding in results.findings if not finding.withheld}
    told = []
    if outcomes & {"material_disparity", "disparity"}:
        told += ["explain", "log", "again"]
    if "material_disparity" in outcomes:
        told.append("remedy")
    if "inconclusive" in outcomes:
        told.append("more")
    if outcomes <= {"no_material_disparity"} and outcomes:
        told.append("watch")
    if "adjusted" not in results.tables:
        told.append("covariates")
    if not results.case.get("platform_asked"):
        told.append("ask")
    return tuple(words.text(f"advice.{one}") for one in told)


def checklist(results: Results, words: Words) -> TableView:
    """List what a report has to tell and where this one does; the rest as not reported."""
    rows = tuple(
        (Cell(words.text(f"check.{item}")), Cell(_where(place, results, words)))
        for item, place in ITEMS
    )
    columns = ((words.text("check.item"), False), (words.text("check.place"), False))
    return TableView(words.text("section.checklist"), columns, rows, words.text("check.note"))


def _where(place: str, results: Results, words: Words) -> str:
    kind, _, name = place.partition(":")
    if kind == "section":
        return words.text("check.section", section=words.text(f"section.{name}"))
    if kind == "table":
        there = name in results.tables
        return (
            words.text("check.section", section=words.text("section.robustness"))
            if there
            else (words.text("not_reported"))
        )
    if place == "plan":
        return plan_sentences(results, words)[0]
    entry = results.case.get(place)
    if place == "question" and not entry:
        return words.text("check.section", section=words.text("section.summary"))
    return visible(_shown(place, entry, words), 300) if entry else words.text("not_reported")


def _shown(place: str, entry: object, words: Words) -> str:
    return words.label("evidence", str(entry)) if place == "evidence_type" else str(entry)


def subtitle(results: Results, names: Names) -> str:
    """Give the platform and the period of the case, where they are known."""
    told = [results.case.get(name) for name in ("platform", "place", "period")]
    return names.words.text("list.separator").join(visible(str(one), 200) for one in told if one)
