"""The thresholds of disclosure control, and how counts are rounded."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds; their reasons stand in ``audits/standards/disclosure.toml``.

    ``k``: sellers a cell needs; ``largest``, ``two_largest``: shares of a cell's attention above
    which its one or two largest sellers dominate it; ``digits``: significant digits of counts.
    ``figures``, ``beside``, ``exact``: significant digits of every other figure, of those that
    compare groups withheld beside a small one, and of bounds that follow from their counts alone.
    ``step``: counts are multiples of it; of ``coarse`` where anything is withheld.
    """

    k: int
    largest: float
    two_largest: float
    digits: int
    figures: int
    beside: int
    exact: int
    coarse: int
    step: int = 1

    def rounded(self, count: int | None) -> int | None:
        """Round a count of rows, listings or the like."""
        if not count:
            return count
        step = int(10 ** max(0, math.floor(math.log10(abs(count))) + 1 - self.digits))
        step = max(step, self.step)
        return round(count / step) * step or step

    def sellers(self, count: int | None) -> int | None:
        """Round a count of sellers; from 1 to below k it is told as k."""
        if count and count < self.k:
            return self.k
        return self.rounded(count)

    def figure(self, value: float | None, marks: Sequence[float], digits: int) -> float | None:
        """Round a figure that is no count, so that no count can be worked out from it.

        A figure that is not on one of the marks (parity, a materiality bound) does not land there;
        nor on a last digit of 5, so that rounded once more it gives what the full one gives.
        """
        if not value or not math.isfinite(value):
            return value
        place = digits - 1 - math.floor(math.log10(abs(value)))
        told = round(value, place)
        halved = f"{told:.{digits - 1}e}".partition("e")[0].rstrip("0").endswith("5")
        if value != told and (halved or told in marks):
            told = round(told + math.copysign(10.0**-place, value - told), place)
        return told


@cache
def rules() -> Rules:
    """Read the thresholds."""
    text = files("fairshelf.audits").joinpath("standards", "disclosure.toml").read_text("utf-8")
    told = tomllib.loads(text)
    return Rules(**told["cells"], **told["counts"], **told["figures"])
