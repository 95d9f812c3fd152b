"""The tally seen from the sellers: sums per seller, and units under each baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.estimates.amounts import IMPRESSIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.browsing import BrowsingModel
    from fairshelf.audits.estimates.amounts import Amounts
    from fairshelf.audits.tally import Tally

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grouping:
    """One attribute as numbers.

    ``code``: the level of each seller, shape (sellers,), an index into ``levels``;
    ``label_code``: the level of each label id; ``reference``: the level others are held against.
    """

    name: str
    levels: tuple[str, ...]
    code: Codes
    label_code: Codes
    reference: str | None
    declared: bool

    def sums(self, per_seller: Floats) -> Floats:
        """Sum a per-seller array by level, shape (levels,)."""
        held = np.bincount(self.code, weights=per_seller, minlength=len(self.levels))
        return np.asarray(held, dtype=np.float64)

    def mask(self, level: str) -> NDArray[np.bool_]:
        """Tell the sellers of one level, shape (sellers,)."""
        return np.asarray(self.code == self.levels.index(level))

    def contrasts(self) -> list[tuple[str, str]]:
        """Give each known level beside the reference, in the order of the levels."""
        if self.reference is None:
            return []
        return [
            (level, self.reference)
            for level in self.levels
            if level not in (self.reference, "unknown")
        ]


@dataclass(frozen=True, slots=True)
class SellerArrays:
    """Sums per seller, each of shape (sellers,).

    ``attention`` is keyed by browsing model; ``topk_listings`` and ``topk_impressions`` by depth.
    Listing counts are None where the log names no listings. ``clicks`` are those on the listings
    whose merit is known, where the catalogue says merit.
    """

    impressions: Floats
    attention: dict[str, Floats]
    shown: Floats
    shown_listings: Floats | None
    catalogue_listings: Floats | None
    merit: Floats | None
    merit_shown: Floats | None
    clicks: Floats | None
    topk_impressions: dict[int, Floats]
    topk_listings: dict[int, Floats]

    @property
    def sellers(self) -> int:
        """Number of sellers, those never shown included."""
        return int(self.impressions.size)


def seller_arrays(
    tally: Tally,
    amounts: dict[str, Amounts],
    models: tuple[BrowsingModel, ...],
    depths: tuple[int, ...],
) -> SellerArrays:
    """Sum a tally by seller.

    Parameters
    ----------
    tally
        The counts of a log.
    amounts
        Attention under every model and first page (:mod:`fairshelf.audits.estimates.amounts`).
    models
        Browsing models whose attention is wanted.
    depths
        Depths k of the top-k figures.
    """
    rows, size = tally.by_seller, tally.sellers
    impressions = amounts[IMPRESSIONS].seller
    merit_shown = rows.total(rows.sums["relevance"], size) if "relevance" in rows.sums else None
    listed = _listing_sums(tally, depths)
    return SellerArrays(
        impressions=impressions,
        attention={model.name: amounts[model.name].seller for model in models},
        shown=(impressions > 0).astype(np.float64),
        shown_listings=listed.shown,
        catalogue_listings=listed.catalogue,
        merit=listed.merit,
        merit_shown=merit_shown,
        clicks=_clicks(tally),
        topk_impressions={depth: amounts[f"top:{depth}"].seller for depth in depths},
        topk_listings=listed.topk,
    )


def _clicks(tally: Tally) -> Floats | None:
    """Sum clicks by seller, of the listings that have a merit where the catalogue tells it."""
    rows, listings = tally.by_seller, tally.listings
    if "clicks" not in rows.sums:
        return None
    if listings is None or not tally.has_catalogue or np.isnan(listings.merit).all():
        return rows.total(rows.sums["clicks"], tally.sellers)
    clicks = listings.counts.total(listings.counts.sums["clicks"], listings.seller.size)
    kept = listings.in_catalogue & ~np.isnan(listings.merit) & (listings.seller >= 0)
    held = np.bincount(listings.seller[kept], weights=clicks[kept], minlength=tally.sellers)
    return np.asarray(held, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _ListingSums:
    shown: Floats | None
    catalogue: Floats | None
    merit: Floats | None
    topk: dict[int, Floats]


def _listing_sums(tally: Tally, depths: tuple[int, ...]) -> _ListingSums:
    listings = tally.listings
    if listings is None:
        return _ListingSums(shown=None, catalogue=None, merit=None, topk={})
    owned = listings.seller >= 0

    def by_seller(values: NDArray[np.generic]) -> Floats:
        held = values[owned].astype(np.float64)
        summed = np.bincount(listings.seller[owned], weights=held, minlength=tally.sellers)
        return np.asarray(summed, dtype=np.float64)

    # with a catalogue, only its listings are units: one that is shown but not listed there could
    # otherwise make more units shown than there are
    unit = listings.in_catalogue
    merit = None
    if tally.has_catalogue and not np.isnan(listings.merit).all():
        merit = by_seller(np.where(unit & ~np.isnan(listings.merit), listings.merit, 0.0))
    return _ListingSums(
        shown=by_seller(listings.shown & unit),
        catalogue=by_seller(unit) if tally.has_catalogue else None,
        merit=merit,
        topk={
            depth: by_seller(
                (listings.first_position > 0) & (listings.first_position <= depth) & unit
            )
            for depth in depths
        },
    )


def units_by_baseline(
    arrays: SellerArrays, merit_over: str, *, named_sellers: bool
) -> dict[str, Floats]:
    """Give the units of each baseline that this log supports, shape (sellers,) each.

    ``sellers``: one each; ``catalogue``: listings in the catalogue; ``shown``: impressions;
    ``merit``: summed relevance over the candidates, or over what was shown where asked.
    """
    units: dict[str, Floats] = {}
    if arrays.catalogue_listings is not None:
        units["catalogue"] = arrays.catalogue_listings
    if named_sellers:
        units["sellers"] = np.ones(arrays.sellers)
    units["shown"] = arrays.impressions
    merit = arrays.merit if merit_over == "candidates" else arrays.merit_shown
    if merit is not None:
        units["merit"] = merit
    return units
