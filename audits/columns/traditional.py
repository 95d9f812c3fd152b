"""Chinese written with traditional characters, as the simplified one that the tables hold."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


def simplified(text: str) -> str:
    """Write the traditional characters of headings and of words for groups in simplified ones.

    Character by character, for comparing only: 店鋪名稱 becomes 店铺名称. Of characters that no
    heading is made of the table knows nothing; they stay as they are.
    """
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    path = files("fairshelf.audits") / "standards" / "traditional.csv"
    with path.open(encoding="utf-8") as lines:
        return {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(lines)}
