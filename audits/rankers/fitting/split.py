"""What a surrogate is fitted to and what it is tried on: two parts of the log, no row in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fairshelf.audits.rankers.fitting.lists import Lists

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

How = Literal["time", "requests", "sellers", "listings"]
HELD_OUT = 0.25
FEWEST_REQUESTS = 12
"""Requests below which listings are held out, not requests."""

SHORT = 25
"""Length of the short lists into which held-out listings are dealt."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Lists to fit to and lists to try on.

    ``how``: ``time`` (the later requests are held out), ``requests`` (requests drawn by the seed),
    ``sellers`` (sellers, with all their listings, and requests), ``listings`` (sellers with all
    their listings, of the same requests; those held out are dealt into short lists). ``shared``:
    share of held-out entries whose listing was fitted to as well.
    """

    how: How
    fitted: Lists
    held: Lists
    shared: float


def split(lists: Lists, time: Floats | None, asked: How | None, rng: np.random.Generator) -> Split:
    """Divide the observed orders.

    Parameters
    ----------
    lists
        All of them.
    time
        When each of the lists' entries was shown, shape (n,), NaN where unknown; None for unknown.
    asked
        How to divide; None to hold out later requests where times are known, else requests, and
        listings where there are fewer than 12 requests.
    rng
        Draws what is held out.
    """
    how = asked or _fitting(lists, time)
    by_seller = how in ("sellers", "listings")
    held_list = np.zeros(lists.count, dtype=bool)
    if how == "time" and time is not None:
        held_list = _later(np.maximum.reduceat(time, lists.starts[:-1]))
    elif how != "listings":
        held_list = _drawn(lists.count, rng)
    held = held_list[lists.number()]
    fitted = ~held
    if by_seller:
        _, code = np.unique(lists.seller, return_inverse=True)
        chosen = _drawn(int(code.max()) + 1, rng)[code.ravel()]
        held = chosen & (held if how == "sellers" else True)
        fitted = ~chosen & (fitted if how == "sellers" else True)
    ours, theirs = lists.keep(fitted), lists.keep(held)
    if how == "listings":
        theirs = dealt(theirs, rng)
    known = np.isin(theirs.listing, np.unique(ours.listing))
    return Split(how, ours, theirs, float(known.mean()) if known.size else 0.0)


def _fitting(lists: Lists, time: Floats | None) -> How:
    if lists.count < FEWEST_REQUESTS:
        return "listings"
    if time is None or not np.isfinite(time).all():
        return "requests"
    latest = np.maximum.reduceat(time, lists.starts[:-1])
    return "time" if np.unique(latest).size >= FEWEST_REQUESTS else "requests"


def _later(latest: Floats) -> NDArray[np.bool_]:
    """Hold out the latest quarter; requests of one moment stay together."""
    return np.asarray(latest > np.quantile(latest, 1 - HELD_OUT, method="lower"))


def _drawn(count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    chosen = np.zeros(count, dtype=bool)
    chosen[rng.permutation(count)[: max(1, round(HELD_OUT * count))]] = True
    return chosen


def dealt(lists: Lists, rng: np.random.Generator) -> Lists:
    """Deal the entries of long lists into short ones at random, all of a seller into one.

    Within each short list the observed order stays; being drawn apart, they can be averaged with
    an interval.
    """
    part = np.zeros(lists.size, dtype=np.int64)
    for start, end in zip(lists.starts[:-1], lists.starts[1:], strict=True):
        parts = max(1, int(end - start) // SHORT)
        _, code = np.unique(lists.seller[start:end], return_inverse=True)
        order = rng.permutation(int(code.max()) + 1)
        part[start:end] = (order % parts)[code.ravel()]
    return lists.divided(part)
