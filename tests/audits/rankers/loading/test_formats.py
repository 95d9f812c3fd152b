"""Every format gives the scores that its own library gives."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.rankers.loading import load_ranker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

NAMES = ("price", "rating", "reviews")


@pytest.fixture(scope="module")
def rows() -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Give 400 listings with three features, some missing, and a relevance."""
    rng = np.random.default_rng(5)
    told = pd.DataFrame(rng.normal(size=(400, 3)), columns=list(NAMES))
    worth = told["rating"] - 0.5 * told["price"] + rng.normal(scale=0.1, size=400)
    told.iloc[::17, 2] = np.nan
    return told, worth.to_numpy()


def table(rows: pd.DataFrame) -> pa.Table:
    """Give the features as a model is given them."""
    return pa.Table.from_pandas(rows, preserve_index=False)


def test_lightgbm(tmp_path: Path, rows: tuple[pd.DataFrame, NDArray[np.float64]]) -> None:
    """A LightGBM text model gives the booster's own predictions and names its features."""
    import lightgbm

    told, worth = rows
    model = lightgbm.train(
        {"verbose": -1, "num_threads": 1}, lightgbm.Dataset(told, worth), num_boost_round=20
    )
    model.save_model(tmp_path / "m.txt")
    ranker = load_ranker(str(tmp_path / "m.txt"))
    assert (ranker.kind, ranker.features) == ("lightgbm", NAMES)
    np.testing.assert_array_equal(ranker.score(table(told)), model.predict(told))


@pytest.mark.parametrize("suffix", ["json", "ubj"])
def test_xgboost(
    tmp_path: Path, rows: tuple[pd.DataFrame, NDArray[np.float64]], suffix: str
) -> None:
    """XGBoost's JSON and UBJSON give the booster's own predictions, missing values included."""
    import xgboost

    told, worth = rows
    model = xgboost.train({"nthread": 1}, xgboost.DMatrix(told, worth), num_boost_round=20)
    model.save_model(tmp_path / f"m.{suffix}")
    ranker = load_ranker(str(tmp_path / f"m.{suffix}"))
    assert (ranker.kind, ranker.features) == ("xgboost", NAMES)
    want = model.predict(xgboost.DMatrix(told))
    np.testing.assert_array_equal(ranker.score(table(told)), want.astype(np.float64))


def _of_kinds(*words: str) -> tuple[pd.DataFrame, NDArray[np.float64], pa.Table]:
    """Give listings with a category in words and one in numbers, and what a model is given."""
    rng = np.random.default_rng(3)
    told = pd.DataFrame(
        {
            "price": rng.normal(size=400),
            "kind": pd.Categorical(rng.choice(words, 400)),
            "grade": pd.Categorical(rng.choice([10, 20, 30], 400)),
        }
    )
    told.loc[::13, "kind"] = np.nan
    worth = told["price"] + 2.0 * (told["kind"] == words[0]) + 1.5 * (told["grade"] == 20)
    cells = [None if pd.isna(word) else str(word) for word in told["kind"]]
    given = pa.table(
        {
            "price": told["price"].to_numpy(),
            "kind": pa.array(cells, pa.string()),
            "grade": told["grade"].astype(float).to_numpy(),
        }
    )
    return told, worth.to_numpy(), given


def test_lightgbm_categories(tmp_path: Path) -> None:
    """Words and numbers that LightGBM was taught as categories are given to it as their codes."""
    import lightgbm

    told, worth, given = _of_kinds("茶叶", "大米", "水果")
    how = {"verbose": -1, "num_threads": 1, "min_data_per_group": 5}
    model = lightgbm.train(how, lightgbm.Dataset(told, worth), num_boost_round=20)
    model.save_model(tmp_path / "m.txt")
    ranker = load_ranker(str(tmp_path / "m.txt"))
    assert ranker.text == {"kind"}
    assert ranker.levels == {"kind": ("大米", "水果", "茶叶")}
    np.testing.assert_array_equal(ranker.score(given), model.predict(told))


@pytest.mark.parametrize("suffix", ["json", "ubj"])
def test_xgboost_categories(tmp_path: Path, suffix: str) -> None:
    """Words and numbers that XGBoost was taught as categories are given to it as their codes."""
    import xgboost

    told, worth, given = _of_kinds("tea", "rice", "fruit")
    data = xgboost.DMatrix(told, worth, enable_categorical=True)
    model = xgboost.train({"nthread": 1}, data, num_boost_round=20)
    model.save_model(tmp_path / f"m.{suffix}")
    ranker = load_ranker(str(tmp_path / f"m.{suffix}"))
    assert ranker.text == {"kind"}
    np.testing.assert_array_equal(ranker.score(given), model.predict(data).astype(np.float64))


