"""ONNX models, run by onnxruntime on the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fairshelf.audits.errors import DataError, UsageError
from fairshelf.audits.rankers.loading.classes import better, of_class
from fairshelf.audits.rankers.loading.needs import need, version
from fairshelf.audits.rankers.loading.outputs import features_of, matrix, one_score, unanswered
from fairshelf.audits.rankers.records import Ranker

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

_OUTSIDE = b"\x0a\x08location\x12"
"""How a model says that its weights stand in another file: that file is never opened."""

_TYPES: dict[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(string)": np.object_,
}
_SECOND = 2


def onnx(
    content: bytes, name: str, digest: str, given: Sequence[str] | None, output: str | None
) -> Ranker:
    """Open an ONNX model.

    One input of several columns reads the features in order and does not name them; several
    inputs of one column each are the features by name. Of the outputs the one called
    ``probabilities`` or ``variable`` is the score, else the only one; ``output`` chooses another.
    Two classes that the model names must have an order; an answer raises ``model_classes`` else.

    Raises
    ------
    DataError
        ``model_broken``; ``model_outside``: its weights stand in another file; ``model_outputs``.
    UsageError
        ``model_output_unknown``.
    """
    library = need("onnxruntime", "ONNX")
    if _OUTSIDE in content:
        raise DataError("model_outside", model=name)
    options = library.SessionOptions()
    options.log_severity_level = 4
    try:
        session = library.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        why = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise DataError("model_broken", model=name, kind="ONNX", why=why) from error
    inputs = session.get_inputs()
    odd = [one.type for one in inputs if one.type not in _TYPES]
    if odd:
        raise DataError("model_broken", model=name, kind="ONNX", why=odd[0])
    chosen = _output([one.name for one in session.get_outputs()], output, name)
    many = len(inputs) > 1 or _columns(inputs[0]) == 1
    named = [one.name for one in inputs] if many else None
    width = len(inputs) if many else _columns(inputs[0])
    text = {one.name for one in inputs if many and one.type == "tensor(string)"}

    def score(table: pa.Table) -> NDArray[np.float64]:
        feed = _many(inputs, table) if many else {inputs[0].name: _one(inputs[0], table)}
        try:
            told = session.run([chosen], feed)[0]
        except Exception as error:
            raise unanswered(name, error) from error
        classes: list[Any] = []
        if isinstance(told, list) and told and isinstance(told[0], dict):
            classes = list(told[0])
            told = _of_classes(np.array([list(row.values()) for row in told]), classes, name)
        return one_score(told, table.num_rows, name, classes)

    return Ranker(
        kind="onnx",
        name=name,
        sha256=digest,
        features=features_of(named, width, given, name),
        width=width,
        score=score,
        library="onnxruntime",
        version=version("onnxruntime"),
        text=frozenset(text),
    )


def _of_classes(told: NDArray[Any], classes: list[Any], name: str) -> NDArray[Any]:
    """Give the better of two classes, which the model names; more of them as they are."""
    if len(classes) != _SECOND:
        return told
    place = better(classes)
    if place is None:
        raise DataError("model_classes", model=name, classes=[str(one) for one in classes])
    return of_class(told, place)


def _columns(one: Any) -> int | None:  # noqa: ANN401 - the library's record of an input
    shape = list(one.shape)
    last = shape[1] if len(shape) >= _SECOND else 1
    return last if isinstance(last, int) else None


def _output(names: list[str], asked: str | None, model: str) -> str:
    if asked is not None:
        if asked not in names:
            raise UsageError("model_output_unknown", model=model, typed=asked, known=names)
        return asked
    for usual in ("probabilities", "variable", "score", "scores"):
        if usual in names:
            return usual
    if len(names) > 1:
        raise DataError("model_outputs", model=model, outputs=names)
    return names[0]


def _many(inputs: Any, table: pa.Table) -> dict[str, NDArray[Any]]:  # noqa: ANN401 - the library's records
    told = {}
    for place, one in enumerate(inputs):
        column = table.column(place)
        if one.type == "tensor(string)":
            values = np.array([word or "" for word in column.to_pylist()], dtype=object)
        else:
            values = column.to_numpy().astype(_TYPES[one.type])
        told[one.name] = values.reshape(-1, 1) if len(one.shape) >= _SECOND else values
    return told


def _one(one: Any, table: pa.Table) -> NDArray[Any]:  # noqa: ANN401 - the library's record of an input
    return np.ascontiguousarray(matrix(table, _TYPES[one.type]))
