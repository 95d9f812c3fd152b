"""The scorer is usable where scikit-learn takes scorers, and its value is worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fairshelf.metrics import make_exposure_scorer


class Fixed:
    """An estimator that gives a column as its score."""

    def predict(self, rows: pd.DataFrame) -> np.ndarray:
        """Give the column x."""
        return rows["x"].to_numpy()


@pytest.fixture
def lists() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give features and context of two requests of two rural and two urban listings each."""
    context = pd.DataFrame(
        {
            "request": ["a"] * 4 + ["b"] * 4,
            "listing": list("wxyzwxyz"),
            "area": ["rural", "urban"] * 4,
        },
        index=[f"row{n}" for n in range(8)],
    )
    return pd.DataFrame({"x": [4.0, 3, 2, 1, 4, 3, 2, 1]}, index=context.index), context


def test_by_hand(lists: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Rural stands first and third: (1 + 1/2) / (1/log2(3) + 1/log2(5)), folded below 1."""
    rows, context = lists
    want = (1 + 0.5) / (1 / np.log2(3) + 1 / np.log2(5))
    plain = make_exposure_scorer(context, "area", ("rural", "urban"), symmetric=False)
    assert plain(Fixed(), rows) == pytest.approx(want)
    folded = make_exposure_scorer(context, "area", ("rural", "urban"))
    assert folded(Fixed(), rows) == pytest.approx(1 / want)
    assert folded(Fixed(), rows.iloc[::-1]) == pytest.approx(1 / want)


def test_ties_are_nobodys(lists: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Equal scores stand in a seeded random order: the same seed the same, others not always."""
    rows, context = lists
    flat = rows * 0
    values = {
        make_exposure_scorer(context, "area", ("rural", "urban"), seed=seed)(Fixed(), flat)
        for seed in range(8)
    }
    assert len(values) > 1
    again = make_exposure_scorer(context, "area", ("rural", "urban"), seed=3)
    assert again(Fixed(), flat) == again(Fixed(), flat)


def test_rows_must_be_known(lists: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Rows that the context does not have, and a column that is missing, are refused."""
    rows, context = lists
    scorer = make_exposure_scorer(context.iloc[:4], "area", ("rural", "urban"))
    with pytest.raises(ValueError, match="row4"):
        scorer(Fixed(), rows)
    with pytest.raises(ValueError, match="region"):
        make_exposure_scorer(context, "region", ("rural", "urban"))


def test_in_cross_validation_and_search() -> None:
    """Folds find their rows by the index; a search that maximises it drops the unfair feature."""
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    rng = np.random.default_rng(0)
    rural = rng.random(600) < 0.4
    rows = pd.DataFrame({"rating": rng.normal(size=600), "rural": rural.astype(float)})
    worth = rows["rating"] - 1.5 * rows["rural"] + rng.normal(scale=0.1, size=600)
    context = pd.DataFrame(
        {
            "request": np.repeat(np.arange(60), 10),
            "listing": np.arange(600),
            "area": np.where(rural, "rural", "urban"),
        }
    )
    scorer = make_exposure_scorer(context, "area", ("rural", "urban"))
    folds = GroupKFold(3)
    found = cross_validate(
        Ridge(), rows, worth, groups=context["request"], cv=folds, scoring={"exposure": scorer}
    )
    assert found["test_exposure"].max() < 0.7
    keep = FunctionTransformer(kw_args={"names": ["rating", "rural"]}, func=_columns)
    search = GridSearchCV(
        make_pipeline(keep, Ridge()),
        {"functiontransformer__kw_args": [{"names": ["rating", "rural"]}, {"names": ["rating"]}]},
        scoring=scorer,
        cv=folds,
        refit=False,
    ).fit(rows, worth, groups=context["request"])
    assert search.best_params_ == {"functiontransformer__kw_args": {"names": ["rating"]}}
    assert search.best_score_ > 0.85


def _columns(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return rows[names]
