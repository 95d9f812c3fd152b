"""``audit compare`` of logs whose rows are counts, and of clicks, against sums by pandas."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from .conftest import inside

if TYPE_CHECKING:
    from pathlib import Path

ASKED = ("--attribute", "locality", "--reference", "locality=urban")
QUICK = 'permutations = 99\nseries = "none"\nadjust = ["none"]\n'


def _logs(seed: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give 60 requests of 12 from 60 sellers, shown the more often the more rural, and reversed."""
    rng = np.random.default_rng(seed)
    rows = []
    for request in range(60):
        chosen = rng.choice(120, 12, replace=False)
        shown = 1 + 9 * int((chosen % 60 < 24).sum() > 5)
        rows += [
            (f"q{request}", n + 1, f"l{one}", f"s{one % 60}", shown)
            for n, one in enumerate(chosen.tolist())
        ]
    log = pd.DataFrame(rows, columns=["request", "position", "listing", "seller", "impressions"])
    log["locality"] = np.where(log.seller.str[1:].astype(int) < 24, "rural", "urban")
    return log, log.assign(position=13 - log.position)


def _per_listing(log: pd.DataFrame, units: pd.DataFrame) -> float:
    """Give the exposure ratio per listing: attention by DCG times the times a row was shown."""
    held = (log.impressions / np.log2(1 + log.position)).groupby(log.locality).sum()
    mean = held / units.groupby("locality").listing.nunique()
    return float(mean["rural"] / mean["urban"])


def _compared(folder: Path, *words: str) -> dict[str, object]:
    (folder / "q.toml").write_text(QUICK, encoding="utf-8")
    ended = inside(folder, "compare", *words, *ASKED, "-c", "q.toml", "--json")
    assert ended.exit_code == 0, ended.stderr
    told: dict[str, object] = json.loads(ended.stdout)
    return told


def _first(told: dict[str, object]) -> dict[str, object]:
    groups = told["groups"]
    assert isinstance(groups, list)
    found: dict[str, object] = groups[0]
    return found


def test_rows_count_as_often_as_they_were_shown(tmp_path: Path) -> None:
    """Ratios and shares of attention are those of pandas with the counts, and far from without."""
    log, other = _logs()
    log.to_csv(tmp_path / "a.csv", index=False)
    other.to_csv(tmp_path / "b.csv", index=False)
    told = _compared(tmp_path, "a.csv", "b.csv")
    group = _first(told)
    change = group["changes"][0][1]  # type: ignore[index]
    assert change["before"] == pytest.approx(_per_listing(log, log), rel=1e-9)
    assert change["after"] == pytest.approx(_per_listing(other, log), rel=1e-9)
    assert abs(change["before"] / _per_listing(log.assign(impressions=1), log) - 1) > 0.05
    held = (log.impressions / np.log2(1 + log.position)).groupby(log.locality).sum()
    assert group["moved"]["share_before"] == pytest.approx(held["rural"] / held.sum())  # type: ignore[index]
    assert told["weighted"] is True


def test_a_count_is_as_many_pages(tmp_path: Path) -> None:
    """Pages shown n times compare as n pages do: the same ratios, gains and losses."""
    log, other = _logs()
    found = []
    for many in (False, True):
        for name, part in (("a.csv", log), ("b.csv", other)):
            rows = part
            if many:
                rows = part.loc[part.index.repeat(part.impressions)]
                copy = rows.groupby(["request", "position"]).cumcount().astype(str)
                rows = rows.assign(request=rows.request + "_" + copy).drop(columns="impressions")
            rows.to_csv(tmp_path / name, index=False)
        group = _first(_compared(tmp_path, "a.csv", "b.csv"))
        ratios = [(one["before"], one["after"]) for _, one in group["changes"]]  # type: ignore[attr-defined]
        found.append((np.ravel(ratios), group["moved"]))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-9)
    assert found[0][1] == pytest.approx(found[1][1], rel=1e-9)


def test_a_log_against_itself_agrees_with_its_audit(tmp_path: Path) -> None:
    """The ratio before and after is the one ``audit run`` gives per listing of the catalogue."""
    log, _ = _logs()
    log.to_csv(tmp_path / "a.csv", index=False)
    log.drop_duplicates("listing")[["listing", "seller"]].to_csv(tmp_path / "c.csv", index=False)
    (tmp_path / "q.toml").write_text(QUICK, encoding="utf-8")
    words = ("a.csv", "--catalogue", "c.csv", "-c", "q.toml", "-o", "out", "-q")
    ended = inside(tmp_path, "run", *words, *ASKED)
    assert ended.exit_code == 0, ended.stderr
    with (tmp_path / "out" / "estimates.csv").open(encoding="utf-8-sig") as file:
        (run,) = {
            float(row["value"])
            for row in csv.DictReader(file)
            if (row["metric"], row["baseline"], row["browsing"], row["method"], row["note"])
            == ("exposure_ratio", "catalogue", "dcg", "permutation", "")
        }
    change = _first(_compared(tmp_path, "a.csv", "a.csv"))["changes"][0][1]  # type: ignore[index]
    assert change["before"] == change["after"] == pytest.approx(run, rel=1e-6)


