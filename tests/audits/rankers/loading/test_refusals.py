"""What is refused, and that nothing in a refused file ever runs."""

from __future__ import annotations

import gc
import gzip
import importlib.util
import io
import pickle
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairshelf.audits.errors import DataError, FairshelfError, UsageError
from fairshelf.audits.rankers.loading import apart, load_ranker
from fairshelf.audits.rankers.loading.content import is_pickle

if TYPE_CHECKING:
    from collections.abc import Callable


class Payload:
    """Writes a file when it is unpickled."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        """Ask whoever unpickles to write the file."""
        return (Path.write_text, (self.place, "ran"))


def _packed_joblib(payload: object, place: Path) -> None:
    joblib.dump(payload, place, compress=3)


def _torch(payload: object, place: Path) -> None:
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(payload))


def _numpy(payload: object, place: Path) -> None:
    held = np.array([payload], dtype=object)
    with place.open("wb") as file:
        np.save(file, held, allow_pickle=True)


WRITERS: dict[str, Callable[[Any, Path], Any]] = {
    "pickle": lambda payload, place: place.write_bytes(pickle.dumps(payload)),
    "pickle 0": lambda payload, place: place.write_bytes(pickle.dumps(payload, protocol=0)),
    "pickle 1": lambda payload, place: place.write_bytes(pickle.dumps(payload, protocol=1)),
    "packed pickle": lambda payload, place: place.write_bytes(gzip.compress(pickle.dumps(payload))),
    "joblib": joblib.dump,
    "packed joblib": _packed_joblib,
    "torch": _torch,
    "numpy objects": _numpy,
}


@pytest.mark.parametrize("suffix", [".pkl", ".onnx", ".txt", ".json", ".skops", ".toml"])
@pytest.mark.parametrize("writer", WRITERS)
def test_pickles_are_never_opened(tmp_path: Path, writer: str, suffix: str) -> None:
    """A pickle of any kind is refused by its content under any name, and its code does not run."""
    planted = tmp_path / "planted"
    WRITERS[writer](Payload(planted), tmp_path / f"model{suffix}")
    with pytest.raises(DataError, match="model_pickle"):
        load_ranker(str(tmp_path / f"model{suffix}"), features=("x",))
    assert not planted.exists()


def test_the_payload_would_run(tmp_path: Path) -> None:
    """The planted payload does write its file when somebody unpickles it."""
    planted = tmp_path / "planted"
    pickle.loads(pickle.dumps(Payload(planted)))  # noqa: S301 - this is what it shows
    assert planted.read_text() == "ran"


class Custom:
    """A type that skops does not know."""

    def __init__(self) -> None:
        self.coef_ = np.ones(2)

    def predict(self, rows: Any) -> Any:  # noqa: ANN401 - as estimators do
        """Give the sum."""
        return np.asarray(rows).sum(axis=1)


def test_untrusted_types_are_listed(tmp_path: Path) -> None:
    """A skops file with an unknown type is refused with its name, and nothing of it is built."""
    import skops.io

    skops.io.dump(Custom(), tmp_path / "m.skops")
    with pytest.raises(UsageError, match="model_untrusted") as refused:
        load_ranker(str(tmp_path / "m.skops"), features=("a", "b"))
    (name,) = refused.value.facts["types"]
    assert name.endswith("Custom")
    assert refused.value.facts["option"] == name


def test_a_dtype_that_is_built_otherwise(tmp_path: Path) -> None:
    """NumPy's dtype is trusted as skops writes it; built in another way it must be allowed."""
    import skops.io

    content = {"dtype": np.dtype("float64")}
    skops.io.dump(content, tmp_path / "m.skops")
    with zipfile.ZipFile(tmp_path / "m.skops") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    planted = held["schema.json"].replace(b'"DTypeNode"', b'"ObjectNode"')
    assert planted != held["schema.json"]
    for schema, code in ((held["schema.json"], "model_outputs"), (planted, "model_untrusted")):
        with zipfile.ZipFile(tmp_path / "n.skops", "w") as archive:
            for name, part in {**held, "schema.json": schema}.items():
                archive.writestr(name, part)
        with pytest.raises(FairshelfError) as refused:
            load_ranker(str(tmp_path / "n.skops"), features=("a",))
        assert refused.value.code == code


