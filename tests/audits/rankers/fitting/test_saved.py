"""A saved surrogate gives the scores of the fitted one when it is opened again."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from fairshelf.audits.rankers.fitting.design import Features, without
from fairshelf.audits.rankers.fitting.lists import Lists, ordered
from fairshelf.audits.rankers.fitting.models import fit
from fairshelf.audits.rankers.fitting.saved import file_of, toml_of, weights_of
from fairshelf.audits.rankers.loading import load_ranker

if TYPE_CHECKING:
    from pathlib import Path

TREES = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
"""scikit-learn's own trees, which skops asks to have named."""


@pytest.fixture
def data() -> tuple[Lists, dict[str, np.ndarray], np.ndarray]:
    """Give lists with numbers, some of them none written as 0, and words, some of them rare."""
    rng = np.random.default_rng(5)
    size = 600
    numbers = {
        "price": np.exp(4 + rng.standard_normal(size)),
        "rating": np.where(rng.random(size) < 0.3, 0.0, rng.uniform(3, 5, size)),
        "new": rng.integers(0, 2, size).astype(float),
    }
    kinds = np.array(["a", "b", "c", "", "rare1", "rare2"], dtype=object)
    words = rng.choice(kinds, size, p=[0.4, 0.3, 0.2, 0.06, 0.02, 0.02])
    place = np.tile(np.arange(20), 30)
    lists = ordered(np.repeat(np.arange(30), 20), place, np.arange(size), np.arange(size) % 50, rng)
    return lists, numbers, words


def table_of(numbers: dict[str, np.ndarray], words: np.ndarray) -> pa.Table:
    """Give the rows as a candidate table holds them."""
    return pa.table({**numbers, "kind": pa.array([word or None for word in words])})


def test_weights_score_as_the_model_does(
    data: tuple[Lists, dict[str, np.ndarray], np.ndarray], tmp_path: Path
) -> None:
    """Opened from TOML, the rule's scores differ from the model's by one constant only."""
    lists, numbers, words = data
    features = Features(without(numbers, [("rating", 0.0)]), {"kind": words})
    fitted = fit("linear", lists, features.at(lists.rows), 0)
    text = toml_of(weights_of(fitted, {"rating": (0.0,)}, {}))
    assert "rating" in tomllib.loads(text)["empty"]
    (tmp_path / "weights.toml").write_text(text)
    ranker = load_ranker(str(tmp_path / "weights.toml"))
    told = ranker.score(table_of(numbers, words).select(list(ranker.features or ())))
    assert np.ptp(told - fitted.score(features)) == pytest.approx(0, abs=1e-9)


def test_levels_are_spelled_as_the_column_has_them(
    data: tuple[Lists, dict[str, np.ndarray], np.ndarray],
) -> None:
    """An attribute made from another column is written as the weights of that column's words."""
    lists, _, words = data
    levels = np.where(words == "a", "rural", np.where(words == "b", "urban", "")).astype(object)
    features = Features({}, {"locality:rural_urban": levels}, {"locality:rural_urban": "urban"})
    fitted = fit("linear", lists, features.at(lists.rows), 0)
    spelled = {"locality:rural_urban": ("locality", {"a": "rural", "b": "urban", "c": ""})}
    told = weights_of(fitted, {}, spelled)["levels"]["locality"]
    assert told["b"] == 0
    assert told["a"] != 0
    assert told["c"] == told[""] != 0


@pytest.mark.parametrize("name", ["boosted", "lambdamart"])
def test_boosted_files_score_as_the_model_does(
    data: tuple[Lists, dict[str, np.ndarray], np.ndarray], tmp_path: Path, name: str
) -> None:
    """A skops file and LightGBM's text, opened as any other model, give the same scores."""
    pytest.importorskip("lightgbm" if name == "lambdamart" else "skops")
    lists, numbers, words = data
    beside = {"kind": words} if name == "boosted" else {}
    features = Features(numbers, beside)
    fitted = fit(name, lists, features.at(lists.rows), 0)  # type: ignore[arg-type]
    file = file_of(fitted)
    assert file is not None
    place = tmp_path / f"model.{file[0]}"
    place.write_bytes(file[1])
    ranker = load_ranker(str(place), trust=() if name == "lambdamart" else (TREES,))
    told = ranker.score(table_of(numbers, words).select(list(ranker.features or ())))
    assert told == pytest.approx(fitted.score(features), abs=1e-9)
