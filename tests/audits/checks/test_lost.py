"""Rows that were meant to count and do not are told from those that never were impressions."""

from __future__ import annotations

import pyarrow as pa

from fairshelf.audits.checks.account import SCHEMA
from fairshelf.audits.checks.lost import Lost, lost_rows


def _rejects(*pairs: tuple[str, str]) -> pa.Table:
    rows = [
        {"file": "f", "row": row, "column": column, "value": "", "reason": reason}
        for row, (column, reason) in enumerate(pairs)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def test_the_column_that_cost_most_rows_is_named() -> None:
    """Three rows of forty, two of them for the rank: 7.5%, because of the rank."""
    faults = _rejects(("排名", "not_a_number"), ("曝光量", "missing"), ("排名", "not_whole"))
    assert lost_rows(faults, 40) == Lost(3, 3 / 40, "排名")


def test_what_never_was_an_impression_is_not_lost() -> None:
    """Rows of sums, blank rows and repeats leave nothing out of the counts."""
    faults = _rejects(("", "total_row"), ("", "blank_row"), ("商品ID", "duplicate"))
    assert lost_rows(faults, 10) is None
