"""A scenario, not a forecast: exposure brings sales, sales bring reviews, reviews bring exposure.

Each step the lists are ranked, places bring attention, attention clicks and orders, orders reviews;
reviews fade and move the score that the next step ranks by. Every rate is an assumption that stands
in ``audits/standards/horizon.toml``; buyers' and sellers' own reactions are not in it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import numpy as np

from fairshelf.audits.metrics.concentration import gini
from fairshelf.audits.metrics.ratios import exposure_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.remedies.lists import Lists

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a scenario runs on; ``audits/standards/horizon.toml`` gives the reason for each.

    Attributes
    ----------
    steps, runs
        Length, and how often chance is drawn anew.
    band
        Middle part of the runs that a band holds.
    searches
        Searches for each list in a step.
    click_rate, conversion, review_rate
        Clicks per unit of attention, orders per click, reviews per order.
    noise
        Standard deviation of the logarithm of a unit's demand from step to step.
    weight
        Standard deviations of the score within a list that one unit of ln(1 + reviews) moves it by.
    decay
        Part of a review's weight that is left a step later.
    """

    steps: int
    runs: int
    band: float
    searches: float
    click_rate: float
    conversion: float
    review_rate: float
    noise: float
    weight: float
    decay: float

    def __post_init__(self) -> None:
        """Refuse what is no scenario."""
        shares = (self.click_rate, self.conversion, self.review_rate, self.decay, self.band)
        sizes = (self.searches, self.noise)
        if not (
            self.steps >= 1
            and self.runs >= 1
            and all(0 <= share <= 1 for share in shares)
            and all(0 <= size < np.inf for size in sizes)
            and np.isfinite(self.weight)
        ):
            message = "a scenario has steps and runs, rates between 0 and 1, and finite sizes"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Band:
    """A figure over time: the median run and the middle part of all runs, shape (steps + 1,)."""

    median: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Horizon:
    """Where the feedback leads under the assumptions; step 0 is the present order.

    Attributes
    ----------
    kind
        Always ``scenario``: nothing here is measured.
    assumptions
        What it ran on.
    ratio
        Exposure per candidate of the group over that of the reference.
    share
        The group's share of all exposure.
    gini
        Gini coefficient of exposure over sellers.
    """

    kind: Literal["scenario"]
    assumptions: Assumptions
    ratio: Band
    share: Band
    gini: Band


@cache
def default_assumptions() -> Assumptions:
    """Read the assumptions that stand in the data file."""
    text = files("fairshelf.audits").joinpath("standards", "horizon.toml").read_text("utf-8")
    told = tomllib.loads(text)
    return Assumptions(**told["length"], **told["demand"], **told["feedback"])


