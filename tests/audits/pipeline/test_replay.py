"""Replay: the order is the model's, and the audit is of that order."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from fairshelf.audits.config import Settings
from fairshelf.audits.errors import DataError
from fairshelf.audits.pipeline import audit
from fairshelf.audits.pipeline.replay import ModelAsk, replay
from fairshelf.audits.pipeline.whatif import WhatIfAsk, whatif
from fairshelf.audits.results import Message
from fairshelf.reports.disclosure import public
from fairshelf.reports.remarks import LEFT_OUT

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.pipeline import Audit
    from fairshelf.audits.results import Cell, Results

SETTINGS = Settings(attributes={"locality": None}, permutations=199)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write 60 requests of 12 candidates of 40 sellers, 16 of them rural, and their sellers."""
    place = tmp_path_factory.mktemp("candidates")
    rng = np.random.default_rng(4)
    rows = []
    for request in range(60):
        for listing in rng.choice(80, 12, replace=False):
            seller = int(listing) % 40
            rows.append(
                {
                    "request": f"q{request}",
                    "listing": f"l{listing}",
                    "seller": f"s{seller}",
                    "评分": round(float(rng.normal(4, 0.4)), 3),
                    "is_rural": int(seller < 16),
                    "relevance": float(rng.integers(0, 4)),
                }
            )
    pd.DataFrame(rows).to_csv(place / "candidates.csv", index=False)
    (place / "sellers.csv").write_text(
        "seller,locality\n"
        + "".join(f"s{n},{'rural' if n < 16 else 'urban'}\n" for n in range(40)),
        encoding="utf-8",
    )
    (place / "rule.toml").write_text('[weights]\n"评分" = 1.0\nis_rural = -0.3\n', encoding="utf-8")
    return place


def run(folder: Path, model: str, log: Path | None = None, shown: int | None = None) -> Audit:
    """Replay a model over the candidates."""
    return replay(
        ModelAsk(model, shown=shown),
        [str(folder / "candidates.csv")],
        str(folder / "sellers.csv"),
        None,
        SETTINGS,
        log=log,
    )


def facts_of(done: Audit) -> dict[Cell, Cell]:
    """Give what is told of the model."""
    return {row[0]: row[1] for row in done.results.tables["ranking_model"].rows}


def values(results: Results) -> dict[str, float | None]:
    """Give every estimate by its key."""
    return {one.key: one.value for one in results.estimates}


def test_the_order_is_the_models(folder: Path, tmp_path: Path) -> None:
    """The ranked log is what pandas makes of the same scores, and its audit gives the estimates."""
    kept = tmp_path / "ranked.parquet"
    done = run(folder, str(folder / "rule.toml"), kept)
    rows = pd.read_csv(folder / "candidates.csv")
    rows["score"] = rows["评分"] - 0.3 * rows["is_rural"]
    rows["want"] = rows.groupby("request")["score"].rank(ascending=False, method="min")
    got = pd.read_parquet(kept).merge(rows, on=["request", "listing"])
    untied = ~got.duplicated(["request", "score"], keep=False)
    assert untied.mean() > 0.95
    assert (got.position[untied] == got.want[untied]).all()
    again = audit([str(kept)], str(folder / "sellers.csv"), None, SETTINGS).results
    shared = [e for e in again.estimates if e.metric == "exposure_share"]
    assert shared
    for one in shared:
        assert values(done.results)[one.key] == one.value


def test_ties_do_not_follow_the_file(folder: Path, tmp_path: Path) -> None:
    """With one score for all, the order is a digest's, however the file is sorted, and is told."""
    (tmp_path / "flat.toml").write_text("[weights]\nis_rural = 0.0\n", encoding="utf-8")
    one = run(folder, str(tmp_path / "flat.toml"))
    lines = (folder / "candidates.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "candidates.csv").write_text(
        "\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8"
    )
    (tmp_path / "sellers.csv").write_bytes((folder / "sellers.csv").read_bytes())
    two = run(tmp_path, str(tmp_path / "flat.toml"))
    assert values(one.results) == values(two.results)
    facts = facts_of(one)
    assert (facts["tied"], facts["constant_requests"]) == (720, 60)
    codes = {notice.code for notice in one.results.notices}
    assert {"replay_ties", "replay_constant"} <= codes
    other = replay(
        ModelAsk(str(tmp_path / "flat.toml")),
        [str(folder / "candidates.csv")],
        str(folder / "sellers.csv"),
        None,
        SETTINGS.model_copy(update={"seed": 1}),
    )
    assert values(other.results) != values(one.results)


