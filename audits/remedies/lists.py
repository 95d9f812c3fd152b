"""Candidate lists as arrays: what a rule that ranks otherwise is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lists:
    """The candidates of every request, in the order in which they stand now.

    Row i of request q has ``start[q] <= i < start[q + 1]``; within a request rows stand in the
    present order, best first (ties are broken already).

    Attributes
    ----------
    start
        Offsets of the requests, shape (Q + 1,), int64.
    score
        What the present order was made by, never rising within a request, shape (n,): a model's
        score, or minus the position where only an order was observed.
    worth
        How good each candidate is for who searches (relevance, expected clicks or orders), 0 or
        more, shape (n,); None where nothing says so.
    seller
        Code of the seller, 0..S-1, shape (n,).
    protected
        True for candidates of the group a rule is to help, shape (n,).
    """

    start: Ints
    score: Floats
    worth: Floats | None
    seller: Ints
    protected: Bools

    @property
    def request(self) -> Ints:
        """Code of each row's request, shape (n,)."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))

    @property
    def rank(self) -> Ints:
        """Present place of each row, from 1, shape (n,)."""
        return np.arange(self.seller.size) - np.repeat(self.start[:-1], np.diff(self.start)) + 1