def simulate(
    lists: Lists,
    attention: Floats,
    assumptions: Assumptions,
    rng: np.random.Generator,
    *,
    unit: Ints | None = None,
    reviews: Floats | None = None,
) -> Horizon:
    """Run the feedback from exposure to sales to reviews to rank over time.

    A score moves by ``weight * sd * (ln(1 + reviews now) - ln(1 + reviews at the start))``, sd
    being the mean standard deviation of scores within a list: at step 0, and at weight 0
    throughout, the order is the present one. A unit's reviews are Poisson around its attention
    times the rates, times a candidate's worth over the mean worth of its list where worth is known,
    times a lognormal factor with mean 1.

    Parameters
    ----------
    lists
        Candidates with their present scores; a remedy is simulated by giving the lists it makes.
    attention
        Attention of each place, from the first on, at least as many as the longest list has
        candidates, shape (K,).
    assumptions
        From :func:`default_assumptions`, or the platform's own.
    rng
        Where chance comes from.
    unit
        What reviews belong to, 0..U-1 (listing, or pooled storefront), shape (n,); None for the
        seller.
    reviews
        Reviews of each unit at the start, shape (U,); None for none, as on a shelf where all begin.

    Raises
    ------
    ValueError
        There is less attention than places.
    """
    codes = lists.seller if unit is None else unit
    shelf = _shelf(lists, attention, codes)
    start = np.zeros(shelf.units) if reviews is None else reviews.astype(np.float64)
    held = np.tile(start, (assumptions.runs, 1))
    figures = np.empty((3, assumptions.steps + 1, assumptions.runs))
    for step in range(assumptions.steps + 1):
        moved = np.log1p(held) - np.log1p(start)
        exposure = _exposure(shelf, assumptions.weight * shelf.scale * moved)
        figures[:, step] = _figures(lists, exposure)
        wanted = _wanted(shelf, exposure, assumptions)
        held = assumptions.decay * held + _reviews(wanted, assumptions, rng)
    ratio, share, concentration = (_band(one, assumptions.band) for one in figures)
    return Horizon("scenario", assumptions, ratio, share, concentration)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Lists as a table of requests by places, the rest of shorter rows empty.

    ``row`` and ``place`` locate each candidate in the table, ``unit`` and ``appeal`` (worth over
    the list's mean) are those of candidates, ``score`` is a table, ``scale`` its usual spread.
    """

    row: Ints
    place: Ints
    unit: Ints
    units: int
    appeal: Floats
    score: Floats
    scale: float
    attention: Floats


def _shelf(lists: Lists, attention: Floats, codes: Ints) -> _Shelf:
    lengths = np.diff(lists.start)
    longest = int(lengths.max(initial=0))
    if attention.size < longest:
        message = f"{longest} places need as many figures of attention, not {attention.size}"
        raise ValueError(message)
    row, place = lists.request, lists.rank - 1
    score = np.full((lengths.size, longest), -np.inf)
    score[row, place] = lists.score
    count = np.maximum(lengths, 1)
    mean = np.bincount(row, weights=lists.score, minlength=lengths.size) / count
    squares = np.bincount(row, weights=(lists.score - mean[row]) ** 2, minlength=lengths.size)
    spread = np.sqrt(squares / count)
    scale = float(spread[lengths > 1].mean()) if (lengths > 1).any() else 0.0
    return _Shelf(
        row=row,
        place=place,
        unit=codes,
        units=int(codes.max(initial=-1)) + 1,
        appeal=_appeal(lists, row, count),
        score=score,
        scale=scale,
        attention=attention[:longest],
    )


def _appeal(lists: Lists, row: Ints, count: Ints) -> Floats:
    if lists.worth is None:
        return np.ones(row.size)
    mean = np.bincount(row, weights=lists.worth, minlength=count.size) / count
    told = np.ones(row.size)
    np.divide(lists.worth, mean[row], out=told, where=mean[row] > 0)
    return told


def _exposure(shelf: _Shelf, lift: Floats) -> Floats:
    """Give each candidate's attention in each run, shape (runs, n), ties as they stand now."""
    runs = lift.shape[0]
    table = np.broadcast_to(shelf.score, (runs, *shelf.score.shape)).copy()
    table[:, shelf.row, shelf.place] += lift[:, shelf.unit]
    order = np.argsort(-table, axis=2, kind="stable")
    seen = np.empty(table.shape)
    np.put_along_axis(seen, order, np.broadcast_to(shelf.attention, table.shape), axis=2)
    return np.asarray(seen[:, shelf.row, shelf.place])


def _wanted(shelf: _Shelf, exposure: Floats, assumptions: Assumptions) -> Floats:
    """Give the reviews each unit is to expect in a step, shape (runs, U)."""
    rate = (
        assumptions.searches
        * assumptions.click_rate
        * assumptions.conversion
        * assumptions.review_rate
    )
    return _summed(exposure * shelf.appeal, shelf.unit, shelf.units) * rate


def _summed(amounts: Floats, code: Ints, codes: int) -> Floats:
    """Sum each run's amounts by code, shape (runs, codes)."""
    runs = amounts.shape[0]
    flat = (np.arange(runs)[:, None] * codes + code).ravel()
    summed = np.bincount(flat, weights=amounts.ravel(), minlength=runs * codes)
    return np.asarray(summed.reshape(runs, codes))


def _reviews(wanted: Floats, assumptions: Assumptions, rng: np.random.Generator) -> Floats:
    spread = assumptions.noise
    factor = rng.lognormal(-(spread**2) / 2, spread, wanted.shape)
    return rng.poisson(wanted * factor).astype(np.float64)


def _figures(lists: Lists, exposure: Floats) -> Floats:
    """Give ratio, share and Gini of each run, shape (3, runs)."""
    group = lists.protected
    sellers = _summed(exposure, lists.seller, int(lists.seller.max(initial=-1)) + 1)
    listed = np.unique(lists.seller)
    own, all_of_it = exposure[:, group].sum(axis=1), exposure.sum(axis=1)
    sizes = float(group.sum()), float((~group).sum())
    told = [
        (
            exposure_ratio(float(one), sizes[0], float(both - one), sizes[1]),
            float(one / both) if both > 0 else float("nan"),
            gini(held[listed]),
        )
        for one, both, held in zip(own, all_of_it, sellers, strict=True)
    ]
    return np.array(told).T


def _band(runs: Floats, level: float) -> Band:
    """Give the median and the middle part of runs, from shape (steps + 1, runs)."""
    low, median, high = np.quantile(runs, ((1 - level) / 2, 0.5, (1 + level) / 2), axis=1)
    return Band(median, low, high)
