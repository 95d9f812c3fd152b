"""Numbers for the values of a column, the same in every block."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from fairshelf.audits.rowgroups.layout import UnlikeError, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

MISSING = -1
_SPAN = 2**20
"""Whole numbers that lie within so many of each other are their own codes."""


class Codes:
    """Numbers from 0 for the values of one column; for :class:`threading.Thread` to share.

    Words, and numbers far apart, are numbered in the order in which they are met; numbers that
    lie close together by their distance from the least.
    """

    def __init__(self, span: tuple[int, int] | None) -> None:
        """Begin without values.

        Parameters
        ----------
        span
            The least and largest number of a column of numbers; None for words.
        """
        close = span is not None and span[1] - span[0] < _SPAN
        self._least, self._most = span if span is not None and close else (0, -1)
        self._close = close
        self._values: Any = None
        self._lock = Lock()

    @property
    def size(self) -> int:
        """One more than the largest number that was given so far, or may be given."""
        if self._close:
            return self._most - self._least + 1
        return 0 if self._values is None else len(self._values)

    @property
    def values(self) -> pa.Array:
        """The value behind each number, shape (size,)."""
        if self._close:
            return pa.array(np.arange(self._least, self._most + 1, dtype=np.int64))
        return pa.array([], pa.string()) if self._values is None else self._values

    def of(self, column: Any, *, all_there: bool = True) -> NDArray[np.int32]:  # noqa: ANN401 - pyarrow ships no types
        """Give each row's number.

        Parameters
        ----------
        column
            A chunked array of one chunk.
        all_there
            Whether a value may not be missing; else ``MISSING`` stands for it.

        Raises
        ------
        UnlikeError
            A value is missing, or lies outside the span.
        """
        if column.null_count and (all_there or self._close):
            raise UnlikeError
        if self._close:
            number = whole(column)
            if number.size and (number.min() < self._least or number.max() > self._most):
                raise UnlikeError
            return (number.astype(np.int64, copy=False) - self._least).astype(np.int32)
        coded = column.combine_chunks()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.chunk(0) if coded.num_chunks else pa.array([], coded.type)
        if not pa.types.is_dictionary(coded.type):
            coded = coded.cast(pa.int64()).dictionary_encode()
        told = np.append(self._numbers(coded.dictionary), np.int32(MISSING))
        places = coded.indices.fill_null(len(told) - 1) if coded.null_count else coded.indices
        return np.asarray(told[places.to_numpy()])

    def _numbers(self, values: pa.Array) -> NDArray[np.int32]:
        """Give some values their numbers, new ones behind those that are known."""
        with self._lock:
            known = values.slice(0, 0) if self._values is None else self._values
            both = pa.chunked_array([_coded(known), _coded(values)]).unify_dictionaries()
            self._values = both.chunk(0).dictionary
        return np.asarray(both.chunk(1).indices.to_numpy(), dtype=np.int32)


def _coded(values: pa.Array) -> pa.DictionaryArray:
    places = pa.array(np.arange(len(values), dtype=np.int32))
    return pa.DictionaryArray.from_arrays(places, values)