def test_xgboost_cuts_chinese_words(tmp_path: Path) -> None:
    """Words that XGBoost itself cuts to pieces are taken for no categories: codes are asked for."""
    import xgboost

    told, worth, _ = _of_kinds("茶叶", "大米", "水果")
    data = xgboost.DMatrix(told, worth, enable_categorical=True)
    xgboost.train({"nthread": 1}, data, num_boost_round=2).save_model(tmp_path / "m.ubj")
    assert load_ranker(str(tmp_path / "m.ubj")).text == frozenset()


def test_skops_pipeline(tmp_path: Path, rows: tuple[pd.DataFrame, NDArray[np.float64]]) -> None:
    """A pipeline with an encoder of words gives its own predictions, once its trees are trusted."""
    import skops.io
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    told, worth = rows
    told = told.assign(district=np.where(told["price"] > 0, "县域", "城区"))
    model = make_pipeline(
        ColumnTransformer(
            [("d", OneHotEncoder(sparse_output=False), ["district"])], remainder="passthrough"
        ),
        HistGradientBoostingRegressor(max_iter=20),
    ).fit(told, worth)
    skops.io.dump(model, tmp_path / "m.skops")
    with pytest.raises(UsageError, match="model_untrusted") as refused:
        load_ranker(str(tmp_path / "m.skops"))
    trees = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
    assert refused.value.facts["types"] == [trees]
    ranker = load_ranker(str(tmp_path / "m.skops"), trust=(trees,))
    assert ranker.features == (*NAMES, "district")
    assert ranker.text == {"district"}
    np.testing.assert_array_equal(ranker.score(table(told)), model.predict(told))


def test_an_imputer_needs_no_trust(tmp_path: Path) -> None:
    """A pipeline that fills in gaps and encodes words loads as it is, with its own predictions."""
    import skops.io
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    told, worth, given = _of_kinds("茶叶", "大米", "水果")
    plain = told.assign(kind=told["kind"].astype(object), grade=told["grade"].astype(float))
    parts = [
        ("n", SimpleImputer(), ["price", "grade"]),
        ("w", OneHotEncoder(handle_unknown="ignore"), ["kind"]),
    ]
    model = make_pipeline(ColumnTransformer(parts), Ridge()).fit(plain, worth)
    skops.io.dump(model, tmp_path / "m.skops")
    ranker = load_ranker(str(tmp_path / "m.skops"))
    np.testing.assert_allclose(ranker.score(given), model.predict(plain), rtol=1e-12)


def test_skops_classifier(tmp_path: Path, rows: tuple[pd.DataFrame, NDArray[np.float64]]) -> None:
    """Of a classifier the score is the probability of the positive class."""
    import skops.io
    from sklearn.linear_model import LogisticRegression

    told, worth = rows
    told = told.fillna(0.0)
    model = LogisticRegression().fit(told, worth > 0)
    skops.io.dump(model, tmp_path / "m.skops")
    ranker = load_ranker(str(tmp_path / "m.skops"))
    np.testing.assert_array_equal(ranker.score(table(told)), model.predict_proba(told)[:, 1])


def test_grades(tmp_path: Path, rows: tuple[pd.DataFrame, NDArray[np.float64]]) -> None:
    """Of a classifier of relevance grades the score is the grade to be expected."""
    import skops.io
    from sklearn.linear_model import LogisticRegression

    told, worth = rows
    told = told.fillna(0.0)
    model = LogisticRegression().fit(told, np.digitize(worth, [-1, 0, 1]))
    skops.io.dump(model, tmp_path / "m.skops")
    ranker = load_ranker(str(tmp_path / "m.skops"))
    want = model.predict_proba(told) @ np.arange(4.0)
    np.testing.assert_allclose(ranker.score(table(told)), want, rtol=1e-12)


@pytest.mark.parametrize("classes", [False, True])
def test_onnx(
    tmp_path: Path,
    rows: tuple[pd.DataFrame, NDArray[np.float64]],
    classes: bool,  # noqa: FBT001 - a case
) -> None:
    """An ONNX model gives scikit-learn's predictions to the precision of 32-bit floats."""
    from skl2onnx import to_onnx
    from sklearn.ensemble import GradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression

    told, worth = rows
    plain = told.fillna(0.0).to_numpy(np.float32)
    if classes:
        model = LogisticRegression().fit(plain, worth > 0)
        options = {"zipmap": False}
        want = model.predict_proba(plain)[:, 1]
    else:
        model = GradientBoostingRegressor(n_estimators=20, random_state=0).fit(plain, worth)
        options = {}
        want = model.predict(plain)
    made = to_onnx(model, plain[:1], options={id(model): options} if options else None)
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    ranker = load_ranker(str(tmp_path / "m.onnx"), features=NAMES)
    assert (ranker.kind, ranker.width) == ("onnx", 3)
    np.testing.assert_allclose(ranker.score(table(told.fillna(0.0))), want, atol=2e-6)


