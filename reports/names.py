"""What attributes, groups and quantities are called in a language."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairshelf.audits.results import Estimate, Results
    from fairshelf.reports.wording import Words

UNKNOWN = "unknown"
POOLED = "pooled"
"""Level under which withheld groups stand together."""
CROSSED = " × "
"""What joins the levels of an intersection, as the engine writes them."""

_FLAGS = frozenset(
    ("yes", "no", "true", "false", "y", "n", "0", "1", "是", "否", "不是", "有", "无")
)
"""Levels that mean nothing without the name of their attribute."""

_ASKED_OTHERWISE = frozenset(("locality", "size"))
"""Attributes whose levels are kinds: where they are yes and no, the heading has the question."""


class Names:
    """Names of what one set of results speaks about.

    Levels of an attribute taken from the data stay as they are in the data; levels that a standard
    gave (``locality:rural_urban``) and ``unknown`` are named in the language.

    Parameters
    ----------
    results
        The results; their bounds are the marks that ratios are rounded against.
    words
        The words of a language.
    """

    _headings: Mapping[str, str] = MappingProxyType({})
    """Nothing is known of headings but where results tell them."""

    def __init__(self, results: Results, words: Words) -> None:
        self.words = words
        self.bounds = bounds(results)
        self._headings = _headings(results)
        self.level = level(results)

    def attribute(self, name: str | None) -> str:
        """Name an attribute: ``locality:CN-NBS-URC``, ``size*locality``, a user's own column."""
        if name is None:
            return self.words.text("concentration.all")
        parts = [self._attribute_part(part) for part in name.split("*")]
        return self.words.text("attribute.join").join(parts)

    def _attribute_part(self, name: str) -> str:
        base, _, standard = name.partition(":")
        if standard and self.words.has(f"attribute.{standard}"):
            return self.words.text(f"attribute.{standard}")
        label = self._known("attribute", base)
        if not standard:
            return label
        return self.words.text("attribute.by", attribute=label, standard=visible(standard))

    def group(self, attribute: str | None, name: str | None) -> str:
        """Name a group of an attribute; the whole where ``name`` is None."""
        if name is None:
            return self.words.text("concentration.all")
        crossed = (attribute or "").split("*")
        parts = name.split(CROSSED)
        if len(crossed) > 1 and len(parts) == len(crossed):
            told = [self.group(one, part) for one, part in zip(crossed, parts, strict=True)]
            return CROSSED.join(told)
        if name in (UNKNOWN, POOLED) or ":" in (attribute or ""):
            return self._known("level", name)
        if attribute and name.strip().casefold() in _FLAGS:
            label = self.attribute(attribute)
            if attribute in _ASKED_OTHERWISE and attribute in self._headings:
                label = visible(self._headings[attribute])  # 是 answers 是否本地, not 地区类型
            return self.words.text("group.flag", attribute=label, level=visible(name))
        return visible(name)

    def mention(self, attribute: str | None, name: str | None) -> str:
        """Name a group within a sentence: in quotation marks where the language wants them."""
        said = self.group(attribute, name)
        return said if said.startswith("“") else self.words.text("group.mention", name=said)

    def places(self, k: str) -> str:
        """Name the first places: ``the first 49 places``, and ``the first place`` for one."""
        return self.words.text("places.one" if k == "1" else "places.first", k=k)

    def _known(self, kind: str, code: str) -> str:
        msgid = f"{kind}.{code}"
        return self.words.text(msgid) if self.words.has(msgid) else visible(code)

    def ratio(self, value: float | None) -> str:
        """Set a ratio, never rounded onto 1 or a bound."""
        return self.words.ratio(value, (1.0, *self.bounds))

    def value(self, estimate: Estimate) -> str:
        """Set an estimate in the unit of its metric: a share in per cent, else a number."""
        return self.amount(estimate.metric, estimate.value)

    def amount(self, metric: str, value: float | None) -> str:
        """Set a number in the unit of a metric."""
        if metric in SHARES:
            return self.words.percent(value)
        if metric in RATIOS:
            return self.ratio(value)
        return self.words.number(value, 3)

    def interval(self, estimate: Estimate) -> str:
        """Give the interval with its level, in words: ``95% interval 0.85 to 0.89``."""
        kind = _interval_kind(estimate)
        return self.words.text(
            f"interval.{kind}",
            level=self.words.percent(estimate.level or self.level, 0),
            low=self.amount(estimate.metric, estimate.low),
            high=self.amount(estimate.metric, estimate.high),
        )

    def range(self, estimate: Estimate) -> str:
        """Give the interval without its level: ``0.85 to 0.89``; empty where there is none."""
        kind = _interval_kind(estimate)
        if kind == "none":
            return ""
        return self.words.text(
            f"range.{kind}",
            low=self.amount(estimate.metric, estimate.low),
            high=self.amount(estimate.metric, estimate.high),
        )


def _headings(results: Results) -> dict[str, str]:
    """Give the heading of each attribute that is a column of a file."""
    found = [match for file in results.inputs for match in file.columns]
    return {match.canonical: match.heading for match in reversed(found)}


SHARES = frozenset(
    {
        "impression_share",
        "exposure_share",
        "topk_share",
        "topk_selection_rate",
        "coverage",
        "top_share",
        "theil_between_share",
        "fa_ir",
        "hyper_fa_ir",
        "pairwise_accuracy",
        "pairwise_intra",
        "pairwise_inter",
        "mixed_pairs_won",
    }
)
RATIOS = frozenset(
    {
        "representation_ratio",
        "exposure_ratio",
        "impact_ratio",
        "topk_impact_ratio",
        "funnel_reach",
        "funnel_frequency",
        "funnel_placement",
    }
)


def depth_of(estimate: Estimate) -> str:
    """Give the depth of an estimate about the first places, from its cutoff or its model.

    Returns
    -------
    str
        ``49`` for the cutoff 49 or the browsing model ``top:49``; empty where the estimate is
        about all places.
    """
    if estimate.metric.startswith("topk"):
        return (estimate.cutoff or "").rpartition(":")[2]
    head, _, depth = (estimate.browsing or "").partition(":")
    return depth if head == "top" else ""


def _interval_kind(estimate: Estimate) -> str:
    if estimate.low is not None and estimate.high is not None:
        return "full"
    if estimate.high is not None:
        return "high"
    return "low" if estimate.low is not None else "none"


def bounds(results: Results) -> tuple[float, float]:
    """Give the materiality bounds from the settings; 0.8 and 1.25 where none are recorded."""
    found = results.settings.get("bounds")
    if isinstance(found, list | tuple) and len(found) == 2:  # noqa: PLR2004 - a pair
        return (float(found[0]), float(found[1]))
    return (0.8, 1.25)


def level(results: Results) -> float:
    """Give the level of the intervals from the settings; 0.95 where none is recorded."""
    found = results.settings.get("level")
    return float(found) if isinstance(found, int | float) else 0.95
