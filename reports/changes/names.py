"""What groups, features, ratios and intervals are called on a page about what would change."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

from fairshelf.reports.hostile import visible
from fairshelf.reports.names import Names

if TYPE_CHECKING:
    from fairshelf.audits.pipeline.heads import Head
    from fairshelf.audits.replay.clustered import Mean
    from fairshelf.audits.replay.paired import Change
    from fairshelf.reports.wording import Words


TINY = 1e-9
"""A change below this is a rounding of floats."""


class ChangeNames(Names):
    """Names of what one what-if speaks about.

    Parameters
    ----------
    head
        The beginning of its record.
    words
        The words of a language.

    Attributes
    ----------
    observed
        Whether there is no model: the score of a listing is then its present place, counted down.
    """

    def __init__(self, head: Head, words: Words) -> None:
        self.words = words
        self.level = float(head.settings["level"])
        low, high = head.settings["bounds"]
        self.bounds = (float(low), float(high))
        self.observed = head.model is None

    def against(self, attribute: str, group: str, reference: str) -> str:
        """Name a group and its reference."""
        return self.words.text(
            "changes.against",
            group=self.group(attribute, group),
            reference=self.group(attribute, reference),
        )

    def feature(self, name: str) -> str:
        """Name a feature: a canonical column by its name in the language, else as it is."""
        if self.words.has(f"column.{name}"):
            return self.words.text(f"column.{name}").partition("（")[0].partition(" (")[0]
        return visible(name)

    def values(self, told: tuple[tuple[str, str | None], ...]) -> str:
        """Name features, with the values they are set to."""
        said = [
            self.feature(name)
            if value is None
            else self.words.text(
                "changes.value", feature=self.feature(name), value=visible(str(value), 40)
            )
            for name, value in told
        ]
        return self.words.listing(said)

    def told(self, value: float) -> str:
        """Set a ratio so that it stays on its side of parity and of the bounds."""
        return self.words.ratio(value, (1.0, *self.bounds))

    def between(self, low: float | None, high: float | None) -> str:
        """Set the interval of a ratio."""
        if low is None or high is None:
            return self.words.text("changes.no_interval")
        return self.words.text("range.full", low=self.told(low), high=self.told(high))

    def change(self, one: Change) -> tuple[str, str]:
        """Set the factor by which a ratio changes, and its interval."""
        if one.interval is None:
            known = 0 < one.before < inf and one.after < inf
            factor = one.after / one.before if known else nan
            return self.words.ratio(factor), self.words.text("changes.no_interval")
        held = one.interval
        low, high = self.words.ratio(held.low), self.words.ratio(held.high)
        return self.words.ratio(held.value), self.words.text("range.full", low=low, high=high)

    def share(self, mean: Mean, places: int = 1) -> tuple[str, str]:
        """Set a relative change in percent, signed, and its interval."""
        if mean.low is None or mean.high is None:
            return self.signed(mean.value, places), self.words.text("changes.no_interval")
        low, high = self.signed(mean.low, places), self.signed(mean.high, places)
        return self.signed(mean.value, places), self.words.text("range.full", low=low, high=high)

    def signed(self, value: float, places: int = 1) -> str:
        """Set a share as a percentage that says which way it goes."""
        told = self.words.percent(0.0 if abs(value) < TINY else value, places)
        if told.startswith("< "):
            return f"< +{told[2:]}"
        if not told.strip("-0.,%"):
            return self.words.percent(0.0, places)
        return f"+{told}" if value > 0 else told
