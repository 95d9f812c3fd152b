"""``audit whatif`` as it is typed: a rule with a planted location term, and candidates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ended

RULE = "[weights]\nfit = 1.0\ncounty = -1.0\n"
UNAWARE = "[weights]\nfit = 1.0\n"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Write 60 requests of 15 candidates from 60 sellers, 24 of them rural, and two rules."""
    rng = np.random.default_rng(8)
    rows = []
    for request in range(60):
        for n in rng.choice(120, 15, replace=False):
            seller = int(n) % 60
            rural = seller < 24
            rows.append(
                (
                    *(f"q{request}", f"l{n}", f"s{seller}", "县域" if rural else "市区"),
                    *(float(rural), float(rng.normal()), int(rng.random() < 0.3)),
                )
            )
    names = ["请求", "商品", "卖家", "地区", "county", "fit", "clicks"]
    pd.DataFrame(rows, columns=names).to_csv(tmp_path / "candidates.csv", index=False)
    (tmp_path / "rule.toml").write_text(RULE, encoding="utf-8")
    (tmp_path / "unaware.toml").write_text(UNAWARE, encoding="utf-8")
    return tmp_path


WORDS = (
    *("--map", "request=请求", "--map", "listing=商品", "--map", "seller=卖家"),
    *("--attribute", "locality=地区", "--reference", "locality=市区", "--out", "out"),
)


def _of(folder: Path) -> dict[str, dict[str, object]]:
    told = json.loads((folder / "out" / "whatif.json").read_text(encoding="utf-8"))
    (contrast,) = told["contrasts"]
    assert (contrast["group"], contrast["reference"]) == ("县域", "市区")
    return {one["code"]: one for one in contrast["whatifs"]}


def _ratio(one: dict[str, object], when: str) -> float:
    changes = one["effect"]["changes"]  # type: ignore[index]
    return float(changes[0][1][when])


def test_what_a_location_term_does_is_undone_by_each_way(
    command: Callable[..., Ended], world: Path
) -> None:
    """Flipped, made equal, cleared or dropped: without ``county`` the ratio comes near 1."""
    ended = command(
        *("whatif", "rule.toml", "candidates.csv", "--flip", "county=0", "--set", "county=0"),
        *WORDS,
    )
    assert ended.exit_code == 0, ended.stderr
    found = _of(world)
    assert set(found) == {"flip", "same", "residuals", "proxies"}
    for one in found.values():
        assert _ratio(one, "before") < 0.75
        assert 0.9 < _ratio(one, "after") < 1.12
    assert found["proxies"]["features"] == [["county", None]]
    alone = found["flip"]["alone"]
    assert alone["places"]["high"] < 0  # type: ignore[index]
    assert alone["exposure"]["low"] > 0  # type: ignore[index]
    for lang in ("en", "zh"):
        page = (world / "out" / f"whatif.{lang}.html").read_text(encoding="utf-8")
        assert "县域" in page
        assert "{" not in page.split("</style>")[1]
    assert "places higher" in ended.stdout


def test_a_rule_that_cannot_see_the_location_is_not_said_to(
    command: Callable[..., Ended], world: Path
) -> None:
    """A rule that reads only ``fit`` changes nothing, and no feature of it tells the group."""
    ended = command("whatif", "unaware.toml", "candidates.csv", *WORDS)
    assert ended.exit_code == 0, ended.stderr
    found = _of(world)
    assert set(found) == {"residuals"}
    assert 0.97 < _ratio(found["residuals"], "after") / _ratio(found["residuals"], "before") < 1.03


def test_what_the_model_does_not_read_cannot_be_flipped(
    command: Callable[..., Ended], world: Path
) -> None:
    """An unknown feature, a word for a number, a column as model: status 2, nothing written."""
    for words in (
        ("unaware.toml", "candidates.csv", "--flip", "county=0"),
        ("rule.toml", "candidates.csv", "--flip", "county=many"),
        ("column:fit", "candidates.csv"),
    ):
        ended = command("whatif", *words, *WORDS)
        assert ended.exit_code == 2, words
        assert ended.stderr.strip()
        assert not (world / "out").exists()
