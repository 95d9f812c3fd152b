"""The thresholds of disclosure control, and how counts are rounded."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds; their reasons stand in ``audits/standards/disclosure.toml``.

    ``k``: sellers a cell needs; ``largest``, ``two_largest``: shares of a cell's attention above
    which its one or two largest sellers dominate it; ``digits``: significant digits of counts.
    """

    k: int
    largest: float
    two_largest: float
    digits: int

    def rounded(self, count: int | None) -> int | None:
        """Round a count of rows, listings or the like."""
        if not count:
            return count
        step = int(10 ** max(0, math.floor(math.log10(abs(count))) + 1 - self.digits))
        return round(count / step) * step

    def sellers(self, count: int | None) -> int | None:
        """Round a count of sellers; from 1 to below k it is told as k."""
        if count and count < self.k:
            return self.k
        return self.rounded(count)


@cache
def rules() -> Rules:
    """Read the thresholds."""
    text = files("fairshelf.audits").joinpath("standards", "disclosure.toml").read_text("utf-8")
    told = tomllib.loads(text)
    return Rules(**told["cells"], **told["counts"])