def test_what_is_missing_is_counted(folder: Path, tmp_path: Path) -> None:
    """Empty, unreadable and infinite cells are told apart; a candidate without a score is last."""
    with (folder / "candidates.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row, cell in zip(rows, ("", "many", "inf"), strict=False):
        row["评分"] = cell
    pd.DataFrame(rows).to_csv(tmp_path / "candidates.csv", index=False)
    (tmp_path / "sellers.csv").write_bytes((folder / "sellers.csv").read_bytes())
    done = run(tmp_path, str(folder / "rule.toml"), tmp_path / "ranked.parquet")
    (rating,) = [row for row in done.results.tables["features"].rows if row[0] == "评分"]
    assert rating == ("评分", "评分", 3, 1, 1)
    ranked = pd.read_parquet(tmp_path / "ranked.parquet")
    first = ranked[ranked.request == "q0"]
    last = set(first.listing[first.position > 9])
    assert last == {row["listing"] for row in rows[:3]}
    assert facts_of(done)["unscored"] == 3


def test_a_feature_that_is_missing_everywhere_is_said(folder: Path, tmp_path: Path) -> None:
    """By a notice of its own, which the terminal tells, too; of a what-if as of a replay."""
    rows = pd.read_csv(folder / "candidates.csv").assign(speed="")
    rows.to_csv(tmp_path / "candidates.csv", index=False)
    (tmp_path / "sellers.csv").write_bytes((folder / "sellers.csv").read_bytes())
    rule = '[weights]\n"评分" = 1.0\nspeed = 1.0\n[missing]\nspeed = 2.0\n'
    (tmp_path / "rule.toml").write_text(rule, encoding="utf-8")
    done = run(tmp_path, str(tmp_path / "rule.toml"))
    want = Message("feature_missing_everywhere", {"feature": "speed", "heading": "speed"})
    assert want in done.results.notices
    assert "feature_missing" not in {one.code for one in done.results.notices}
    files = [str(tmp_path / "candidates.csv")], str(tmp_path / "sellers.csv")
    asked = WhatIfAsk((), ((("评分", "4"),),), blind=False)
    told = whatif(ModelAsk(str(tmp_path / "rule.toml")), asked, *files, SETTINGS)
    assert want in told.head.notices
    assert want.code in LEFT_OUT


def test_only_the_first_are_shown(folder: Path, tmp_path: Path) -> None:
    """With --shown 5 the log has five a request, and the catalogue still every candidate."""
    kept = tmp_path / "ranked.parquet"
    done = run(folder, str(folder / "rule.toml"), kept, shown=5)
    assert pd.read_parquet(kept).position.max() == 5
    assert done.results.joins.listings_in_catalogue == 80
    assert done.results.rows.used == 720


def test_features_that_are_not_there(folder: Path, tmp_path: Path) -> None:
    """A model that reads a column the candidates lack is refused with the likeliest heading."""
    (tmp_path / "rule.toml").write_text("[weights]\nis_rurall = 1.0\n", encoding="utf-8")
    with pytest.raises(DataError, match="features_missing") as refused:
        run(folder, str(tmp_path / "rule.toml"))
    assert refused.value.facts["suggestions"] == ["is_rural"]


def test_canonical_names_find_other_headings(folder: Path, tmp_path: Path) -> None:
    """A model that reads `rating` is given the column headed 评分."""
    (tmp_path / "rule.toml").write_text(
        "[weights]\nrating = 1.0\nis_rural = -0.3\n", encoding="utf-8"
    )
    one, two = run(folder, str(tmp_path / "rule.toml")), run(folder, str(folder / "rule.toml"))
    assert values(one.results) == values(two.results)


def test_candidates_without_requests(tmp_path: Path) -> None:
    """Candidates of nobody's request cannot be ranked, and the message asks for the column."""
    (tmp_path / "c.csv").write_text("listing,seller,rating\na,s1,4\nb,s2,5\n", encoding="utf-8")
    with pytest.raises(DataError, match="no_request"):
        replay(ModelAsk("column:rating"), [str(tmp_path / "c.csv")], None, None, Settings())


def test_public_results_of_a_replay(folder: Path) -> None:
    """Public results keep the model and its quality, without digest and headings."""
    done = run(folder, str(folder / "rule.toml"))
    shown = public(done.results)
    assert "quality" in shown.tables
    assert ("sha256", None) in shown.tables["ranking_model"].rows
    assert shown.tables["features"].rows[0][1] is None
    roles = [one.role for one in done.results.inputs]
    assert roles == ["candidates", "model", "sellers"]
    assert public(replace(done.results)) == shown


def test_a_worth_that_is_blank_is_counted(tmp_path: Path) -> None:
    """Candidates that tell no relevance are worth nothing in NDCG, and their number is said."""
    rows = [
        {
            "request": f"q{request}",
            "listing": f"l{place}",
            "seller": f"s{place}",
            "locality": "rural" if place < 4 else "urban",
            "old": place,
            "relevance": None if request < 5 and place == 2 else place / 12,
        }
        for request in range(40)
        for place in range(12)
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "log.csv", index=False)
    ask = ModelAsk("column:old")
    results = replay(ask, [str(tmp_path / "log.csv")], None, None, SETTINGS).results
    told = [one.facts for one in results.limits if one.code == "replay_gain_blank"]
    assert told == [{"column": "relevance", "count": 5}]


@pytest.mark.parametrize("places", [True, False])
def test_clicks_of_an_order_that_was_shown_judge_no_order(tmp_path: Path, *, places: bool) -> None:
    """Goods all alike are clicked by place alone: the old order gets twice the NDCG of its reverse.

    Where the table tells the places, no such figure is given; where it does not, the doubt is said.
    """
    rng = np.random.default_rng(0)
    rows = [
        {
            "request": f"q{request}",
            "position": place,
            "listing": f"l{listing}",
            "seller": f"s{listing % 20}",
            "locality": "rural" if listing % 20 < 8 else "urban",
            "old": 12 - place,
            "reverse": place,
            "clicks": int(rng.random() < 0.5 / np.log2(1 + place)),
        }
        for request in range(200)
        for place, listing in enumerate(rng.permutation(40)[:12].tolist(), start=1)
    ]
    table = pd.DataFrame(rows).drop(columns=[] if places else ["position"])
    table.to_csv(tmp_path / "log.csv", index=False)
    found = {}
    for model in ("old", "reverse"):
        ask = ModelAsk(f"column:{model}")
        results = replay(ask, [str(tmp_path / "log.csv")], None, None, SETTINGS).results
        codes = {one.code for one in results.limits}
        assert ("replay_hindsight_clicks" in codes) is places
        assert ("replay_earned_clicks" in codes) is not places
        told = results.tables["quality"].rows
        assert {row[0] for row in told} >= {"answer_auc"}
        found[model] = [row[4] for row in told if row[0] == "ndcg" and row[3] is None]
    if places:
        assert found == {"old": [], "reverse": []}
        return
    (old,), (reverse,) = found["old"], found["reverse"]
    assert float(str(old)) > 1.5 * float(str(reverse))


def test_words_where_the_model_reads_a_number(folder: Path, tmp_path: Path) -> None:
    """A feature of words only is refused with some of them, not ranked as if all were missing."""
    rows = pd.read_csv(folder / "candidates.csv")
    rows["评分"] = np.where(rows["评分"] > 4, "良好", "一般")
    rows.to_csv(tmp_path / "words.csv", index=False)
    with pytest.raises(DataError, match="feature_is_words") as refused:
        replay(
            ModelAsk(str(folder / "rule.toml")),
            [str(tmp_path / "words.csv")],
            str(folder / "sellers.csv"),
            None,
            SETTINGS,
        )
    assert refused.value.facts["feature"] == "评分"
    assert set(refused.value.facts["words"]) == {"良好", "一般"}
