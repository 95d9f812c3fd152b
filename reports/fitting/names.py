"""What factors, effects and orders are called in a language."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible
from fairshelf.reports.names import Names

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.fit import Fit
    from fairshelf.audits.rankers.fitting.measures import Mean
    from fairshelf.audits.rankers.fitting.study import Tried
    from fairshelf.audits.rankers.fitting.verdict import Effect
    from fairshelf.reports.wording import Words


class FitNames(Names):
    """Names of what one fit speaks about.

    Parameters
    ----------
    record
        The fit.
    words
        The words of a language.
    """

    def __init__(self, record: Fit, words: Words) -> None:
        self.words = words
        self.attributes = frozenset(record.attributes)
        self.level = float(record.settings["level"])
        self.bounds = (0.8, 1.25)

    def factor(self, name: str) -> str:
        """Name a factor: an attribute of sellers, a canonical column, else the heading itself."""
        if name in self.attributes:
            return self.attribute(name)
        if self.words.has(f"column.{name}"):
            return self.words.text(f"column.{name}").partition("（")[0].partition(" (")[0]
        return visible(name)

    def level_of(self, factor: str, level: str) -> str:
        """Name a level of a factor."""
        if factor in self.attributes:
            return self.group(factor, level)
        return visible(level)

    def effect(self, one: Effect) -> tuple[str, str]:
        """Say what is compared with what: the name of a row, and a line below it."""
        words, factor = self.words, self.factor(one.factor)
        reference = self.level_of(one.factor, one.reference) if one.reference else ""
        if one.kind == "number":
            if one.scale == "log1p":
                times = self.short(math.exp(one.step), 2)
                return factor, words.text("fit.effect.times", times=times)
            return factor, words.text("fit.effect.more", step=self.short(one.step, 2))
        if one.kind == "yes_no":
            return factor, words.text("fit.effect.yes")
        if one.kind == "missing":
            return words.text("fit.effect.missing", factor=factor), ""
        bare = reference.startswith("“") and reference.endswith("”")
        against = words.text("fit.effect.against", reference=reference[1:-1] if bare else reference)
        if one.kind == "rest":
            return words.text("fit.effect.rest", factor=factor), against
        return self.level_of(one.factor, one.label), against

    def order(self, one: Tried) -> str:
        """Name an order that was tried."""
        if one.kind == "model":
            return self.words.text(f"fit.order.{one.name}")
        if one.kind == "column":
            way = "lowest" if one.ascending else "highest"
            return self.words.text(f"fit.order.{way}", column=self.factor(one.name))
        return self.words.text(f"fit.order.{one.kind}")

    def interval_of(self, mean: Mean, *, share: bool) -> str:
        """Give the interval of a mean; empty where there is none."""
        if mean.low is None or mean.high is None:
            return ""
        low, high = (self.figure(one, share=share) for one in (mean.low, mean.high))
        return self.words.text("fit.range", low=low, high=high)

    def short(self, number: float, digits: int = 3) -> str:
        """Set a value of a factor with few digits and no zeros at its end."""
        told = self.words.number(number, digits)
        return told.rstrip("0").rstrip(".") if "." in told else told

    def figure(self, value: float, *, share: bool) -> str:
        """Set a share as a percentage, any other figure with two places."""
        return self.words.percent(value) if share else self.words.ratio(value, ())
