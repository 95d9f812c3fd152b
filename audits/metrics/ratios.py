"""Ratios between two groups: the exposure ratio, and the funnel that says where it arises."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan


def ratio(first: float, second: float) -> float:
    """Give first / second; NaN where the second is zero or either is undefined."""
    return first / second if second > 0 else nan


def exposure_ratio(
    exposure: float, units: float, reference_exposure: float, reference_units: float
) -> float:
    """Give attention per unit of a group over that of its reference.

    1 is parity and below 1 the group gets less. Per catalogue listing this is the demographic
    parity ratio of Singh and Joachims (KDD 2018); per unit of relevance their disparate treatment
    ratio, the exposure-to-utility ratio of Raj and Ekstrand (SIGIR 2022); with clicks for
    ``exposure`` their disparate impact ratio.

    Parameters
    ----------
    exposure, reference_exposure
        Summed attention (or clicks) of the two groups.
    units, reference_units
        Their sellers, listings, impressions or summed merit.

    Returns
    -------
    0 where the group has units and no exposure; NaN where either group has no units or the
    reference no exposure.
    """
    if units <= 0 or reference_units <= 0:
        return nan
    return ratio(exposure / units, reference_exposure / reference_units)


@dataclass(frozen=True, slots=True)
class Funnel:
    """Three ratios whose product is the exposure ratio per unit.

    ``reach``: share of units shown at all; ``frequency``: impressions per unit shown;
    ``placement``: attention per impression. Each is group over reference, 1 at parity.
    """

    reach: float
    frequency: float
    placement: float


@dataclass(frozen=True, slots=True)
class FunnelCounts:
    """What a funnel is made from, for one group: units, units shown, impressions, exposure."""

    units: float
    shown: float
    impressions: float
    exposure: float


def exposure_funnel(group: FunnelCounts, reference: FunnelCounts) -> Funnel:
    """Split an exposure ratio into not shown, shown rarely, and shown low.

    The identity ``exposure_ratio = reach * frequency * placement`` is exact: logarithms add up.

    Parameters
    ----------
    group, reference
        Counts of the two groups over the same units (listings of the catalogue, or sellers).

    Returns
    -------
    NaN in a step whose reference is empty.
    """
    return Funnel(
        reach=exposure_ratio(group.shown, group.units, reference.shown, reference.units),
        frequency=exposure_ratio(
            group.impressions, group.shown, reference.impressions, reference.shown
        ),
        placement=exposure_ratio(
            group.exposure, group.impressions, reference.exposure, reference.impressions
        ),
    )