@pytest.mark.parametrize("browsing", ["given", "cascade:0.9,0.5", "empirical"])
def test_attention_that_is_not_of_the_place_alone_is_refused(tmp_path: Path, browsing: str) -> None:
    """A browsing model that needs more than a place is one clear error with what to use."""
    log, other = _logs()
    log.to_csv(tmp_path / "a.csv", index=False)
    other.to_csv(tmp_path / "b.csv", index=False)
    (tmp_path / "b.toml").write_text(f'browsing = ["{browsing}"]\n', encoding="utf-8")
    ended = inside(tmp_path, "compare", "a.csv", "b.csv", *ASKED, "-c", "b.toml")
    assert (ended.exit_code, "dcg" in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("remedy", "a.csv"),
        ("remedy", "a.csv", "--model", "rule.toml"),
        ("whatif", "rule.toml", "a.csv"),
        ("replay", "rule.toml", "a.csv"),
        ("compare", "rule.toml", "rule.toml", "--candidates", "a.csv"),
    ],
)
def test_counts_are_not_dealt_out_anew(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Whatever puts rows in another order refuses rows that are counts and names the column."""
    log, _ = _logs()
    log = log.assign(fit=np.arange(len(log)) % 7).rename(columns={"impressions": "曝光量"})
    log.to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "rule.toml").write_text("[weights]\nfit = 1.0\n", encoding="utf-8")
    ended = inside(tmp_path, *words, *ASKED)
    assert ended.exit_code == 2
    assert "曝光量" in ended.stderr
    assert "1 to 10" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


def test_rows_that_all_count_the_same_are_dealt_out(tmp_path: Path) -> None:
    """A column of nothing but ones changes nothing."""
    log, _ = _logs()
    log = log.assign(fit=np.arange(len(log)) % 7, impressions=1)
    log.to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "rule.toml").write_text("[weights]\nfit = 1.0\n", encoding="utf-8")
    (tmp_path / "q.toml").write_text(QUICK, encoding="utf-8")
    words = ("compare", "rule.toml", "rule.toml", "--candidates", "a.csv", "-c", "q.toml")
    assert inside(tmp_path, *words, *ASKED).exit_code == 0


@pytest.mark.parametrize(("column", "ndcg"), [("clicks", False), ("relevance", True)])
def test_orders_are_not_judged_by_hindsight(tmp_path: Path, column: str, *, ndcg: bool) -> None:
    """Clicks earned at the places listings had give no NDCG, and it is said; relevance gives it."""
    log, other = _logs()
    worth = np.random.default_rng(1).integers(0, 2, 120)
    log, other = (
        one.assign(**{column: worth[one.listing.str[1:].astype(int)]}) for one in (log, other)
    )
    log.to_csv(tmp_path / "a.csv", index=False)
    other.to_csv(tmp_path / "b.csv", index=False)
    told = _compared(tmp_path, "a.csv", "b.csv")
    assert (told["quality"] is not None) == ndcg
    assert told["gain"] == ("relevance" if ndcg else None)
    assert told["hindsight"] == ([] if ndcg else ["clicks"])
    if not ndcg:
        words = ("compare", "a.csv", "b.csv", *ASKED, "-c", "q.toml")
        assert "hindsight" in inside(tmp_path, *words).stdout
        assert "事后诸葛" in inside(tmp_path, *words, "--lang", "zh").stdout.replace("\n", "")


def test_the_quality_of_a_page_counts_as_often_as_it_was_shown(tmp_path: Path) -> None:
    """NDCG before is the mean over pages, each as often as it was shown."""
    log, other = _logs()
    worth = np.random.default_rng(1).integers(0, 2, 120)
    log, other = (
        one.assign(relevance=worth[one.listing.str[1:].astype(int)]) for one in (log, other)
    )
    log.to_csv(tmp_path / "a.csv", index=False)
    other.to_csv(tmp_path / "b.csv", index=False)
    values, weights = [], []
    discount = 1 / np.log2(np.arange(2, 12))
    for _, page in log.groupby("request"):
        gain = page.sort_values("position").relevance.to_numpy()
        best = (np.sort(gain)[::-1][:10] * discount).sum()
        if best > 0:
            values.append((gain[:10] * discount).sum() / best)
            weights.append(page.impressions.max())
    told = _compared(tmp_path, "a.csv", "b.csv")["quality"]
    assert told[0] == pytest.approx(np.average(values, weights=weights), rel=1e-9)  # type: ignore[index]
    assert abs(told[0] - np.mean(values)) > 1e-4  # type: ignore[index]
