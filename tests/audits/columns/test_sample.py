"""The first cells of a column are those that a look at all of them would give."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from fairshelf.audits.columns.sample import PIECE, cells, first_cells

CELLS = st.sampled_from([None, "", "-", "1", '="007"', "n/a", " x "])


@given(st.lists(CELLS, max_size=3 * PIECE), st.integers(0, 5))
def test_the_first_are_the_first_of_all(column: list[str | None], most: int) -> None:
    """Also where missing ones fill whole pieces before them."""
    raw: Any = SimpleNamespace(head=pa.table({"x": pa.array(column, pa.string())}))
    assert first_cells(raw, "x", most) == tuple(cells(raw, "x")[:most])