def test_linear_by_hand(tmp_path: Path) -> None:
    """A linear rule is the sum written in its file, worked out by hand."""
    (tmp_path / "rule.toml").write_text(
        """intercept = 1.0
log1p = ["reviews"]
[weights]
rating = 2.0
reviews = 0.5
[mean]
rating = 4.0
[scale]
rating = 0.5
[missing]
rating = 4.0
[levels.district]
"县域" = -0.25
""",
        encoding="utf-8",
    )
    ranker = load_ranker(str(tmp_path / "rule.toml"))
    given = pa.table(
        {
            "rating": [5.0, float("nan"), 4.0],
            "reviews": [float(np.e - 1), 0.0, float("nan")],
            "district": ["县域", "城区", None],
        }
    )
    assert ranker.features == ("rating", "reviews", "district")
    np.testing.assert_allclose(ranker.score(given), [1 + 4 + 0.5 - 0.25, 1.0, np.nan])


def test_columns() -> None:
    """A column is its own score; with a minus the least stands first."""
    given = pa.table({"score": [3.0, 1.0]})
    assert load_ranker("column:score").score(given).tolist() == [3.0, 1.0]
    assert load_ranker("-column:score").score(given).tolist() == [-3.0, -1.0]


def test_a_program(tmp_path: Path) -> None:
    """A program gets the features as CSV and answers a number a line."""
    script = tmp_path / "rank.py"
    script.write_text(
        "import csv, sys\nfor row in csv.DictReader(sys.stdin): print(-float(row['price']))\n",
        encoding="utf-8",
    )
    ranker = load_ranker(f"command:python3 {script}", features=("price",))
    assert ranker.score(pa.table({"price": [2.0, 0.5]})).tolist() == [-2.0, -0.5]
    script.write_text("import sys; sys.exit('no weights here')", encoding="utf-8")
    with pytest.raises(DataError, match="no weights here"):
        ranker.score(pa.table({"price": [2.0]}))
    script.write_text("print(1)", encoding="utf-8")
    with pytest.raises(DataError, match="model_scores_count"):
        ranker.score(pa.table({"price": [2.0, 3.0]}))


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answer the doubled first feature; on /away send elsewhere."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/")
            self.end_headers()
            return
        body = json.dumps({"scores": [row[0] and 2 * row[0] for row in asked["rows"]]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[int]:
    """Run a ranking service on loopback."""
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_service(service: int) -> None:
    """A service of this machine answers scores; a missing value is null on the way there."""
    ranker = load_ranker(f"http://127.0.0.1:{service}/rank", features=("price",))
    scores = ranker.score(pa.table({"price": [1.5, float("nan")]}))
    np.testing.assert_array_equal(scores, [3.0, np.nan])
    away = load_ranker(f"http://127.0.0.1:{service}/away", features=("price",))
    with pytest.raises(DataError, match="HTTP 302"):
        away.score(pa.table({"price": [1.5]}))


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/rank",
        "https://127.0.0.1/rank",
        "http://127.0.0.1@192.0.2.1/",
        "http://localhost.example/",
        "http://0x7f000001.example/",
    ],
)
def test_no_other_machine_is_asked(url: str) -> None:
    """An address that is not of this machine is refused before anything is sent."""
    with pytest.raises(UsageError, match="model_not_loopback"):
        load_ranker(url, features=("price",))


def test_functions_need_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """module:function runs only with trust, and gets a DataFrame."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(UsageError, match="model_needs_trust"):
        load_ranker("numpy:ravel", features=("price",))
    ranker = load_ranker("numpy:ravel", features=("price",), trust_code=True)
    assert ranker.score(pa.table({"price": [2.0, 1.0]})).tolist() == [2.0, 1.0]
    with pytest.raises(UsageError, match="model_no_function"):
        load_ranker("numpy:no_such_thing", features=("price",), trust_code=True)


_ASKS = """
import sys
from fairshelf.audits.rankers.loading import load_ranker
import pyarrow as pa
told = load_ranker("mine:score", features=("price",), trust_code=sys.argv[1] == "trusted")
print(told.score(pa.table({"price": [1.0, 2.0]})))
"""


@pytest.mark.parametrize("trusted", [True, False])
def test_a_module_is_found_where_one_stands(
    tmp_path: Path,
    trusted: bool,  # noqa: FBT001 - a case
) -> None:
    """A command leaves its folder out of Python's path; trusted code beside one is found in it."""
    (tmp_path / "mine.py").write_text(
        "import also\ndef score(rows):\n    return also.TIMES * rows['price']\n", encoding="utf-8"
    )
    (tmp_path / "also.py").write_text("TIMES = 3\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-c", _ASKS, "trusted" if trusted else "not"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("[3. 6.]" in done.stdout) == trusted, done.stderr
    assert ("model_needs_trust" in done.stderr) != trusted
