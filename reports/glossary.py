"""Methods and glossary: every term used in the results, with its plain explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.reports.tables import leading_model
from fairshelf.reports.views import TermView

if TYPE_CHECKING:
    from fairshelf.audits.results import Results
    from fairshelf.reports.names import Names
    from fairshelf.reports.wording import Words

OUTCOMES = (
    "material_disparity",
    "disparity",
    "no_material_disparity",
    "inconclusive",
    "not_estimable",
)
CERTAINTIES = ("high", "moderate", "low", "very_low")
SIZES = ("none", "small", "moderate", "large", "total")


def glossary(results: Results, names: Names) -> tuple[tuple[str, tuple[TermView, ...]], ...]:
    """Explain the measures, baselines, models, methods and grades that these results use.

    Returns
    -------
    tuple
        (heading, terms) pairs.
    """
    words = names.words
    estimates = results.estimates
    used = {
        "metric": dict.fromkeys(e.metric for e in estimates),
        "baseline": dict.fromkeys(e.baseline for e in estimates if e.baseline),
        "browsing": dict.fromkeys(e.browsing for e in estimates if e.browsing),
        "method": dict.fromkeys(e.method for e in estimates if e.method),
        "outcome": dict.fromkeys(OUTCOMES),
        "size": dict.fromkeys(SIZES),
        "certainty": dict.fromkeys(CERTAINTIES),
    }
    facts = {
        "lower": names.ratio(names.bounds[0]),
        "upper": names.ratio(names.bounds[1]),
    }
    return tuple(
        (words.text(f"family.{kind}"), tuple(_term(kind, code, words, facts) for code in codes))
        for kind, codes in used.items()
        if codes
    )


def _term(kind: str, code: str, words: Words, facts: dict[str, str]) -> TermView:
    head = code.partition(":")[0]
    msgid = f"{kind}.{head}.explain"
    meaning = words.text(msgid, **facts) if words.has(msgid) else ""
    return TermView(words.label(kind, code), code, meaning)


def methods(results: Results, names: Names) -> tuple[str, ...]:
    """Say how the numbers were made, in a few paragraphs."""
    words = names.words
    told = [words.text("methods.unit")]
    if results.settings.get("question") == "log":
        told.append(words.text("methods.question_log"))
    told.append(words.text("methods.primary"))
    told += [_baseline(results, words), _browsing(results, words)]
    told.append(
        words.text(
            "methods.bounds",
            lower=names.ratio(names.bounds[0]),
            upper=names.ratio(names.bounds[1]),
        )
    )
    told += [words.text("methods.certainty"), words.text("methods.unknown")]
    return tuple(part for part in told if part)


def _baseline(results: Results, words: Words) -> str:
    """Name the primary baseline: that of the exposure ratios the findings rest on."""
    by_key = {estimate.key: estimate for estimate in results.estimates}
    keys = (key for finding in results.findings for key in finding.keys)
    found = (by_key[key] for key in keys if key in by_key)
    lead = next((e.baseline for e in found if e.metric == "exposure_ratio"), None)
    if lead is None:
        return ""
    explain = words.text(f"baseline.{lead}.explain")
    return words.text("methods.baseline", baseline=words.label("baseline", lead), explain=explain)


def _browsing(results: Results, words: Words) -> str:
    lead = leading_model(results)
    models = list(dict.fromkeys(e.browsing for e in results.estimates if e.browsing))
    models.sort(key=lambda model: model != lead)
    named = [words.label("browsing", model) for model in models]
    return words.text("methods.browsing", models=named) if named else ""
