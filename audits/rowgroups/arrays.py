"""Whole numbers added up in arrays that several threads share."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from fairshelf.audits.rowgroups.layout import UnlikeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_EXACT = 2**53
"""Up to this sum numpy's weighted counts, which are floats, are exact."""

_TOGETHER = 2**22
"""Rows that are counted at once: each time costs a pass over all places."""

_NONE = -2
"""Stands for a listing that was not met."""


class Sums:
    """Whole numbers added up by place."""

    def __init__(self, fits: Callable[[int], bool]) -> None:
        """Begin with nothing; ``fits`` says whether so many places may be held."""
        self._fits = fits
        self._lock = Lock()
        self._held: NDArray[np.int64] = np.zeros(0, np.int64)
        self._waiting: list[tuple[NDArray[np.int64], NDArray[np.int64] | None]] = []

    def add(self, place: NDArray[np.int64], number: NDArray[np.int64] | None = None) -> None:
        """Add numbers up, or count rows.

        Parameters
        ----------
        place
            Each row's place, shape (N,).
        number
            Each row's number, at least 0, shape (N,); None for 1.

        Raises
        ------
        UnlikeError
            There are too many places; a number is below 0, or so large that sums may not be exact.
        """
        if not place.size:
            return
        if not self._fits(int(place.max()) + 1):
            raise UnlikeError
        if number is not None:
            if number.min() < 0:
                raise UnlikeError
            some = np.flatnonzero(number)
            place, number = place[some], number[some]
        with self._lock:
            self._waiting.append((place, number))
            if sum(one.size for one, _ in self._waiting) < _TOGETHER // 2:
                return
            ready, self._waiting = self._waiting, []
        self._put(ready)

    def _put(self, ready: Sequence[tuple[NDArray[np.int64], NDArray[np.int64] | None]]) -> None:
        """Add up what waited.

        Raises
        ------
        UnlikeError
            A float may not hold the sum exactly.
        """
        place = np.concatenate([one for one, _ in ready])
        numbers = [one for _, one in ready if one is not None]
        if numbers:
            number = np.concatenate(numbers)
            if number.size and int(number.max()) * number.size >= _EXACT:
                raise UnlikeError
            part = np.bincount(place, weights=number).astype(np.int64)
        else:
            part = np.bincount(place)
        with self._lock:
            long, short = (self._held, part) if self._held.size >= part.size else (part, self._held)
            long[: short.size] += short
            self._held = long

    def total(self, places: int) -> NDArray[np.int64]:
        """Give the sums of the first places, shape (places,), when nothing more is added.

        Raises
        ------
        UnlikeError
            As :meth:`add`.
        """
        if self._waiting:
            ready, self._waiting = self._waiting, []
            self._put(ready)
        told = np.zeros(places, np.int64)
        few = self._held[:places]
        told[: few.size] = few
        return told


class Owners:
    """The one value that each listing has of a fact."""

    def __init__(self) -> None:
        """Begin without listings."""
        self._lock = Lock()
        self.held: NDArray[np.int32] = np.zeros(0, np.int32)

    def add(self, listing: NDArray[np.int64], fact: NDArray[np.int32]) -> None:
        """Note each row's fact of its listing.

        Parameters
        ----------
        listing, fact
            Codes, at least 0 and at least -1, shape (N,).

        Raises
        ------
        UnlikeError
            A listing has two.
        """
        if not listing.size:
            return
        with self._lock:
            more = int(listing.max()) + 1 - self.held.size
            if more > 0:
                self.held = np.concatenate([self.held, np.full(more, _NONE, np.int32)])
            held = self.held
        other = np.flatnonzero(held.take(listing) != fact)
        if not other.size:
            return
        few, said = listing[other], fact[other]
        with self._lock:
            known = self.held[few]
            self.held[few] = said
            if ((known != _NONE) & (known != said)).any() or (self.held[few] != said).any():
                raise UnlikeError