def test_a_zip_is_no_onnx(tmp_path: Path) -> None:
    """A zip that calls itself ONNX is told for what it holds."""
    with zipfile.ZipFile(tmp_path / "m.onnx", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DataError, match="model_unknown"):
        load_ranker(str(tmp_path / "m.onnx"), features=("x",))


def test_onnx_with_weights_elsewhere(tmp_path: Path) -> None:
    """An ONNX model that points at another file is refused, and that file is not read."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = numpy_helper.from_array(np.ones((2, 1), np.float32), name="w")
    weights.data_location = TensorProto.EXTERNAL
    weights.ClearField("raw_data")
    entry = weights.external_data.add()
    entry.key, entry.value = "location", "../../secret"
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])],
        [weights],
    )
    made: Any = helper.make_model(graph)
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    assert isinstance(made, onnx.ModelProto)
    with pytest.raises(DataError, match="model_outside"):
        load_ranker(str(tmp_path / "m.onnx"), features=("a", "b"))


def _lightgbm(place: Path) -> None:
    import lightgbm

    rng = np.random.default_rng(0)
    data = lightgbm.Dataset(rng.normal(size=(60, 2)), rng.normal(size=60), feature_name=["a", "b"])
    lightgbm.train({"verbose": -1, "num_threads": 1}, data, 3).save_model(place)


def test_features_must_be_the_models(tmp_path: Path) -> None:
    """Naming other features, or another order, than the model's is refused."""
    _lightgbm(tmp_path / "m.txt")
    assert load_ranker(str(tmp_path / "m.txt"), features=("a", "b")).features == ("a", "b")
    with pytest.raises(UsageError, match="model_features_differ"):
        load_ranker(str(tmp_path / "m.txt"), features=("b", "a"))


def test_a_model_without_names_needs_them(tmp_path: Path) -> None:
    """XGBoost's model of a bare matrix asks for the names, and counts those it is given."""
    import xgboost

    rng = np.random.default_rng(0)
    data = xgboost.DMatrix(rng.normal(size=(60, 2)), rng.normal(size=60))
    xgboost.train({"nthread": 1}, data, 3).save_model(tmp_path / "m.json")
    with pytest.raises(UsageError, match="model_features_unnamed"):
        load_ranker(str(tmp_path / "m.json"))
    with pytest.raises(UsageError, match="model_features_count"):
        load_ranker(str(tmp_path / "m.json"), features=("a",))
    assert load_ranker(str(tmp_path / "m.json"), features=("a", "b")).features == ("a", "b")


def test_suffixes_that_lie_are_told(tmp_path: Path) -> None:
    """A LightGBM model called .onnx is taken for what it holds, and the notice says so."""
    _lightgbm(tmp_path / "m.onnx")
    ranker = load_ranker(str(tmp_path / "m.onnx"))
    assert ranker.kind == "lightgbm"
    assert [notice.code for notice in ranker.notices] == ["model_suffix"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "model_empty"),
        (b"  \n", "model_empty"),
        (b"hello", "model_unknown"),
        (b"{}", "model_unknown"),
        (b"{", "model_broken"),
        (b"[weights]\nx = nan\n", "weights_bad_value"),
        (b"[weights]\nx = 1\n[scale]\nx = 0\n", "weights_bad_value"),
        (b"[weights]\nx = 1\n[mean]\ny = 0\n", "model_broken"),
        (b"[weights]\n", "model_broken"),
        (b"[weights]\nx = 1\n[wieghts]\ny = 1\n", "weights_unknown_key"),
        (b'{"weights": {"x": "1e999"}}', "weights_bad_value"),
        (b'{"weights": {"x": "1"}}', "weights_bad_value"),
        (b'{"weights": {"x": true}}', "weights_bad_value"),
        (b'{"weights": {"x": 1}, "weights": {"x": -1}}', "model_broken"),
        (b'{"weights": {"x": 1, "x": -1}}', "model_broken"),
        (b"[weights]\nx = " + b"9" * 5_000, "model_unknown"),
        (b"[weights." + b".".join([b"a"] * 3_000) + b"]\nx = 1", "weights_bad_value"),
        (b"tree\nversion=v4\nnum_class=1\n", "model_broken"),
        (b'{"learner": {}}', "model_broken"),
        (b"\x08\x07\x00junk", "model_broken"),
        (b"PK\x03\x04 no zip", "model_broken"),
        (bytes(range(256)), "model_unknown"),
    ],
)
def test_broken_files_have_one_reason(tmp_path: Path, content: bytes, code: str) -> None:
    """Each broken file ends in one error of ours."""
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(FairshelfError) as refused:
        load_ranker(str(tmp_path / "m"), features=("x",))
    assert refused.value.code == code


