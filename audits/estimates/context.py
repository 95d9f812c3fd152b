"""What every estimate of an audit is made under, decided once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from fairshelf.audits.results import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.browsing import BrowsingModel
    from fairshelf.audits.estimates.amounts import Amounts
    from fairshelf.audits.estimates.arrays import Grouping, SellerArrays
    from fairshelf.audits.results import Question
    from fairshelf.audits.tally import Tally

MIN_SELLERS = 5
"""Fewer sellers than this in a group: no interval, ``not_estimable``."""

FEW_SELLERS = 10
"""Fewer than this: the interval is shown as indicative."""


@dataclass(frozen=True, slots=True)
class Context:
    """The tally with everything that was decided about how to read it.

    ``units`` holds the units per seller of every baseline the log supports; ``primary`` names the
    leading one; ``depths`` are the cutoffs, the leading one first; ``seeds`` starts every random
    draw; ``has_sellers`` tells that sellers (or listings in their place) are known.
    """

    tally: Tally
    amounts: dict[str, Amounts]
    arrays: SellerArrays
    models: tuple[BrowsingModel, ...]
    units: dict[str, NDArray[np.float64]]
    primary: str
    depths: tuple[int, ...]
    top_shares: tuple[str, ...]
    bounds: tuple[float, float]
    level: float
    question: Question
    permutations: int
    seed: int
    has_sellers: bool
    baseline_note: dict[str, str]

    def rng(self, *names: str) -> np.random.Generator:
        """Start the random draw that belongs to some names, whatever was drawn before it."""
        return np.random.default_rng([self.seed, crc32("\x1f".join(names).encode())])

    def sellers_in(
        self, grouping: Grouping, *levels: str, units: NDArray[np.float64] | None = None
    ) -> int:
        """Count the sellers of the smallest of some levels.

        ``units``: only those count that have a unit under comparison, shape (sellers,).
        """
        own = np.ones(self.arrays.sellers, dtype=bool) if units is None else units > 0
        return min(int((grouping.mask(level) & own).sum()) for level in levels)

    def counts(self, grouping: Grouping, *levels: str) -> dict[str, int | None]:
        """Give the counts that stand beside an estimate of some levels."""
        mask = np.isin(grouping.code, [grouping.levels.index(level) for level in levels])
        listings = self.arrays.catalogue_listings
        if listings is None:
            listings = self.arrays.shown_listings
        return {
            "sellers": int(mask.sum()) if self.has_sellers else None,
            "listings": int(listings[mask].sum()) if listings is not None else None,
            "requests": self.tally.requests,
            "impressions": int(self.arrays.impressions[mask].sum()),
        }


def few(sellers: int) -> str | None:
    """Give the note for a group of this many sellers, or None where there are enough."""
    if sellers < MIN_SELLERS:
        return "too_few_sellers"
    return "indicative" if sellers < FEW_SELLERS else None


def bare(metric: str, **fields: Any) -> Estimate:  # noqa: ANN401 - the fields of an Estimate
    """Start an estimate without an interval."""
    return Estimate(key="", metric=metric, **fields)
