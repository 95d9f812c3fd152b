"""Traditional characters are compared as simplified ones."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from fairshelf.audits.columns.traditional import simplified


@pytest.mark.parametrize(
    ("text", "plain"),
    [("店鋪名稱", "店铺名称"), ("廣告", "广告"), ("Seller ID", "Seller ID"), ("排名", "排名")],
)
def test_characters_are_written_plainly(text: str, plain: str) -> None:
    """What the table holds is replaced, all else stays."""
    assert simplified(text) == plain


def test_the_table_is_one_step() -> None:
    """No character is replaced by one that is replaced again, and each stands there once."""
    path = files("fairshelf.audits") / "standards" / "traditional.csv"
    with path.open(encoding="utf-8") as lines:
        rows = [(row["traditional"], row["simplified"]) for row in csv.DictReader(lines)]
    before = [old for old, _ in rows]
    assert len(before) == len(set(before))
    assert not set(before) & {new for _, new in rows}
