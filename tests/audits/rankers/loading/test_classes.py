"""Which class a classifier's candidates are ranked by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.rankers.loading import load_ranker
from fairshelf.audits.rankers.loading.classes import better

if TYPE_CHECKING:
    from pathlib import Path

    from fairshelf.audits.rankers.records import Ranker


def _fitted(kind: str, low: Any, high: Any) -> Any:  # noqa: ANN401 - classes and an estimator
    """Fit a classifier to a feature: above 0 is ``high``, below it ``low``."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    value = np.linspace(-2, 2, 40)
    told = pd.DataFrame({"quality": value})
    model = LogisticRegression() if kind == "proba" else LinearSVC()
    return model.fit(told, np.where(value > 0, high, low))


def _skops(folder: Path, kind: str, low: Any, high: Any, output: str | None = None) -> Ranker:  # noqa: ANN401 - classes
    import skops.io

    skops.io.dump(_fitted(kind, low, high), folder / "m.skops")
    return load_ranker(str(folder / "m.skops"), output=output)


def _rises(ranker: Ranker) -> bool:
    """Say whether a greater feature scores higher."""
    assert ranker.features is not None
    low, high = ranker.score(pa.table({ranker.features[0]: [-1.0, 1.0]}))
    return bool(high > low)


@pytest.mark.parametrize(
    ("classes", "place"),
    [
        ((0, 1), 1),
        ((False, True), 1),
        (("10", "9"), 0),
        (("no", "yes"), 1),
        (("ja", "nein"), 0),
        (("否", "是"), 1),
        (("buy", "skip"), None),
        (("clicked", "not clicked"), None),
    ],
)
def test_numbers_and_yes_have_an_order(classes: tuple[Any, Any], place: int | None) -> None:
    """The greater number and the yes are the better class; other words have no order."""
    assert better(classes) == place


@pytest.mark.parametrize("kind", ["proba", "decision"])
@pytest.mark.parametrize(("low", "high"), [("no", "yes"), ("nein", "ja"), ("9", "10")])
def test_the_better_class_is_ranked_by(tmp_path: Path, kind: str, low: str, high: str) -> None:
    """Whether or not it is the later one in the alphabet."""
    ranker = _skops(tmp_path, kind, low, high)
    assert _rises(ranker)
    assert ranker.notices == ()


@pytest.mark.parametrize("kind", ["proba", "decision"])
def test_of_two_words_the_one_taken_is_said(tmp_path: Path, kind: str) -> None:
    """The later was taken, a notice says so, and ``output`` chooses the other."""
    ranker = _skops(tmp_path, kind, "skip", "buy")
    (told,) = ranker.notices
    assert told.code == "model_class_taken"
    assert told.facts == {"model": "m.skops", "taken": "skip", "other": "buy"}
    assert not _rises(ranker)
    chosen = _skops(tmp_path, kind, "skip", "buy", output="buy")
    assert _rises(chosen)
    assert chosen.notices == ()


def test_a_class_that_is_none_is_refused(tmp_path: Path) -> None:
    """The error lists the classes."""
    with pytest.raises(UsageError, match="model_output_unknown") as refused:
        _skops(tmp_path, "proba", "skip", "buy", output="bought")
    assert refused.value.facts["known"] == ["buy", "skip"]


def test_onnx_names_its_classes(tmp_path: Path) -> None:
    """Of a yes and a no the yes is ranked by; two other words are refused."""
    from skl2onnx import to_onnx

    def ranker(low: str, high: str) -> Ranker:
        model = _fitted("proba", low, high)
        made = to_onnx(model, np.zeros((1, 1), np.float32))
        (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
        return load_ranker(str(tmp_path / "m.onnx"), output="output_probability")

    assert _rises(ranker("nein", "ja"))
    with pytest.raises(DataError, match="model_classes"):
        _rises(ranker("skip", "buy"))
