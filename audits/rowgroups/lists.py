"""Requests as runs of rows: how long each is, and which positions it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairshelf.audits.rowgroups.layout import UnlikeError, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BITS = 40
"""Positions from 0 to this one are told apart."""

_SHORTEST = 4
"""Rows that a run has on average: of shorter ones there are too many to hold."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Runs of rows with the same request, in the order of the file.

    ``request``: each run's, words or numbers, shape (R,); ``length``: rows, shape (R,);
    ``total``: the sum of two to the power of their positions, shape (R,).
    """

    request: pa.Array
    length: NDArray[np.int64]
    total: NDArray[np.int64]

    def rising(self) -> bool:
        """Say whether each request is greater than the one before it, so that none comes back.

        Of words the longer one is the greater: ``req-10`` follows ``req-9``.
        """
        before, after = self.request.slice(0, len(self.request) - 1), self.request.slice(1)
        rises = pc.less(before, after)
        if not pa.types.is_integer(self.request.type):
            short, long = pc.binary_length(before), pc.binary_length(after)
            rises = pc.or_(pc.less(short, long), pc.and_(pc.equal(short, long), rises))
        return bool(pc.all(rises, min_count=0).as_py())


def runs(request: Any, position: NDArray[np.int64]) -> Lists:  # noqa: ANN401 - pyarrow ships no types
    """Find the runs of a block.

    Parameters
    ----------
    request
        The column, a chunked array of one chunk.
    position
        Positions from 0, shape (N,); those above 40 add nothing to the total.

    Raises
    ------
    UnlikeError
        A request is missing, comes back after another, or has few rows.
    """
    if request.null_count:
        raise UnlikeError
    held = request.chunk(0)
    words = pa.types.is_dictionary(held.type)
    number = whole(held.indices if words else held)
    first = np.concatenate(([0], np.flatnonzero(number[1:] != number[:-1]) + 1))
    if first.size * _SHORTEST > number.size or not np.diff(np.sort(number[first])).all():
        raise UnlikeError
    fits = position <= _BITS
    power = np.left_shift(np.int64(1), position if fits.all() else np.where(fits, position, 0))
    power[~fits] = 0
    names = held.take(pa.array(first))
    return Lists(
        (names.dictionary_decode() if words else names.cast(pa.int64())),
        np.diff(np.append(first, number.size)),
        np.add.reduceat(power, first),
    )


def joined(parts: Sequence[Lists]) -> Lists:
    """Put the runs of blocks together, and in one the two halves of a list that lies across.

    A request that comes back in a later block has two runs: whoever asks must see to that.

    Raises
    ------
    UnlikeError
        The name of a request is no text.
    """
    request = pa.concat_arrays([part.request for part in parts])
    length, total = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("length", "total")
    )
    again = pc.equal(request.slice(1), request.slice(0, len(request) - 1))
    first = np.concatenate(([0], np.flatnonzero(~again.to_numpy(zero_copy_only=False)) + 1))
    request = request.take(pa.array(first)) if first.size < len(request) else request
    try:
        request.validate(full=True)
    except pa.ArrowInvalid as error:
        raise UnlikeError from error
    return Lists(request, np.add.reduceat(length, first), np.add.reduceat(total, first))
