"""Requests are found as runs of rows, also where a run lies across blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.rowgroups.layout import UnlikeError
from fairshelf.audits.rowgroups.lists import Lists, joined, runs

lengths = st.lists(st.integers(4, 9), min_size=1, max_size=6)


def _column(values: list[Any], *, words: bool) -> pa.ChunkedArray:
    array = pa.array([f"q{v}" if words else v for v in values])
    return pa.chunked_array([array.dictionary_encode() if words else array])


def _runs(values: list[Any], position: list[int], *, words: bool = False) -> Lists:
    return runs(_column(values, words=words), np.array(position, dtype=np.int64))


@pytest.mark.parametrize("words", [False, True])
@given(lengths=lengths, cut=st.integers(1, 40))
def test_a_list_across_two_blocks_is_one(words: bool, lengths: list[int], cut: int) -> None:  # noqa: FBT001 - a case
    """Wherever a file is cut, requests, lengths and sums of powers are those of the whole."""
    values = [number for number, size in enumerate(lengths) for _ in range(size)]
    position = [place for size in lengths for place in range(1, size + 1)]
    pieces = [
        (values[:cut], position[:cut]),
        (values[cut:], position[cut:]),
    ]
    try:
        found = joined([_runs(*piece, words=words) for piece in pieces if piece[0]])
    except UnlikeError:
        assert min(len(piece[0]) / max(len(set(piece[0])), 1) for piece in pieces) < 4
        return
    names = [f"q{v}" if words else v for v in range(len(lengths))]
    assert found.request.to_pylist() == names
    assert found.length.tolist() == lengths
    assert found.total.tolist() == [2 ** (size + 1) - 2 for size in lengths]


def test_a_position_twice_is_not_a_list_numbered_through() -> None:
    """1, 2, 2, 4 adds up to 2 + 4 + 4 + 16; positions above 40 add nothing."""
    assert _runs([7] * 4, [1, 2, 2, 4]).total.tolist() == [26]
    assert _runs([7] * 4, [0, 1, 40, 41]).total.tolist() == [1 + 2 + 2**40]


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("comes back within the block", [1] * 5 + [2] * 5 + [1] * 5),
        ("has too few rows", [1, 1, 1, 2, 2, 2]),
        ("is missing", [1, 1, 1, 1, None]),
    ],
)
def test_a_block_without_runs_is_refused(why: str, values: list[int | None]) -> None:
    """A request that comes back, is short or missing is left to the engine."""
    with pytest.raises(UnlikeError):
        _runs(values, [1] * len(values))
    assert why


@pytest.mark.parametrize("words", [False, True])
def test_requests_that_rise_do_not_come_back(words: bool) -> None:  # noqa: FBT001 - a case
    """Each must be above the one before it: as a number, or by length and then letter by letter."""
    assert _runs([9] * 4 + [10] * 4, [1] * 8, words=words).rising()
    assert _runs([1] * 4 + [2] * 4, [1] * 8, words=words).rising()
    assert not _runs([2] * 4 + [1] * 4, [1] * 8, words=words).rising()
    assert _runs([1] * 4, [1] * 4, words=words).rising()
    back = joined([_runs([1] * 4 + [2] * 4, [1] * 8), _runs([1] * 4, [1] * 4)])
    assert not back.rising()


def test_a_name_that_is_no_text_is_refused() -> None:
    """Bytes that are not UTF-8 are left to the engine, which says so."""
    broken = pa.array([b"\xff\xfe"] * 4).dictionary_encode()
    held = pa.DictionaryArray.from_arrays(
        broken.indices, pa.Array.from_buffers(pa.string(), 1, broken.dictionary.buffers())
    )
    with pytest.raises(UnlikeError):
        joined([runs(pa.chunked_array([held]), np.arange(1, 5))])
