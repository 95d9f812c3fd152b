"""``audit offpolicy`` as it is typed: a log with propensities and a table of another policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from .conftest import inside, outside

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Ended


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a log of three listings shown with known chances, and another policy."""
    place = tmp_path_factory.mktemp("policies")
    rng = np.random.default_rng(0)
    chance = np.array([0.6, 0.3, 0.1])
    shown = rng.choice(3, 3_000, p=chance)
    pd.DataFrame(
        {
            "request": [f"q{n}" for n in range(3_000)],
            "position": 1,
            "listing": [f"l{n}" for n in shown],
            "seller": [f"s{n}" for n in shown],
            "propensity": chance[shown],
            "clicks": (rng.random(3_000) < np.array([0.1, 0.3, 0.6])[shown]).astype(int),
        }
    ).to_csv(place / "log.csv", index=False)
    pd.DataFrame(
        {"listing": ["l0", "l1", "l2"], "position": 1, "probability": [0.2, 0.3, 0.5]}
    ).to_csv(place / "policy.csv", index=False)
    return place


def run(folder: Path, *words: str) -> Ended:
    """Run the command in the folder."""
    return inside(folder, "offpolicy", "log.csv", *words)


def test_the_other_policy(folder: Path) -> None:
    """The interval holds the true 0.41 clicks a showing; the log has a third of that."""
    done = outside(folder, "offpolicy", "log.csv", "--policy", "policy.csv", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ips"]["low"] < 0.41 < told["ips"]["high"]
    assert told["logged"]["value"] < 0.25
    assert told["rows"] == 3_000
    assert told["weight_mean"] == pytest.approx(1, abs=0.1)
    said = run(folder, "--policy", "policy.csv", "--lang", "zh").stdout
    assert "自归一化" in said


@pytest.mark.parametrize(
    ("table", "status"),
    [("listing,position\nl0,1\n", 2), ("listing,position,probability\nl0,1,1.5\n", 2), (None, 2)],
)
def test_wrong_policies(folder: Path, tmp_path: Path, table: str | None, status: int) -> None:
    """A table that is none, or holds no probabilities, is one clear error."""
    if table is not None:
        (tmp_path / "p.csv").write_text(table, encoding="utf-8")
    done = run(folder, "--policy", str(tmp_path / "p.csv"), "--lang", "en")
    assert done.exit_code == status
    assert "p.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_log_without_propensities(folder: Path) -> None:
    """The columns that are missing are named, and what the other policy cannot be asked for."""
    done = run(folder, "--policy", "policy.csv", "--reward", "orders")
    assert done.exit_code == 3
    assert "orders" in done.stderr
    done = run(folder, "--policy", "policy.csv", "--reward", "money")
    assert (done.exit_code, "money" in done.stderr) == (2, True)


def _lossy(folder: Path, place: Path, lost: int, column: str = "propensity") -> pd.DataFrame:
    """Write the log with a column empty on the first clicked showings."""
    log = pd.read_csv(folder / "log.csv")
    log[column] = log[column].astype(float)
    log.loc[log.index[log.clicks == 1][:lost], column] = np.nan
    log.to_csv(place / "log.csv", index=False)
    (place / "policy.csv").write_bytes((folder / "policy.csv").read_bytes())
    return log


@pytest.mark.parametrize("column", ["propensity", "clicks"])
def test_rows_left_out_are_counted_and_said(folder: Path, tmp_path: Path, column: str) -> None:
    """Read is used plus left out, and what those left out earned stands beside the rest."""
    log = _lossy(folder, tmp_path, 100, column)
    ended = run(tmp_path, "--policy", "policy.csv", "--json")
    assert ended.exit_code == 0, ended.stderr
    told = json.loads(ended.stdout)
    account = told["account"]
    assert (account["read"], account["used"], told["rows"]) == (3_000, 2_900, 2_900)
    assert account["no_" + ("reward" if column == "clicks" else column)] == 100
    if column == "propensity":
        assert account["reward_no_propensity"] == 1.0
        used = log.clicks[log.propensity.notna()].mean()
        assert account["reward_used"] == pytest.approx(used)
    for lang, said in (("en", "2,900 used"), ("zh", "采用 2,900 行")):
        shown = run(tmp_path, "--policy", "policy.csv", "--lang", lang).stdout
        assert said in shown.replace("\n", " ")


@pytest.mark.parametrize("column", ["propensity", "clicks"])
def test_too_many_rows_left_out_are_refused(folder: Path, tmp_path: Path, column: str) -> None:
    """More than one showing in twenty without propensity or reward: no figures, and the share."""
    _lossy(folder, tmp_path, 151, column)
    ended = run(tmp_path, "--policy", "policy.csv")
    assert (ended.exit_code, ended.stdout) == (3, "")
    assert "151 of 3,000" in ended.stderr
    _lossy(folder, tmp_path, 150, column)
    assert run(tmp_path, "--policy", "policy.csv").exit_code == 0


def test_rows_that_are_counts_are_refused(folder: Path, tmp_path: Path) -> None:
    """A row is one showing: a column that says how often it was shown has no place here."""
    log = _lossy(folder, tmp_path, 0)
    log.assign(impressions=1 + np.arange(len(log)) % 3).to_csv(tmp_path / "log.csv", index=False)
    ended = run(tmp_path, "--policy", "policy.csv")
    assert (ended.exit_code, "impressions" in ended.stderr) == (2, True)
