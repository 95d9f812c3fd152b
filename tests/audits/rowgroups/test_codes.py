"""Numbers for the values of a column are the same in every block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.rowgroups.codes import MISSING, Codes
from fairshelf.audits.rowgroups.layout import UnlikeError

blocks = st.lists(
    st.lists(st.sampled_from(["", "a", "b", "ab", "农", "农村"]), min_size=1), min_size=1
)
far = st.lists(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1), min_size=1)


def _words(values: list[Any], kind: pa.DataType | None = None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, kind or pa.string()).dictionary_encode()])


@given(blocks)
def test_the_value_behind_a_number_is_the_rows(drawn: list[list[str]]) -> None:
    """Words of all blocks come back from their numbers, and no word has two numbers."""
    codes = Codes(None)
    told = [codes.of(_words(block)) for block in drawn]
    values = codes.values.to_pylist()
    assert [[values[one] for one in block] for block in told] == drawn
    assert len(set(values)) == len(values) == codes.size


@given(far)
def test_numbers_far_apart_are_numbered_like_words(drawn: list[list[int]]) -> None:
    """Ids of 64 bits come back exactly, the least and the largest among them."""
    codes = Codes((-(2**63), 2**63 - 1))
    told = [codes.of(pa.chunked_array([pa.array(block, pa.int64())])) for block in drawn]
    values = codes.values.to_pylist()
    assert [[values[one] for one in block] for block in told] == drawn


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint8(), pa.int32(), pa.int64()])
def test_numbers_close_together_are_their_distance_from_the_least(kind: pa.DataType) -> None:
    """3, 5 and 9 of 3 to 9 are 0, 2 and 6, whatever width they are held in."""
    codes = Codes((3, 9))
    told = codes.of(pa.chunked_array([pa.array([3, 5, 9], kind)]))
    assert told.tolist() == [0, 2, 6]
    assert codes.values.to_pylist() == [3, 4, 5, 6, 7, 8, 9]


def test_a_missing_word_has_a_number_where_it_may() -> None:
    """Of facts a value may be missing; of ids not."""
    column = _words(["a", None, "b"])
    assert Codes(None).of(column, all_there=False).tolist() == [0, MISSING, 1]
    with pytest.raises(UnlikeError):
        Codes(None).of(column)


@pytest.mark.parametrize("values", [[2], [10], [3, None]])
def test_a_number_outside_the_files_own_account_is_refused(values: list[int | None]) -> None:
    """Statistics that do not hold are found out, and so is a number that is missing."""
    with pytest.raises(UnlikeError):
        Codes((3, 9)).of(pa.chunked_array([pa.array(values, pa.int64())]), all_there=False)


def test_an_empty_block_has_no_numbers() -> None:
    """Neither of words nor of numbers."""
    assert Codes(None).of(_words([])).size == 0
    assert Codes((0, 4)).of(pa.chunked_array([pa.array([], pa.int64())])).size == 0
    assert np.asarray(Codes(None).values).size == 0
