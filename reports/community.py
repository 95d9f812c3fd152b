"""One page for those it is about: plain words, few numbers, each from the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.names import Names, depth_of
from fairshelf.reports.questions import questions

if TYPE_CHECKING:
    from fairshelf.audits.results import Estimate, Finding, Results
    from fairshelf.reports.wording import Words

MOST = 3
OF = 10
"""Shares are told as so many of ten."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was found: a sentence that leads, and what it means."""

    lead: str
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the page says, in its order."""

    title: str
    questions: tuple[str, ...]
    points: tuple[Point, ...]
    cannot: tuple[str, ...]
    steps: tuple[str, ...]
    tool: str


def community(results: Results, words: Words) -> Page:
    """Put results into a page without terms of art.

    Parameters
    ----------
    results
        Public results.
    words
        The words of a language.
    """
    names = Names(results, words)
    kinds = [_kind(finding) for finding in results.findings]
    steps = ["keep", "join"]
    steps += ["ask"] if "gap" in kinds else []
    steps += ["more"] if "open" in kinds else []
    cannot = ["why", "law", "money"]
    return Page(
        words.text("community.title"),
        questions(results, names, "community.question")[:MOST],
        tuple(_point(finding, results, names) for finding in results.findings[:MOST]),
        tuple(words.text(f"community.not.{one}") for one in cannot),
        tuple(words.text(f"community.do.{one}") for one in steps),
        results.tool.version,
    )


def _kind(finding: Finding) -> str:
    if finding.withheld:
        return "withheld"
    told = {
        "material_disparity": "gap",
        "disparity": "gap",
        "no_material_disparity": "parity",
        "inconclusive": "open",
    }
    return told.get(finding.outcome, "unknown")


def _point(finding: Finding, results: Results, names: Names) -> Point:
    words = names.words
    by_key = {estimate.key: estimate for estimate in results.estimates}
    lead = next((by_key[key] for key in finding.keys if key in by_key), None)
    pair = {
        name: names.mention(finding.attribute, getattr(finding, name))
        for name in ("group", "reference")
    }
    kind = _kind(finding)
    if kind in ("withheld", "unknown") or lead is None:
        kind = "withheld" if kind == "withheld" else "unknown"
        return Point(words.text(f"community.{kind}", **pair, k=rules().k), ())
    if kind == "open":
        return Point(words.text("community.open", **pair), (words.text("community.open.means"),))
    where = "page" if depth_of(lead) else "shelf"
    if kind == "parity":
        return Point(
            words.text(f"community.parity.{where}.{finding.certainty}", **pair),
            (_range(lead, names),),
        )
    if not lead.value:
        nothing = "page" if lead.value == 0 else "reference"
        return Point(words.text(f"community.nothing.{nothing}", **pair), ())
    side = "less" if lead.value < 1 else "more"
    said = words.text(
        f"community.{side}.{where}.{finding.certainty}", **pair, count=_of_ten(lead.value, words)
    )
    means = [_range(lead, names)]
    if finding.certainty != "very_low":  # what is too thin to rely on is not said more plainly
        means.append(words.text(f"community.means.{side}", **pair))
    return Point(said, tuple(means))


def _of_ten(ratio: float, words: Words) -> str:
    """Say a ratio as so many for every ten: whole from 2 on, with one place below."""
    count = OF * ratio
    return words.number(round(count), 4) if count >= 2 else words.number(count, 1)  # noqa: PLR2004 - two of ten


def _range(lead: Estimate, names: Names) -> str:
    words = names.words
    if lead.low is None or lead.high is None:
        return words.text("community.range.none")
    low, high = (_of_ten(one, words) for one in (lead.low, lead.high))
    return words.text("community.range", low=low, high=high)
