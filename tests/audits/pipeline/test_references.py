"""A reference may be named as the data name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairshelf.audits.config import Settings
from fairshelf.audits.pipeline import audit

if TYPE_CHECKING:
    from pathlib import Path


def test_a_word_of_the_data_stands_for_its_level(tmp_path: Path) -> None:
    """The reference 城镇 is found though the sellers were grouped as rural and urban."""
    rows = [f"篮子,{n},s{n},{'农村' if n % 2 else '城镇'}" for n in range(1, 21)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["搜索词,排名,店铺ID,所在地类型", *rows]) + "\n", encoding="utf-8")
    done = audit([str(log)], None, None, Settings(reference={"locality": "农村"}))
    references = {record.name: record.reference for record in done.results.groups}
    assert references["locality:rural_urban"] == "rural"
