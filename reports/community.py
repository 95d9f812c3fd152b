"""One page for those it is about: plain words, few numbers, each from the results."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairshelf.reports.disclosure.rules import rules
from fairshelf.reports.names import Names, depth_of
from fairshelf.reports.opposite import opposite
from fairshelf.reports.questions import questions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairshelf.audits.results import Estimate, Finding, Message, Results
    from fairshelf.reports.wording import Words

MOST = 3
OF = 10
"""Shares are told as so many of ten."""
MOST_PLACES = 2
"""Places behind the point beyond which no reader of this page can be helped."""
HEDGED = ("moderate", "low")
"""Certainties that are said by a word within the sentence."""


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
    if kind == "parity":
        said = _fact(f"parity.{_measure(lead)}", finding, words, pair)
        return Point(said, (_range(lead, names, pair),))
    if not lead.value:
        nothing = "page" if lead.value == 0 else "reference"
        return Point(words.text(f"community.nothing.{nothing}", **pair), ())
    side = "less" if lead.value < 1 else "more"
    count, *_ = _of_ten([lead.value, lead.low, lead.high], words)
    said = _fact(f"{side}.{_measure(lead)}", finding, words, {**pair, "count": count})
    means = [_range(lead, names)]
    if finding.certainty != "very_low":  # what is too thin to rely on is not said more plainly
        way = "reach" if _measure(lead) == "reach" else lead.baseline
        hedge = _hedge(finding.certainty, words)
        means.append(words.text(f"community.means.{side}.{way}", **pair, hedge=hedge))
    against = opposite(finding, results)
    if against is not None:
        ratio = names.ratio(against.value)
        means.append(words.text(f"community.opposite.{against.baseline}", **pair, ratio=ratio))
    return Point(said, tuple(means))


def _measure(lead: Estimate) -> str:
    """Say what is counted, and for how many of what: ``shelf.sellers``, ``page.shown``, ``reach``.

    ``shelf`` is attention over all places, ``page`` being shown within the first, ``reach`` the
    goods that get there at least once.
    """
    if lead.metric.startswith("topk"):
        return "reach"
    return f"{'page' if depth_of(lead) else 'shelf'}.{lead.baseline}"


def _fact(measure: str, finding: Finding, words: Words, facts: dict[str, str]) -> str:
    """Say what was found, as surely as it is known, and why not more surely."""
    grade = finding.certainty
    hedge = _hedge(grade, words)
    fact = words.text(f"community.{measure}", **facts, hedge=hedge)
    if grade == "very_low":
        reasons = [_because(reason, words) for reason in finding.reasons]
        msgid = "community.very_low" if reasons else "community.very_low.bare"
        listed = words.text("list.semicolon").join(dict.fromkeys(reasons))
        fact = words.text(msgid, fact=fact, **({"reasons": listed} if reasons else {}))
    return fact[:1].upper() + fact[1:]


def _hedge(grade: str, words: Words) -> str:
    return words.text(f"community.hedge.{grade}") if grade in HEDGED else ""


def _because(reason: Message, words: Words) -> str:
    """Give the reason for a low certainty in a few plain words."""
    code = reason.code.removeprefix("certainty_").removesuffix("_withheld")
    return words.text(f"community.because.{code}")


def _of_ten(ratios: Sequence[float | None], words: Words) -> list[str]:
    """Say ratios as so many for every ten.

    Whole, unless two that differ would be told as the same, or one as ten or as none that is not:
    then with one place, at most with two.
    """
    counts = [OF * one for one in ratios if one is not None]
    places = next((n for n in range(MOST_PLACES) if _is_true_to(counts, n)), MOST_PLACES)
    return [_set(round(count, places), places, words) for count in counts]


def _is_true_to(counts: list[float], places: int) -> bool:
    """Say whether rounding keeps numbers apart from one another, from none and from equality."""
    shown = [round(count, places) for count in counts]
    apart = len(set(shown)) == len(set(counts))
    return apart and all(
        told == count or told not in (0, OF) for told, count in zip(shown, counts, strict=True)
    )


def _set(count: float, places: int, words: Words) -> str:
    digits = places + 1 + (math.floor(math.log10(count)) if count > 0 else 0)
    return words.number(count, max(1, digits))


def _range(lead: Estimate, names: Names, alike: dict[str, str] | None = None) -> str:
    """Say between what the count could lie; with both names where no count was told (``alike``)."""
    words = names.words
    if lead.low is None or lead.high is None:
        return words.text("community.range.none")
    *_, low, high = _of_ten([lead.value, lead.low, lead.high], words)
    if alike:
        return words.text("community.range.parity", low=low, high=high, **alike)
    return words.text("community.range", low=low, high=high)
