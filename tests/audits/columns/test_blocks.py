"""Columns that are filled in the first row of each list only."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pytest

from fairshelf.audits.columns.blocks import only_first_rows

if TYPE_CHECKING:
    from fairshelf.audits.columns.raw import RawTable


@pytest.mark.parametrize(
    ("words", "ranks", "told"),
    [
        ("a--b--c--", "123123123", True),
        ("a-b-c-", "010101", True),
        ("aaabbbccc", "123123123", False),
        ("a--b--c-x", "123123123", False),
        ("a-----c--", "123123123", False),
        ("a--------", "123456789", False),
        ("---------", "123123123", False),
    ],
)
def test_filled_where_lists_begin(words: str, ranks: str, told: bool) -> None:  # noqa: FBT001
    """Every first row and no other must be filled, in three lists or more."""
    head = pa.table({"w": list(words), "r": list(ranks)})
    raw = cast("RawTable", SimpleNamespace(head=head, decimal="."))
    assert only_first_rows(raw, "w", "r") is told