def test_a_zip_unfolds_within_bounds(tmp_path: Path) -> None:
    """64 MiB, or 50 times its size: 100 MiB of blanks that take 100 KB are not read."""
    with zipfile.ZipFile(tmp_path / "m.skops", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b" " * 100 * 2**20)
    with pytest.raises(DataError, match="model_too_large") as refused:
        load_ranker(str(tmp_path / "m.skops"), features=("x",))
    assert (refused.value.facts["bytes"], refused.value.facts["most"]) == (100 * 2**20, 2**26)


def test_folders_and_nothing(tmp_path: Path) -> None:
    """A folder, and a name of nothing, are wrong commands."""
    for name in (tmp_path, tmp_path / "none.onnx"):
        with pytest.raises(UsageError, match="model_missing"):
            load_ranker(str(name))


def _models() -> list[bytes]:
    """Give a small good model of several kinds, to be damaged."""
    import skops.io
    from sklearn.linear_model import LinearRegression

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 2)), rng.normal(size=40)
    return [
        io.BytesIO(skops.io.dumps(LinearRegression().fit(x, y))).getvalue(),
        b"[weights]\na = 1.0\nb = 2.0\n",
    ]


@settings(max_examples=60, deadline=None)
@given(which=st.integers(0, 1), cut=st.floats(0, 1), junk=st.binary(max_size=40))
def test_damage_never_leaves_our_own_errors(
    tmp_path_factory: pytest.TempPathFactory, which: int, cut: float, junk: bytes
) -> None:
    """A model that is cut off or overwritten loads or is refused, never more than that."""
    content = _models()[which]
    place = int(cut * len(content))
    file = tmp_path_factory.mktemp("damaged") / "m"
    file.write_bytes(content[:place] + junk + content[place + 2 * len(junk) :][: len(content) // 2])
    try:
        load_ranker(str(file), features=("a", "b"))
    except FairshelfError as error:
        assert error.code.startswith("model_")  # noqa: PT017 - either is right


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["lightgbm", "xgboost"])
def test_damaged_trees_bring_nobody_down(tmp_path: Path, kind: str, seed: int) -> None:
    """Altered tree models, which end the process of their library, load or are refused here."""
    rng = np.random.default_rng(seed)
    if kind == "lightgbm":
        _lightgbm(tmp_path / "m")
    else:
        import xgboost

        data = xgboost.DMatrix(rng.normal(size=(60, 2)), rng.normal(size=60))
        xgboost.train({"nthread": 1}, data, 3).save_model(tmp_path / "m.json")
        (tmp_path / "m.json").rename(tmp_path / "m")
    content = bytearray((tmp_path / "m").read_bytes())
    digits = [n for n, byte in enumerate(content) if chr(byte).isdigit()]
    for place in rng.choice(digits, 12, replace=False):
        content[place] = ord("9")
    (tmp_path / "m").write_bytes(bytes(content))
    try:
        load_ranker(str(tmp_path / "m"), features=("a", "b"))
    except FairshelfError as error:
        assert error.code.startswith("model_")  # noqa: PT017 - either is right


def test_what_brings_a_library_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is ended by a signal is a broken model, named by the signal."""
    start = subprocess.Popen

    def crash(_: list[str], **how: Any) -> Any:  # noqa: ANN401 - as subprocess.Popen has it
        return start(["/bin/sh", "-c", "kill -SEGV $$"], **how)

    monkeypatch.setattr(subprocess, "Popen", crash)
    with pytest.raises(DataError, match="SIGSEGV"):
        apart.Apart(b"x" * 1_000_000, "lightgbm", "m.txt").told()


def test_a_model_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that says nothing is ended after a while, and that is the reason given."""
    start = subprocess.Popen

    def sleep(_: list[str], **how: Any) -> Any:  # noqa: ANN401 - as subprocess.Popen has it
        return start(["/bin/sleep", "60"], **how)

    monkeypatch.setattr(subprocess, "Popen", sleep)
    monkeypatch.setattr(apart, "SECONDS", 0.2)
    with pytest.raises(DataError, match="no answer within"):
        apart.Apart(b"x", "lightgbm", "m.txt").told()


def test_a_process_is_not_left_behind(tmp_path: Path) -> None:
    """The process of a model ends with the model, and with one whose features are refused."""
    _lightgbm(tmp_path / "m.txt")
    model = apart.Apart((tmp_path / "m.txt").read_bytes(), "lightgbm", "m.txt")
    process = model._process
    assert model.told()["trees"] > 0
    assert process.poll() is None
    del model
    gc.collect()
    assert process.returncode is not None


def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without LightGBM its models are refused with the name of what is to be installed."""
    _lightgbm(tmp_path / "m.txt")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="model_needs_extra"):
        load_ranker(str(tmp_path / "m.txt"), features=("a", "b"))


def test_what_a_text_says_of_its_trees_must_be_so(tmp_path: Path) -> None:
    """A LightGBM text that names other features than it was read with is refused, early or late."""
    _lightgbm(tmp_path / "m.txt")
    content = (tmp_path / "m.txt").read_bytes()
    names = content.index(b"feature_names=")
    (tmp_path / "m.txt").write_bytes(content[:names] + b"feature_names=x y\n" + content[names:])
    with pytest.raises(DataError, match="model_broken"):
        load_ranker(str(tmp_path / "m.txt"), features=("x", "y"))
    late = load_ranker(str(tmp_path / "m.txt"), features=("x", "y"), at_once=False)
    with pytest.raises(DataError, match="model_broken"):
        late.score(pa.table({"x": [1.0], "y": [2.0]}))


@given(st.binary(max_size=200))
def test_random_bytes_are_no_pickle_by_accident(content: bytes) -> None:
    """Telling a pickle never fails; bytes without its first mark and its end mark are none."""
    told = is_pickle(content)
    assert not told or content.startswith(b"\x80") or b"." in content


@given(
    value=st.lists(st.none() | st.integers() | st.text(max_size=5), max_size=4),
    protocol=st.integers(0, pickle.HIGHEST_PROTOCOL),
)
def test_a_pickle_of_any_protocol_is_told(value: list[object], protocol: int) -> None:
    """Whatever it holds, a pickle is told from its bytes; with its end cut off an old one is not.

    Protocols 0 and 1 have no first mark: the end mark is what makes them whole.
    """
    content = pickle.dumps(value, protocol)
    assert is_pickle(content)
    assert is_pickle(content[:-1]) is (protocol > 1)


def test_a_model_that_takes_no_gaps(tmp_path: Path) -> None:
    """An estimator that refuses missing values is told as that, not as a fault of ours."""
    import skops.io
    from sklearn.linear_model import Ridge

    rows = np.arange(12.0).reshape(6, 2)
    skops.io.dump(Ridge().fit(rows, rows.sum(axis=1)), tmp_path / "m.skops")
    ranker = load_ranker(str(tmp_path / "m.skops"), features=("a", "b"))
    gaps = pa.table({"a": [1.0, float("nan")], "b": [1.0, 2.0]})
    with pytest.raises(DataError, match="model_unanswered") as refused:
        ranker.score(gaps)
    assert refused.value.facts["why"].startswith("Input X contains NaN")
    assert "\n" not in refused.value.facts["why"]


def test_what_a_damaged_xgboost_says(tmp_path: Path) -> None:
    """Of XGBoost's words the reason is quoted, not an address in memory, a path or the hour."""
    import xgboost

    rng = np.random.default_rng(0)
    data = xgboost.DMatrix(rng.normal(size=(60, 2)), rng.normal(size=60))
    whole = xgboost.train({"nthread": 1}, data, 3).save_raw("ubj")
    (tmp_path / "m.ubj").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="model_broken") as refused:
        load_ranker(str(tmp_path / "m.ubj"), features=("a", "b"))
    assert "Check failed" in refused.value.facts["why"]
    assert not any(part in refused.value.facts["why"] for part in ("[bt]", "lib", "/"))
