"""The numbers that decide what may be concluded from a surrogate, with their reasons in TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of a surrogate; ``audits/standards/surrogate.toml`` says why each is what it is.

    Attributes
    ----------
    accuracy_margin
        By how much the lower end of the held-out pairwise accuracy must exceed one half.
    fewest_units
        Held-out lists below which nothing is concluded.
    material
        Odds of standing above an equal listing between which an effect is held to be small.
    spike_share, spike_gap
        Share of rows at one end of a feature, and distance to the next value in interquartile
        ranges of the rest, from which that end is called a spike.
    skewness
        Skewness above which a feature without negative values is taken as log(1 + x).
    fewest_sellers, indicative
        Sellers with and without a property below which it has no interval; below which the interval
        is only indicative.
    """

    accuracy_margin: float
    fewest_units: int
    material: tuple[float, float]
    least_loss: float
    spike_share: float
    spike_gap: float
    skewness: float
    fewest_sellers: int
    indicative: int


@cache
def limits() -> Limits:
    """Read the thresholds."""
    text = files("fairshelf.audits").joinpath("standards", "surrogate.toml").read_text("utf-8")
    told = tomllib.loads(text)
    return Limits(
        accuracy_margin=told["strength"]["accuracy_margin"],
        fewest_units=told["strength"]["fewest_units"],
        material=(told["effect"]["material_low"], told["effect"]["material_high"]),
        least_loss=told["effect"]["least_loss"],
        spike_share=told["spike"]["share"],
        spike_gap=told["spike"]["gap"],
        skewness=told["scale"]["skewness"],
        fewest_sellers=told["sellers"]["fewest"],
        indicative=told["sellers"]["indicative"],
    )
